import { Outlet } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { Button, Notice, useText } from '#ui';
import { ConnectionNotice } from './connection.tsx';
import { SessionProvider, useSession } from './session.tsx';
import { TopBar } from './top-bar.tsx';

const SignInPage = lazy(() => import('./sign-in.page.tsx').then((page) => ({ default: page.SignInPage })));

/** What surrounds every page: who is signed in, the bar, the state of the connection. */
export function Shell() {
  return (
    <SessionProvider failed={<NoServer />}>
      <Frame />
    </SessionProvider>
  );
}

function Frame() {
  const t = useText();
  const { person } = useSession();
  if (!person) {
    return (
      <Suspense>
        <SignInPage />
      </Suspense>
    );
  }
  return (
    <div className="app-frame">
      <a className="app-skip" href="#content">
        {t('app.skip')}
      </a>
      <TopBar />
      <ConnectionNotice />
      <main id="content" className="app-main" tabIndex={-1}>
        <Suspense>
          <Outlet />
        </Suspense>
      </main>
    </div>
  );
}

function NoServer() {
  const t = useText();
  return (
    <main className="app-alone">
      <Notice title={t('app.noServer.title')} isAlert actions={<Button onPress={() => window.location.reload()}>{t('app.retry')}</Button>}>
        {t('app.noServer.text')}
      </Notice>
    </main>
  );
}
