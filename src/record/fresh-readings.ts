import type { ClinicalDocument, DocumentHeader, LabReport } from '#formats';
import { type Words, wordsOfDocument, wordsOfReport } from './document-words.ts';

/** What arrived, as it was read. */
export type Reading = { kind: 'laboratory-report'; report: LabReport } | { kind: 'document'; document: ClinicalDocument };

/** What is still to be done with a document once it is stored looks at this of it. */
export interface FreshReading {
  words: Words;
  /** Who ordered it, and who gets a copy. */
  named: Pick<DocumentHeader, 'participants' | 'recipients'>;
}

/** As many as come in some ten seconds, and no more text than this: what is not here any more is read again from its original. */
const MOST_KEPT = 5_000;
const MOST_CHARACTERS = 10_000_000;

/** By document id. An original never changes, nor then does what was read of it: this can be missing, never wrong. */
const kept = new Map<string, FreshReading>();
let characters = 0;

/**
 * Keeps what the search and the routing of a document need, in the process that has just read and stored it: reading it again costs each as much as
 * its arrival did. Done when nothing else is at hand, so that its sender does not wait for it.
 */
export function keepReading(documentId: string, reading: Reading): void {
  setImmediate(() => {
    const { participants, recipients } = reading.kind === 'laboratory-report' ? reading.report : reading.document;
    const words = reading.kind === 'laboratory-report' ? wordsOfReport(reading.report) : wordsOfDocument(reading.document);
    kept.set(documentId, copyOf({ words, named: { participants, ...(recipients && { recipients }) } }));
    characters += words.said.length;
    for (const [oldest, { words: old }] of kept) {
      if (kept.size <= MOST_KEPT && characters <= MOST_CHARACTERS) break;
      kept.delete(oldest);
      characters -= old.said.length;
    }
  });
}

/** A text cut out of a document keeps the whole document in memory: five thousand of them are half a gigabyte, which the collector goes through over and over. */
const copyOf = (reading: FreshReading): FreshReading => JSON.parse(JSON.stringify(reading)) as FreshReading;

/** Undefined when another process read it, or long ago. */
export const freshReading = (documentId: string): FreshReading | undefined => kept.get(documentId);
