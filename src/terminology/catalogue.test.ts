import { describe, expect, test } from 'vitest';
import { catalogueRows, chapters, presets, rowInfo, rowOfLoinc } from './catalogue.ts';
import { bringTo } from './conversion.ts';
import { isLoinc } from './row.ts';
import { parseTable } from './table.ts';

const rows = catalogueRows();

describe('the catalogue', () => {
  test('holds several hundred rows, each with its codes, a chapter and a label', () => {
    const chapterKeys = new Set(chapters().map(({ chapter }) => chapter));
    expect(rows.length).toBeGreaterThan(600);
    expect(rows.filter((row) => row.codes.length === 0 || row.label === '' || !chapterKeys.has(row.chapter))).toEqual([]);
  });

  test('gives every code a right check digit, an official name and one row', () => {
    const codes = rows.flatMap((row) => row.codes);
    expect(new Set(codes.map(({ loinc }) => loinc)).size).toBe(codes.length);
    for (const { loinc, name } of codes) expect([loinc, isLoinc(loinc), name !== '']).toEqual([loinc, true, true]);
  });

  test('reads its own units, of the rows, of the codes, and as printed', () => {
    const kinds = rows.flatMap((row) => [
      [row.row, row.unit, bringTo(row, row.unit).kind === 'same'],
      [row.row, row.unitPrinted, bringTo(row, row.unitPrinted).kind === 'same'],
      ...row.codes.map(({ unit }) => [row.row, unit, bringTo(row, unit).kind !== 'refused']),
    ]);
    expect(kinds.filter(([, , isRead]) => !isRead)).toEqual([]);
  });

  test('joins mass and amount of substance only with a molar mass, and no other two properties', () => {
    const known = new Set(['hba1c.blood', 'transferrin_saturation.serum', 'protein_creat_ratio.urine', 'albumin_creat_ratio.urine']);
    const joined = rows
      .filter((row) => new Set(row.codes.map(({ property }) => property)).size > 1 && !known.has(row.row))
      .map((row) => ({
        row: row.row,
        classes: new Set(row.codes.map(({ property }) => property.slice(1))),
        molarMass: row.molarMass ?? 0,
      }));
    expect(joined.length).toBeGreaterThan(40);
    expect(joined.filter(({ classes, molarMass }) => classes.size > 1 || molarMass <= 1)).toEqual([]);
  });

  test('has presets of known rows, none of them of blood groups', () => {
    expect(presets().length).toBeGreaterThanOrEqual(15);
    for (const preset of presets()) {
      for (const key of preset.rows)
        expect([preset.preset, key, rowInfo(key)?.family]).toEqual([preset.preset, rowInfo(key)?.row, undefined]);
    }
  });

  test('keeps blood groups and antibody screens out of the plain rows', () => {
    expect(rowOfLoinc('882-1')?.family).toBe('immuno-haematology');
    expect(rowOfLoinc('890-4')?.family).toBe('immuno-haematology');
    expect(rowOfLoinc('718-7')?.family).toBeUndefined();
  });
});

test('a table with a missing cell is refused, since a shifted column would be a wrong unit', () => {
  expect(parseTable('a\tb\n1\t2\n', 't')).toEqual([{ a: '1', b: '2' }]);
  expect(() => parseTable('a\tb\n1\n', 't')).toThrow('line 2');
});
