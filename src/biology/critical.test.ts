import { describe, expect, test } from 'vitest';
import { screenCatalogue } from '#terminology';
import { NOW, report, type ResultSketch } from './constructed.test-support.ts';
import { gather } from './gather.ts';

const catalogue = screenCatalogue([], [{ row: 'potassium.serum', unit: 'mmol/L', below: 2.5, above: 6.5 }]);
const potassium = (value: number, more: Partial<ResultSketch> = {}) => {
  const sketch = { row: 'potassium.serum', value, unit: 'mmol/L', normalised: { ucum: 'mmol/L' }, ...more };
  return gather([report('2026-10-02T06:42:00Z', [sketch])], catalogue, { now: NOW }).readings[0]!;
};

describe('the critical values of a region', () => {
  test('add to what the laboratory said, and are told as the region’s', () => {
    expect(potassium(6.8)).toMatchObject({ grade: 'critical-high', flagBy: 'region' });
    expect(potassium(6.8, { flag: 'H' })).toMatchObject({ grade: 'critical-high', flagBy: 'region' });
    expect(potassium(2.4, { flag: 'L' })).toMatchObject({ grade: 'critical-low', flagBy: 'region' });
  });

  test('never take away: what a laboratory calls very high or critical stays its own, at any value', () => {
    expect(potassium(6.8, { flag: 'HH' })).toMatchObject({ flagBy: 'laboratory', grade: 'very-high' });
    expect(potassium(5.9, { flag: 'HH' })).toMatchObject({ flagBy: 'laboratory', grade: 'very-high' });
    expect(potassium(5.9, { flag: 'H' })).toMatchObject({ flagBy: 'laboratory', grade: 'high' });
    expect(potassium(4.1)).toMatchObject({ grade: 'none' });
  });

  test('say nothing of a limit that may be within, of another unit, nor of what does not count', () => {
    expect(potassium(7, { number: { value: 7, decimals: 0, comparator: '<' } }).grade).toBe('none');
    expect(potassium(2, { number: { value: 2, decimals: 0, comparator: '<' } }).grade).toBe('critical-low');
    expect(
      potassium(260, { unit: 'mg/L', normalised: { ucum: 'mg/L', refused: 'other-quantity', row: 'potassium.serum~mg/L' } }).grade,
    ).toBe('none');
    expect(potassium(6.8, { status: 'cancelled' }).grade).toBe('none');
  });
});
