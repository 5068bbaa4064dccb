import { expect, test } from 'vitest';
import { type IsolateResult, resistancesOf } from './resistance.ts';

const resistant = (row: string, label = ''): IsolateResult => ({ row, label, susceptibility: 'R' });

test.each<[string, IsolateResult[], string[], string[]]>([
  ['Staphylococcus aureus', [resistant('abx_oxacillin.isolate')], [], ['mrsa']],
  ['S. aureus', [resistant('local:750000001:FOX', 'Céfoxitine')], [], ['mrsa']],
  ['Staphylococcus aureus', [{ ...resistant('abx_oxacillin.isolate'), susceptibility: 'S' }], [], []],
  ['Staphylococcus epidermidis', [resistant('abx_oxacillin.isolate')], [], []],
  ['Staphylococcus aureus (SARM)', [], [], ['mrsa']],
  ['Escherichia coli', [resistant('abx_cefotaxime.isolate')], [], ['cephalosporin-resistant']],
  ['E. coli', [resistant('abx_cefotaxime.isolate')], ['Souche productrice de BLSE'], ['esbl']],
  ['E. coli', [], ['Absence de BLSE'], []],
  ['E. coli', [], ['Recherche de BLSE positive'], ['esbl']],
  ['S. aureus', [], ['Souche résistante à la méthicilline'], ['mrsa']],
  ['E. coli', [], ['Recherche de carbapénémase négative'], []],
  ['Klebsiella pneumoniae', [resistant('abx_meropenem.isolate')], [], ['carbapenem-resistant']],
  ['Klebsiella pneumoniae', [resistant('abx_meropenem.isolate')], ['Carbapénémase OXA-48 détectée.'], ['carbapenemase']],
  ['Pseudomonas aeruginosa', [resistant('abx_ceftazidime.isolate')], [], []],
  ['Enterococcus faecium', [resistant('abx_vancomycin.isolate')], [], ['vre']],
  ['Enterococcus gallinarum', [resistant('abx_vancomycin.isolate')], [], []],
])('%s with %o and %o: %o', (organism, results, words, expected) => {
  expect(resistancesOf(organism, results, words)).toEqual(expected);
});
