import {
  type DocumentSection,
  type LabReport,
  narrativeToText,
  pdfText,
  readClinicalDocument,
  readLabReport,
  resultsOf,
  type Section,
} from '#formats';
import type { Sql } from '#kernel';
import { withoutAccents } from './fold-words.ts';
import { textOf as wordsOfValue, wordsOf as wordsOfCode } from './printed-results.ts';
import { type Original, originalOf } from './show-original.ts';
import { findKind } from './store-registry.ts';
import { queueBehind, takeTexts, writeText } from './store-text.ts';

/** Documents made searchable in one transaction: short, so that what arrives is found soon and a stop loses little. */
const BATCH = 20;
/** Characters of one document that are searched: a long stay makes some fifty thousand, a vector of words holds a megabyte. */
const MOST_CHARACTERS = 200_000;

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
  for (const { patientId, documentId } of taken) {
    const kind = await findKind(tx, patientId, documentId);
    if (kind === undefined) continue;
    const original = await originalOf(tx, [patientId], documentId, kind);
    try {
      const { said, file, fileCanWait } = wordsIn(original, kind);
      const waits = file !== undefined && fileCanWait && !isBehind;
      const read = file === undefined || waits ? said : `${said}\n${(await pdfText(file)).text}`;
      // A NUL cannot be kept by the database.
      const text = read.replaceAll('\0', ' ').slice(0, MOST_CHARACTERS);
      await writeText(tx, { patientId, documentId, text, folded: withoutAccents(text) });
      if (waits) await queueBehind(tx, { patientId, documentId });
    } catch (error) {
      if ((error as { code?: unknown }).code === 'store.unavailable') throw error;
      onError(new Error(`the text of the document ${documentId} cannot be made searchable`, { cause: error }));
    }
  }
  return taken.length;
}

interface Words {
  said: string;
  /** A PDF whose words are searched too. */
  file?: Buffer | undefined;
  /** Results are found without it. */
  fileCanWait: boolean;
}

/** Titles and narratives, in their order. Where nothing is narrated: what the results say, and the words of the PDF. */
function wordsIn({ bytes, mediaType, pdf }: Original, kind: 'laboratory-report' | 'document'): Words {
  if (mediaType === 'application/pdf') return { said: '', file: bytes, fileCanWait: false };
  const report = kind === 'laboratory-report' ? readLabReport(bytes, mediaType) : undefined;
  const sections = report?.sections ?? readClinicalDocument(bytes, mediaType).sections;
  const told = sections.map(wordsOfSection).join('\n');
  if (sections.some(isNarrated)) return { said: told, fileCanWait: false };
  const results = report ? wordsOfResults(report) : '';
  return { said: [told, results].filter(Boolean).join('\n'), file: pdf, fileCanWait: results !== '' };
}

type AnySection = Section | DocumentSection;

const innerOf = ({ sections }: AnySection): readonly AnySection[] => sections;

const isNarrated = (section: AnySection): boolean => section.narrative !== undefined || innerOf(section).some(isNarrated);

function wordsOfSection(section: AnySection): string {
  const { title = '', narrative } = section;
  return [title, narrative === undefined ? '' : narrativeToText(narrative), ...innerOf(section).map(wordsOfSection)]
    .filter(Boolean)
    .join('\n');
}

/** Each result as one would say it: its battery once, its name, value and unit, its organism, its comments. */
function wordsOfResults(report: LabReport): string {
  const lines: string[] = [];
  let group: unknown;
  for (const { result, battery, isolate } of resultsOf(report)) {
    const own = isolate ?? battery;
    if (own && own !== group)
      lines.push([battery?.code && wordsOfCode(battery.code), isolate && wordsOfCode(isolate.organism)].filter(Boolean).join(' '));
    group = own;
    const unit = result.value && 'unit' in result.value ? result.value.unit : undefined;
    lines.push([wordsOfCode(result.code), wordsOfValue(result.value), unit, ...(result.comments ?? [])].filter(Boolean).join(' '));
  }
  return lines.join('\n');
}
