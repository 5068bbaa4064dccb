import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useCallback, useContext, useMemo } from 'react';
import type { SessionInfo } from '#access/contract';
import { api } from '#ui';

export type Person = NonNullable<SessionInfo['person']>;

interface Session {
  mode: SessionInfo['mode'];
  person: Person | null;
  signOut: () => Promise<void>;
}

const Context = createContext<Session | undefined>(undefined);

export const SESSION_KEY = ['session'] as const;

/** Asks who is signed in before anything is drawn; `failed` is shown when no answer came. */
export function SessionProvider({ children, failed }: { children: ReactNode; failed: ReactNode }) {
  const client = useQueryClient();
  const { data, error } = useQuery({ queryKey: SESSION_KEY, queryFn: ({ signal }) => api<SessionInfo>('/api/session', { signal }) });
  const signOut = useCallback(async () => {
    await api('/api/sign-out', { method: 'POST' });
    /* Everything read goes with the reader: the next person at this machine starts from nothing. */
    client.clear();
    window.location.assign('/');
  }, [client]);
  const session = useMemo(() => (data ? { ...data, signOut } : undefined), [data, signOut]);
  if (session) return <Context value={session}>{children}</Context>;
  return error ? failed : null;
}

export function useSession(): Session {
  const session = useContext(Context);
  if (!session) throw new Error('useSession outside of SessionProvider');
  return session;
}

/** The person signed in, for pages that exist only behind the sign-in. */
export function usePerson(): Person {
  const { person } = useSession();
  if (!person) throw new Error('usePerson on a public page');
  return person;
}
