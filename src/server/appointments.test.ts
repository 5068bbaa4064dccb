import { expect, test } from 'vitest';
import { appointments, MOST_SECONDS } from './appointments.ts';

/** The same throws at each run (Park and Miller). */
function dice(): () => number {
  let state = 20_261_122;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** Tenths of a second: senders offer, are taken up to what the server takes in each, and come again when told. */
function storm({ offeredPerSecond, seconds, takenPerSecond }: { offeredPerSecond: number; seconds: number; takenPerSecond: number }) {
  const diary = appointments(dice());
  const coming = new Map<number, number>();
  let [left, refused, tenth] = [offeredPerSecond * seconds, 0, 0];
  for (; left > 0 && tenth < 20_000; tenth += 1) {
    const fresh = tenth < seconds * 10 ? offeredPerSecond / 10 : 0;
    const here = fresh + (coming.get(tenth) ?? 0);
    coming.delete(tenth);
    const taken = Math.min(here, takenPerSecond / 10);
    for (let n = 0; n < taken; n += 1) diary.done();
    left -= taken;
    for (let n = 0; n < here - taken; n += 1) {
      refused += 1;
      const at = tenth + diary.next(tenth * 100) * 10;
      coming.set(at, (coming.get(at) ?? 0) + 1);
    }
    if (tenth % 10 === 9) diary.measure((tenth + 1) * 100);
  }
  return { left, refused, seconds: tenth / 10, rate: diary.rate() };
}

test.each([
  100, 170, 400,
])('a thousand reports a second for a minute, %i of them taken each second: all who obey are taken in little more than the time that it takes', (takenPerSecond) => {
  const { left, refused, seconds, rate } = storm({ offeredPerSecond: 1_000, seconds: 60, takenPerSecond });
  expect(left).toBe(0);
  expect(seconds).toBeLessThan((60_000 / takenPerSecond) * 1.06);
  // Told to come again a few times each, not again and again all together.
  expect(refused / 60_000).toBeLessThan(1.5);
  expect(rate).toBeGreaterThan(takenPerSecond * 0.7);
});

test('a few too many for a moment come again within seconds', () => {
  expect(storm({ offeredPerSecond: 200, seconds: 1, takenPerSecond: 100 }).seconds).toBeLessThan(8);
});

test('while the doors are shut nobody is told to come before they open, nor later than ten minutes', () => {
  const diary = appointments(dice());
  const told = Array.from({ length: 100_000 }, () => diary.next(1_000_000, 30_000));
  expect(Math.min(...told)).toBeGreaterThanOrEqual(30);
  expect(Math.max(...told)).toBeLessThanOrEqual(MOST_SECONDS);
  // Nobody is left to come at the same second as too many others.
  const perSecond = Map.groupBy(told, (seconds) => seconds);
  expect(Math.max(...[...perSecond.values()].map(({ length }) => length))).toBeLessThan(100_000 / 100);
});
