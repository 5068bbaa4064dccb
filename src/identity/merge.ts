import { partRecords, shareRecords } from '#access';
import { Refusal, type Sql } from '#kernel';
import { marksBetween } from './marks.ts';
import * as store from './store.ts';
import { insertDecision } from './store-worklist.ts';

export interface MergeRequest {
  /** The record that disappears behind the other. */
  patientId: string;
  who: { id: string; name: string };
  /** The person's own words, kept for ever in the history. */
  reason: string;
  now: Date;
}

/**
 * Two records of one person become one to read. No document moves: each stays in the record it was filed in, its home, and the survivor is read
 * with the homes of all that were merged into it. So a split gives back exactly what was there, later arrivals included.
 * @throws Refusal `request.invalid` when either is unknown, already merged into another, or both are the same
 */
export async function mergePatients(tx: Sql, request: MergeRequest & { into: string }): Promise<void> {
  const { patientId, into, who, reason, now } = request;
  const locked = await store.lockPatients(tx, [patientId, into]);
  const isLive = (id: string) => locked.some((row) => row.patientId === id && row.mergedInto === null);
  if (patientId === into || !isLive(patientId) || !isLive(into)) {
    throw new Refusal('request.invalid', 'two live records are needed to merge one into the other', { at: 'body.into' });
  }
  await store.setMergedInto(tx, patientId, into);
  await shareRecords(tx, { merged: patientId, survivor: into, now });
  await refreshMarks(tx, [patientId, into]);
  await insertDecision(tx, {
    action: 'merge',
    patientId,
    who: who.id,
    whoName: who.name,
    before: { mergedInto: null },
    after: { mergedInto: into },
    reason,
    now,
  });
}

/**
 * Gives a merged record back, with exactly the documents that are at home in it.
 * @throws Refusal `request.invalid` when it is not merged
 */
export async function splitPatient(tx: Sql, { patientId, who, reason, now }: MergeRequest): Promise<void> {
  const [row] = await store.lockPatients(tx, [patientId]);
  if (!row?.mergedInto) throw new Refusal('request.invalid', 'this record is not merged into another', { at: 'params.patientId' });
  await store.setMergedInto(tx, patientId, null);
  await partRecords(tx, { merged: patientId, survivor: row.mergedInto, now });
  await refreshMarks(tx, [patientId, row.mergedInto]);
  const change = { before: { mergedInto: row.mergedInto }, after: { mergedInto: null } };
  await insertDecision(tx, { action: 'split', patientId, who: who.id, whoName: who.name, ...change, reason, now });
}

/** Marks again, from who is live now, these records and those they could be taken for. */
async function refreshMarks(tx: Sql, patientIds: readonly string[]): Promise<void> {
  for (const { traits } of await store.patientsByIds(tx, patientIds)) {
    const group = await store.bornSameDay(tx, traits);
    for (const patient of group) {
      const others = group.filter((other) => other !== patient);
      await store.setMarks(tx, patient.patientId, [...new Set(others.flatMap((other) => marksBetween(patient.traits, other.traits)))]);
    }
  }
}
