import { useEffect, useState } from 'react';
import { Mark, useText } from '#ui';
import { LAUNCHED_EMBEDDED } from './embedded.ts';

/** What a practice software's launch leaves in the address of the page that it opened. */
const LAUNCHED = '#launched';
const LAST_LAUNCH = 'cigogne.launch';

/**
 * A practice software that opens another patient locks the windows that are open already: nobody reads one patient in one window and believes to be
 * with the other. True once another window of this browser was launched.
 */
export function useLaunchLock(): boolean {
  const [isLocked, setLocked] = useState(false);
  useEffect(() => {
    // Told by the browser to every other window of this server.
    const hear = ({ key }: StorageEvent) => {
      if (key === LAST_LAUNCH) setLocked(true);
    };
    window.addEventListener('storage', hear);
    if (window.location.hash === LAUNCHED || window.location.hash === LAUNCHED_EMBEDDED) {
      window.localStorage.setItem(LAST_LAUNCH, String(Date.now()));
      // Read again, this page is no new launch.
      window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search);
    }
    return () => window.removeEventListener('storage', hear);
  }, []);
  return isLocked;
}

/** Covers everything: no name of a patient stays on the screen or in the title. */
export function LockedWindow() {
  const t = useText();
  useEffect(() => {
    document.title = `${t('app.locked.title')} — Cigogne`;
  }, [t]);
  return (
    <main className="app-alone">
      <Mark size={28} />
      <h1>{t('app.locked.title')}</h1>
      <p className="app-ended-words">{t('app.locked.text')}</p>
      <div className="app-plain-actions">
        <a className="ui-button ui-button-plain ui-button-large" href="/">
          {t('app.locked.mine')}
        </a>
      </div>
    </main>
  );
}
