import { expect, test } from 'vitest';
import { chemistryReport } from '../../test/support/lab-report.ts';
import { describeReading } from './describe.ts';
import type { LabReport, ResultValue } from './lab-report.ts';

/** The chemistry report with its first value replaced. */
function withValue(value: ResultValue): LabReport {
  const report = chemistryReport(1);
  const [battery] = report.sections[0]!.entries[0]!.items;
  if (battery?.kind === 'battery' && battery.items[0]?.kind === 'result') battery.items[0].value = value;
  return report;
}

test('a result is told as it was received: code, label, value, unit, time, interval, method, previous values', () => {
  expect(describeReading(chemistryReport(1))).toEqual([
    {
      n: 1,
      label: "Analyte d'essai numéro 0 [Moles/Volume] Sérum/Plasma ; Numérique",
      status: 'completed',
      code: '10000-0',
      system: '2.16.840.1.113883.6.1',
      value: '0.00',
      unit: 'mmol/L',
      at: '2025-03-14T08:05:00+01:00',
      interpretation: 'H',
      reference: '4.1..6.1',
      method: 'Spectrophotométrie enzyme/UV',
      specimen: 'Sang',
      chapter: 'BIOCHIMIE',
      previous: [{ value: '0.5', unit: 'mmol/L', at: '2024-09-10' }],
    },
  ]);
});

test.each<[ResultValue, string | undefined]>([
  [{ type: 'range', high: { value: '1', inclusive: false } }, '<1'],
  [{ type: 'range', high: { value: '1' } }, '<=1'],
  [{ type: 'range', low: { value: '0.512', inclusive: true } }, '>=0.512'],
  [{ type: 'range', low: { value: '1' }, high: { value: '2' } }, '1..2'],
  [{ type: 'ratio', numerator: { value: '1' }, denominator: { value: '160' } }, '1/160'],
  [{ type: 'coded', code: { code: 'X', display: 'Limpide' } }, 'Limpide'],
  [{ type: 'absent', nullFlavor: 'NAV' }, undefined],
])('the value %j is told as %s', (value, told) => {
  expect(describeReading(withValue(value))[0]?.value).toBe(told);
});
