import { describe, expect, test } from 'vitest';
import { gathered, report, type ResultSketch } from './constructed.test-support.ts';
import { explain } from './explain.ts';
import { infoOf } from './reading.ts';

const potassium = (value: number, more: Partial<ResultSketch> = {}): ResultSketch => ({
  row: 'potassium.serum',
  value,
  interval: { low: 3.5, high: 5.1 },
  ...more,
});

function keysOf(...results: ResultSketch[]) {
  const { readings, index } = gathered(results.map((one, i) => report(`2026-0${i + 1}-02T07:00:00Z`, [one])));
  const last = readings.at(-1)!;
  return explain(last, readings, infoOf(index, last.result)).map(({ key, source }) => `${key} (${source})`);
}

describe('why a value is shown as it is', () => {
  test('the flag of the laboratory is told as its own, and a change beyond the expected by its rule', () => {
    expect(keysOf(potassium(4.4), potassium(5.6, { flag: 'H' }))).toEqual([
      'flag-laboratory (hl7)',
      'interval (laboratory)',
      'change-beyond (rcv)',
    ]);
  });

  test('a flag that no laboratory gave is told as computed', () => {
    expect(keysOf(potassium(5.6, { normalised: { computedFlag: 'H' } }))).toEqual(['flag-computed (cigogne)', 'interval (laboratory)']);
  });

  test('nothing is said of a flag where there is none, and a missing interval is said', () => {
    expect(keysOf({ row: 'potassium.serum', value: 4.4 })).toEqual(['no-interval (laboratory)']);
  });

  test('two methods that may not be compared give no change, and it is said', () => {
    const ferritin = (value: number, method: string): ResultSketch => ({
      row: 'ferritin.serum',
      value,
      method,
      interval: { low: 20, high: 200 },
    });
    expect(keysOf(ferritin(40, 'Turbidimétrie'), ferritin(90, 'Chimiluminescence'))).toContain('change-method (method)');
  });
});
