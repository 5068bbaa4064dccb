import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPrintedInterval, readPrintedNumber } from './printed-number.ts';
import { organismKey, readQualitative, readSusceptibility, readTitre } from './qualitative.ts';

describe('an answer in words', () => {
  test.each([
    ['Négatif', 'negative'],
    ['NEG', 'negative'],
    ['NÉGATIVE', 'negative'],
    ['Absence', 'negative'],
    ['Absence de germe', 'negative'],
    ['Recherche négative', 'negative'],
    ['Non détecté', 'negative'],
    ['Non réactif', 'negative'],
    ['Indétectable', 'negative'],
    ['-', 'negative'],
    ['Culture stérile', 'negative'],
    ['Positif', 'positive'],
    ['Présence', 'positive'],
    ['Détecté', 'positive'],
    ['+++', 'positive'],
    ['Réactif', 'positive'],
    ['Traces', 'trace'],
    ['Douteux', 'equivocal'],
    ['+/-', 'equivocal'],
    ['Indéterminé', 'equivocal'],
  ])('“%s” is %s', (text, answer) => {
    expect(readQualitative(text)).toBe(answer);
  });

  test.each([
    '',
    '12',
    'Voir commentaire',
    'Résultat positif à confirmer sur un second prélèvement',
    'Aspect moucheté',
    '1/80',
  ])('“%s” is left to a person', (text) => {
    expect(readQualitative(text)).toBeUndefined();
  });

  test('an interpretation code decides before the words', () => {
    expect(readQualitative('voir commentaire', ['POS'])).toBe('positive');
    expect(readQualitative('1,2', ['H', 'ND'])).toBe('negative');
  });
});

describe('the susceptibility of a germ', () => {
  test.each([
    ['S', undefined, 'S'],
    ['sensible', undefined, 'S'],
    ['SFP', undefined, 'SFP'],
    ['Sensible à forte posologie', undefined, 'SFP'],
    ['SDD', undefined, 'SFP'],
    ['I', 2018, 'I'],
    ['I', 2024, 'SFP'],
    ['I', undefined, 'I'],
    ['Intermédiaire', 2024, 'I'],
    ['R', undefined, 'R'],
    ['Résistant', undefined, 'R'],
    ['NS', undefined, 'not-susceptible'],
    ['8', undefined, undefined],
    ['constructor', undefined, undefined],
  ] as const)('%s printed in %s is %s', (printed, year, expected) => {
    expect(readSusceptibility(printed, year)).toBe(expected);
  });
});

describe('a titre', () => {
  test.each([
    ['1/160', { titre: 160 }],
    ['1:80', { titre: 80 }],
    ['<1/80', { titre: 80, comparator: '<' }],
    ['> 1/1 280', { titre: 1280, comparator: '>' }],
    ['1/0', undefined],
    ['2/160', undefined],
    ['160', undefined],
  ])('%s is %o', (text, expected) => {
    expect(readTitre(text)).toEqual(expected);
  });
});

test('one organism has one key, whatever its print', () => {
  expect(organismKey('Escherichia  coli')).toBe(organismKey('E. coli'));
  expect(organismKey('ESCHERICHIA COLI')).toBe('escherichia coli');
  expect(organismKey('E. faecalis')).not.toBe(organismKey('E. faecium'));
  expect(organismKey('Enterobacter cloacae complex')).toBe('enterobacter cloacae complex');
});

describe('a printed interval', () => {
  test.each([
    ['0,70 - 1,10', { low: 0.7, high: 1.1 }],
    ['4 à 10', { low: 4, high: 10 }],
    ['4,0–10,0', { low: 4, high: 10 }],
    ['(135-145)', { low: 135, high: 145 }],
    ['entre 3,5 et 5,1', { low: 3.5, high: 5.1 }],
    ['-2 à +2', { low: -2, high: 2 }],
    ['1 000 - 2 000', { low: 1000, high: 2000 }],
    ['< 5', { high: 5, highInclusive: false }],
    ['≤ 5,0', { high: 5 }],
    ['sup. à 60', { low: 60, lowInclusive: false }],
    ['5', undefined],
    ['10 - 4', undefined],
    ['selon l’âge', undefined],
    ['H : 4,5-5,9 ; F : 4,0-5,2', undefined],
    ['4 - 10 - 12', undefined],
    ['<4 - 10', undefined],
    ['', undefined],
  ])('“%s” is %o', (text, expected) => {
    expect(readPrintedInterval(text)).toEqual(expected);
  });
});

describe('a printed number', () => {
  test.each([
    ['5,60', { value: 5.6, decimals: 2 }],
    ['5.60', { value: 5.6, decimals: 2 }],
    ['<0,5', { value: 0.5, decimals: 1, comparator: '<' }],
    ['< 0,5', { value: 0.5, decimals: 1, comparator: '<' }],
    ['<=5', { value: 5, decimals: 0, comparator: '≤' }],
    ['≥ 90', { value: 90, decimals: 0, comparator: '≥' }],
    ['Inférieur à 5', { value: 5, decimals: 0, comparator: '<' }],
    ['supérieur ou égal à 100', { value: 100, decimals: 0, comparator: '≥' }],
    ['sup. 100', { value: 100, decimals: 0, comparator: '>' }],
    ['1 250', { value: 1250, decimals: 0 }],
    ['1\u202f250,5', { value: 1250.5, decimals: 1 }],
    ['-2,3', { value: -2.3, decimals: 1 }],
    ['1/160', undefined],
    ['10^5', undefined],
    ['traces', undefined],
    ['++', undefined],
    ['', undefined],
    ['12 34', undefined],
    ['1,2,3', undefined],
    ['5-10', undefined],
  ])('“%s” is %o', (text, expected) => {
    expect(readPrintedNumber(text)).toEqual(expected);
  });

  test('is read back from any French print of it', () => {
    fc.assert(
      fc.property(fc.integer({ min: -999_999, max: 99_999_999 }), fc.integer({ min: 0, max: 4 }), (digits, decimals) => {
        const value = digits / 10 ** decimals;
        const text = value.toFixed(decimals).replace('.', ',');
        expect(readPrintedNumber(text)).toEqual({ value: Number(value.toFixed(decimals)) || 0, decimals });
      }),
    );
  });

  test('never breaks on any text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (text) => {
        readTitre(text);
        readQualitative(text);
        readSusceptibility(text);
        expect(Number.isNaN(readPrintedNumber(text)?.value)).toBe(false);
      }),
    );
  });
});
