import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aliasesAmong, type KnownName, namesIn } from './aliases.ts';
import type { Patient, Traits } from './contract.ts';
import { ODETTE } from './people.fixture.ts';
import { rankCandidates, scoreCandidate } from './score.ts';
import { traitsOf } from './traits.ts';

const odette = traitsOf(ODETTE) as Traits;
const day = (n: number) => new Date(Date.UTC(2026, 0, n));
const known = (family: string, givens: string, more: Partial<KnownName> = {}): KnownName => ({
  family,
  givens,
  firstGiven: givens.split(' ')[0]!,
  origin: 'print',
  sender: '990000001',
  knownAt: day(1),
  ...more,
});
const names = (aliases: readonly KnownName[]) => aliases.map(({ family, givens }) => `${family} ${givens}`);

describe('an alias is', () => {
  test('a name that the record does not bear now, at birth nor in use', () => {
    const told = [known('ESSAI-MARCHAND', 'ODETTE MARIE LOUISE'), known('MARCHAND', 'ODETTE'), known('DUPONT-ESSAI', 'ODETTE')];
    expect(names(aliasesAmong(odette, told))).toEqual(['DUPONT-ESSAI ODETTE']);
  });
  test('not the same name in other writing, nor with fewer given names', () => {
    expect(aliasesAmong(odette, [known('Essai Marchand', 'odétte'), known('essai-marchand', 'Odette Marie')])).toEqual([]);
  });
  test('another given name under the same family name', () => {
    expect(names(aliasesAmong(odette, [known('MARCHAND', 'COLETTE')]))).toEqual(['MARCHAND COLETTE']);
  });
  test('kept once, in its fullest form, the earliest known first', () => {
    const told = [
      known('DUPONT', 'ODETTE', { knownAt: day(3) }),
      known('dupont', 'ODETTE MARIE', { knownAt: day(5) }),
      known('DURAND', 'ODETTE', { knownAt: day(4) }),
      known('DURAND', 'Odette', { knownAt: day(2), sender: '990000002' }),
    ];
    const aliases = aliasesAmong(odette, told);
    expect(names(aliases)).toEqual(['DURAND Odette', 'dupont ODETTE MARIE']);
    expect(aliases[0]).toMatchObject({ sender: '990000002', knownAt: day(2) });
  });
  test('never a name borne now, and never twice the same, whatever is told', () => {
    const word = fc.constantFrom('ESSAI', 'MARCHAND', 'ODETTE', 'Marie', 'LOUISE', 'DUPONT', 'Élise');
    const name = fc.tuple(fc.array(word, { minLength: 1, maxLength: 2 }), fc.array(word, { minLength: 1, maxLength: 3 }));
    fc.assert(
      fc.property(fc.array(name, { maxLength: 8 }), (told) => {
        const aliases = aliasesAmong(
          odette,
          told.map(([family, givens]) => known(family.join('-'), givens.join(' '))),
        );
        expect(aliasesAmong(odette, aliases)).toEqual(aliases);
        for (const borne of namesIn(odette)) expect(names(aliases)).not.toContain(`${borne.family} ${borne.givens}`);
      }),
    );
  });
});

describe('a candidate known under another name', () => {
  const patient: Patient = { patientId: 'p', traits: odette, status: 'validated', attributes: [] };
  const printed = { ...odette, birthFamily: 'DUPONT-ESSAI' };
  const dupont = known('DUPONT ESSAI', 'ODETTE MARIE LOUISE');
  test('scores more than without it, says under which name and what it brought, and is still said to differ', () => {
    const [without, under] = [scoreCandidate(printed, undefined, patient), scoreCandidate(printed, undefined, patient, [dupont])];
    expect(under.knownAs).toEqual({ family: 'DUPONT ESSAI', givens: 'ODETTE MARIE LOUISE' });
    expect(under.weights['alias']).toBe(9.6);
    expect(under.score).toBeGreaterThan(without.score);
    expect(under.comparison).toEqual(without.comparison);
    expect(under.comparison['birthFamily']).toBe('different');
  });
  test('scores less than one who bears it now', () => {
    const bearer = { ...patient, patientId: 'q', traits: printed };
    const ranked = rankCandidates(printed, undefined, [patient, bearer], undefined, new Map([['p', [dupont]]]));
    expect(ranked.map(({ patientId }) => patientId)).toEqual(['q', 'p']);
  });
  test('gains nothing by a name whose given names are not those printed', () => {
    const jeanne = { ...printed, firstBirthGiven: 'JEANNE', birthGivens: 'JEANNE' };
    expect(scoreCandidate(jeanne, undefined, patient, [dupont])).toEqual(scoreCandidate(jeanne, undefined, patient));
  });
});
