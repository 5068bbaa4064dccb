import { describe, expect, test } from 'vitest';
import { completedYears, deriveSeries, type Person } from './derived-series.ts';
import type { DerivedInput } from './derivation.ts';

const creatinine = (value: number, at: string): DerivedInput => ({ row: 'creatinine.serum', value, unit: 'umol/L', at });
const woman: Person = { birthDate: '1960-06-15', sex: 'F' };
const years = (inputs: DerivedInput[], person = woman) =>
  deriveSeries('egfr-ckdepi-2009', inputs, person).map(({ at, value }) => [at.slice(0, 10), value]);

describe('an estimated filtration over the years', () => {
  test('follows each creatinine with the age of that day', () => {
    const given = [creatinine(80, '2024-03-01T08:00:00Z'), creatinine(80, '2010-03-01T08:00:00Z')];
    expect(years(given)).toEqual([
      ['2010-03-01', 75],
      ['2024-03-01', 68],
    ]);
  });

  test('leaves out the samplings where a laboratory reported it', () => {
    const reported: DerivedInput = { row: 'egfr_ckdepi2009.serum', value: 70, unit: 'mL/min/{1.73_m2}', at: '2024-03-01T08:05:00Z' };
    expect(years([creatinine(80, '2024-03-01T08:00:00Z'), reported])).toEqual([]);
  });

  test('stops while creatinine rises fast, and during pregnancy', () => {
    const rising = [creatinine(80, '2024-03-01T08:00:00Z'), creatinine(130, '2024-03-02T08:00:00Z')];
    expect(years(rising)).toHaveLength(1);
    const pregnant = {
      birthDate: '1990-06-15',
      sex: 'F' as const,
      pregnancies: [{ from: '2024-01-01T00:00:00Z', to: '2024-09-01T00:00:00Z' }],
    };
    expect(years([creatinine(60, '2024-03-01T08:00:00Z')], pregnant)).toEqual([]);
  });

  test('needs a full birth date', () => {
    expect(years([creatinine(80, '2024-03-01T08:00:00Z')], { ...woman, birthDate: '1960-00-00' })).toEqual([]);
  });
});

test('inputs of one sampling are brought together, those of another day are not', () => {
  const lipid = (row: string, value: number, at: string): DerivedInput => ({ row, value, unit: 'mmol/L', at });
  const [spring, autumn] = ['2025-04-01T08:00:00Z', '2025-10-01T08:00:00Z'];
  const inputs = [
    lipid('cholesterol.serum', 6, spring),
    lipid('hdl.serum', 1.5, spring),
    lipid('triglycerides.serum', 1.1, spring),
    lipid('cholesterol.serum', 5, autumn),
    lipid('hdl.serum', 1.4, autumn),
  ];
  expect(deriveSeries('ldl-friedewald', inputs, {}).map(({ at, value }) => [at, value])).toEqual([[spring, 4]]);
  expect(deriveSeries('non-hdl', inputs, {}).map(({ value }) => value)).toEqual([4.5, 3.6]);
});

test.each([
  ['1960-06-15', '2024-06-14T23:00:00Z', 63],
  ['1960-06-15', '2024-06-15T00:00:00Z', 64],
  ['2024-02-29', '2025-02-28T08:00:00Z', 0],
  ['1960-06-15', '1950-01-01T00:00:00Z', undefined],
  ['1960-06', '2024-06-15T00:00:00Z', undefined],
])('someone born on %s is, on %s, %s years old', (birthDate, at, expected) => {
  expect(completedYears(birthDate, at)).toBe(expected);
});
