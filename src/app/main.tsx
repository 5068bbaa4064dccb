import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { AnnouncerProvider, ApiError, type Messages, PreferencesProvider, TextProvider, usePreferences } from '#ui';
import { loadMessages } from './messages.ts';
import { makeRouter } from './router.tsx';
import './app.css';

/** Health data lives in memory only, is asked again on the reader's demand, and never moves under the eye by itself. */
const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 60_000,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      retry: (failures, error) => failures < 2 && error instanceof ApiError && (error.status === 0 || error.status === 503),
    },
  },
});

function App({ router }: { router: ReturnType<typeof makeRouter> }) {
  const { language } = usePreferences();
  const [words, setWords] = useState<{ language: typeof language; messages: Messages }>();
  useEffect(() => {
    let isCurrent = true;
    const load = async () => {
      const messages = await loadMessages(language);
      if (isCurrent) setWords({ language, messages });
    };
    void load();
    return () => {
      isCurrent = false;
    };
  }, [language]);
  if (!words) return null;
  return (
    <TextProvider language={words.language} messages={words.messages}>
      <AnnouncerProvider>
        <RouterProvider router={router} />
      </AnnouncerProvider>
    </TextProvider>
  );
}

/** Draws the page. Called, not done by being read: the page of a practice's software shares the file that this is in. */
export function start(root: HTMLElement): void {
  const router = makeRouter(queries);
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <PreferencesProvider>
          <App router={router} />
        </PreferencesProvider>
      </QueryClientProvider>
    </StrictMode>,
  );
}
