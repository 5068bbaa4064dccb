import { Worker } from 'node:worker_threads';

/** What a thread says of one PDF: its words, or why there are none. */
export type PdfAnswer = { said: { text: string; pages: number; isCut: boolean } } | { unreadable: string };

/** What it is asked: it keeps so many pages and characters. */
export interface PdfQuestion {
  bytes: Uint8Array<ArrayBuffer>;
  pages: number;
  characters: number;
}

/** Starting a thread costs ten times what reading a report does: one that has read a PDF well reads others after it. */
const MOST_READ = 200;
/** A thread that nobody asks anything holds some fifty megabytes for nothing. */
const IDLE_MILLISECONDS = 10_000;

/** What a thread is started with: it reads others within the same. */
export interface ThreadLimits {
  /** Memory that it may take. */
  megabytes: number;
  /** Behind everything else that the machine does. */
  givesWay: boolean;
}

interface Reader {
  worker: Worker;
  limits: ThreadLimits;
  read: number;
  /** Told how the PDF under way ends; at rest, that the thread is gone. */
  tell: (how: { answer: PdfAnswer } | { error: unknown }) => void;
  leaving?: NodeJS.Timeout;
}

/** At rest; at most one that gives way, and one that does not. */
const atRest = new Map<boolean, Reader>();

/** The PDF takes longer to read than it may. */
export class TooLate extends Error {
  override readonly name = 'TooLate';
}

/**
 * Reads one PDF in a thread apart. A thread that failed, took too long, or read many, is ended; one that did well may read the next.
 * @throws TooLate when it takes longer; what broke the thread otherwise
 */
export async function readApart(question: PdfQuestion, limits: ThreadLimits & { milliseconds: number }): Promise<PdfAnswer> {
  const reader = takeReader(limits);
  try {
    const answer = await answerOf(reader, question, limits.milliseconds);
    reader.read += 1;
    if ('said' in answer && reader.read < MOST_READ && !atRest.has(limits.givesWay)) rest(reader);
    return answer;
  } finally {
    if (atRest.get(limits.givesWay) !== reader) await reader.worker.terminate();
  }
}

function takeReader({ megabytes, givesWay }: ThreadLimits): Reader {
  const reader = atRest.get(givesWay);
  if (reader?.limits.megabytes !== megabytes) return newReader({ megabytes, givesWay });
  atRest.delete(givesWay);
  clearTimeout(reader.leaving);
  reader.worker.ref();
  return reader;
}

/** A thread at rest keeps no process from ending. */
function rest(reader: Reader): void {
  const { worker, limits } = reader;
  reader.tell = () => {
    if (atRest.get(limits.givesWay) === reader) atRest.delete(limits.givesWay);
  };
  worker.unref();
  atRest.set(limits.givesWay, reader);
  reader.leaving = setTimeout(() => {
    atRest.delete(limits.givesWay);
    void worker.terminate();
  }, IDLE_MILLISECONDS).unref();
}

function newReader(limits: ThreadLimits): Reader {
  const worker = new Worker(new URL('./text-worker.ts', import.meta.url), {
    workerData: limits,
    resourceLimits: { maxOldGenerationSizeMb: limits.megabytes, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
    env: {},
    stdout: true,
    stderr: true,
  });
  const reader: Reader = { worker, limits, read: 0, tell: () => {} };
  worker.on('message', (answer: PdfAnswer) => reader.tell({ answer }));
  worker.on('error', (error) => reader.tell({ error }));
  worker.on('exit', () => reader.tell({ error: new Error('the thread that read the PDF stopped') }));
  return reader;
}

function answerOf(reader: Reader, question: PdfQuestion, milliseconds: number): Promise<PdfAnswer> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new TooLate('the PDF takes too long to read')), milliseconds);
    reader.tell = (how) => {
      clearTimeout(late);
      if ('answer' in how) resolve(how.answer);
      else reject(how.error);
    };
    reader.worker.postMessage(question, [question.bytes.buffer]);
  });
}
