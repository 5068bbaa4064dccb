import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalise } from './normalise.ts';
import type { ResultToNormalise } from './result.ts';

const answered = (more: Partial<ResultToNormalise>) => normalise({ label: 'Essai', laboratoryFiness: '990400101', ...more }).answer;

describe('the same answer from two laboratories is one answer', () => {
  test.each([
    ['Négatif', 'Non détecté', 'LA6577-6'],
    ['Positif', 'Présence', 'LA6576-8'],
    ['Douteux', 'Équivoque', 'LA11885-3'],
    ['Traces', 'Présence de traces', 'LA11832-5'],
  ])('%s and %s', (one, other, loinc) => {
    expect(answered({ text: one })).toMatchObject({ kind: 'qualitative', loinc });
    expect(answered({ text: other })).toEqual(answered({ text: one }));
  });

  test('from a code when the words are a number', () => {
    expect(answered({ text: '12,4', number: { value: 12.4, decimals: 1 }, interpretations: ['POS'] })).toMatchObject({
      answer: 'positive',
    });
  });

  test('a code that contradicts the words answers nothing', () => {
    expect(answered({ text: 'Négatif', interpretations: ['POS'] })).toBeUndefined();
    expect(answered({ text: 'Sensible', interpretations: ['R'], isolate: 'Escherichia coli' })).toBeUndefined();
  });

  test.each(['Voir commentaire', '12', '', 'Aspect moucheté'])('“%s” is left as printed', (text) => {
    expect(answered({ text })).toBeUndefined();
  });

  test('any text at all is kept from breaking the rules', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(() => answered({ text, isolate: text, interpretations: [text] })).not.toThrow();
      }),
    );
  });
});

describe('microbiology and serology', () => {
  test('a titre is the number of dilutions, never a fraction', () => {
    expect(answered({ text: '1/160' })).toEqual({ kind: 'titre', titre: 160 });
    expect(answered({ text: '< 1/80' })).toEqual({ kind: 'titre', titre: 80, comparator: '<' });
  });

  test('S, SFP, I and R, by letter or by word; what I meant is told by the year', () => {
    const germ = { isolate: 'Escherichia coli', at: '2026-03-02T06:42:00.000Z' };
    expect(answered({ ...germ, text: 'Sensible' })).toEqual({ kind: 'susceptibility', category: 'S', loinc: 'LA24225-7' });
    expect(answered({ ...germ, text: '≥32', interpretations: ['R'] })).toEqual({
      kind: 'susceptibility',
      category: 'R',
      loinc: 'LA6676-6',
    });
    expect(answered({ ...germ, text: 'I' })).toEqual({ kind: 'susceptibility', category: 'SFP' });
    expect(answered({ ...germ, at: '2018-03-02T06:42:00.000Z', text: 'I' })).toEqual({ kind: 'susceptibility', category: 'I' });
  });

  test('a minimum inhibitory concentration keeps its number and its category', () => {
    const mic = normalise({
      label: 'Céfotaxime',
      laboratoryFiness: '990400101',
      isolate: 'E. coli',
      text: '0,25',
      number: { value: 0.25, decimals: 2 },
      unit: 'mg/L',
      interpretations: ['S'],
    });
    expect(mic).toMatchObject({ ucum: 'mg/L', answer: { kind: 'susceptibility', category: 'S' } });
  });

  test('a germ by its full, short or former name', () => {
    const coli = { kind: 'organism', organism: 'Escherichia coli', taxon: 562 };
    expect([answered({ text: 'ESCHERICHIA COLI' }), answered({ text: 'E. coli' })]).toEqual([coli, coli]);
    expect(answered({ text: 'Clostridium difficile' })).toMatchObject({ organism: 'Clostridioides difficile' });
    expect(answered({ text: 'Absence d’Escherichia coli' })).toMatchObject({ kind: 'qualitative', answer: 'negative' });
  });

  test.each([
    ['A POS', { abo: 'A', rh1: 'positive' }],
    ['O négatif', { abo: 'O', rh1: 'negative' }],
    ['AB Rh+', { abo: 'AB', rh1: 'positive' }],
    ['B RH1 négatif', { abo: 'B', rh1: 'negative' }],
    ['O', { abo: 'O' }],
  ])('a blood group, only in a row of blood groups: %s', (text, group) => {
    expect(answered({ loinc: '882-1', text })).toEqual({ kind: 'blood-group', ...group });
    expect(answered({ text })).toBeUndefined();
  });

  test.each(['A ou AB', 'Groupe non déterminé', 'A faible', 'O POS (à contrôler)'])('“%s” is no blood group', (text) => {
    expect(answered({ loinc: '882-1', text })).toBeUndefined();
  });
});
