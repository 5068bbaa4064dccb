import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rowInfo } from './catalogue.ts';
import type { DerivedInput, Subject } from './derivation.ts';
import { derive, isAcuteChange } from './derived.ts';
import { FORMULAS, type FormulaId } from './formulas.ts';

const AT = '2026-03-02T07:30:00Z';
const inputs = (values: Record<string, number>, at = AT): DerivedInput[] =>
  Object.entries(values).map(([row, value]) => ({ row, value, unit: rowInfo(row)?.unit ?? '', at }));
const value = (id: FormulaId, values: Record<string, number>, subject: Subject = {}) => {
  const derived = derive(id, inputs(values), subject);
  return 'value' in derived ? derived.value : derived.refused;
};
const creatinine = (mgPerDl: number) => ({ 'creatinine.serum': mgPerDl * 88.4 });

describe('estimated glomerular filtration', () => {
  // National Kidney Foundation calculator, as quoted in public test suites
  test.each([
    [1.09, 55, 'M', 80],
    [85 / 88.4, 65, 'F', 66],
    [1.2, 55, 'M', 71],
    [0.8, 70, 'M', 95],
  ] as const)('CKD-EPI 2021: %d mg/dL at %d years, %s: %d', (mgPerDl, ageYears, sex, expected) => {
    expect(value('egfr-ckdepi-2021', creatinine(mgPerDl), { ageYears, sex })).toBe(expected);
  });

  test.each([
    [100 / 88.4, 70, 'M', 65],
    [100 / 88.4, 70, 'F', 49],
    [60 / 88.4, 60, 'F', 95],
    [111 / 88.4, 53, 'M', 65],
  ] as const)('CKD-EPI 2009 without ethnic factor: %d mg/dL at %d years, %s: %d', (mgPerDl, ageYears, sex, expected) => {
    expect(value('egfr-ckdepi-2009', creatinine(mgPerDl), { ageYears, sex })).toBe(expected);
  });

  test('EKFC: 1.0 mg/dL in a woman of 50 is 65 (64.8 in the example of the R package egfr)', () => {
    expect(value('egfr-ekfc', creatinine(1), { ageYears: 50, sex: 'F' })).toBe(65);
  });

  test('EKFC: the median creatinine of each age and sex gives 107.3', () => {
    expect(value('egfr-ekfc', { 'creatinine.serum': 62 }, { ageYears: 30, sex: 'F' })).toBe(107);
    expect(value('egfr-ekfc', { 'creatinine.serum': 80 }, { ageYears: 30, sex: 'M' })).toBe(107);
  });

  test('Schwartz: 100 cm and 0.4 mg/dL is 103', () => {
    expect(value('egfr-schwartz', creatinine(0.4), { ageYears: 4, heightCm: 100 })).toBe(103);
  });

  test.each([
    ['egfr-ckdepi-2009', { ageYears: 17, sex: 'M' }, 'age-out-of-range'],
    ['egfr-ckdepi-2009', { sex: 'M' }, 'age-unknown'],
    ['egfr-ckdepi-2009', { ageYears: 40 }, 'sex-unknown'],
    ['egfr-ckdepi-2009', { ageYears: 30, sex: 'F', isPregnant: true }, 'pregnancy'],
    ['egfr-ckdepi-2021', { ageYears: 70, sex: 'F', isKidneyUnstable: true }, 'acute-kidney-injury'],
    ['egfr-ekfc', { ageYears: 12, sex: 'F' }, 'age-out-of-range'],
    ['egfr-schwartz', { ageYears: 18, heightCm: 170 }, 'age-out-of-range'],
    ['egfr-schwartz', { ageYears: 8 }, 'height-unknown'],
  ] as const)('%s of %o is refused: %s', (id, subject, refused) => {
    expect(value(id, { 'creatinine.serum': 80 }, subject)).toBe(refused);
  });

  test('is not shown where the laboratory reported one, except side by side', () => {
    const reportedRows = new Set(['egfr_ckdepi2009.serum']);
    const subject: Subject = { ageYears: 60, sex: 'M' };
    const given = inputs({ 'creatinine.serum': 90 });
    expect(derive('egfr-ckdepi-2009', given, subject, { reportedRows })).toMatchObject({ refused: 'reported-by-laboratory' });
    expect(derive('egfr-ckdepi-2009', given, subject, { reportedRows, isSideBySide: true })).toMatchObject({ isBesideReported: true });
  });

  test('falls when creatinine rises, at every age', () => {
    const umol = fc.integer({ min: 20, max: 1500 });
    const ids = fc.constantFrom<FormulaId>('egfr-ckdepi-2009', 'egfr-ckdepi-2021', 'egfr-ekfc');
    fc.assert(
      fc.property(
        umol,
        umol,
        fc.integer({ min: 18, max: 110 }),
        fc.constantFrom('M' as const, 'F' as const),
        ids,
        (a, b, ageYears, sex, id) => {
          const of = (umolPerL: number) => value(id, { 'creatinine.serum': umolPerL }, { ageYears, sex }) as number;
          expect(of(Math.max(a, b))).toBeLessThanOrEqual(of(Math.min(a, b)));
        },
      ),
    );
  });
});

describe('an acute change of creatinine', () => {
  test.each([
    [80, 107, 40, true],
    [80, 105, 40, false],
    [80, 107, 72, false],
    [80, 120, 150, true],
    [80, 120, 200, false],
    // the fall that mirrors it: the kidney comes back, and a filtration cannot be read yet
    [120, 80, 24, true],
    [120, 100, 24, false],
    [300, 180, 120, true],
  ])('from %d to %d µmol/L in %d hours: %s', (before, after, hours, expected) => {
    const later = new Date(Date.parse(AT) + hours * 3_600_000).toISOString();
    expect(isAcuteChange({ value: before, at: AT }, { value: after, at: later })).toBe(expected);
  });
});

describe('lipids', () => {
  const lipids = (tc: number, hdl: number, tg: number) => ({
    'cholesterol.serum': tc / 38.665,
    'hdl.serum': hdl / 38.665,
    'triglycerides.serum': tg / 88.57,
  });

  // textbook examples in mg/dL, within 1 mg/dL: the mmol/L form divides triglycerides by 2.2
  test.each([
    [200, 50, 150, 120],
    [250, 40, 210, 168],
    [400, 100, 300, 240],
  ])('Friedewald: %d, %d, %d mg/dL is %d mg/dL', (tc, hdl, tg, expected) => {
    const mgPerDl = (value('ldl-friedewald', lipids(tc, hdl, tg)) as number) * 38.665;
    expect(Math.abs(mgPerDl - expected)).toBeLessThan(1);
  });

  test('Sampson: 200, 50, 150 mg/dL is 123 mg/dL, worked term by term', () => {
    // 200/0.948 = 210.970; 50/0.971 = 51.493; 150/8.56 = 17.523; 150 × 150/2140 = 10.514; 150²/16100 = 1.398
    // 210.970 − 51.493 − (17.523 + 10.514 − 1.398) − 9.44 = 123.398
    expect((value('ldl-sampson', lipids(200, 50, 150)) as number) * 38.665).toBeCloseTo(123.4, 0);
  });

  // The same equation as published for mmol/L (Sampson et al. 2020, supplement): its rounded coefficients agree within 0.02 mmol/L
  test('Sampson agrees with its published form for mmol/L, over all that it is meant for', () => {
    const mmol = (min: number, max: number) => fc.integer({ min: min * 10, max: max * 10 }).map((n) => n / 10);
    fc.assert(
      fc.property(mmol(4, 9), mmol(0.5, 2.5), mmol(0.4, 8.9), (tc, hdl, tg) => {
        const published = tc / 0.948 - hdl / 0.971 - (tg / 3.74 + (tg * (tc - hdl)) / 24.16 - tg ** 2 / 79.36) - 0.244;
        fc.pre(published > 0.1);
        const ours = value('ldl-sampson', { 'cholesterol.serum': tc, 'hdl.serum': hdl, 'triglycerides.serum': tg }) as number;
        expect(Math.abs(ours - published)).toBeLessThan(0.02);
      }),
    );
  });

  test('are refused above the triglycerides of each formula', () => {
    const high = { 'cholesterol.serum': 6, 'hdl.serum': 1, 'triglycerides.serum': 4 };
    expect(value('ldl-friedewald', high)).toBe('triglycerides-too-high');
    expect(value('ldl-sampson', high)).toBeTypeOf('number');
    expect(value('ldl-sampson', { ...high, 'triglycerides.serum': 9.1 })).toBe('triglycerides-too-high');
  });

  test('never give a negative LDL', () => {
    expect(value('ldl-friedewald', { 'cholesterol.serum': 2, 'hdl.serum': 1.5, 'triglycerides.serum': 3 })).toBe('result-impossible');
  });

  test('non-HDL is the difference', () => {
    expect(value('non-hdl', { 'cholesterol.serum': 5.2, 'hdl.serum': 1.3 })).toBe(3.9);
  });
});

/** Worked examples of others, in the units of their source. */
describe('published examples', () => {
  test.each([
    // Cardiopulmonary Anatomy and Physiology, 7th ed., chapter 7, question 13
    [128, 97, 22, 9],
    // a case of board examinations (vimatics.com, one-liner 987)
    [138, 103, 8, 27],
  ])('anion gap: Na %d, Cl %d, HCO3 %d is %d', (sodium, chloride, bicarbonate, expected) => {
    expect(value('anion-gap', { 'sodium.serum': sodium, 'chloride.serum': chloride, 'bicarbonate.serum': bicarbonate })).toBe(expected);
  });

  // theprimecalculator.com, corrected calcium: 8.5 mg/dL with albumin 3.0 g/dL is 9.3 mg/dL; calcium 4.008 mg/dL per mmol/L
  test('corrected calcium: 8.5 mg/dL with an albumin of 3.0 g/dL is 9.3 mg/dL', () => {
    const mmol = value('calcium-corrected', { 'calcium.serum': 8.5 / 4.008, 'albumin.serum': 30 }) as number;
    expect(mmol * 4.008).toBeCloseTo(9.3, 1);
  });

  test.each([
    // codingace.net, HOMA-IR, cases A to C, glucose in mmol/L as they convert it; zenhealthcare.com.np, patients A and B (divisor 405)
    [4.89, 4.5, 1.0],
    [5.33, 10, 2.4],
    [6.22, 18, 5.0],
    [90 / 18, 4, 0.9],
    [82 / 18, 14, 2.8],
  ])('HOMA-IR: glucose %d mmol/L and insulin %d mUI/L is %d', (glucose, insulin, expected) => {
    expect(value('homa-ir', { 'glucose_fasting.serum': glucose, 'insulin_iu.serum': insulin })).toBe(expected);
  });

  // labor-dortmund.de: iron in µg/L / (transferrin in g/L × 1.41), from a molar mass of 79 500; iron 55.85 µg per µmol
  test.each([
    [10, 2.5],
    [18, 2.6],
    [35, 2.0],
  ])('transferrin saturation: iron %d µmol/L and transferrin %d g/L is that of the laboratory of Dortmund, within one percent', (iron, transferrin) => {
    const published = (iron * 55.85) / (transferrin * 1.41) / 10;
    const ours = value('transferrin-saturation', { 'iron.serum': iron, 'transferrin.serum': transferrin }) as number;
    expect(Math.abs(ours - published)).toBeLessThanOrEqual(1);
  });
});

describe('other derived values', () => {
  test.each<[FormulaId, Record<string, number>, Subject, number]>([
    ['anion-gap', { 'sodium.serum': 140, 'chloride.serum': 104, 'bicarbonate.serum': 24 }, {}, 12],
    ['calcium-corrected', { 'calcium.serum': 2.1, 'albumin.serum': 30 }, {}, 2.3],
    ['transferrin-saturation', { 'iron.serum': 15, 'transferrin.serum': 2.4 }, {}, 25],
    // by construction of the model, 4.5 mmol/L and 5 mIU/L are a HOMA of 1
    ['homa-ir', { 'glucose_fasting.serum': 4.5, 'insulin_iu.serum': 5 }, {}, 1],
    // 50 × 80 / (150 × √64)
    ['fib-4', { 'ast.serum': 80, 'alt.serum': 64, 'platelets.blood': 150 }, { ageYears: 50 }, 3.33],
  ])('%s of %o', (id, values, subject, expected) => {
    expect(value(id, values, subject)).toBe(expected);
  });

  test('corrected calcium gives way to an ionised calcium', () => {
    const given = inputs({ 'calcium.serum': 2.1, 'albumin.serum': 30 });
    const reportedRows = new Set(['calcium_ionized.serum']);
    expect(derive('calcium-corrected', given, {}, { reportedRows })).toMatchObject({ refused: 'reported-by-laboratory' });
  });
});

describe('an input', () => {
  const gap = { 'sodium.serum': 140, 'chloride.serum': 104 };

  test('missing, censored, zero, in another unit or of another sampling refuses the value', () => {
    const all = inputs({ ...gap, 'bicarbonate.serum': 24 });
    const changed = (change: Partial<DerivedInput>) => derive('anion-gap', [...all.slice(0, 2), { ...all[2]!, ...change }], {});
    expect(derive('anion-gap', inputs(gap), {})).toMatchObject({ refused: 'input-missing' });
    expect(changed({ comparator: '<' })).toMatchObject({ refused: 'input-censored' });
    expect(changed({ value: 0 })).toMatchObject({ refused: 'input-not-positive' });
    expect(changed({ unit: 'meq/L' })).toMatchObject({ refused: 'unit-unknown' });
    expect(changed({ at: '2026-03-02T10:00:00Z' })).toMatchObject({ refused: 'inputs-apart' });
    expect(changed({ at: 'unknown' })).toMatchObject({ refused: 'inputs-apart' });
  });

  test.each<[FormulaId, Record<string, number>, string, number, boolean]>([
    ['calcium-corrected', { 'calcium.serum': 2.1 }, 'albumin.serum', 23, true],
    ['calcium-corrected', { 'calcium.serum': 2.1 }, 'albumin.serum', 25, false],
    ['fib-4', { 'ast.serum': 80, 'alt.serum': 64 }, 'platelets.blood', 25, false],
    ['transferrin-saturation', { 'iron.serum': 15 }, 'transferrin.serum', 2, false],
    ['homa-ir', { 'glucose_fasting.serum': 4.5 }, 'insulin_iu.serum', 2, false],
    ['non-hdl', { 'cholesterol.serum': 5.2 }, 'hdl.serum', 2, false],
  ])('too old for the others refuses the value: %s of %o with a %s of %d hours before', (id, values, other, hours, isTaken) => {
    const before = new Date(Date.parse(AT) - hours * 3_600_000).toISOString();
    const made = derive(id, [...inputs(values), ...inputs({ [other]: 30 }, before)], { ageYears: 50, sex: 'F' });
    expect('refused' in made ? made.refused : 'taken').toBe(isTaken ? 'taken' : 'inputs-apart');
  });

  test('a formula that the region switched off gives nothing', () => {
    const options = { switchedOff: new Set<FormulaId>(['homa-ir']) };
    expect(derive('homa-ir', inputs({ 'glucose_fasting.serum': 4.5, 'insulin_iu.serum': 5 }), {}, options)).toEqual({
      formula: 'homa-ir',
      refused: 'switched-off',
    });
  });

  test('of every formula is asked for in the unit of its row, and every formula names its source', () => {
    const asked = Object.values(FORMULAS).flatMap((formula) => formula.inputs);
    expect(asked.filter(({ row, unit }) => rowInfo(row)?.unit !== unit)).toEqual([]);
    const same = Object.values(FORMULAS).flatMap((formula) => formula.sameAs);
    expect(same.filter((row) => !rowInfo(row))).toEqual([]);
    expect(Object.values(FORMULAS).filter(({ source }) => source.length < 20)).toEqual([]);
  });
});
