import { expect, test } from 'vitest';
import { codingQuality } from './coding-quality.ts';
import { type CriticalBounds, regionalCritical } from './critical.ts';
import { normalise } from './normalise.ts';
import { screenCatalogue } from './screen-catalogue.ts';

test('what a laboratory lacks is counted: codes, units, two units for one code', () => {
  const of = (laboratoryFiness: string, loinc: string | undefined, unit: string) => ({
    laboratoryFiness,
    loinc,
    unit,
    normalised: normalise({ label: 'x', loinc, unit, laboratoryFiness, number: { value: 1, decimals: 0 } }),
  });
  const [first, second] = codingQuality([
    of('A', '22664-7', 'mmol/L'),
    of('A', '22664-7', 'g/L'),
    of('A', '22664-7', 'grammes'),
    of('A', '1234-4', 'g/L'),
    of('A', undefined, 'g/L'),
    of('B', '2857-1', 'nmol/L'),
  ]);
  expect(first).toEqual({
    laboratoryFiness: 'A',
    results: 5,
    comparable: 2,
    unknownCodes: 1,
    uncoded: 1,
    refusals: { 'unit-unknown': 1 },
    unknownUnits: [{ unit: 'grammes', results: 1 }],
    conflicts: [{ loinc: '22664-7', units: ['g/L', 'mmol/L'] }],
  });
  expect(second).toMatchObject({ laboratoryFiness: 'B', comparable: 0, refusals: { 'molar-not-comparable': 1 } });
});

test('a regional critical value only adds to what the laboratory said', () => {
  const table = new Map<string, CriticalBounds>([['potassium.serum', { row: 'potassium.serum', unit: 'mmol/L', below: 2.5, above: 6.5 }]]);
  const of = (value: number, rest = {}) => regionalCritical({ row: 'potassium.serum', unit: 'mmol/L', value, ...rest }, table);
  expect([of(6.6), of(6.5), of(2.4), of(4)]).toEqual(['HH', undefined, 'LL', undefined]);
  expect(of(6.6, { flag: 'HH' })).toBeUndefined();
  expect(of(6.6, { flag: 'N' })).toBe('HH');
  expect(of(66, { unit: 'mg/L' })).toBeUndefined();
  expect([of(2, { comparator: '<' }), of(7, { comparator: '<' }), of(7, { comparator: '>' })]).toEqual(['LL', undefined, 'HH']);
});

test('the catalogue of the screens is in the order of display, chapter by chapter, with blood groups marked', () => {
  const { rows, presets } = screenCatalogue();
  const chapters = rows.map(({ chapter }) => chapter).filter((chapter, at, all) => chapter !== all[at - 1]);
  expect(new Set(chapters).size).toBe(chapters.length);
  expect(chapters[0]).toBe('Hématologie');
  expect(rows.find(({ row }) => row === 'abo_rh.blood')).toMatchObject({ immunoHaematology: true });
  expect(rows.find(({ row }) => row === 'creatinine.serum')).toMatchObject({
    label: 'Créatinine',
    unit: 'µmol/L',
    ucum: 'umol/L',
    plain: 'Créatinine',
    specimen: 'Sang (sérum ou plasma)',
  });
  expect(rows.filter(({ plain }) => plain).length).toBeGreaterThanOrEqual(80);
  expect(presets.find(({ id }) => id === 'diabetes')?.rows).toContain('hba1c.blood');
});
