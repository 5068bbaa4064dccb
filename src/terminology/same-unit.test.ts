import { expect, test } from 'vitest';
import { areOtherUnits } from './same-unit.ts';

test.each([
  ['g/L', 'g/dL'],
  ['mmol/L', 'µmol/L'],
  ['g/L', 'mmol/L'],
  ['G/L', 'g/L'],
  ['mg/g', 'mg/mmol'],
])('%s and %s are two units', (one, other) => {
  expect([areOtherUnits(one, other), areOtherUnits(other, one)]).toEqual([true, true]);
});

test.each([
  ['mmol/l', 'mmol/L'],
  ['µmol/L', 'umol/L'],
  ['G/L', '10*9/L'],
  ['T/L', '10*12/L'],
  ['/mm3', '/uL'],
  ['ng/mL', 'ug/L'],
  ['UI/L', 'U/L'],
  ['UI/L', '[IU]/L'],
  ['%', '1'],
  ['ml/min/1.73m2', 'mL/min/{1.73_m2}'],
  ['unités/L', 'U/L'],
  ['mm', 'mm/h'],
])('%s and %s may be one unit', (one, other) => {
  expect([areOtherUnits(one, other), areOtherUnits(other, one)]).toEqual([false, false]);
});
