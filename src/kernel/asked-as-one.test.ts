import { expect, test } from 'vitest';
import { askedAsOne } from './asked-as-one.ts';
import type { Sql } from './db.ts';

const nothing: Sql = { query: async () => [] };

test('what is asked in one turn is asked together, and each hears its own answer; what another transaction asks is asked there', async () => {
  const asked: number[][] = [];
  const double = askedAsOne(async (_sql, keys: readonly number[]) => {
    asked.push([...keys]);
    return keys.map((key) => 2 * key);
  });
  const other: Sql = { ...nothing };
  const twice = async (key: number) => double(nothing, await double(nothing, key));
  expect(await Promise.all([twice(1), twice(2), double(other, 5)])).toEqual([4, 8, 10]);
  expect(asked).toEqual([[1, 2], [5], [2, 4]]);
});

test('a fault is told to each who asked, and to nobody who asks afterwards', async () => {
  const failing = askedAsOne(async (_sql, keys: readonly string[]) => {
    if (keys.includes('bad')) throw new Error('refused');
    return keys;
  });
  const told = await Promise.allSettled([failing(nothing, 'good'), failing(nothing, 'bad')]);
  expect(told.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await failing(nothing, 'good')).toBe('good');
});
