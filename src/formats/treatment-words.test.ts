import { expect, test } from 'vitest';
import type { Statement, Timing } from './clinical-document.ts';
import { regimenWords } from './treatment-words.ts';

const entryOf = (...kinds: Statement['kind'][]) => ({ relations: kinds.map((kind) => ({ statement: { kind } })) }) as unknown as Statement;
const everyOf = (value: string, unit: string): Timing => ({ every: { value, unit } });
const two = { low: { value: '2', unit: '{tablet}' }, high: { value: '2', unit: '{tablet}' } };

test.each([
  ['2 comprimés 1 fois par jour', { dose: two, timings: [everyOf('1', 'd')], entry: entryOf() }],
  ['2 comprimés toutes les 8 heures', { dose: two, timings: [everyOf('8', 'h')], entry: entryOf('act') }],
  ['2,5 mg', { dose: { value: '2.5', unit: 'mg' }, timings: [], entry: entryOf() }],
  [
    'nothing when the doses differ from one step to the next',
    { dose: two, timings: [everyOf('1', 'd')], entry: entryOf('administration') },
  ],
  ['nothing when two rhythms are joined', { dose: two, timings: [everyOf('1', 'd'), everyOf('1', 'wk')], entry: entryOf() }],
  ['nothing when it is taken around meals', { dose: two, timings: [{ event: { code: 'ACM' } }], entry: entryOf() }],
  ['nothing when no dose is said', { timings: [everyOf('1', 'd')], entry: entryOf() }],
])('a regimen is told as %s', (told, treatment) => {
  expect(regimenWords(treatment)).toBe(told.startsWith('nothing') ? '' : told);
});
