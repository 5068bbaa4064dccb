import { expect, test } from 'vitest';
import { changeBetween } from './change.ts';
import { CATALOGUE, gathered, report } from './constructed.test-support.ts';

const creatinine = CATALOGUE.rows.find((row) => row.row === 'creatinine.serum');
const change = (from: [day: string, value: number], to: [day: string, value: number]) => {
  const { readings } = gathered(
    [from, to].map(([day, value]) => report(`${day}T08:00:00Z`, [{ row: creatinine!.row, value, unit: 'µmol/L' }])),
  );
  const [earlier, later] = readings.toSorted((a, b) => a.at - b.at);
  return changeBetween(earlier!, later!, creatinine);
};

test.each([
  ['in the unit of time of what is between: a week, by the day', '2026-01-08', { value: 2, decimals: 1, per: 'day' }],
  ['three months, by the month', '2026-04-02', { value: 4.68, decimals: 1, per: 'month' }],
  ['two years, by the year', '2028-01-01', { value: 7, decimals: 1, per: 'year' }],
] as const)('the rate of a change is told %s', (_what, day, { value, decimals, per }) => {
  const { rate } = change(['2026-01-01', 80], [day, 94])!;
  expect(rate).toEqual({ value: expect.closeTo(value, 2), decimals, per });
});

test('a fall has a negative rate, with two significant figures however slow', () => {
  expect(change(['2026-01-01', 90], ['2026-12-31', 89])!.rate).toEqual({ value: expect.closeTo(-0.0836, 3), decimals: 3, per: 'month' });
});

test('nothing that moved, or that moved within two days, has no rate', () => {
  expect(change(['2026-01-01', 80], ['2026-03-01', 80])).not.toHaveProperty('rate');
  expect(change(['2026-01-01', 80], ['2026-01-02', 94])).toMatchObject({ absolute: 14, days: 1 });
  expect(change(['2026-01-01', 80], ['2026-01-02', 94])).not.toHaveProperty('rate');
});
