import type { Db } from '#kernel';
import { indexBatch } from './document-text.ts';

const IDLE_MILLISECONDS = 1_000;
/** What can wait takes a tenth of the time of one thread. */
const RESTS_PER_WORK = 9;

/** Makes documents searchable behind the rest, beside the relay: slow texts delay no page, and files that can wait delay no text. */
export function startIndexer(db: Db, onError: (error: unknown) => void): { wake: () => void; stop: () => Promise<void> } {
  const index = (which: 'next' | 'behind') => db.transaction((tx) => indexBatch(tx, which, onError));
  const next = keepDoing(async () => ((await index('next')) > 0 ? 0 : IDLE_MILLISECONDS), onError);
  const behind = keepDoing(async () => {
    const started = performance.now();
    const done = await index('behind');
    return done === 0 ? IDLE_MILLISECONDS : (performance.now() - started) * RESTS_PER_WORK;
  }, onError);
  return {
    wake: next.wake,
    async stop() {
      await Promise.all([next.stop(), behind.stop()]);
    },
  };
}

/** Does something again and again, with the rest that each time asks for, in milliseconds; a fault is told, and costs a rest. */
function keepDoing(step: () => Promise<number>, onError: (error: unknown) => void): { wake: () => void; stop: () => Promise<void> } {
  const life = { isStopped: false, isAwaken: false };
  let wakeUp: () => void = () => {};
  const rest = (milliseconds: number) =>
    new Promise<void>((resolve) => {
      if (milliseconds === 0 || life.isAwaken || life.isStopped) return resolve();
      const timer = setTimeout(resolve, milliseconds);
      wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const running = (async () => {
    while (!life.isStopped) {
      life.isAwaken = false;
      const due = await step().catch((error: unknown) => {
        onError(error);
        return IDLE_MILLISECONDS;
      });
      await rest(due);
    }
  })();
  return {
    wake() {
      life.isAwaken = true;
      wakeUp();
    },
    async stop() {
      life.isStopped = true;
      wakeUp();
      await running;
    },
  };
}
