import type { Db } from '#kernel';
import { CHANNEL } from './store.ts';

/** Hears of which subscriptions the database says that something is new, or that they ended, whichever process wrote it. */
interface Ear {
  /** Listens from now on, by one connection for all, if it does not yet. When it cannot, that is told; each later call tries again. */
  open(): Promise<void>;
  /** @returns how to hear no more */
  hear(subscriptionId: string, wake: () => void): () => void;
  close(): Promise<void>;
}

/** No connection is taken before somebody has something to hear. */
export function openEar(db: Pick<Db, 'listen'>, onError: (error: unknown) => void): Ear {
  const hearers = new Map<string, Set<() => void>>();
  const told = (subscriptionId: string) => {
    for (const wake of hearers.get(subscriptionId) ?? []) wake();
  };
  let listening: Promise<(() => Promise<void>) | undefined> | undefined;
  const failed = (error: unknown): undefined => {
    listening = undefined;
    onError(error);
  };
  return {
    async open() {
      listening ??= db.listen(CHANNEL, told, failed).catch(failed);
      await listening;
    },
    hear(subscriptionId, wake) {
      const own = hearers.get(subscriptionId) ?? new Set();
      hearers.set(subscriptionId, own.add(wake));
      return () => {
        own.delete(wake);
        if (own.size === 0) hearers.delete(subscriptionId);
      };
    },
    async close() {
      const unlisten = await listening;
      listening = undefined;
      await unlisten?.();
    },
  };
}
