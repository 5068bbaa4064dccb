import { describe, expect, test } from 'vitest';
import { gathered, report, type ResultSketch } from '../constructed.test-support.ts';
import { columnDay, longDay, shownInterval, shownTick, shownValue } from './show.ts';

const zone = 'Europe/Paris';
const reading = (sketch: ResultSketch) => gathered([report('2026-11-18T06:42:00Z', [sketch])]).readings[0]!;
const plainSpaces = (text: string) => text.replace(/[\u202f\u00a0]/g, ' ');

describe('a value on the screen', () => {
  test.each([
    [{ row: 'potassium.serum', value: 5.6, text: '5,60' }, '5,60'],
    [{ row: 'creatinine.serum', value: 7410 }, '7 410'],
    [{ row: 'potassium.serum', text: '<0,5', number: { value: 0.5, comparator: '<', decimals: 1 } }, '<0,5'],
    [{ row: 'potassium.serum', text: 'hémolysé' }, 'hémolysé'],
    [{ row: 'loinc:1-8', value: 1e-12, text: '0,000000000001' }, '1 × 10⁻¹²'],
    [{ row: 'loinc:1-8', value: 1e12, text: '1000000000000' }, '1 × 10¹²'],
  ] satisfies [ResultSketch, string][])('%j is written %s', (sketch, wanted) => {
    expect(plainSpaces(shownValue(reading(sketch), 'fr'))).toBe(wanted);
  });

  test('that was converted takes its new decimals, and its interval with it', () => {
    const converted = { value: 112.27, decimals: 0, unit: 'µmol/L', low: 44.2, high: 84.4 };
    const it = reading({ row: 'creatinine.serum', value: 12.7, unit: 'mg/L', normalised: { converted } });
    expect([shownValue(it, 'fr'), shownInterval(it, 'fr')]).toEqual(['112', '44–84']);
  });

  test.each([
    [1e-7, 0, '1 × 10⁻⁷'],
    [0.001, 3, '0,001'],
    [0, 1, '0,0'],
    [5e9, 0, '5 × 10⁹'],
  ])('%d on an axis is never written as what it is not', (tick, decimals, wanted) => {
    expect(plainSpaces(shownTick(tick, decimals, 'fr'))).toBe(wanted);
  });
});

test('a date is no more precise than the laboratory was, on the clock of the region', () => {
  const at = Date.parse('2026-11-18T06:42:00Z');
  expect([columnDay(at, 'minute', zone), columnDay(at, 'month', zone), columnDay(at, 'year', zone)]).toEqual([
    '18/11/26',
    '11/2026',
    '2026',
  ]);
  expect([longDay(at, 'minute', 'fr', zone), longDay(at, 'day', 'fr', zone), longDay(at, 'month', 'fr', zone)]).toEqual([
    '18 nov. 2026, 07:42',
    '18 nov. 2026',
    'nov. 2026',
  ]);
});
