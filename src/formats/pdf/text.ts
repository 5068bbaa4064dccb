import { Worker } from 'node:worker_threads';
import { Refusal } from '#kernel';

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
  pages: number;
  characters: number;
}

const LIMITS: PdfTextLimits = { milliseconds: 10_000, megabytes: 256, pages: 500, characters: 1_000_000 };

/** A deposit is no larger. */
const MAX_BYTES = 20 * 1024 * 1024;

/**
 * The words of a received PDF, for the search only. A PDF is a program written by who knows whom: it is read in a thread of its own,
 * which is ended when it takes too long or too much memory; its scripts are never run, its links never followed.
 *
 * @throws Refusal `report.hostile` when it costs too much, `report.unreadable` when it is no PDF, is locked by a password or is broken
 */
export async function pdfText(bytes: Uint8Array, limits: Partial<PdfTextLimits> = {}): Promise<PdfText> {
  if (bytes.length > MAX_BYTES) throw new Refusal('report.hostile', 'the PDF is larger than 20 MB');
  if (!Buffer.from(bytes.subarray(0, 1024)).includes('%PDF-')) throw new Refusal('report.unreadable', 'these bytes are no PDF');
  const { milliseconds, megabytes, pages, characters } = { ...LIMITS, ...limits };
  const copy = new Uint8Array(bytes);
  const worker = new Worker(new URL('./text-worker.ts', import.meta.url), {
    workerData: { bytes: copy, pages, characters },
    transferList: [copy.buffer],
    resourceLimits: { maxOldGenerationSizeMb: megabytes, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
    env: {},
    stdout: true,
    stderr: true,
  });
  try {
    return await answerOf(worker, milliseconds);
  } finally {
    await worker.terminate();
  }
}

/** What the thread says: the words, or why there are none. */
export type PdfAnswer = { said: PdfText } | { unreadable: string };

function answerOf(worker: Worker, milliseconds: number): Promise<PdfText> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Refusal('report.hostile', 'the PDF takes too long to read')), milliseconds);
    const settle = (done: () => void) => {
      clearTimeout(late);
      done();
    };
    worker.on('message', (answer: PdfAnswer) =>
      settle(() => ('said' in answer ? resolve(answer.said) : reject(new Refusal('report.unreadable', answer.unreadable)))),
    );
    worker.on('error', (cause) => settle(() => reject(refusalOf(cause))));
    worker.on('exit', () => settle(() => reject(new Refusal('report.unreadable', 'the reading of the PDF stopped'))));
  });
}

/** A library of thousands of lines meets bytes made to break it: whatever it throws is about the bytes. */
function refusalOf(cause: unknown): Refusal {
  const isMemory = cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return isMemory
    ? new Refusal('report.hostile', 'the PDF takes too much memory to read', { cause })
    : new Refusal('report.unreadable', 'the PDF is broken', { cause });
}
