import { describe, expect, test } from 'vitest';
import { normalise } from './normalise.ts';
import { readPrintedNumber } from './printed-number.ts';
import type { ResultToNormalise } from './result.ts';

const printed = (text: string, rest: Partial<ResultToNormalise>): ResultToNormalise => ({
  label: 'Dosage',
  laboratoryFiness: '750000001',
  number: readPrintedNumber(text),
  ...rest,
});
const converted = (loinc: string, text: string, unit: string) => {
  const { converted, row, refused } = normalise(printed(text, { loinc, unit }));
  return converted ? `${converted.value.toFixed(converted.decimals)} ${converted.unit}` : (refused ?? row);
};

describe('the row of a result', () => {
  test('mass and molar codes of creatinine share a row', () => {
    expect(normalise(printed('9,5', { loinc: '2160-0', unit: 'mg/L' })).row).toBe('creatinine.serum');
    expect(normalise(printed('84', { loinc: '14682-9', unit: 'µmol/L' })).row).toBe('creatinine.serum');
  });

  test('serum and urine creatinine never share a row', () => {
    expect(normalise(printed('9', { loinc: '14683-7', unit: 'mmol/L' })).row).toBe('creatinine.urine');
  });

  test('urea and urea nitrogen never share a row', () => {
    expect(normalise(printed('14', { loinc: '3094-0', unit: 'mg/dL' })).row).toBe('urea_nitrogen.serum');
  });

  test('a LOINC code outside the catalogue has a row of its own', () => {
    expect(normalise(printed('1', { loinc: '1234-4', unit: 'g/L' }))).toMatchObject({ row: 'loinc:1234-4', ucum: 'g/L' });
  });

  test('a code whose check digit is wrong belongs to the laboratory alone', () => {
    expect(normalise(printed('1', { loinc: '1234-9', unit: 'g/L' })).row).toBe('local:750000001:1234-9');
  });

  test('a local code has a row per laboratory and code system', () => {
    const row = (rest: Partial<ResultToNormalise>) => normalise(printed('1', { local: 'GLY', unit: 'g/L', ...rest })).row;
    expect(row({})).toBe('local:750000001:GLY');
    expect(row({ laboratoryFiness: '750000002' })).toBe('local:750000002:GLY');
    expect(row({ localSystem: '1.2.250.1.999' })).toBe('local:750000001:1.2.250.1.999:GLY');
  });

  test('an uncoded label joins only the same label, specimen and unit of one laboratory', () => {
    const row = (rest: Partial<ResultToNormalise>) => normalise(printed('1', { label: 'Glucose', unit: 'g/L', ...rest })).row;
    expect(row({ label: 'GLUCOSE ' })).toBe(row({}));
    expect(row({})).toMatch(/^local:750000001:~/);
    for (const other of [{ specimen: 'Urine' }, { unit: 'mmol/L' }, { laboratoryFiness: '750000002' }, { label: 'Glucose libre' }]) {
      expect(row(other)).not.toBe(row({}));
    }
  });

  test('a number whose unit contradicts its code never shares the line of the others', () => {
    expect(normalise(printed('6,2', { loinc: '27353-2', unit: '%' }))).toMatchObject({ row: 'eag.blood~%', refused: 'other-quantity' });
    expect(normalise(printed('5,2', { loinc: '22664-7' }))).toMatchObject({ row: 'urea.serum~none', refused: 'no-unit' });
    expect(normalise(printed('5,2', { loinc: '22664-7', unit: 'foo' }))).toMatchObject({ row: 'urea.serum~foo', refused: 'unit-unknown' });
  });

  test('a result in words keeps its row, whatever its unit', () => {
    expect(normalise({ label: 'Urée', loinc: '22664-7', laboratoryFiness: '750000001' })).toEqual({
      row: 'urea.serum',
      rules: '2026-11-22.2',
    });
  });
});

describe('a value in another unit than its row', () => {
  test.each([
    ['14682-9', '88', 'µmol/L', 'creatinine.serum'],
    ['2160-0', '10', 'mg/L', '88 umol/L'],
    ['2160-0', '9,95', 'mg/L', '88.0 umol/L'],
    ['3091-6', '0,30', 'g/L', '5.0 mmol/L'],
    ['2345-7', '1,05', 'g/L', '5.83 mmol/L'],
    ['17861-6', '95', 'mg/L', '2.37 mmol/L'],
    ['2777-1', '35', 'mg/L', '1.13 mmol/L'],
    ['1975-2', '10', 'mg/L', '17 umol/L'],
    ['3084-1', '60', 'mg/L', '357 umol/L'],
    ['2093-3', '2,00', 'g/L', '5.17 mmol/L'],
    ['2571-8', '1,50', 'g/L', '1.69 mmol/L'],
    ['777-3', '250000', '/mm3', '250 10*9/L'],
    ['718-7', '142', 'g/L', '14.2 g/dL'],
    ['4544-3', '0,42', 'L/L', '42 %'],
    ['3016-3', '2,5', 'µUI/mL', 'tsh.serum'],
    ['1742-6', '0,75', 'µkat/L', '45.0 U/L'],
    ['2019-8', '5,33', 'kPa', '40.0 mm[Hg]'],
    ['9318-7', '30', 'mg/g', '3.4 mg/mmol'],
    ['32294-1', '3,0', 'mg/mmol', 'albumin_creat_ratio.urine'],
    ['2823-3', '4,1', 'mEq/L', '4.1 mmol/L'],
    ['2000-8', '4,8', 'mEq/L', '2.40 mmol/L'],
    ['59261-8', '53', 'mmol/mol', '7.0 %'],
    ['59261-8', '48', 'mmol/mol', '6.5 %'],
    ['48065-7', '0,50', 'µg/mL FEU', '500 ng/mL{FEU}'],
    ['48065-7', '500', 'ng/mL', 'd_dimer_feu.plasma'],
    ['62292-8', '75', 'nmol/L', '30.0 ng/mL'],
  ])('%s printed %s %s is %s', (loinc, text, unit, expected) => {
    expect(converted(loinc, text, unit)).toBe(expected);
  });

  test.each([
    ['10835-7', 'nmol/L', 'molar-not-comparable'],
    ['14796-7', 'mUI/L', 'arbitrary-unit'],
    ['14796-7', 'ng/mL', 'molar-not-comparable'],
    ['2731-8', 'pmol/L', 'molar-not-comparable'],
    ['19080-1', 'ng/mL', 'arbitrary-unit'],
    ['2857-1', 'nmol/L', 'molar-not-comparable'],
    ['10334-1', 'UI/mL', 'arbitrary-unit'],
    ['67151-1', 'pmol/L', 'molar-not-comparable'],
    ['48065-7', 'ng/mL DDU', 'feu-and-ddu'],
    ['48066-5', 'ng/mL FEU', 'feu-and-ddu'],
    ['20447-9', 'UI/mL', 'copies-and-units'],
    ['11011-4', 'copies/mL', 'copies-and-units'],
    ['20447-9', 'log copies/mL', 'logarithm'],
    ['751-8', '%', 'fraction-and-count'],
    ['770-8', 'G/L', 'fraction-and-count'],
    ['30405-5', '/champ', 'field-count'],
    ['30405-5', 'UFC/mL', 'culture-and-count'],
    ['62238-1', 'mL/min', 'body-surface'],
    ['2692-2', 'mosm/L', 'osmolality-and-osmolarity'],
    ['4548-4', 'g/L', 'other-quantity'],
    ['11572-5', 'UA/mL', 'arbitrary-unit'],
    ['2276-4', 'pmol/L', 'molar-mass-unknown'],
  ])('%s in %s is refused: %s', (loinc, unit, reason) => {
    expect(converted(loinc, '12', unit)).toBe(reason);
  });

  test('the interval is converted with the value', () => {
    const { converted } = normalise(printed('1,26', { loinc: '2345-7', unit: 'g/L', interval: { low: 0.7, high: 1.1 } }));
    expect(converted).toEqual({ value: 6.99, decimals: 2, unit: 'mmol/L', low: 3.89, high: 6.11 });
  });

  test('a round number whose unit only moves the comma keeps the decimals that its limits need', () => {
    const { converted } = normalise(printed('130', { loinc: '718-7', unit: 'g/L', interval: { low: 117, high: 143 } }));
    expect(converted).toEqual({ value: 13, decimals: 1, unit: 'g/dL', low: 11.7, high: 14.3 });
  });

  test.each([
    ['1742-6', 'UI/L', 'U/L'],
    ['15067-2', 'UI/L', '[IU]/L'],
    ['15067-2', 'U/L', '[IU]/L'],
    ['3016-3', 'mU/L', 'm[IU]/L'],
    ['10334-1', 'U/mL', "[arb'U]/mL"],
    ['6206-7', 'kU/L', 'k[IU]/L'],
    ['30341-2', 'mm', 'mm/h'],
    ['2889-4', 'mg/j', 'mg/(24.h)'],
    ['2276-4', 'ng/mL', 'ug/L'],
    ['806-0', '/mm3', '/uL'],
    ['6301-6', '', '{INR}'],
    ['2744-1', 'UpH', '[pH]'],
  ])('%s printed in “%s” is read as %s and needs no conversion', (loinc, unit, ucum) => {
    const normalised = normalise(printed('12', { loinc, unit }));
    expect(normalised.ucum).toBe(ucum);
    expect(normalised.converted ?? normalised.refused).toBeUndefined();
  });
});

describe('the flag of a result', () => {
  const glucose = { loinc: '14749-6', unit: 'mmol/L', interval: { low: 4.1, high: 6.1 } };

  test('is computed from the laboratory’s own interval when it sent none', () => {
    expect(normalise(printed('7,2', glucose)).computedFlag).toBe('H');
    expect(normalise(printed('4,1', glucose)).computedFlag).toBe('N');
    expect(normalise(printed('4,0', glucose)).computedFlag).toBe('L');
  });

  test('is the laboratory’s when it sent one, even against its interval', () => {
    expect(normalise(printed('7,2', { ...glucose, flag: 'N' })).computedFlag).toBeUndefined();
    expect(normalise(printed('7,2', { ...glucose, interpretations: ['N'] })).computedFlag).toBeUndefined();
  });

  test('a trend is not a flag', () => {
    expect(normalise(printed('7,2', { ...glucose, interpretations: ['U'] })).computedFlag).toBe('H');
  });
});
