import { Outlet, useLocation } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { Button, Notice, useAnnounce, useShortcuts, useText } from '#ui';
import { ConnectionNotice } from './connection.tsx';
import { isEmbedded } from './embedded.ts';
import { LockedWindow, useLaunchLock } from './launch-lock.tsx';
import { SessionProvider, useSession } from './session.tsx';
import { TopBar } from './top-bar.tsx';
import { PatientNavigation } from './patient-navigation.tsx';
import { readVisit } from './visit-state.ts';

const SignInPage = lazy(() => import('./sign-in.page.tsx').then((page) => ({ default: page.SignInPage })));
const SessionEnded = lazy(() => import('./session-ended.tsx').then((page) => ({ default: page.SessionEnded })));
const KeyHelp = lazy(() => import('./key-help.tsx').then((part) => ({ default: part.KeyHelp })));
const GuidedVisit = lazy(() => import('./guided-visit.tsx').then((part) => ({ default: part.GuidedVisit })));

/** By then the page has put its title and its own focus. */
const SETTLED_MS = 400;

/** What surrounds every page: who is signed in, the bar, the state of the connection. */
export function Shell() {
  return (
    <SessionProvider failed={<NoServer />}>
      <Suspense>
        <Door />
      </Suspense>
    </SessionProvider>
  );
}

function Door() {
  const { person, endedFor } = useSession();
  if (useLaunchLock()) return <LockedWindow />;
  if (person) return <Frame isPatient={person.role === 'patient'} />;
  return endedFor ? <SessionEnded person={endedFor} /> : <SignInPage />;
}

function Frame({ isPatient }: { isPatient: boolean }) {
  const t = useText();
  const [asksKeys, setAsksKeys] = useState(false);
  useShortcuts({ '?': () => setAsksKeys(true) });
  usePageArrival();
  const [isBare] = useState(isEmbedded);
  return (
    <div className={`app-frame ${isPatient ? 'app-frame-patient' : ''}`}>
      <a className="app-skip" href="#content">
        {t('app.skip')}
      </a>
      {isBare ? null : <TopBar />}
      <ConnectionNotice />
      <main id="content" className="app-main" tabIndex={-1}>
        <Suspense>
          <Outlet />
        </Suspense>
      </main>
      {isPatient ? <PatientNavigation /> : null}
      {asksKeys ? (
        <Suspense>
          <KeyHelp onClose={() => setAsksKeys(false)} />
        </Suspense>
      ) : null}
      {readVisit() && !isBare ? (
        <Suspense>
          <GuidedVisit />
        </Suspense>
      ) : null}
    </div>
  );
}

/** A new page is said by its title, and takes the focus when what had it is gone: the keyboard never falls to the top. */
function usePageArrival(): void {
  const announce = useAnnounce();
  const path = useLocation({ select: ({ pathname }) => pathname });
  const arrived = useRef(path);
  useEffect(() => {
    if (arrived.current === path) return;
    arrived.current = path;
    const timer = setTimeout(() => {
      announce(document.title);
      if (document.activeElement === document.body) document.getElementById('content')?.focus({ preventScroll: true });
    }, SETTLED_MS);
    return () => clearTimeout(timer);
  }, [path, announce]);
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
