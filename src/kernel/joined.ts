import { AsyncLocalStorage } from 'node:async_hooks';
import pg from 'pg';
import type { Db, Sql } from './db.ts';

/** What is under way: the parts inside it wait for one another. */
interface Part {
  role: string;
  last: Promise<unknown>;
}

/**
 * The transaction already open, as a database: what begins a transaction of its own, or runs a statement by itself, becomes a part of it that fails or
 * holds by itself (a savepoint), and nothing is committed before the whole. Parts begun together are done one after the other; a part may hold others, and
 * ends with the whole however soon it asks to.
 */
export function joined(tx: Sql): Db {
  const within = new AsyncLocalStorage<Part>();
  const whole: Part = { role: 'none', last: Promise.resolve() };
  const run = (text: string) => tx.query('', text);
  const part =
    (role: string): Db['transaction'] =>
    (work, first) => {
      const outer = within.getStore() ?? whole;
      const take = async () => {
        await run(`savepoint part`);
        try {
          const opening = first?.(tx);
          opening?.catch(() => {});
          if (role !== outer.role) {
            const taking = run(`set local role ${role}`);
            taking.catch(() => {});
            // When the first has failed nothing can follow it: why is told, and not that.
            await opening;
            await taking;
          }
          const done = await within.run({ role, last: Promise.resolve() }, () => work(tx, () => {}));
          if (role !== outer.role) await run(`set local role ${outer.role}`);
          await run('release savepoint part');
          return done;
        } catch (error) {
          // It gives the role back too. When the connection is gone there is nothing to go back to: the error says so.
          await run('rollback to savepoint part').catch(() => {});
          throw error;
        }
      };
      const mine = outer.last.then(take);
      outer.last = mine.catch(() => {});
      return mine;
    };
  const not = () => Promise.reject(new Error('not inside a transaction'));
  const as = (role: string): Db => {
    const transaction = part(role);
    const db: Db = {
      transaction,
      exchange: (first, work) => transaction((own) => work(own), first),
      query: (name, text, values) => transaction((own) => own.query(name, text, values)),
      as: (lesser) => as(pg.escapeIdentifier(lesser)),
      steady: () => db,
      listen: not,
      script: not,
      close: not,
    };
    return db;
  };
  return as('none');
}
