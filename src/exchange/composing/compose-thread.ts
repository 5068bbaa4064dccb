import { Worker } from 'node:worker_threads';
import { Refusal, type RefusalCode } from '#kernel';
import type { Compose, Composed, ToCompose } from './compose.ts';

/** What the thread says: that it can be asked, then what became of each document, in the order asked. */
export type Answer =
  | 'ready'
  | { composed: Composed<Uint8Array<ArrayBuffer>>[] }
  | { refused: { code: RefusalCode; message: string; at?: string } }
  | { fault: unknown };

/** Reading the longest report that is taken, and laying out its pages, takes a hundredth of that. */
const COMPOSED_WITHIN_MS = 60_000;
/** Megabytes: what a document of the greatest length that is taken needs, several times. */
const MEMORY = { maxOldGenerationSizeMb: 1_024, maxYoungGenerationSizeMb: 48, stackSizeMb: 4 };
interface Asked {
  question: ToCompose;
  /** A thread ended while it had this one, perhaps among others: it is asked again alone. */
  isSuspect: boolean;
  resolve: (composed: Composed[]) => void;
  reject: (error: unknown) => void;
}

export interface Composer {
  /** @throws Refusal when the original holds no single document, or when writing its mail takes too long or too much memory, twice: the second time alone */
  compose: Compose;
  stop(): Promise<void>;
}

/**
 * Writes mails in a thread apart: reading a document again, laying out its pages and compressing them costs as much as all else that is done to send it,
 * and whoever deposits or reads meanwhile would wait for it. A document that breaks the thread is refused, and holds back no other: those that it had are asked
 * of the next, one at a time, since what a thread said last may be lost with it. The thread starts when something is first asked.
 */
export function openComposer({ script = new URL('./compose-worker.ts', import.meta.url), withinMs = COMPOSED_WITHIN_MS } = {}): Composer {
  /** In the order asked: the thread has the first `given` of them, and is at the first. */
  const asked: Asked[] = [];
  let given = 0;
  let thread: { worker: Worker; isReady: boolean } | undefined;
  let late: NodeJS.Timeout | undefined;

  const giveOut = () => {
    if (!thread && asked.length > 0) start();
    if (!thread?.isReady) return;
    const { worker } = thread;
    const wasAtRest = given === 0;
    const isAlone = () => given > 0 && (asked[0]!.isSuspect || asked[given]!.isSuspect);
    while (given < asked.length && !isAlone()) {
      worker.postMessage(asked[given]!.question, []);
      given += 1;
    }
    if (wasAtRest) watch(worker);
  };
  /** From when it is at another document: those that are asked meanwhile give it no more time. */
  const watch = (worker: Worker) => {
    clearTimeout(late);
    late = given > 0 ? setTimeout(() => breakOff(worker), withinMs).unref() : undefined;
  };
  const start = () => {
    const worker = new Worker(script, { resourceLimits: MEMORY, env: {}, stdout: true, stderr: true });
    thread = { worker, isReady: false };
    // Alone, it keeps no process from ending.
    worker.unref();
    worker.on('message', (answer: Answer) => {
      if (thread?.worker !== worker) return;
      if (answer === 'ready') thread.isReady = true;
      else {
        given -= 1;
        settle(asked.shift()!, answer);
      }
      giveOut();
      watch(worker);
    });
    worker.on('error', () => breakOff(worker));
    worker.on('exit', () => breakOff(worker));
  };
  const breakOff = (worker: Worker) => {
    if (thread?.worker !== worker) return;
    const { isReady } = thread;
    const had = asked.slice(0, given);
    [thread, given] = [undefined, 0];
    clearTimeout(late);
    void worker.terminate();
    if (!isReady) for (const one of asked.splice(0)) one.reject(new Error('the thread that writes mails does not start'));
    else if (had.length === 1 && had[0]!.isSuspect)
      asked.shift()!.reject(new Refusal('deposit.unsupported-format', 'no mail can be written of the document', { at: 'content' }));
    else for (const one of had) one.isSuspect = true;
    giveOut();
  };

  return {
    compose: (question) =>
      new Promise((resolve, reject) => {
        asked.push({ question, isSuspect: false, resolve, reject });
        giveOut();
      }),
    async stop() {
      clearTimeout(late);
      const { worker } = thread ?? {};
      [thread, given] = [undefined, 0];
      for (const one of asked.splice(0)) one.reject(new Error('the thread that writes mails was stopped'));
      await worker?.terminate();
    },
  };
}

function settle({ resolve, reject }: Asked, answer: Exclude<Answer, 'ready'>): void {
  if ('composed' in answer)
    resolve(answer.composed.map(({ raw, sha256, zstd }) => ({ raw: asBuffer(raw), sha256: asBuffer(sha256), zstd: asBuffer(zstd) })));
  else if ('refused' in answer) {
    const { code, message, ...more } = answer.refused;
    reject(new Refusal(code, message, more));
  } else reject(answer.fault);
}

const asBuffer = ({ buffer, byteOffset, length }: Uint8Array<ArrayBuffer>): Buffer => Buffer.from(buffer, byteOffset, length);
