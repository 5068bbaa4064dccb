import { describe, expect, test } from 'vitest';
import { catalogueRows } from './catalogue.ts';
import { FAMILIES, FAMILIES_VERSION, FAMILY_RULES, familiesOf } from './families.ts';

const adult = { ageYears: 40 };
const uncoded = (label: string) => ({ row: 'local:750000001:X', label });
const coded = (row: string) => ({ row, label: '' });

describe('the family of a result', () => {
  test.each([
    ['f5_mutations.blood', adult, ['constitutional-genetics']],
    ['hla_b27.blood', adult, ['constitutional-genetics']],
    ['jak2_v617f.blood', adult, []],
    ['hiv_screen.serum', adult, ['hiv']],
    ['hiv1_rna.plasma', adult, ['hiv']],
    ['chlamydia_dna.urine', adult, []],
    ['chlamydia_dna.urine', { ageYears: 16 }, ['sexual-health-of-minor']],
    ['chlamydia_dna.urine', {}, ['sexual-health-of-minor']],
    ['hiv_screen.serum', { ageYears: 16 }, ['hiv', 'sexual-health-of-minor']],
    ['hcg_qual.urine', { ageYears: 15 }, ['pregnancy-of-minor']],
    ['hcg_total.serum', adult, []],
    ['glucose.serum', { ageYears: 10 }, []],
  ] as const)('%s, %o: %o', (row, context, families) => {
    expect(familiesOf(coded(row), context)).toEqual(families);
  });

  test.each([
    ['Sérologie VIH 1+2', ['hiv']],
    ['Ac anti-HIV', ['hiv']],
    ['Recherche de mutation du gène CFTR', ['constitutional-genetics']],
    ['Génotypage du VHC', []],
    ['Mutation EGFR (tumeur)', []],
    ['Caryotype constitutionnel', ['constitutional-genetics']],
    ['Glucose', []],
  ])('an uncoded “%s” belongs to %o', (label, families) => {
    expect(familiesOf(uncoded(label), adult)).toEqual(families);
  });

  test('a split row keeps the family of its analyte', () => {
    expect(familiesOf(coded('hiv1_rna.plasma~[IU]/mL'), adult)).toEqual(['hiv']);
  });

  test('what is not care, anonymous screening and childbirth under secrecy are told from the context', () => {
    expect(familiesOf(coded('glucose.serum'), { ...adult, purpose: 'occupational' })).toEqual(['not-for-care']);
    expect(familiesOf(coded('hiv_screen.serum'), { ...adult, isAnonymous: true })).toEqual(['anonymous', 'hiv']);
    expect(familiesOf(coded('glucose.serum'), { ...adult, isChildbirthUnderSecrecy: true })).toEqual(['childbirth-under-secrecy']);
  });

  test('every genetic row of the catalogue is in the family, but the acquired mutation', () => {
    const genetic = catalogueRows().filter(({ chapter }) => chapter === 'genetics');
    const outside = genetic.filter(({ row }) => familiesOf(coded(row), adult).length === 0).map(({ row }) => row);
    expect(outside).toEqual(['jak2_v617f.blood']);
  });

  test('the table has a version, a day, and a rule for every family', () => {
    expect(FAMILIES_VERSION).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(Object.keys(FAMILY_RULES).toSorted()).toEqual([...FAMILIES].toSorted());
  });

  test('no rule opens anything to the parents', () => {
    expect(FAMILIES.filter((family) => FAMILY_RULES[family].representatives)).toEqual([]);
  });
});
