import { useLocation } from '@tanstack/react-router';
import { useEffect } from 'react';
import { Mark, useText } from '#ui';
import type { Person } from './session.tsx';
import { useSession } from './session.tsx';

/** Covers everything: no name of a patient stays on the screen or in the title. Signing in again opens the same view. */
export function SessionEnded({ person }: { person: Person }) {
  const t = useText();
  const { mode } = useSession();
  const href = useLocation({ select: (location) => location.href });
  useEffect(() => {
    document.title = `${t('app.ended.title')} — Cigogne`;
  }, [t]);
  const back = new URLSearchParams({ ...(mode === 'demo' ? { card: person.role } : {}), return: href });
  return (
    <main className="app-alone">
      <Mark size={28} />
      <h1>{t('app.ended.title')}</h1>
      <p className="app-ended-words">{t('app.ended.text')}</p>
      <div className="app-plain-actions">
        <a className="ui-button ui-button-primary ui-button-large" href={`/api/sign-in?${back}`}>
          {t('app.ended.again', { name: person.name })}
        </a>
        <a className="ui-button ui-button-plain ui-button-large" href="/">
          {t('app.ended.other')}
        </a>
      </div>
    </main>
  );
}
