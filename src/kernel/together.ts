import { setTimeout as pause } from 'node:timers/promises';
import { Refusal } from './refusal.ts';

/**
 * Work that costs little more for many than for one, asked one by one: whoever asks while it is being done for others is served together with all who
 * wait, in the next round. Alone, nobody waits.
 * @param work done for those given, in the order in which they asked. When it throws for several, it is done for each alone, so that one does not spoil the others;
 *   not when the database is away, which each would wait for in turn.
 * @param gatherMs once some wait, how much longer others are waited for: where many come and none is in a hurry, rounds are fewer
 */
export function together<Item>(
  work: (items: readonly Item[]) => Promise<void>,
  { gatherMs = 0 }: { gatherMs?: number } = {},
): (item: Item) => Promise<void> {
  let waiting: { item: Item; resolve: () => void; reject: (error: unknown) => void }[] = [];
  let isRunning = false;
  const round = async (batch: typeof waiting): Promise<void> => {
    try {
      await work(batch.map(({ item }) => item));
      for (const { resolve } of batch) resolve();
    } catch (error) {
      const isAway = error instanceof Refusal && error.code === 'store.unavailable';
      if (isAway || batch.length === 1) return batch.forEach(({ reject }) => reject(error));
      for (const one of batch) await round([one]);
    }
  };
  const run = async () => {
    isRunning = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      await round(batch);
      if (gatherMs > 0 && waiting.length > 0) await pause(gatherMs);
    }
    isRunning = false;
  };
  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!isRunning) void run();
    });
}
