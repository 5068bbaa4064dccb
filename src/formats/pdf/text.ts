import { Refusal } from '#kernel';
import { readApart, TooLate } from './text-thread.ts';

/** What the words of a PDF are for: being found. Never shown in the place of the PDF, nor read as data. */
export interface PdfText {
  text: string;
  pages: number;
  /** The document has more words than are kept for the search. */
  isCut: boolean;
}

export interface PdfTextLimits {
  milliseconds: number;
  megabytes: number;
  /** Nobody waits for it: it is read behind everything else that the machine does. */
  givesWay: boolean;
  pages: number;
  characters: number;
}

const LIMITS: PdfTextLimits = { milliseconds: 10_000, megabytes: 256, givesWay: false, pages: 500, characters: 1_000_000 };

/** A deposit is no larger. */
const MAX_BYTES = 20 * 1024 * 1024;

/**
 * The words of a received PDF, for the search only. A PDF is a program written by who knows whom: it is read in a thread apart,
 * which is ended when it takes too long or too much memory; its scripts are never run, its links never followed.
 *
 * @throws Refusal `report.hostile` when it costs too much, `report.unreadable` when it is no PDF, is locked by a password or is broken
 */
export async function pdfText(bytes: Uint8Array, limits: Partial<PdfTextLimits> = {}): Promise<PdfText> {
  if (bytes.length > MAX_BYTES) throw new Refusal('report.hostile', 'the PDF is larger than 20 MB');
  if (!isPdf(bytes)) throw new Refusal('report.unreadable', 'these bytes are no PDF');
  const { milliseconds, megabytes, givesWay, pages, characters } = { ...LIMITS, ...limits };
  const question = { bytes: new Uint8Array(bytes), pages, characters };
  const answer = await readApart(question, { milliseconds, megabytes, givesWay }).catch((cause: unknown) => {
    throw refusalOf(cause);
  });
  if ('said' in answer) return answer.said;
  throw new Refusal('report.unreadable', answer.unreadable);
}

/** Its head, and one object at least (ISO 32000-1 §7.3.10, §7.5.2): no thread is started for less. */
function isPdf(bytes: Uint8Array): boolean {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return all.subarray(0, 1024).includes('%PDF-') && all.includes(' obj');
}

/** A library of thousands of lines meets bytes made to break it: whatever it throws is about the bytes. */
function refusalOf(cause: unknown): Refusal {
  if (cause instanceof TooLate) return new Refusal('report.hostile', cause.message);
  const isMemory = cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return isMemory
    ? new Refusal('report.hostile', 'the PDF takes too much memory to read', { cause })
    : new Refusal('report.unreadable', 'the PDF is broken', { cause });
}
