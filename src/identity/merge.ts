import { partRecords, shareRecords } from '#access';
import { Refusal, type Sql } from '#kernel';
import { refreshMarks } from './refresh-marks.ts';
import { refreshAliases } from './refresh-aliases.ts';
import * as store from './store.ts';
import { lockPatients, setMergedInto } from './store-merges.ts';
import { type By, insertEvents } from './store-events.ts';
import { settleDuplicate } from './store-source.ts';
import { fingerprintOf } from './traits.ts';

export interface MergeRequest extends By {
  /** The record that disappears behind the other. */
  patientId: string;
}

/**
 * Two records of one person become one to read. No document moves: each stays in the record it was filed in, its home, and the survivor is read
 * with the homes of all that were merged into it. So a split gives back exactly what was there, later arrivals included.
 * @throws Refusal `request.invalid` when either is unknown, already merged into another, or both are the same
 */
export async function mergePatients(tx: Sql, { patientId, into, ...by }: MergeRequest & { into: string }): Promise<void> {
  await lockAround(tx, [patientId, into]);
  const locked = await lockPatients(tx, [patientId, into]);
  const isLive = (id: string) => locked.some((row) => row.patientId === id && row.mergedInto === null);
  if (patientId === into || !isLive(patientId) || !isLive(into)) {
    throw new Refusal('request.invalid', 'two live records are needed to merge one into the other', { at: 'body.into' });
  }
  await setMergedInto(tx, patientId, into);
  await settleDuplicate(tx, patientId, into, by.now);
  await shareRecords(tx, { merged: patientId, survivor: into, now: by.now });
  await insertEvents(tx, [{ patientId, kind: 'merged', before: { mergedInto: null }, after: { mergedInto: into } }], by);
  await refreshMarks(tx, [patientId, into], by);
  await refreshAliases(tx, [into]);
}

/**
 * Gives a merged record back, with exactly the documents that are at home in it.
 * @throws Refusal `request.invalid` when it is not merged
 */
export async function splitPatient(tx: Sql, { patientId, ...by }: MergeRequest): Promise<void> {
  await lockAround(tx, [patientId]);
  const [row] = await lockPatients(tx, [patientId]);
  if (!row?.mergedInto) throw new Refusal('request.invalid', 'this record is not merged into another', { at: 'params.patientId' });
  await setMergedInto(tx, patientId, null);
  await partRecords(tx, { merged: patientId, survivor: row.mergedInto, now: by.now });
  const change = { before: { mergedInto: row.mergedInto }, after: { mergedInto: null } };
  await insertEvents(tx, [{ patientId, kind: 'split', ...change }], by);
  await refreshMarks(tx, [patientId, row.mergedInto], by);
  await refreshAliases(tx, [patientId, row.mergedInto]);
}

/** Neighbourhoods before records: the order in which everyone locks. */
async function lockAround(tx: Sql, patientIds: readonly string[]): Promise<void> {
  const patients = await store.patientsByIds(tx, patientIds);
  const sorted = patients.map(({ traits }) => traits).toSorted((a, b) => (fingerprintOf(a) < fingerprintOf(b) ? -1 : 1));
  for (const traits of sorted) await store.lockNeighbourhood(tx, traits);
}

/**
 * A person has looked at two records said to be one: they are two people. They are not proposed again.
 * @throws Refusal `request.not-found` when there is no such record
 */
export async function tellApart(tx: Sql, { patientId, other, ...by }: MergeRequest & { other: string }): Promise<void> {
  const known = await store.patientsByIds(tx, [patientId, other]);
  if (known.length < 2) throw new Refusal('request.not-found', 'no such patient', { at: 'body.other' });
  await settleDuplicate(tx, patientId, other, by.now);
  await insertEvents(
    tx,
    [patientId, other].map((id) => ({ patientId: id, kind: 'told-apart' as const })),
    by,
  );
}
