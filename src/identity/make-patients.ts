import type { Sql } from '#kernel';
import { marksBetween } from './marks.ts';
import * as store from './store.ts';

/**
 * Makes records and marks them, and those that they could be taken for, as homonyms or dangerous twins.
 * @returns the ids made; absent are those whose INS (or id) was already there
 */
export async function makePatients(tx: Sql, patients: readonly store.NewPatient[], now: Date): Promise<Set<string>> {
  const made = await store.insertPatients(tx, patients, now);
  for (const [patient, neighbour] of await store.neighbourPairs(tx, [...made])) {
    const marks = marksBetween(patient.traits, neighbour.traits);
    if (marks.length > 0) await store.addMarks(tx, [patient.patientId, neighbour.patientId], marks);
  }
  return made;
}
