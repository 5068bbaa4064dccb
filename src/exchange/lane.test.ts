import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { inTurn } from './lane.ts';

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
