import { useEffect } from 'react';
import { ROLES } from './roles.ts';
import { Mark, useText } from '#ui';
import { useSession } from './session.tsx';

/** The door. In the demo, a card per role; elsewhere, the sign-in of the professionals' provider. */
export function SignInPage() {
  const t = useText();
  const { mode } = useSession();
  useEffect(() => {
    document.title = `${t('app.signIn.title')} — Cigogne`;
  }, [t]);
  return (
    <main className="app-alone">
      <Mark size={28} />
      <h1>{t('app.signIn.title')}</h1>
      {mode === 'demo' ? (
        <ul>
          {ROLES.map((card) => (
            <li key={card}>
              <a href={`/api/sign-in?card=${card}`}>{t(`app.role.${card}`)}</a>
            </li>
          ))}
        </ul>
      ) : (
        <a className="ui-button ui-button-primary" href="/api/sign-in">
          {t('app.signIn.go')}
        </a>
      )}
    </main>
  );
}
