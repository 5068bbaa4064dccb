import { describe, expect, test } from 'vitest';
import { FORMULA_IDS } from '#terminology';
import { screenCatalogue } from '#terminology';
import { NOW, report, type ResultSketch } from './constructed.test-support.ts';
import type { Catalogue } from './contract.ts';
import { gather } from './gather.ts';
import { gridOf } from './grid.ts';
import { ownSamplings } from './own-results.ts';

const WOMAN = { now: NOW, birthDate: '1960-02-01', sex: 'F' as const };
const withFormulas = (...formulas: (typeof FORMULA_IDS)[number][]): Catalogue => screenCatalogue(formulas);
const CKD_EPI = withFormulas('egfr-ckdepi-2009');

const creatinine = (value: number, more: Partial<ResultSketch> = {}): ResultSketch => ({
  row: 'creatinine.serum',
  value,
  unit: 'µmol/L',
  normalised: { ucum: 'umol/L' },
  ...more,
});
const calculated = (reports: Parameters<typeof gather>[0], catalogue = CKD_EPI, options: Parameters<typeof gather>[2] = WOMAN) =>
  gather(reports, catalogue, options).readings.filter(({ derived }) => derived);

describe('a value that Cigogne calculates', () => {
  test('stands in a row of its own, named as calculated, with its inputs, and comes back to their report', () => {
    const source = report('2026-10-02T06:42:00Z', [creatinine(84)]);
    const gathered = gather([source], CKD_EPI, WOMAN);
    const rows = gridOf(gathered.readings, gathered.index).groups.flatMap((group) => group.rows);
    expect(rows.map(({ id, label, unit }) => [id, label, unit])).toEqual([
      ['creatinine.serum', 'Créatinine', 'µmol/L'],
      ['calc:egfr-ckdepi-2009', 'Calculé : DFG estimé (CKD-EPI 2009)', 'mL/min/1,73 m²'],
    ]);
    // A woman of 66 with 84 µmol/L: 0.95 mg/dL: 143.5 × 1.357^−1.209 × 0.993^66 = 62.4 by hand.
    const [value] = calculated([source]);
    expect(value).toMatchObject({ value: 62, grade: 'none', report: { documentId: source.documentId } });
    expect(value!.derived!.inputs.map(({ result }) => result.normalised.row)).toEqual(['creatinine.serum']);
    expect(value!.derived!.cautions).toContain('stable-kidney-function');
    expect(value!.flag).toBeUndefined();
  });

  test('is not given where the laboratory reported the same quantity itself', () => {
    const reported: ResultSketch = {
      row: 'egfr_ckdepi2009.serum',
      value: 61,
      unit: 'mL/min/1,73m2',
      normalised: { ucum: 'mL/min/{1.73_m2}' },
    };
    expect(calculated([report('2026-10-02T06:42:00Z', [creatinine(84), reported])])).toEqual([]);
  });

  test('is not given from a censored, cancelled or conflicting value, nor when age or sex is not known', () => {
    const from = (sketch: ResultSketch, more = {}, options: Parameters<typeof gather>[2] = WOMAN) =>
      calculated([report('2026-10-02T06:42:00Z', [sketch], more)], CKD_EPI, options);
    expect(from(creatinine(84, { number: { value: 84, decimals: 0, comparator: '<' } }))).toEqual([]);
    expect(from(creatinine(84, { status: 'cancelled' }))).toEqual([]);
    expect(from(creatinine(84), { conflict: true })).toEqual([]);
    expect(from(creatinine(84), {}, { now: NOW, birthDate: '1960-02-01' })).toEqual([]);
    expect(from(creatinine(84), {}, { now: NOW, sex: 'F' })).toEqual([]);
    expect(from(creatinine(84), {}, { ...WOMAN, birthDate: '2015-02-01' })).toEqual([]);
  });

  test('is provisional when an input is', () => {
    expect(calculated([report('2026-10-02T06:42:00Z', [creatinine(84, { status: 'provisional' })])])[0]).toMatchObject({
      status: 'provisional',
    });
  });

  test('is not counted as a result, and is not on the page of the person themselves', () => {
    const gathered = gather([report('2026-10-02T06:42:00Z', [creatinine(84)])], CKD_EPI, { ...WOMAN, lastVisit: '2026-01-01T00:00:00Z' });
    const rows = gridOf(gathered.readings, gathered.index).groups.flatMap((group) => group.rows);
    expect(rows.map(({ newCount }) => newCount)).toEqual([1, 0]);
    expect(ownSamplings(gathered, () => 'day').flatMap(({ results }) => results.map(({ reading }) => reading.rowId))).toEqual([
      'creatinine.serum',
    ]);
  });

  test('is not calculated when the region has switched the formula off', () => {
    expect(calculated([report('2026-10-02T06:42:00Z', [creatinine(84)])], withFormulas())).toEqual([]);
    expect(calculated([report('2026-10-02T06:42:00Z', [creatinine(84)])], withFormulas('egfr-ekfc'))[0]).toMatchObject({
      rowId: 'calc:egfr-ekfc',
    });
  });
});

describe('what the record holds decides whether a filtration may be calculated', () => {
  const height = (value: number, unit = 'cm', more: Partial<ResultSketch> = {}): ResultSketch => ({
    row: 'loinc:8302-2',
    loinc: '8302-2',
    label: 'Taille',
    value,
    unit,
    normalised: { ucum: unit },
    ...more,
  });
  const CHILD = { now: NOW, birthDate: '2022-02-01', sex: 'F' as const };
  const SCHWARTZ = withFormulas('egfr-schwartz');
  const ofChild = (...reports: Parameters<typeof gather>[0][number][]) => calculated(reports, SCHWARTZ, CHILD).map(({ value }) => value);

  test('a child’s from a height measured near in time: 100 cm and 35.36 µmol/L (0.4 mg/dL) is 103', () => {
    const blood = report('2026-10-02T06:42:00Z', [creatinine(35.36)]);
    expect(ofChild(blood, report('2026-09-02T06:42:00Z', [height(100)]))).toEqual([103]);
    expect(ofChild(blood, report('2026-09-02T06:42:00Z', [height(1, 'm')]))).toEqual([103]);
  });

  test('a child’s not at all without a height, with an old one, one in inches or one below a limit', () => {
    const blood = report('2026-10-02T06:42:00Z', [creatinine(35.36)]);
    expect(ofChild(blood)).toEqual([]);
    expect(ofChild(blood, report('2026-05-02T06:42:00Z', [height(100)]))).toEqual([]);
    expect(ofChild(blood, report('2026-09-02T06:42:00Z', [height(39, '[in_i]')]))).toEqual([]);
    expect(
      ofChild(blood, report('2026-09-02T06:42:00Z', [height(100, 'cm', { number: { value: 100, decimals: 0, comparator: '<' } })])),
    ).toEqual([]);
  });

  test('an adult’s not while a positive hCG tells of a pregnancy, and again after it', () => {
    const young = { now: NOW, birthDate: '1996-02-01', sex: 'F' as const };
    const hcg: ResultSketch = { row: 'hcg_total.serum', value: 1200, unit: 'UI/L', normalised: { ucum: '[IU]/L' } };
    const [before, during] = [report('2024-01-02T06:42:00Z', [creatinine(70)]), report('2026-10-02T06:42:00Z', [creatinine(50)])];
    const told = report('2026-09-02T06:42:00Z', [hcg]);
    expect(calculated([before, during], CKD_EPI, young)).toHaveLength(2);
    expect(calculated([before, during, told], CKD_EPI, young).map(({ report: { documentId } }) => documentId)).toEqual([before.documentId]);
  });

  test('an adult’s not while creatinine falls back after an injury either', () => {
    const days = [creatinine(300), creatinine(180)].map((one, n) => report(`2026-10-0${2 + n * 3}T06:42:00Z`, [one]));
    expect(calculated(days)).toHaveLength(1);
  });

  test('stands beside the laboratory’s own when the region asks for both', () => {
    const reported: ResultSketch = {
      row: 'egfr_ckdepi2009.serum',
      value: 61,
      unit: 'mL/min/1,73m2',
      normalised: { ucum: 'mL/min/{1.73_m2}' },
    };
    const both = screenCatalogue(['egfr-ckdepi-2009'], [], { isBesideReported: true });
    const [value] = calculated([report('2026-10-02T06:42:00Z', [creatinine(84), reported])], both);
    expect(value).toMatchObject({ value: 62, derived: { isBesideReported: true } });
  });
});

test('every formula has its row, beside what laboratories report of the same kind', () => {
  const { rows } = withFormulas(...FORMULA_IDS);
  const derived = rows.filter((row) => row.derived);
  expect(derived.map(({ row }) => row).toSorted()).toEqual(FORMULA_IDS.map((id) => `calc:${id}`).toSorted());
  for (const { label, labelEn, derived: made } of derived) {
    expect([label, labelEn]).toEqual([expect.stringMatching(/^Calculé : /), expect.stringMatching(/^Calculated: /)]);
    expect(made!.inputs.filter((input) => !rows.some(({ row }) => row === input))).toEqual([]);
  }
});
