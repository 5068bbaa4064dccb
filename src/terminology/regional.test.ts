import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { catalogueRows } from './catalogue.ts';
import { checkCatalogue, readCsv, readLoincReplacements, readLoincTable } from './official-files.ts';
import { proposeRows } from './propose.ts';
import { dryRun, normaliserFor } from './regional.ts';
import type { ResultToNormalise } from './result.ts';

const FINESS = '750000001';
const result = (rest: Partial<ResultToNormalise>): ResultToNormalise => ({
  label: 'Glycémie',
  laboratoryFiness: FINESS,
  unit: 'g/L',
  number: { value: 1.05, decimals: 2 },
  ...rest,
});

describe('a laboratory’s own codes, mapped by a biologist', () => {
  const normalise = normaliserFor({
    version: 'm7',
    replacedCodes: new Map([['1234-4', '2345-7']]),
    mappings: [
      { laboratoryFiness: FINESS, local: 'GLY', specimen: 'Urines', loinc: '2350-7' },
      { laboratoryFiness: FINESS, local: 'GLY', loinc: '2345-7' },
      { laboratoryFiness: FINESS, label: 'Ferritine', unit: 'µg/L', loinc: '2276-4' },
    ],
  });

  test('join the row of their LOINC code, converted, and say by which version', () => {
    expect(normalise(result({ local: 'GLY' }))).toMatchObject({
      row: 'glucose.serum',
      converted: { value: 5.83, unit: 'mmol/L' },
      rules: '2026-11-22.2+m7',
    });
  });

  test('of another specimen, unit or laboratory are another line or none', () => {
    expect(normalise(result({ local: 'GLY', specimen: 'URINES' })).row).toBe('glucose.urine');
    expect(normalise(result({ local: 'GLY', laboratoryFiness: '750000002' })).row).toBe('local:750000002:GLY');
    expect(normalise(result({ label: 'FERRITINE', unit: 'μg/L' })).row).toBe('ferritin.serum');
    expect(normalise(result({ label: 'Ferritine', unit: 'pmol/L' })).row).toMatch(/^local:/);
  });

  test('never override the LOINC code that the laboratory sent', () => {
    expect(normalise(result({ local: 'GLY', loinc: '2276-4', unit: 'µg/L' })).row).toBe('ferritin.serum');
  });

  test('a replaced LOINC code joins the row of its successor', () => {
    expect(normalise(result({ loinc: '1234-4' })).row).toBe('glucose.serum');
  });

  test('a wrong table is refused before any result', () => {
    const withMapping = (mapping: object) => () =>
      normaliserFor({ version: 'x', mappings: [{ laboratoryFiness: FINESS, ...mapping } as never] });
    expect(withMapping({ local: 'GLY', loinc: '2345-8' })).toThrow('not a LOINC code');
    expect(withMapping({ loinc: '2345-7' })).toThrow('neither');
  });

  test('a dry run says exactly what would change, and changes nothing', () => {
    const inputs = [
      result({ local: 'GLY' }),
      result({ local: 'GLY', unit: 'foo' }),
      result({ local: 'GLY' }),
      result({ loinc: '718-7', unit: 'g/dL' }),
    ];
    expect(dryRun(inputs, normalise)).toEqual({
      results: 4,
      unchanged: 1,
      changes: [
        { from: `local:${FINESS}:GLY`, to: 'glucose.serum', results: 2, example: 0 },
        { from: `local:${FINESS}:GLY`, to: 'glucose.serum~foo', results: 1, refused: 'unit-unknown', example: 1 },
      ],
    });
  });
});

describe('the rows proposed for a local label', () => {
  const best = (label: string, unit?: string, specimen?: string) => proposeRows({ label, unit, specimen })[0]?.row.row;

  test.each([
    ['Potassium', 'mmol/L', undefined, 'potassium.serum'],
    ['Kaliémie', 'mEq/L', undefined, 'potassium.serum'],
    ['Créatinine', 'mg/L', 'SER', 'creatinine.serum'],
    ['Créatinine', 'mmol/L', 'Urines', 'creatinine.urine'],
    ['TSH', 'mUI/L', undefined, 'tsh.serum'],
    ['Leucocytes', 'G/L', undefined, 'leucocytes.blood'],
    ['Plaquettes', '/mm3', undefined, 'platelets.blood'],
    ['Hémoglobine', 'g/dL', undefined, 'hemoglobin.blood'],
  ])('“%s” in %s of %s: first %s', (label, unit, specimen, row) => {
    expect(best(label, unit, specimen)).toBe(row);
  });

  test('never hold a unit that cannot be brought, nor another specimen', () => {
    expect(proposeRows({ label: 'Potassium', unit: 'g/dL', specimen: 'LCR' })).toEqual([]);
    expect(proposeRows({ label: 'Créatinine', unit: 'mmol/L', specimen: 'Urines' }).map(({ row }) => row.specimen)).not.toContain(
      'Sang (sérum ou plasma)',
    );
  });

  test('are ordered by the usual values of the region when names and units do not tell', () => {
    const usual = (row: string) => ({ 'glucose.serum': 5.2, 'glucose.csf': 3.4, 'glucose.urine': 0.4 })[row];
    const proposals = proposeRows({ label: 'Glucose', unit: 'mmol/L', values: [0.3, 0.4, 0.5] }, usual);
    const rank = (row: string) => proposals.findIndex((proposal) => proposal.row.row === row);
    expect([rank('glucose.urine'), rank('glucose.serum') > 0]).toEqual([0, true]);
  });
});

describe('the files of a LOINC release', () => {
  const HEAD = '"LOINC_NUM","COMPONENT","PROPERTY","TIME_ASPCT","SYSTEM","SCALE_TYP","METHOD_TYP","STATUS","LONG_COMMON_NAME"';
  const line = (loinc: string, property: string, status: string, name: string) =>
    `"${loinc}","X","${property}","Pt","Ser","Qn","","${status}","${name.replaceAll('"', '""')}"`;

  test('agree with the catalogue, or every difference is found', () => {
    const codes = catalogueRows().flatMap((row) => row.codes);
    const csv = [HEAD, ...codes.map(({ loinc, property, name }) => line(loinc, property, 'ACTIVE', name))].join('\r\n');
    expect(checkCatalogue(readLoincTable(csv))).toEqual([]);
    const bent = csv
      .replace(line('2823-3', 'SCnc', 'ACTIVE', 'Potassium [Moles/volume] in Serum or Plasma'), line('2823-3', 'MCnc', 'DEPRECATED', 'x'))
      .replace('"2951-2"', '"2951-9"');
    expect(checkCatalogue(readLoincTable(bent), new Map([['2823-3', '6298-4']]))).toEqual([
      { loinc: '2951-2', row: 'sodium.serum', problem: 'unknown', official: '' },
      { loinc: '2823-3', row: 'potassium.serum', problem: 'deprecated', official: '6298-4' },
    ]);
  });

  test('with one replacement are automatic, with two are left to a person', () => {
    const { replacedCodes, ambiguous } = readLoincReplacements('LOINC,MAP_TO,COMMENT\n1-8,2-6,\n3-4,4-2,"a, b"\n3-4,5-9,\n');
    expect([...replacedCodes]).toEqual([['1-8', '2-6']]);
    expect([...ambiguous]).toEqual([['3-4', ['4-2', '5-9']]]);
  });

  test('of another kind are refused by name of the missing column', () => {
    expect(() => readLoincTable('a,b\n1,2\n')).toThrow('LOINC_NUM');
  });

  test('CSV: what was written is read back', () => {
    const cell = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 }), (lines) => {
        const csv = lines.map((cells) => cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(',')).join('\r\n');
        expect(readCsv(csv)).toEqual(lines);
      }),
    );
    expect(readCsv('a,b\n,\n')).toEqual([
      ['a', 'b'],
      ['', ''],
    ]);
    expect(() => readCsv('a,"b\n')).toThrow('line 1');
  });
});
