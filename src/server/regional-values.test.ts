import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '#kernel';
import { criticalValuesOf, familyTablesOf, formulasOf } from './regional-values.ts';

test('the usual formulas of a region are formulas that exist, one estimate of filtration for adults and one for children', () => {
  const usual = formulasOf(readConfig({}).DERIVED_VALUES);
  expect(usual).toContain('egfr-ckdepi-2009');
  expect(usual.filter((id) => id.startsWith('egfr-'))).toEqual(['egfr-ckdepi-2009', 'egfr-schwartz']);
});

test('a region switches all of them off, or chooses its own; a name misspelt stops the start', () => {
  expect(formulasOf('none')).toEqual([]);
  expect(formulasOf('egfr-ekfc, non-hdl,non-hdl')).toEqual(['egfr-ekfc', 'non-hdl']);
  expect(() => formulasOf('egfr-ekcf')).toThrow('DERIVED_VALUES names egfr-ekcf');
});

test('the critical values of a region are read whole, or the server does not start', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cigogne-critical-'));
  const file = join(folder, 'critical.tsv');
  const read = (...lines: string[]) => {
    writeFileSync(file, ['row\tunit\tbelow\tabove', ...lines].join('\n'));
    return criticalValuesOf(file);
  };
  try {
    expect(criticalValuesOf(undefined)).toEqual([]);
    expect(read('potassium.serum\tmmol/L\t2.5\t6.5', 'glucose.serum\tmmol/L\t2.8\t')).toEqual([
      { row: 'potassium.serum', unit: 'mmol/L', below: 2.5, above: 6.5 },
      { row: 'glucose.serum', unit: 'mmol/L', below: 2.8 },
    ]);
    for (const wrong of [
      'potassium.sérum\tmmol/L\t2.5\t',
      'potassium.serum\tmg/L\t2.5\t',
      'potassium.serum\tmmol/L\t2,5\t',
      'potassium.serum\tmmol/L\t\t',
    ])
      expect(() => read(wrong)).toThrow('CRITICAL_VALUES_FILE cannot be used');
    expect(() => read('potassium.serum\tmmol/L\t2.5\t', 'potassium.serum\tmmol/L\t\t6')).toThrow('twice');
    expect(() => criticalValuesOf(join(folder, 'absent.tsv'))).toThrow('CRITICAL_VALUES_FILE');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the table of sensitive families of a region is read whole, or the server does not start', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cigogne-families-'));
  const file = join(folder, 'families.tsv');
  const read = (...lines: string[]) => {
    const head = ['version\tDélibération 12\tfrom\t2027-01-01', 'family\tprofessionals\tpatient\tpushed\trepresentatives\tbasis'];
    writeFileSync(file, [...head, ...lines].join('\n'));
    return familyTablesOf(file);
  };
  try {
    expect(familyTablesOf(undefined)).toEqual([]);
    expect(read('hiv\tcare-team\tafter-told\tno\tno\tX')).toMatchObject([{ version: 'Délibération 12', settled: ['hiv'] }]);
    expect(() => read('hiv\tcare-team\tafter-told\tno\tno')).toThrow(
      `SENSITIVE_FAMILIES_FILE cannot be used: ${file}: families.cells at line 3`,
    );
    expect(() => read('anonymous\tcare-team\tnone\tno\tno\tX')).toThrow('families.closed-by-law');
    expect(() => familyTablesOf(join(folder, 'absent.tsv'))).toThrow('SENSITIVE_FAMILIES_FILE');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
