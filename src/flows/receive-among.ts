import { type Db, joined } from '#kernel';
import { type Arrival, arrive, type Arrived, type Deposited, keep, prepare, type ReceiveDeps } from './receive-document.ts';
import { keepRefused } from './refused-deposit.ts';

/** What may be done beside the documents, in their transaction: `db` is that transaction, as a database. */
export interface Among {
  db: Db;
  receive(arrival: Arrival): Promise<Deposited>;
}

/**
 * Documents and what is written beside them: all is kept, or nothing. Each document goes the way of every other. When one is refused its original
 * waits in quarantine as it would alone, and nothing is kept of the rest: their sender still has them.
 *
 * @throws RefusedDeposit what one of the documents or their sender did wrong
 */
export async function receiveAmong<T>(deps: ReceiveDeps, work: (among: Among) => Promise<T>): Promise<T> {
  let refused: { arrived: Arrived; error: unknown } | undefined;
  try {
    const done = await deps.db.transaction((tx) => {
      const db = joined(tx);
      // Open pages are told once all is there.
      const within = { ...deps, db, relay: { wake: () => {} } };
      const receive = async (arrival: Arrival) => {
        const arrived = arrive(arrival);
        try {
          return await keep(within, await prepare(within, arrived));
        } catch (error) {
          refused ??= { arrived, error };
          throw error;
        }
      };
      return work({ db, receive });
    });
    deps.relay.wake();
    return done;
  } catch (error) {
    if (refused?.error !== error) throw error;
    throw await keepRefused(deps.db, refused!.arrived, refused!.arrived, error);
  }
}

/** Documents that were sent together: all are stored, or none. @returns the receipts, in order */
export function receiveTogether(deps: ReceiveDeps, arrivals: readonly Arrival[]): Promise<Deposited[]> {
  return receiveAmong(deps, ({ receive }) => receiveEach(receive, arrivals));
}

/** One after the other, in a transaction that holds others. */
export async function receiveEach(receive: Among['receive'], arrivals: readonly Arrival[]): Promise<Deposited[]> {
  const done: Deposited[] = [];
  for (const arrival of arrivals) done.push(await receive(arrival));
  return done;
}
