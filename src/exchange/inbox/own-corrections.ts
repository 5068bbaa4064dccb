import { patientReadSince } from '#access';
import type { Sql } from '#kernel';
import type { StandingDocument } from '#record';
import type { StoredResult } from '#record/contract';
import { writeNotices } from '../store-notices.ts';
import type { LineValue } from './contract.ts';
import { correctedValues, stillWrong } from './judge.ts';
import { openCorrections, writeOwnCorrection } from './store-corrections.ts';

/** `corrected:DOCUMENT`: a notice to the patient, by secure mail when they have a mailbox. */
export const CORRECTED = 'corrected:';

/**
 * The patient who had read a value that this version corrects is told: in their record, old and new side by side until they saw it, and by a mail that
 * says no value. What is hidden from them is not told.
 */
export async function tellPatient(
  tx: Sql,
  of: {
    patientId: string;
    homes: readonly string[];
    item: StandingDocument;
    formers: readonly { item: StandingDocument; results: readonly StoredResult[] }[];
    results: readonly StoredResult[];
    masks: readonly string[];
    now: Date;
  },
): Promise<void> {
  const { patientId, homes, item, formers, results, masks, now } = of;
  if (masks.some((mask) => mask.startsWith('INVISIBLE_'))) return;
  let values: LineValue[] = [];
  for (const former of formers) {
    const { documentId, receivedAt } = former.item;
    const read = { homes, documentId, since: new Date(receivedAt), until: now };
    const changed = correctedValues(former.results, results);
    if (changed.length > 0 && (await patientReadSince(tx, read))) values = changed;
    // Told of a correction that they did not look at: what they read is older still.
    for (const { content } of await openCorrections(tx, homes, [documentId])) {
      const still = stillWrong(content.values, results);
      if (still.length > 0) values = still;
    }
  }
  if (values.length === 0) return;
  const content = { title: item.detail ?? item.title, laboratory: item.structure.name, values };
  const { documentId } = item;
  await writeOwnCorrection(tx, { patientId, homes, formers: formers.map((former) => former.item.documentId), documentId, content, now });
  await writeNotices(tx, [{ patientId, noticeId: `${CORRECTED}${documentId}`, recipient: 'patient' }], now);
}
