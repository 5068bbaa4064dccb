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
const report = (status: string, result: Result): Pick<LabReport, 'events' | 'sections'> => ({
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
