import type { Db } from '#kernel';
import { indexBatch } from './document-text.ts';

const IDLE_MILLISECONDS = 1_000;

/** Makes documents searchable behind the rest, beside the relay: slow texts delay no page. */
export function startIndexer(db: Db, onError: (error: unknown) => void): { wake: () => void; stop: () => Promise<void> } {
  const life = { isStopped: false, isAwaken: false };
  let wakeUp: () => void = () => {};
  const rest = () =>
    new Promise<void>((resolve) => {
      if (life.isAwaken || life.isStopped) return resolve();
      const timer = setTimeout(resolve, IDLE_MILLISECONDS);
      wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const running = (async () => {
    while (!life.isStopped) {
      life.isAwaken = false;
      try {
        if ((await db.transaction((tx) => indexBatch(tx, onError))) > 0) continue;
      } catch (error) {
        onError(error);
      }
      await rest();
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
