import { expect, test } from 'vitest';
import type { Row } from './grid.ts';
import { summaryOf } from './summary.ts';

const row = (label: string, more: object) => ({ label, readings: [], newCount: 0, ...more }) as unknown as Row;
const latest = (grade: string) => ({ grade, status: 'final' });
const change = (percent: number, expectedPercent: number, beyondExpected: boolean) => ({ percent, expectedPercent, beyondExpected });

test('what moved furthest beyond its own variation comes first, each row stands once, and what is still to come is told', () => {
  const rows = [
    row('Sodium', { latest: latest('within'), change: change(1, 2, false) }),
    row('Créatinine', { latest: latest('high'), change: change(20, 15, true), newCount: 1 }),
    row('Potassium', { latest: latest('high'), change: change(27, 14, true), newCount: 1 }),
    row('Ferritine', { latest: latest('low'), change: change(10, 42, false) }),
    row('TSH', { readings: [{ status: 'provisional', result: { text: ' ' } }] }),
  ];
  const { changed, outside, quiet, pending, newResults } = summaryOf(rows);
  const names = (list: readonly Row[]) => list.map(({ label }) => label);
  expect([names(changed), names(outside), names(quiet), names(pending), newResults]).toEqual([
    ['Potassium', 'Créatinine'],
    ['Ferritine'],
    ['Sodium'],
    ['TSH'],
    2,
  ]);
});
