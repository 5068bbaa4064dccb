import { expect, test } from 'vitest';
import { groupByDay, peopleSince } from './accesses-days.ts';

const line = (at: string, who = 'Dr Anne LEFEVRE-DEMO', role = 'gp') => ({ at, who, role });

test('readings of one day stand together, newest first', () => {
  const lines = [line('2026-11-19T08:44:00Z'), line('2026-11-19T07:00:00Z'), line('2026-11-18T11:02:00Z')];
  expect(groupByDay(lines, (at) => at.slice(0, 10)).map(([day, ofDay]) => [day, ofDay.length])).toEqual([
    ['2026-11-19', 2],
    ['2026-11-18', 1],
  ]);
});

test('a person who looked ten times in thirty days is one person, and the system of a laboratory is none', () => {
  const lines = [
    line('2026-11-19T08:44:00Z'),
    line('2026-11-01T08:44:00Z'),
    line('2026-11-02T08:44:00Z', 'Leïla MARCHETTI-DEMO'),
    line('2026-11-02T08:44:00Z', 'Laboratoire ESSAI', 'laboratory-system'),
    line('2026-09-02T08:44:00Z', 'Thomas NGUYEN-DEMO'),
  ];
  expect(peopleSince(lines, '2026-11-19', 30)).toBe(2);
});
