import type { Sql } from '#kernel';
import { endShared, endWhatEndedThere, shareInForce } from './store-same-person.ts';

/** A record found to be of the same person as another, behind which it stands from now on. */
export interface SamePerson {
  merged: string;
  survivor: string;
  now: Date;
}

/**
 * From now on rights are judged on the survivor: who may open the merged record may open it, whom the patient shut out of the merged record is
 * shut out of it. Rows are added; `partRecords` ends them. Call it in the transaction of the merge.
 */
export function shareRecords(tx: Sql, { merged, survivor, now }: SamePerson): Promise<void> {
  return shareInForce(tx, { from: merged, to: survivor, by: nameOf(merged), now });
}

/**
 * The merge was a mistake: what it had shared ends on the survivor. What was ended there meanwhile (a link that the patient took back) ends on the
 * merged record too: a split never reopens a record to anyone.
 */
export async function partRecords(tx: Sql, { merged, survivor, now }: SamePerson): Promise<void> {
  const shared = { from: merged, to: survivor, by: nameOf(merged), now };
  await endWhatEndedThere(tx, shared);
  await endShared(tx, shared);
}

const nameOf = (merged: string) => `merge:${merged}`;
