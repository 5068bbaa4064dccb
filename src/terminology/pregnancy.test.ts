import { describe, expect, test } from 'vitest';
import { type PregnancySign, pregnanciesOf } from './pregnancy.ts';

const on = (day: string, more: Omit<PregnancySign, 'at' | 'row'> & { row?: string }): PregnancySign => ({
  row: 'hcg_total.serum',
  at: `${day}T08:00:00.000Z`,
  ...more,
});
const isPregnantOn = (day: string, ...signs: PregnancySign[]) =>
  pregnanciesOf(signs).some(({ from, to }) => from.slice(0, 10) <= day && day <= to.slice(0, 10));

describe('a pregnancy that results tell of', () => {
  const positive = on('2026-03-01', { value: 1200 });

  test('lasts from a term before a positive hCG to its own end after it', () => {
    expect(['2025-08-01', '2026-03-01', '2026-10-01'].map((day) => isPregnantOn(day, positive))).toEqual([true, true, true]);
    expect(['2025-05-01', '2027-03-01'].map((day) => isPregnantOn(day, positive))).toEqual([false, false]);
  });

  test('a negative hCG closes it on its side', () => {
    const [before, after] = [
      on('2026-01-10', { value: 5, comparator: '<' }),
      on('2026-05-10', { row: 'hcg_qual.urine', answer: 'negative' }),
    ];
    expect(['2025-12-01', '2026-02-01', '2026-04-01', '2026-06-01'].map((day) => isPregnantOn(day, before, positive, after))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  test('is told by a test in words, and by what is asked for only in pregnancy', () => {
    expect(isPregnantOn('2026-03-01', on('2026-03-01', { row: 'hcg_qual.urine', answer: 'positive' }))).toBe(true);
    expect(isPregnantOn('2026-05-01', on('2026-03-01', { row: 'papp_a.serum', value: 2.1 }))).toBe(true);
  });

  test.each([
    ['a value between negative and positive', on('2026-03-01', { value: 12 })],
    ['a limit that could be either', on('2026-03-01', { value: 100, comparator: '<' as const })],
    ['hCG as a tumour marker', on('2026-03-01', { row: 'hcg_tumour.serum', value: 900 })],
    ['another analyte', on('2026-03-01', { row: 'tsh.serum', value: 900 })],
  ])('is not told by %s', (_what, sign) => {
    expect(pregnanciesOf([sign])).toEqual([]);
  });
});
