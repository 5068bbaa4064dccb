import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { inTurn, openLanes } from './lane.ts';

test('of work in turn one alone is under way, in the order in which it was asked, and what one throws is its own', async () => {
  const told: string[] = [];
  const work = inTurn(async (name: string, ms: number) => {
    told.push(`${name} begins`);
    await pause(ms);
    told.push(`${name} ends`);
    if (name === 'second') throw new Error('its own');
    return name;
  });
  const done = await Promise.allSettled([work('first', 20), work('second', 0), work('third', 5)]);
  expect(told).toEqual(['first begins', 'first ends', 'second begins', 'second ends', 'third begins', 'third ends']);
  expect(done.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(done[2]).toHaveProperty('value', 'third');
});

afterEach(() => {
  vi.useRealTimers();
});

test('while several lanes rest, one of them looks for all', async () => {
  vi.useFakeTimers();
  let looks = 0;
  const lanes = openLanes(4, async () => (looks++, 0), vi.fn());
  await vi.advanceTimersByTimeAsync(10_500);
  await Promise.all(lanes.map((lane) => lane.stop()));
  expect(looks, 'each once at the beginning, then one a second').toBe(4 + 10);
});

test('while the lane that looks is held by what it found, the others do what comes', async () => {
  vi.useFakeTimers();
  const done: string[] = [];
  const waiting = ['slow'];
  const slow = Promise.withResolvers<void>();
  const lanes = openLanes(
    3,
    async () => {
      const piece = waiting.shift();
      if (piece === undefined) return 0;
      if (piece === 'slow') await slow.promise;
      done.push(piece);
      return 1;
    },
    vi.fn(),
  );
  await vi.advanceTimersByTimeAsync(500);
  waiting.push('quick', 'quicker');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(done).toEqual(['quick', 'quicker']);
  slow.resolve();
  await Promise.all(lanes.map((lane) => lane.stop()));
  expect(done).toEqual(['quick', 'quicker', 'slow']);
});

test('of much that is due at once, no lane rests while another has found some', async () => {
  vi.useFakeTimers();
  let [due, together, most] = [0, 0, 0];
  const lanes = openLanes(
    4,
    async () => {
      if (due === 0) return 0;
      due--;
      most = Math.max(most, ++together);
      // An answer that is not slow enough to be called held.
      await new Promise((resolve) => setTimeout(resolve, 800));
      together--;
      return 1;
    },
    vi.fn(),
  );
  await vi.advanceTimersByTimeAsync(500);
  due = 40;
  await vi.advanceTimersByTimeAsync(13_000);
  expect([due, most]).toEqual([0, 4]);
  await Promise.all(lanes.map((lane) => lane.stop()));
});

test('what a lane throws is told, and costs it a rest', async () => {
  vi.useFakeTimers();
  const told: unknown[] = [];
  let looks = 0;
  const lanes = openLanes(
    2,
    async () => {
      looks++;
      throw new Error('not now');
    },
    (error) => told.push(error),
  );
  await vi.advanceTimersByTimeAsync(2_500);
  await Promise.all(lanes.map((lane) => lane.stop()));
  expect([looks, told.length]).toEqual([6, 6]);
});
