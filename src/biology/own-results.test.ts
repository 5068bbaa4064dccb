import { describe, expect, test } from 'vitest';
import { gathered, report } from './constructed.test-support.ts';
import { isUsual, ownSamplings, positionOf, rangeBarPlaces } from './own-results.ts';

const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);
const own = (reports: Parameters<typeof gathered>[0]) => ownSamplings(gathered(reports), dayOf);

describe('one’s own results', () => {
  test('stand by day and laboratory, the newest first, what is outside the usual zone first', () => {
    const samplings = own([
      report('2026-06-03T06:00:00Z', [{ row: 'sodium.serum', value: 139, interval: { low: 136, high: 145 } }]),
      report('2026-11-18T06:42:00Z', [
        { row: 'sodium.serum', value: 138, interval: { low: 136, high: 145 } },
        { row: 'potassium.serum', value: 5.6, interval: { low: 3.5, high: 5.1 }, flag: 'H' },
      ]),
    ]);
    expect(samplings.map(({ id }) => id.slice(0, 10))).toEqual(['2026-11-18', '2026-06-03']);
    expect(samplings[0]!.results.map(({ info, position }) => [info?.label, position])).toEqual([
      ['Potassium', 'slightly-above'],
      ['Sodium', 'within'],
    ]);
  });

  test('of two samplings of one day stay apart', () => {
    const at = (moment: string) => report(moment, [{ row: 'sodium.serum', value: 138 }]);
    expect(own([at('2026-11-18T06:42:00Z'), at('2026-11-18T16:10:00Z')])).toHaveLength(2);
  });

  test('go up, down or stay, against the value before and what the body alone may explain', () => {
    const at = (day: string, value: number) => report(day, [{ row: 'potassium.serum', value, interval: { low: 3.5, high: 5.1 } }]);
    const last = (before: number, now: number) =>
      own([at('2026-11-02T06:00:00Z', before), at('2026-11-18T06:00:00Z', now)])[0]!.results[0]!;
    expect(last(4.4, 5.6).trend).toMatchObject({ kind: 'up', from: { value: 4.4 } });
    expect(last(5.6, 4.4).trend?.kind).toBe('down');
    expect(last(4.4, 4.5).trend?.kind).toBe('steady');
    expect(own([at('2026-11-18T06:00:00Z', 5.6)])[0]!.results[0]!.trend).toBeUndefined();
  });
});

test('a value is only a little beyond when it is near the limit and the laboratory did not say more', () => {
  expect(positionOf({ grade: 'high', value: 5.6, low: 3.5, high: 5.1 })).toBe('slightly-above');
  expect(positionOf({ grade: 'very-high', value: 5.6, low: 3.5, high: 5.1 })).toBe('above');
  expect(positionOf({ grade: 'high', value: 2140, high: 125 })).toBe('above');
  expect(positionOf({ grade: 'low', value: 10.9, low: 11.5, high: 15 })).toBe('slightly-below');
  expect(positionOf({ grade: 'critical-low', value: 2.1, low: 3.5 })).toBe('below');
  expect(positionOf({ grade: 'abnormal' })).toBe('outside');
  expect(isUsual({ reading: undefined as never, position: positionOf({ grade: 'none' }) })).toBe(true);
});

test('the bar shows the zone and never loses the value off its ends', () => {
  expect(rangeBarPlaces({ value: 3.5, low: 3.5, high: 5.1 })).toEqual({ from: 24, to: 70, value: 24 });
  expect(rangeBarPlaces({ value: 5.1, low: 3.5, high: 5.1 })?.value).toBe(70);
  expect(rangeBarPlaces({ value: 1e12, low: 3.5, high: 5.1 })?.value).toBe(97);
  expect(rangeBarPlaces({ value: -1e12, low: 3.5, high: 5.1 })?.value).toBe(3);
  expect(rangeBarPlaces({ value: 60, high: 125 })).toEqual({ from: 0, to: 70, value: 33.6 });
  expect(rangeBarPlaces({ value: 60, low: 60 })).toEqual({ from: 24, to: 100, value: 24 });
  expect(rangeBarPlaces({ value: 60 })).toBeUndefined();
  expect(rangeBarPlaces({ low: 1, high: 2 })).toBeUndefined();
});
