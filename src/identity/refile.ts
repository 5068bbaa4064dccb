import { type Db, Refusal } from '#kernel';
import type { Ins } from './ins.ts';
import { waitingUnderIns } from './store-worklist.ts';
import { type AfterDecision, type DecisionRequest, refileWaiting } from './worklist.ts';

/**
 * Files the arrivals that a rule joins by now. Each in a transaction of its own: one that cannot be filed does not hold back the others, nor the
 * decision that made it possible.
 * @returns how many were filed
 */
export async function refileAll(
  db: Db,
  waitingIds: readonly string[],
  decision: Omit<DecisionRequest, 'waitingId'>,
  after: Pick<AfterDecision, 'resume'>,
): Promise<number> {
  let filed = 0;
  for (const waitingId of waitingIds) {
    try {
      if (await db.transaction((tx) => refileWaiting(tx, { ...decision, waitingId }, after))) filed += 1;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }
  return filed;
}

/** The same for the arrivals that print one of these INS: what they are judged against has changed. */
export async function refileUnderIns(
  db: Db,
  inss: readonly (Ins | undefined)[],
  decision: Omit<DecisionRequest, 'waitingId'>,
  after: Pick<AfterDecision, 'resume'>,
): Promise<number> {
  let filed = 0;
  const distinct = new Map(inss.flatMap((ins) => (ins ? [[`${ins.oid} ${ins.value}`, ins] as const] : [])));
  for (const ins of distinct.values()) filed += await refileAll(db, await waitingUnderIns(db, ins), decision, after);
  return filed;
}
