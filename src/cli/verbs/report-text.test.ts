import { expect, test } from 'vitest';
import { normaliseResults } from '#flows';
import { chemistryReport } from '../../../test/support/lab-report.ts';
import { reportAsText } from './report-text.ts';

const PARIS = 'Europe/Paris';

test('a report opens by whose it is, which laboratory made it and when, then has a line a result', () => {
  const report = chemistryReport(2);
  const lines = reportAsText(report, normaliseResults(report, PARIS), PARIS);
  expect(lines[1]).toMatch(/^Patient {5}\S.*, born \d{4}-\d{2}-\d{2}, [MF]$/);
  expect(lines[3]).toBe('Laboratory  LBM DEMO des Tilleuls, 1350000001');
  expect(lines.slice(-2).every((line) => line.includes(' mmol/L ') && line.includes('2025-03-14 08:05:00'))).toBe(true);
});

test('a day without an hour is told as that day, in any zone', () => {
  const report = { ...chemistryReport(0), createdAt: '20240104' };
  for (const zone of [PARIS, 'UTC', 'Indian/Reunion', 'America/Martinique']) {
    expect(reportAsText(report, [], zone)).toContain('Made        2024-01-04');
  }
});
