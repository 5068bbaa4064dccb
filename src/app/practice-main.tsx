import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { LgcApp } from '#lgc/web';
import { AnnouncerProvider, type Language, type Messages, PreferencesProvider, TextProvider, usePreferences } from '#ui';

/** The pages of the demonstration software of a practice: served by its own server, under its own address. */
const queries = new QueryClient({ defaultOptions: { queries: { gcTime: 60_000, refetchOnWindowFocus: false, retry: false } } });

type Loaders = Record<string, () => Promise<{ default: Messages }>>;
const catalogues: Record<Language, Loaders> = {
  fr: import.meta.glob<{ default: Messages }>(['../ui/messages.fr.json', '../{exchange,lgc}/web/messages.fr.json']),
  en: import.meta.glob<{ default: Messages }>(['../ui/messages.en.json', '../{exchange,lgc}/web/messages.en.json']),
};

function App() {
  const { language } = usePreferences();
  const [words, setWords] = useState<{ language: Language; messages: Messages }>();
  useEffect(() => {
    let isCurrent = true;
    const load = async () => {
      const found = await Promise.all(Object.values(catalogues[language]).map((read) => read()));
      if (isCurrent) setWords({ language, messages: Object.assign({}, ...found.map((catalogue) => catalogue.default)) as Messages });
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
        <LgcApp />
      </AnnouncerProvider>
    </TextProvider>
  );
}

createRoot(document.getElementById('practice')!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <PreferencesProvider>
        <App />
      </PreferencesProvider>
    </QueryClientProvider>
  </StrictMode>,
);
