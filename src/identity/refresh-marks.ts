import type { Sql } from '#kernel';
import { marksBetween } from './marks.ts';
import * as store from './store.ts';
import { type By, insertEvents } from './store-events.ts';

/** Marks again, from who is live now, these records and those they could be taken for; what changed is written in their histories. */
export async function refreshMarks(tx: Sql, patientIds: readonly string[], by: By): Promise<void> {
  const changed: store.Marked[] = [];
  for (const { traits } of await store.patientsByIds(tx, patientIds)) {
    const group = await store.bornSameDay(tx, traits);
    for (const patient of group) {
      const others = group.filter((other) => other !== patient);
      const marks = [...new Set(others.flatMap((other) => marksBetween(patient.traits, other.traits)))];
      changed.push(...(await store.setMarks(tx, patient.patientId, marks)));
    }
  }
  await noteMarks(tx, changed, by);
}

export function noteMarks(tx: Sql, changed: readonly store.Marked[], by: By): Promise<void> {
  const events = changed.map(({ patientId, attributes }) => ({ patientId, kind: 'marked' as const, after: { attributes } }));
  return insertEvents(tx, events, { ...by, reason: 'neighbours' });
}
