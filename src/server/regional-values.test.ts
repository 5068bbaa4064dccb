import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '#kernel';
import { criticalValuesOf, formulasOf } from './regional-values.ts';

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
