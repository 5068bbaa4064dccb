import type { Db, Sql } from '../../src/kernel/index.ts';

/** The process is gone: nothing that it would still do happens. */
export class Killed extends Error {}

/**
 * A database as a process sees it that is killed at one moment of its life: just before a statement (`name`), or just after a commit of which it does not hear
 * (`commit`). From then on it does nothing more; what was not committed is undone.
 * @param diesAt which moment, from 0; absent: it lives, and `moments` tells those of its life
 */
export function dyingDatabase(db: Db, diesAt = Number.POSITIVE_INFINITY): { db: Db; moments: string[] } {
  const moments: string[] = [];
  const pass = (moment: string) => {
    moments.push(moment);
    if (moments.length > diesAt) throw new Killed(`killed at ${moment}`);
  };
  const over = (sql: Sql): Sql => ({
    async query(name, text, values) {
      pass(name);
      return sql.query(name, text, values);
    },
  });
  const dying: Db = {
    ...db,
    ...over(db),
    steady: () => dying,
    async transaction(work, first) {
      pass('begin');
      const done = await db.transaction(async (tx, end) => {
        const result = await work(over(tx), end);
        // Killed in its middle by another part of the process, it commits nothing.
        if (moments.length > diesAt) throw new Killed('killed before the commit');
        return result;
      }, first);
      pass('commit');
      return done;
    },
  };
  return { db: dying, moments };
}
