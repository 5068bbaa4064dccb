import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import type { SessionInfo } from '#access/contract';
import { api, ApiError, setRegionZone } from '#ui';

export type Person = NonNullable<SessionInfo['person']>;

interface Session {
  mode: SessionInfo['mode'];
  person: Person | null;
  /** Who was signed in on this page until the session ended by itself. */
  endedFor: Person | null;
  signOut: () => Promise<void>;
}

const Context = createContext<Session | undefined>(undefined);

const sessionQuery = {
  queryKey: ['session'],
  queryFn: async ({ signal }: { signal: AbortSignal }) => {
    const session = await api<SessionInfo>('/api/session', { signal });
    setRegionZone(session.zone);
    return session;
  },
};

/** Asks who is signed in before anything is drawn; `failed` is shown when no answer came. */
export function SessionProvider({ children, failed }: { children: ReactNode; failed: ReactNode }) {
  const queries = useQueryClient();
  const { data, error } = useQuery(sessionQuery);
  const [endedFor, setEnded] = useState<Person | null>(null);
  const signOut = useCallback(async () => {
    await api('/api/sign-out', { method: 'POST' });
    /* Everything read goes with the reader: the next person at this machine starts from nothing. */
    queries.clear();
    window.location.assign('/');
  }, [queries]);
  const person = data?.person ?? null;
  const whenRefused = useCallback(() => {
    setEnded(person);
    queries.clear();
  }, [person, queries]);
  const isSignedIn = person !== null && endedFor === null;
  useSessionEnd(isSignedIn, whenRefused);
  useIdleEnd(isSignedIn ? data?.idleMinutes : undefined, whenRefused);
  const mode = data?.mode;
  const session = useMemo(
    () => (mode ? { mode, person: endedFor ? null : person, endedFor, signOut } : undefined),
    [mode, person, endedFor, signOut],
  );
  if (session) return <Context value={session}>{children}</Context>;
  return error ? failed : null;
}

/** The server no longer knows this session, whichever question told it so. */
function useSessionEnd(isSignedIn: boolean, onEnd: () => void): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (!isSignedIn) return;
    const isEnd = (error: unknown) => error instanceof ApiError && error.code === 'access.unauthenticated';
    const reads = queries.getQueryCache().subscribe((event) => {
      if (event.type === 'updated' && isEnd(event.query.state.error)) queueMicrotask(onEnd);
    });
    const writes = queries.getMutationCache().subscribe((event) => {
      if (event.type === 'updated' && isEnd(event.mutation.state.error)) queueMicrotask(onEnd);
    });
    return () => {
      reads();
      writes();
    };
  }, [queries, isSignedIn, onEnd]);
}

/** Signs of a reader at the machine. */
const HAND = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const;
const CHECK_MS = 15_000;

/**
 * A page left alone covers itself. The server cannot tell: an open page listens for new reports, which looks like work. The clock is read
 * and not counted, so that a machine that slept is late for nothing.
 */
function useIdleEnd(minutes: number | undefined, onEnd: () => void): void {
  useEffect(() => {
    if (minutes === undefined) return;
    let last = Date.now();
    const seen = () => {
      last = Date.now();
    };
    for (const sign of HAND) document.addEventListener(sign, seen, { passive: true });
    const timer = setInterval(() => {
      if (Date.now() - last < minutes * 60_000) return;
      onEnd();
      void api('/api/sign-out', { method: 'POST' }).catch(() => {});
    }, CHECK_MS);
    return () => {
      clearInterval(timer);
      for (const sign of HAND) document.removeEventListener(sign, seen);
    };
  }, [minutes, onEnd]);
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
