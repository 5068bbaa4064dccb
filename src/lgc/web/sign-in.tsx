import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, Button, useText } from '#ui';
import type { Welcome } from '../contract.ts';

/** The practice's own people sign in here, not those of Cigogne: invented, without a password. */
export function SignIn({ welcome: { practice, users } }: { welcome: Welcome }) {
  const t = useText();
  const queries = useQueryClient();
  const { mutate, isPending } = useMutation({
    mutationFn: (id: string) => api<void>('/api/sign-in', { method: 'POST', body: { id } }),
    onSuccess: () => queries.invalidateQueries(),
  });
  useEffect(() => {
    document.title = `${t('lgc.signIn')} — ${practice}`;
  }, [t, practice]);
  return (
    <div className="lgc-frame">
      <header className="lgc-bar">
        <strong className="lgc-brand">{practice}</strong>
        <span className="lgc-linked">{t('lgc.linked')}</span>
      </header>
      <main className="lgc-door">
        <h1>{t('lgc.signIn')}</h1>
        <p className="ui-caption">{t('lgc.invented')}</p>
        <ul>
          {users.map(({ id, name, role }) => (
            <li key={id}>
              <Button size="large" isDisabled={isPending} onPress={() => mutate(id)}>
                {name} <span className="ui-caption">{t(`lgc.role.${role}`)}</span>
              </Button>
            </li>
          ))}
        </ul>
      </main>
    </div>
  );
}
