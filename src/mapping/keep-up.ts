import type { Db } from '#kernel';
import { countAll } from './census.ts';
import { followRules } from './follow-rules.ts';
import { renormaliseBatch } from './renormalise.ts';
import type { Tables } from './tables.ts';

/** Between two looks when there was nothing to do. */
const REST_MILLISECONDS = 2_000;
/**
 * The counts of what laboratories send are brought up to date this often, and new rules noticed; more rarely when much comes, since a count of
 * many is as long as one of few, but a biologist never waits more than the longest rest for a code to be in the list.
 */
const COUNT_MILLISECONDS = 10_000;
const RESTS_PER_COUNT = 30;
const LONGEST_REST_MILLISECONDS = 30_000;
/**
 * A document has its identifier before it is committed; a process hears of new tables a little after they are published. Both are over
 * well within this.
 */
export const SETTLE_MILLISECONDS = 15_000;

/** Does what mapping asks behind the pages: history normalised again after a change of tables, and the count of what is sent. */
export function keepUp(
  db: Db,
  tables: Tables,
  onError: (error: unknown) => void,
  settleMilliseconds = SETTLE_MILLISECONDS,
): { stop(): Promise<void> } {
  const life = { stopped: false };
  let endRest = () => {};
  const rest = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, REST_MILLISECONDS);
      endRest = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  let countsAgainAt = 0;
  const running = (async () => {
    while (!life.stopped) {
      try {
        if (await renormaliseBatch(db, tables, new Date(), settleMilliseconds)) continue;
        const startedAt = Date.now();
        if (startedAt >= countsAgainAt) {
          await followRules(db, tables.rules(), new Date());
          await countAll(db, settleMilliseconds, () => life.stopped);
          const rested = Math.min(RESTS_PER_COUNT * (Date.now() - startedAt), LONGEST_REST_MILLISECONDS);
          countsAgainAt = Date.now() + Math.max(COUNT_MILLISECONDS, rested);
        }
      } catch (error) {
        onError(error);
      }
      if (!life.stopped) await rest();
    }
  })();
  return {
    async stop() {
      life.stopped = true;
      endRest();
      await running;
    },
  };
}
