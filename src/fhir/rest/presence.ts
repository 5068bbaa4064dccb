import { isStillSignedIn } from '#access';
import { Refusal } from '#kernel';
import type { Asking } from '../world/door.ts';
import type { TogetherDeps } from './entry.ts';

/** How long a Bundle may be read on. */

const PRESENCE_MS = 250;

/** A Bundle may take a while: asked now and then. @throws Refusal `access.unauthenticated` once who asks has signed out: nobody reads in their name */
export function presence({ system }: Pick<TogetherDeps, 'system'>, { who }: Asking): () => Promise<void> {
  let askedAt = Date.now();
  return async () => {
    if (Date.now() - askedAt < PRESENCE_MS) return;
    askedAt = Date.now();
    if (!(await isStillSignedIn(system, who, new Date()))) throw new Refusal('access.unauthenticated', 'sign in first');
  };
}

/** Until it ends, a transaction holds the trail of whoever it has read: all others who read them wait. */
const MOST_HELD_MS = 5_000;

/** @throws Refusal `access.too-many` once a transaction has read for too long */
export function patience(most = MOST_HELD_MS): () => void {
  const until = Date.now() + most;
  return () => {
    if (Date.now() > until)
      throw new Refusal('access.too-many', 'a transaction that writes reads for some seconds only: ask the rest by a batch', {
        at: 'Bundle.entry',
      });
  };
}
