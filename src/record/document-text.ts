import { pdfText, readClinicalDocument, readLabReport } from '#formats';
import type { Sql } from '#kernel';
import { kept, type Words, wordsOfDocument, wordsOfReport } from './document-words.ts';
import { linesWithoutAccents } from './fold-words.ts';
import { freshReading } from './fresh-readings.ts';
import { originalOf } from './show-original.ts';
import { findKind } from './store-registry.ts';
import { queueBehind, takeTexts, writeTexts } from './store-text.ts';

/** Documents made searchable in one transaction: short, so that what arrives is found soon and a stop loses little. */
export const BATCH = 50;

/** For a file that is read behind the rest: several times what one that somebody waits for may take. */
const FILE_MILLISECONDS = 30_000;

/** A document to make searchable. */
interface Place {
  patientId: string;
  documentId: string;
}

/**
 * Makes the next documents searchable, from their headings as their senders wrote them. A document whose text cannot be read is left without:
 * it is still found by its title.
 * @param which `next`: what arrived; `behind`: one file whose reading could wait
 * @param onError told of such a document; nothing of what it says
 * @returns how many were done
 */
export async function indexBatch(tx: Sql, which: 'next' | 'behind', onError: (error: unknown) => void): Promise<number> {
  const isBehind = which === 'behind';
  const taken = await takeTexts(tx, { isBehind, limit: isBehind ? 1 : BATCH });
  const texts: Parameters<typeof writeTexts>[1][number][] = [];
  const behind: Place[] = [];
  for (const place of taken) {
    try {
      const words = freshReading(place.documentId)?.words ?? (await wordsAgain(tx, place));
      if (!words) continue;
      const waits = words.file === 'later' && !isBehind;
      const text = words.file === undefined || waits ? words.said : kept(`${words.said}\n${await fileText(tx, place)}`);
      texts.push({ ...place, text, folded: linesWithoutAccents(text), conclusion: words.conclusion });
      if (waits) behind.push(place);
    } catch (error) {
      const { code } = error as { code?: unknown };
      if (code === 'store.unavailable') throw error;
      // It was taken out of the record between two looks at it: there is nothing to search any more.
      if (code === 'request.not-found') continue;
      onError(new Error(`the text of the document ${place.documentId} cannot be made searchable`, { cause: error }));
    }
  }
  await Promise.all([writeTexts(tx, texts), queueBehind(tx, behind)]);
  return taken.length;
}

/** From the original; undefined when the document is not there any more. */
async function wordsAgain(tx: Sql, { patientId, documentId }: Place): Promise<Words | undefined> {
  const kind = await findKind(tx, patientId, documentId);
  if (kind === undefined) return undefined;
  const { bytes, mediaType } = await originalOf(tx, [patientId], documentId, kind);
  if (mediaType === 'application/pdf') return { said: '', file: 'now' };
  return kind === 'laboratory-report'
    ? wordsOfReport(readLabReport(bytes, mediaType))
    : wordsOfDocument(readClinicalDocument(bytes, mediaType));
}

/** The words of the PDF that a document is, or holds. */
async function fileText(tx: Sql, { patientId, documentId }: Place): Promise<string> {
  const kind = await findKind(tx, patientId, documentId);
  if (kind === undefined) return '';
  const { bytes, mediaType, pdf } = await originalOf(tx, [patientId], documentId, kind);
  const file = mediaType === 'application/pdf' ? bytes : pdf;
  return file ? (await pdfText(file, { givesWay: true, milliseconds: FILE_MILLISECONDS })).text : '';
}
