import { expect, test } from 'vitest';
import type { LabReport, Result } from '#formats';
import { printedResults } from './printed-results.ts';

const tsh = (status: string, value?: Result['value']): Result => ({
  kind: 'result',
  code: { originalText: 'TSH' },
  status,
  at: '20261118074200+0100',
  ...(value && { value }),
});

/** As much of a report as its results are read from. */
const report = (status: string, result: Result): Pick<LabReport, 'events' | 'patient' | 'sections'> => ({
  patient: { ids: [] },
  events: [{ status }],
  sections: [{ kind: 'chapter', entries: [{ status, items: [result] }], sections: [] }],
});

test.each([
  ['active', tsh('completed', { type: 'absent', nullFlavor: 'NAV' }), 'provisional', 'still to come in a preliminary report'],
  ['completed', tsh('completed', { type: 'absent', nullFlavor: 'NAV' }), 'not-done', 'without value in a final report'],
  ['completed', tsh('aborted'), 'not-done', 'given up'],
  ['active', tsh('aborted'), 'not-done', 'given up in a preliminary report'],
  ['completed', tsh('aborted', { type: 'quantity', value: '2.4', unit: 'm[IU]/L' }), 'cancelled', 'given, then withdrawn'],
  ['active', tsh('completed', { type: 'quantity', value: '2.4', unit: 'm[IU]/L' }), 'provisional', 'given by a preliminary report'],
  ['completed', tsh('completed', { type: 'quantity', value: '2.4', unit: 'm[IU]/L' }), 'final', 'given by a final report'],
])('in a report %s, %o is %s: %s', (status, result, expected) => {
  expect(printedResults(report(status, result) as LabReport, 'Europe/Paris').map((printed) => printed.status)).toEqual([expected]);
});

test('a value that no computer can count with is printed as it is, and is no number', () => {
  const [printed] = printedResults(
    report('completed', tsh('completed', { type: 'quantity', value: '1e999', unit: 'mmol/L' })) as LabReport,
    'Europe/Paris',
  );
  expect(printed).toMatchObject({ text: '1e999' });
  expect(printed).not.toHaveProperty('number');
});

test.each([
  ['20260301231500+0100', '01/03/2026 23:15', { at: '2026-03-01T22:15:00.000Z' }],
  ['20260301', '01/03/2026', { at: '2026-02-28T23:00:00.000Z', precision: 'day' }],
])('a value that is the time %s is read with as much as was said of it', (value, text, time) => {
  expect(printedResults(report('completed', tsh('completed', { type: 'time', value })) as LabReport, 'Europe/Paris')).toMatchObject([
    { text, time },
  ]);
});

test('a titre beyond the last dilution says so', () => {
  const value = { type: 'ratio' as const, numerator: { value: '1' }, denominator: { value: '640', comparator: '>=' as const } };
  expect(printedResults(report('completed', tsh('completed', value)) as LabReport, 'Europe/Paris')).toMatchObject([
    { text: '1/≥640', ratio: { denominator: value.denominator } },
  ]);
});

test('a battery whose name weighs more with each of its results is refused', () => {
  const items = Array.from({ length: 100 }, () => tsh('completed', { type: 'integer', value: '1' }));
  const battery = { kind: 'battery' as const, status: 'completed', code: { display: 'mot '.repeat(50_000) }, items };
  const heavy: Pick<LabReport, 'events' | 'patient' | 'sections'> = {
    patient: { ids: [] },
    events: [],
    sections: [{ kind: 'chapter', entries: [{ status: 'completed', items: [battery] }], sections: [] }],
  };
  expect(() => printedResults(heavy as LabReport, 'Europe/Paris')).toThrow(expect.objectContaining({ code: 'report.hostile' }));
});
