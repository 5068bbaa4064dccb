import { expect, test } from 'vitest';
import { readConfig } from '#kernel';
import { formulasOf } from './derived-values.ts';

test('the usual formulas of a region are formulas that exist, one estimate of filtration among them', () => {
  const usual = formulasOf(readConfig({}).DERIVED_VALUES);
  expect(usual).toContain('egfr-ckdepi-2009');
  expect(usual.filter((id) => id.startsWith('egfr-'))).toHaveLength(1);
});

test('a region switches all of them off, or chooses its own; a name misspelt stops the start', () => {
  expect(formulasOf('none')).toEqual([]);
  expect(formulasOf('egfr-ekfc, non-hdl,non-hdl')).toEqual(['egfr-ekfc', 'non-hdl']);
  expect(() => formulasOf('egfr-ekcf')).toThrow('DERIVED_VALUES names egfr-ekcf');
});
