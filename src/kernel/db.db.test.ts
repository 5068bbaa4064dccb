import { expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { againAfterDeadlock, type Sql } from './index.ts';

const database = testDatabase();
const hold = (tx: Sql, key: number) => tx.query('', 'select pg_advisory_xact_lock($1)', [key]);

test('of two transactions that wait on one another, the one that the database ends is done again', async () => {
  let [begun, held] = [0, 0];
  let bothHold = () => {};
  const met = new Promise<void>((resolve) => (bothHold = resolve));
  const cross = (first: number, second: number) =>
    againAfterDeadlock(() =>
      database.db.transaction(async (tx) => {
        begun += 1;
        await hold(tx, first);
        held += 1;
        if (held === 2) bothHold();
        await met;
        await hold(tx, second);
        return first;
      }),
    );
  expect(await Promise.all([cross(1, 2), cross(2, 1)])).toEqual([1, 2]);
  expect(begun).toBe(3);
});

test('what fails for another reason is not done again', async () => {
  let tries = 0;
  const fails = againAfterDeadlock(async () => {
    tries += 1;
    throw new Error('no');
  });
  await expect(fails).rejects.toThrow('no');
  expect(tries).toBe(1);
});
