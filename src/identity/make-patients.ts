import type { Sql } from '#kernel';
import { marksBetween } from './marks.ts';
import { noteMarks } from './refresh-marks.ts';
import { statusOf } from './status.ts';
import * as store from './store.ts';
import { type By, insertEvents } from './store-events.ts';

/**
 * Makes records and marks them, and those that they could be taken for, as homonyms or dangerous twins.
 * @returns the ids made; absent are those whose INS (or id) was already there
 */
export async function makePatients(tx: Sql, patients: readonly store.NewPatient[], by: By): Promise<Set<string>> {
  const made = await store.insertPatients(tx, patients, by.now);
  const created = patients.filter(({ patientId }) => made.has(patientId));
  const events = created.map(({ patientId, facts, receivedFrom }) => ({
    patientId,
    kind: 'created' as const,
    after: { ...facts, status: statusOf(facts), ...(receivedFrom !== undefined && { receivedFrom }) },
  }));
  await insertEvents(tx, events, by);
  const marked: store.Marked[] = [];
  for (const [patient, neighbour] of await store.neighbourPairs(tx, [...made])) {
    const marks = marksBetween(patient.traits, neighbour.traits);
    if (marks.length > 0) marked.push(...(await store.addMarks(tx, [patient.patientId, neighbour.patientId], marks)));
  }
  await noteMarks(tx, marked, by);
  return made;
}
