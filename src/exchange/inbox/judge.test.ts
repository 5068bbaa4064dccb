import { expect, test } from 'vitest';
import type { StoredResult } from '#record/contract';
import { correctedValues, judgeReport } from './judge.ts';

const platelets = (text: string, value: number): StoredResult => ({
  n: 0,
  label: 'Plaquettes',
  loinc: '777-3',
  status: 'final',
  text,
  number: { value, decimals: 0 },
  unit: '10*9/L',
  flag: 'L',
  normalised: { row: 'platelets.blood', ucum: '10*9/L', rules: '2026-11-22' },
});

test('a value to look at bears its unit as French laboratories write it, not the code of a document', () => {
  expect(judgeReport([platelets('92', 92)], new Map()).values).toEqual([{ label: 'Plaquettes', text: '92', unit: 'G/L', flag: 'L' }]);
});

test('a corrected value and the one that had been read bear the same unit', () => {
  expect(correctedValues([platelets('192', 192)], [platelets('92', 92)])).toEqual([
    { label: 'Plaquettes', text: '92', unit: 'G/L', flag: 'L', former: { text: '192', unit: 'G/L' } },
  ]);
});
