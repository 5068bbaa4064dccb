import { type Arrival, arrive, type Deposited, prepare, type Prepared, type ReceiveDeps, storeIn } from './receive-document.ts';
import { keepRefused } from './refused-deposit.ts';

/**
 * Documents that were sent together: all are stored, or none. Each is read, checked and identified before the first is written; one transaction
 * writes them all. When one is refused its original waits in quarantine as it would alone, and nothing is kept of the others: their sender still
 * has them.
 *
 * @returns the receipts, in order
 * @throws RefusedDeposit what one of the documents or their sender did wrong
 */
export async function receiveTogether(deps: ReceiveDeps, arrivals: readonly Arrival[]): Promise<Deposited[]> {
  const arrived = arrivals.map(arrive);
  let at = 0;
  try {
    const prepared: Prepared[] = [];
    for (at = 0; at < arrived.length; at++) prepared.push(await prepare(deps, arrived[at]!));
    // Open pages are told once all is there.
    const quiet = { ...deps, relay: { wake: () => {} } };
    const deposited = await deps.db.transaction(async (tx) => {
      const done: Deposited[] = [];
      for (at = 0; at < prepared.length; at++) done.push(await storeIn(quiet, tx, prepared[at]!));
      return done;
    });
    deps.relay.wake();
    return deposited;
  } catch (error) {
    const refused = arrived[Math.min(at, arrived.length - 1)]!;
    throw await keepRefused(deps.db, refused, refused, error);
  }
}
