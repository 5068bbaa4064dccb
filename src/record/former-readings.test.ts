import { expect, test } from 'vitest';
import type { StoredResult } from './contract.ts';
import { formerReadings } from './former-readings.ts';

const result = (n: number, row: string, rules: string): StoredResult => ({
  n,
  label: 'Essai',
  status: 'final',
  text: '1,0',
  normalised: { row, rules },
});
const reading = (day: string, ...results: StoredResult[]) => ({ at: new Date(`${day}T08:00:00Z`), results: JSON.stringify(results) });
const HISTORY = [
  reading('2026-01-01', result(0, 'local:1:K', 'r'), result(1, 'sodium.serum', 'r')),
  // What a reading does not change keeps the version that it was read by.
  reading('2026-02-01', result(0, 'potassium.serum', 'r+m1'), result(1, 'sodium.serum', 'r')),
];

test('each reading of a result is told, oldest first, and none that left it as it was', () => {
  expect(formerReadings(HISTORY, new Set([0, 1])).map(({ n, at, normalised }) => [n, at.slice(0, 10), normalised.row])).toEqual([
    [0, '2026-01-01', 'local:1:K'],
    [1, '2026-01-01', 'sodium.serum'],
    [0, '2026-02-01', 'potassium.serum'],
  ]);
});

test('a result hidden from the reader has no readings either', () => {
  expect(formerReadings(HISTORY, new Set([1])).map(({ n }) => n)).toEqual([1]);
});
