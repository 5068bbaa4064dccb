import { expect, test } from 'vitest';
import { Refusal } from './refusal.ts';
import { together } from './together.ts';

test('who asks while it is done for others is served with all who wait, in order; alone, at once', async () => {
  const rounds: number[][] = [];
  const ask = together<number>(async (items) => {
    rounds.push([...items]);
    await new Promise((resolve) => setImmediate(resolve));
  });
  await Promise.all([1, 2, 3].map(ask));
  await ask(4);
  expect(rounds).toEqual([[1], [2, 3], [4]]);
});

test('what cannot be done for one is done for the others all the same', async () => {
  const done: number[] = [];
  const ask = together<number>(async (items) => {
    if (items.includes(2)) throw new Error('not two');
    done.push(...items);
  });
  const ends = await Promise.allSettled([0, 1, 2, 3].map(ask));
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  expect(done).toEqual([0, 1, 3]);
});

test('where none is in a hurry, those who wait are waited with, so that rounds are fewer', async () => {
  const rounds: number[][] = [];
  const ask = together<number>(async (items) => void rounds.push([...items]), { gatherMs: 20 });
  const [first, second] = [ask(1), ask(2)];
  await first;
  const third = ask(3);
  await Promise.all([second, third]);
  expect(rounds).toEqual([[1], [2, 3]]);
});

test('a database that is away is told to all who wait, once', async () => {
  let tried = 0;
  const ask = together<number>(async () => {
    tried += 1;
    throw new Refusal('store.unavailable', 'away');
  });
  const ends = await Promise.allSettled([0, 1, 2, 3].map(ask));
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'rejected']);
  expect(tried).toBe(2);
});
