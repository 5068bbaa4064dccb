import type { Sql } from './db.ts';

interface Waiting<Key, Value> {
  key: Key;
  resolve: (value: Value) => void;
  reject: (error: unknown) => void;
}

/**
 * What pieces of work that go on side by side in one transaction ask one by one, each for its own key, is asked of the database as one statement: of all those
 * that ask in the same turn. None waits for another that is not there yet.
 * @param ask its answers are in the order of the keys
 */
export function askedAsOne<Key, Value>(
  ask: (sql: Sql, keys: readonly Key[]) => Promise<readonly Value[]>,
): (sql: Sql, key: Key) => Promise<Value> {
  const turns = new WeakMap<Sql, Waiting<Key, Value>[]>();
  const answer = async (sql: Sql, waiting: readonly Waiting<Key, Value>[]) => {
    turns.delete(sql);
    try {
      const values = await ask(
        sql,
        waiting.map(({ key }) => key),
      );
      for (const [n, { resolve }] of waiting.entries()) resolve(values[n]!);
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  };
  return (sql, key) =>
    new Promise((resolve, reject) => {
      const others = turns.get(sql);
      const one = { key, resolve, reject };
      if (others) return void others.push(one);
      const waiting = [one];
      turns.set(sql, waiting);
      process.nextTick(answer, sql, waiting);
    });
}
