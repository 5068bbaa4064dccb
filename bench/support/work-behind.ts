import { setTimeout as wait } from 'node:timers/promises';
import type { Db } from '#kernel';

/** Waits until what follows from the reports is done too: told, routed, searchable. Files that can wait are not waited for. */
export async function workBehind(db: Db): Promise<void> {
  const since = performance.now();
  for (;;) {
    const [row] = await db.query<{ left: number }>(
      '',
      `select ((select count(*) from record.outbox) + (select count(*) from exchange.dispatch where routed_at is null)
         + (select count(*) from record.index_queue where not is_behind))::int as left`,
    );
    if (row!.left === 0) break;
    await wait(50);
  }
  console.log(`told, routed and searchable ${((performance.now() - since) / 1_000).toFixed(1)} s after the last was answered`);
}

/** Waits until the words of files, read when nothing else is to be done, are searchable too: twenty a second, for as long as it takes. */
export async function filesBehind(db: Db): Promise<void> {
  for (let left = 1; left > 0; await wait(200)) {
    const [row] = await db.query<{ left: number }>('', 'select count(*)::int as left from record.index_queue');
    left = row!.left;
  }
}
