import { type DocumentSection, narrativeToText, pdfText, readClinicalDocument, readLabReport, type Section } from '#formats';
import type { Sql } from '#kernel';
import { withoutAccents } from './fold-words.ts';
import { type Original, originalOf } from './show-original.ts';
import { findKind } from './store-registry.ts';
import { takeTexts, writeText } from './store-text.ts';

/** Documents made searchable in one transaction: short, so that what arrives is found soon and a stop loses little. */
const BATCH = 20;
/** Characters of one document that are searched: a long stay makes some fifty thousand, a vector of words holds a megabyte. */
const MOST_CHARACTERS = 200_000;

/**
 * Makes the next documents searchable, from their headings as their senders wrote them. A document whose text cannot be read is left without:
 * it is still found by its title.
 * @param onError told of such a document; nothing of what it says
 * @returns how many were done
 */
export async function indexBatch(tx: Sql, onError: (error: unknown) => void): Promise<number> {
  const taken = await takeTexts(tx, BATCH);
  for (const { patientId, documentId } of taken) {
    const kind = await findKind(tx, patientId, documentId);
    if (kind === undefined) continue;
    const original = await originalOf(tx, [patientId], documentId, kind);
    try {
      const text = (await textOf(original, kind)).slice(0, MOST_CHARACTERS);
      await writeText(tx, { patientId, documentId, text, folded: withoutAccents(text) });
    } catch (error) {
      if ((error as { code?: unknown }).code === 'store.unavailable') throw error;
      onError(new Error(`the text of the document ${documentId} cannot be made searchable`, { cause: error }));
    }
  }
  return taken.length;
}

/** The words of a document: titles and narratives, in their order; when it has none, those of its PDF. */
async function textOf({ bytes, mediaType, pdf }: Original, kind: 'laboratory-report' | 'document'): Promise<string> {
  const isPdf = mediaType === 'application/pdf';
  const said = isPdf ? '' : narratedIn(bytes, mediaType, kind);
  const file = isPdf ? bytes : pdf;
  const text = said.trim() === '' && file ? (await pdfText(file)).text : said;
  // A NUL cannot be kept by the database.
  return text.replaceAll('\0', ' ');
}

function narratedIn(bytes: Buffer, mediaType: string, kind: 'laboratory-report' | 'document'): string {
  const sections = kind === 'document' ? readClinicalDocument(bytes, mediaType).sections : readLabReport(bytes, mediaType).sections;
  return sections.map(wordsOf).join('\n');
}

function wordsOf({ title = '', narrative, sections }: Section | DocumentSection): string {
  const inner: readonly (Section | DocumentSection)[] = sections;
  return [title, narrative === undefined ? '' : narrativeToText(narrative), ...inner.map(wordsOf)].filter(Boolean).join('\n');
}
