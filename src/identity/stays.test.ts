import { describe, expect, test } from 'vitest';
import { foldStays } from './stays.ts';
import type { VisitRow } from './store-source.ts';

const ZONE = 'Europe/Paris';
const row = (event: VisitRow['event'], happenedAt: string, visit: Partial<VisitRow['visit']> = {}): VisitRow => ({
  patientId: '0190c000-0000-7000-8000-000000000001',
  senderFiness: '990000001',
  domain: '1.2.3',
  localId: 'A1',
  event,
  happenedAt,
  receivedAt: new Date('2026-03-01T09:00:00Z'),
  traits: {},
  linked: '',
  visit: { ids: [], class: 'I', ...visit },
});
const number = (extension: string) => [{ root: '1.2.3.9', extension }];

describe('what a hospital tells of visits', () => {
  test('an admission and a discharge are one stay, in the last ward told', () => {
    expect(
      foldStays([row('A03', '20260305110000', { ward: 'GERIATRIE' }), row('A01', '20260301080000', { ward: 'CARDIO' })], ZONE),
    ).toEqual([
      {
        structure: '990000001',
        kind: 'inpatient',
        ward: 'GERIATRIE',
        from: '2026-03-01T07:00:00.000Z',
        until: '2026-03-05T10:00:00.000Z',
      },
    ]);
  });
  test('two stays stay two, the latest first, with or without a number of the visit', () => {
    const told = [row('A01', '20260301080000'), row('A03', '20260302080000'), row('A01', '20260401080000')];
    expect(foldStays(told, ZONE).map(({ from, until }) => [from, until])).toEqual([
      ['2026-04-01T06:00:00.000Z', undefined],
      ['2026-03-01T07:00:00.000Z', '2026-03-02T07:00:00.000Z'],
    ]);
    const numbered = told.map((one, n) => ({ ...one, visit: { ...one.visit, ids: number(n < 2 ? 'V1' : 'V2') } }));
    expect(foldStays(numbered, ZONE).map((stay) => stay.number)).toEqual(['V2', 'V1']);
  });
  test('a correction of the dates holds, whatever order the messages came in', () => {
    const told = [
      row('A08', '20260306080000', { ids: number('V1'), admittedAt: '20260228220000' }),
      row('A01', '20260301080000', { ids: number('V1') }),
    ];
    expect(foldStays(told, ZONE)).toMatchObject([{ from: '2026-02-28T21:00:00.000Z' }]);
    expect(foldStays(told.toReversed(), ZONE)).toEqual(foldStays(told, ZONE));
  });
  test('emergencies and consultations say so; a message without a visit is none', () => {
    const kinds = ['E', 'O', 'R', 'B', 'N'].map((kind, n) => row('A04', `2026030${n + 1}080000`, { class: kind }));
    expect(foldStays(kinds, ZONE).map(({ kind }) => kind)).toEqual(['other', 'recurring', 'outpatient', 'emergency']);
  });
  test('a discharge whose admission was not told has no beginning', () => {
    expect(foldStays([row('A03', '20260305110000')], ZONE)).toEqual([
      { structure: '990000001', kind: 'inpatient', until: '2026-03-05T10:00:00.000Z' },
    ]);
  });
});
