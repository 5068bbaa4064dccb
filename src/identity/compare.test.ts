import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareTraits, editDistance, isConcordant } from './compare.ts';
import type { Traits } from './contract.ts';
import { marksBetween } from './marks.ts';
import { birthDateOf, fingerprintOf, isComplete, normaliseName, soundOf, traitsOf, wordsOf } from './traits.ts';

const odette: Traits = {
  birthFamily: 'ESSAI-MARCHAND',
  birthGivens: 'ODETTE MARIE LOUISE',
  firstBirthGiven: 'ODETTE',
  usedFamily: 'MARCHAND',
  sex: 'F',
  birthDate: '1955-06-14',
  birthPlace: { cog: '99042' },
};
const likeness = (change: Partial<Traits>) => compareTraits({ ...odette, ...change }, odette);

describe('a name written as the RNIV wants it', () => {
  test.each([
    ['Lefèvre-Démo', 'LEFEVRE-DEMO'],
    ['d’Œuvre', "D'OEUVRE"],
    ['  Jean –  Noël ', 'JEAN-NOEL'],
    ['Strauß', 'STRAUSS'],
    ['ÇELIK, Ayşe', 'CELIK AYSE'],
    ['Łukasz', 'LUKASZ'],
  ])('%s is %s', (name, written) => {
    expect(normaliseName(name)).toBe(written);
  });
  test('writing it twice changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        expect(normaliseName(normaliseName(name))).toBe(normaliseName(name));
      }),
    );
  });
  test('a word of a name never holds a blank, a hyphen or a sign of LIKE', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        expect(wordsOf(name).join('')).not.toMatch(/[\s%_\\'-]/);
      }),
    );
  });
});

describe('traits compared one by one', () => {
  test('accents, case, hyphens and apostrophes make no difference', () => {
    expect(isConcordant(likeness({ birthFamily: 'Essai Marchand', birthGivens: 'Odétte  Marie-Louise' }))).toBe(true);
  });
  test('Saint is the same word in full or not', () => {
    const saint = { ...odette, birthFamily: 'SAINT-MARTIN' };
    for (const birthFamily of ['ST MARTIN', 'St-Martin', 'Saint Martin'])
      expect(isConcordant(compareTraits({ ...saint, birthFamily }, saint))).toBe(true);
    expect(wordsOf('Ste-Croix')).toEqual(['SAINTE', 'CROIX']);
    expect(compareTraits({ ...saint, birthFamily: 'STEMARTIN' }, saint).birthFamily).not.toBe('same');
  });
  test('initials and names in another order are close, for a person to look at, never concordant', () => {
    const jean = { ...odette, birthFamily: 'DURAND MARTIN', firstBirthGiven: 'JEAN-PIERRE', birthGivens: 'JEAN-PIERRE' };
    for (const firstBirthGiven of ['J-PIERRE', 'J.P.', 'J P', 'JEAN P.'].map((name) => name.replace('.P', '. P'))) {
      const comparison = compareTraits({ ...jean, firstBirthGiven }, jean);
      expect([comparison.firstBirthGiven, isConcordant(comparison)]).toEqual(['close', false]);
    }
    const turned = compareTraits({ ...jean, birthFamily: 'MARTIN-DURAND' }, jean);
    expect([turned.birthFamily, isConcordant(turned)]).toEqual(['close', false]);
    expect(compareTraits({ ...jean, firstBirthGiven: 'K-PIERRE' }, jean).firstBirthGiven).toBe('different');
  });
  test('one wrong letter in the birth name is close, and not concordant', () => {
    const comparison = likeness({ birthFamily: 'ESSAI-MARCHANT' });
    expect(comparison.birthFamily).toBe('close');
    expect(isConcordant(comparison)).toBe(false);
  });
  test('fewer given names are concordant when the first is the same', () => {
    const comparison = likeness({ birthGivens: 'ODETTE' });
    expect(comparison.birthGivens).toBe('close');
    expect(isConcordant(comparison)).toBe(true);
  });
  test('given names in another order are not', () => {
    expect(isConcordant(likeness({ birthGivens: 'MARIE ODETTE LOUISE', firstBirthGiven: 'MARIE' }))).toBe(false);
  });
  test('a composed first given name cut in two ways in the same list is the same', () => {
    const jean = { ...odette, firstBirthGiven: 'JEAN-PIERRE', birthGivens: 'JEAN-PIERRE PAUL' };
    expect(isConcordant(compareTraits({ ...jean, firstBirthGiven: 'JEAN', birthGivens: 'JEAN PIERRE PAUL' }, jean))).toBe(true);
  });
  test('JEAN and JEAN-PIERRE are two people when the lists differ', () => {
    const jean = { ...odette, firstBirthGiven: 'JEAN', birthGivens: 'JEAN' };
    expect(isConcordant(compareTraits({ ...jean, firstBirthGiven: 'JEAN-PIERRE', birthGivens: 'JEAN-PIERRE' }, jean))).toBe(false);
  });
  test.each([
    [{ birthDate: '1955-06-15' }, 'birthDate', 'close'],
    [{ birthDate: '1955-00-00' }, 'birthDate', 'close'],
    [{ birthDate: '1973-11-02' }, 'birthDate', 'different'],
    [{ sex: 'M' as const }, 'sex', 'different'],
    [{ sex: 'UN' as const }, 'sex', 'missing'],
    [{ birthPlace: { cog: '99117' } }, 'birthPlace', 'close'],
    [{ birthPlace: { cog: '99999' } }, 'birthPlace', 'missing'],
    [{ birthPlace: { label: 'REIMS' } }, 'birthPlace', 'missing'],
    [{ birthFamily: 'MARCHAND' }, 'birthFamily', 'close'],
    [{ birthFamily: 'DURAND-TEST' }, 'birthFamily', 'different'],
  ] as const)('%o: %s is %s, and the whole is not concordant', (change, trait, expected) => {
    const comparison = likeness(change as Partial<Traits>);
    expect(comparison[trait]).toBe(expected);
    expect(isConcordant(comparison)).toBe(false);
  });
  test('day and month swapped are close', () => {
    expect(compareTraits({ birthDate: '1955-06-04' }, { ...odette, birthDate: '1955-04-06' }).birthDate).toBe('close');
  });
  test('a trait that is missing is never concordant', () => {
    const { birthPlace: _, ...noPlace } = odette;
    expect(isConcordant(compareTraits(noPlace, odette))).toBe(false);
    expect(isConcordant(compareTraits(odette, noPlace))).toBe(false);
  });
  test('edits count one for a swap of neighbours', () => {
    expect(editDistance('MARTIN', 'MATRIN')).toBe(1);
    expect(editDistance('', 'ABC')).toBe(3);
  });
});

describe('marks against confusion', () => {
  test('same birth name, given name, date and sex: homonyms', () => {
    expect(marksBetween(odette, { ...odette, birthPlace: { cog: '51454' } })).toEqual(['HOMA']);
  });
  test('same birth name and date, another given name: dangerous twins', () => {
    expect(marksBetween(odette, { ...odette, firstBirthGiven: 'COLETTE', birthGivens: 'COLETTE' })).toEqual(['TWIN']);
  });
  test('another date: nothing', () => {
    expect(marksBetween(odette, { ...odette, birthDate: '1956-06-14' })).toEqual([]);
  });
});

describe('a printed patient', () => {
  test('has complete traits only with all strict ones', () => {
    const printed = {
      ids: [],
      birthFamily: 'ESSAI',
      firstBirthGiven: 'Zoé',
      sex: 'f',
      birthDate: '19990102',
      birthPlace: { cog: '2a004' },
    };
    const traits = traitsOf(printed);
    expect(traits).toEqual({
      birthFamily: 'ESSAI',
      birthGivens: 'Zoé',
      firstBirthGiven: 'Zoé',
      sex: 'F',
      birthDate: '1999-01-02',
      birthPlace: { cog: '2A004' },
    });
    expect(isComplete(traits)).toBe(true);
    expect(isComplete(traitsOf({ ...printed, birthPlace: { label: 'AJACCIO' } }))).toBe(false);
  });
  test.each([
    ['19550614', '1955-06-14'],
    ['195506', '1955-06-00'],
    ['1955', '1955-00-00'],
    ['19551399', undefined],
    ['inconnue', undefined],
  ])('birth date %s is %s', (hl7, day) => {
    expect(birthDateOf(hl7)).toBe(day);
  });
  test('the fingerprint changes with any strict trait, not with its writing', () => {
    expect(fingerprintOf(odette)).toBe(fingerprintOf({ ...odette, birthFamily: 'Essai Marchand', usedFamily: 'AUTRE' }));
    for (const change of [{ birthFamily: 'X' }, { birthGivens: 'ODETTE' }, { sex: 'M' }, { birthDate: '1955-06-15' }, { birthPlace: {} }]) {
      expect(fingerprintOf({ ...odette, ...(change as Partial<Traits>) })).not.toBe(fingerprintOf(odette));
    }
  });
  test.each([
    ['LEFEVRE', 'LEFEBVRE'],
    ['PHILIPPE', 'FILIPE'],
    ['MOREAU', 'MORAUX'],
    ['DUPONT', 'DUPOND'],
  ])('%s and %s sound the same', (a, b) => {
    expect(soundOf(a, 'ANNE')).toBe(soundOf(b, 'ANE'));
  });
});
