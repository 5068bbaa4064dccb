import { describe, expect, test } from 'vitest';
import { rowInfo } from './catalogue.ts';
import { changeBetween } from './change.ts';
import { type Measured, whyIncomparable } from './comparable.ts';
import { normalise } from './normalise.ts';

const made = (loinc: string, unit: string, value = 12) =>
  normalise({ loinc, label: '', unit, number: { value, decimals: 1 }, text: String(value), laboratoryFiness: '990400101' });

/** What medicine forbids to convert: each stands in a line of its own, with its reason, and keeps the number that was printed. */
describe('is never converted', () => {
  test.each([
    ['Lp(a) from molar to mass', '10835-7', 'nmol/L', 'molar-not-comparable'],
    ['Lp(a) from mass to molar', '43583-4', 'mg/L', 'molar-not-comparable'],
    ['insulin from units to moles', '14796-7', 'mUI/L', 'arbitrary-unit'],
    ['insulin from moles to units', '20448-7', 'pmol/L', 'arbitrary-unit'],
    ['PTH from moles to mass', '2731-8', 'pmol/L', 'molar-not-comparable'],
    ['PTH from mass to moles', '14866-8', 'pg/mL', 'molar-not-comparable'],
    ['hCG from mass to units', '19080-1', 'ng/mL', 'arbitrary-unit'],
    ['hCG from moles to units', '19080-1', 'pmol/L', 'arbitrary-unit'],
    ['PSA from moles to mass', '2857-1', 'pmol/L', 'molar-not-comparable'],
    ['CEA from moles to mass', '2039-6', 'pmol/L', 'molar-not-comparable'],
    ['AFP from units to mass', '1834-1', 'kUI/L', 'arbitrary-unit'],
    ['CA 125 from mass to the kit’s unit', '10334-1', 'ng/mL', 'arbitrary-unit'],
    ['CA 125 from international units, of which it has none', '10334-1', 'UI/mL', 'arbitrary-unit'],
    ['CA 19-9 from mass to the kit’s unit', '24108-3', 'ng/mL', 'arbitrary-unit'],
    ['troponin T from moles to mass', '67151-1', 'pmol/L', 'molar-not-comparable'],
    ['troponin I from moles to mass', '89579-7', 'pmol/L', 'molar-not-comparable'],
    ['D-dimers from DDU to FEU', '48065-7', 'ng/mL DDU', 'feu-and-ddu'],
    ['D-dimers from FEU to DDU', '48066-5', 'ng/mL FEU', 'feu-and-ddu'],
    ['urea nitrogen to urea, without saying so', '3094-0', 'mmol/L', 'molar-mass-unknown'],
    ['a viral load from copies to international units', '11011-4', 'copies/mL', 'copies-and-units'],
    ['a viral load from international units to copies', '20447-9', 'UI/mL', 'copies-and-units'],
    ['a viral load from its logarithm', '20447-9', 'log copies/mL', 'logarithm'],
    ['a percentage of lymphocytes from their count', '736-9', 'G/L', 'fraction-and-count'],
    ['a count of lymphocytes from their percentage', '731-0', '%', 'fraction-and-count'],
    ['red cells of urine in a volume from those of a field', '30391-7', '/champ', 'field-count'],
    ['red cells of a field from those in a volume', '13945-1', '/mL', 'field-count'],
  ])('%s', (_what, loinc, unit, refused) => {
    const { row, converted, refused: reason } = made(loinc, unit);
    expect([converted, reason]).toEqual([undefined, refused]);
    expect(row).toContain('~');
    expect(rowInfo(row)).toBeUndefined();
  });

  test('urea nitrogen never joins the line of urea, whose number is 2.14 times larger', () => {
    expect([made('3094-0', 'mg/dL').row, made('22664-7', 'mmol/L').row]).toEqual(['urea_nitrogen.serum', 'urea.serum']);
  });

  test.each([
    ['Lp(a) in mass and in moles', '10835-7', '43583-4'],
    ['insulin in units and in moles', '20448-7', '14796-7'],
    ['PTH in mass and in moles', '2731-8', '14866-8'],
    ['D-dimers in FEU and in DDU', '48065-7', '48066-5'],
    ['troponin T and troponin I', '67151-1', '89579-7'],
    ['lymphocytes in percent and in number', '736-9', '731-0'],
    ['red cells of urine in a volume and in a field', '30391-7', '13945-1'],
  ])('%s are two lines', (_what, one, other) => {
    const rowOf = (loinc: string) => normalise({ loinc, label: '', laboratoryFiness: '990400101' }).row;
    expect(rowInfo(rowOf(one))).toBeDefined();
    expect(rowInfo(rowOf(other))).toBeDefined();
    expect(rowOf(one)).not.toBe(rowOf(other));
  });
});

describe('a tumour marker or a troponin measured by two methods', () => {
  test.each(
    ['psa_total', 'psa_free', 'cea', 'ca125', 'ca15_3', 'ca19_9', 'afp', 'hcg_tumour', 'troponin_t_hs', 'troponin_i_hs', 'troponin_i'].map(
      (key) => [`${key}.serum`],
    ),
  )('%s says so instead of a change', (row) => {
    const info = rowInfo(row)!;
    expect(info.isMethodSensitive).toBe(true);
    const measured = (value: number, method: string): Measured => ({
      row,
      value,
      decimals: 1,
      unit: info.unit,
      method,
      laboratory: '990400101',
      isMethodSensitive: info.isMethodSensitive,
    });
    expect(whyIncomparable(measured(4, 'ECLIA'), measured(9, 'CMIA'))).toBe('method');
    expect(changeBetween(measured(4, 'ECLIA'), measured(9, 'CMIA')).kind).toBe('incomparable');
    expect(changeBetween(measured(4, 'ECLIA'), measured(9, 'ECLIA')).kind).toBe('change');
  });
});
