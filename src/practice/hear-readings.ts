import { type Db, Refusal } from '#kernel';
import { markSeen } from './decide.ts';
import { readingsOfSoftware, type Software } from './software/client.ts';
import { lastSeenAt, placeOf } from './store.ts';

/** A clock of the software that is late, or a stop between two rounds. */
const OVERLAP_MS = 15 * 60_000;
/** Of a practice that has read nothing yet. */
const FIRST_LOOK_MS = 30 * 86_400_000;

/**
 * What a professional answered for in the software is read: its sender will be told. Heard again, it changes nothing; of a document that is filed for nobody
 * any more, nothing is told.
 * @returns how many were read since
 */
export async function hearReadings(db: Db, software: Software): Promise<number> {
  const last = await lastSeenAt(db);
  const since = new Date((last?.getTime() ?? Date.now() - FIRST_LOOK_MS) - OVERLAP_MS);
  let heard = 0;
  for (const { documentId, by } of await readingsOfSoftware(software, since)) {
    const place = /^[\da-f-]{36}$/i.test(documentId) ? await placeOf(db, documentId) : undefined;
    if (place?.kind !== 'filed' || place.isSeen) continue;
    try {
      await markSeen(db, documentId, { by, reason: 'software' });
      heard++;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }
  return heard;
}
