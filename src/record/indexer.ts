import { type Db, keepDoing } from '#kernel';
import { BATCH, indexBatch } from './document-text.ts';

const IDLE_MILLISECONDS = 1_000;
/** Nobody searches a text in the second in which it arrives: documents that come close together are done together. */
const GATHER_MILLISECONDS = 250;
/** What can wait takes a tenth of the time of one thread. */
const RESTS_PER_WORK = 9;

/** Makes documents searchable behind the rest, beside the relay: slow texts delay no page, and files that can wait delay no text. */
export function startIndexer(db: Db, onError: (error: unknown) => void): { wake: () => void; stop: () => Promise<void> } {
  const index = (which: 'next' | 'behind') => db.steady().transaction((tx) => indexBatch(tx, which, onError));
  const next = keepDoing(async () => {
    const done = await index('next');
    return done === BATCH ? { atLeast: 0, atMost: 0 } : { atLeast: done === 0 ? 0 : GATHER_MILLISECONDS, atMost: IDLE_MILLISECONDS };
  }, onError);
  const behind = keepDoing(async () => {
    const started = performance.now();
    const done = await index('behind');
    const atLeast = done === 0 ? IDLE_MILLISECONDS : (performance.now() - started) * RESTS_PER_WORK;
    return { atLeast, atMost: atLeast };
  }, onError);
  return {
    wake: next.wake,
    async stop() {
      await Promise.all([next.stop(), behind.stop()]);
    },
  };
}
