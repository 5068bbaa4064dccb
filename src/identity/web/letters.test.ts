import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { differingPieces } from './letters.ts';

const marked = (text: string, other: string | undefined) =>
  differingPieces(text, other)
    .map((piece) => (piece.differs ? `[${piece.text}]` : piece.text))
    .join('');

describe('the letters that differ between two prints of a name', () => {
  test.each([
    ['ESSAI-MARCHANT', 'ESSAI-MARCHAND', 'ESSAI-MARCHAN[T]'],
    ['ESSAIS-MARCHAND', 'ESSAI-MARCHANT', 'ESSAI[S]-MARCHAN[D]'],
    ['14/06/1956', '14/06/1955', '14/06/195[6]'],
    ['Lefèvre Démo', 'LEFEVRE-DEMO', 'Lefèvre Démo'],
    ['ODETTE MARIE', 'ODETTE', 'ODETTE[ MARIE]'],
    ['BERARD-DEMO', 'ESSAI-VALETTE', '[BERARD-DEMO]'],
  ])('%s against %s: %s', (text, other, shown) => {
    expect(marked(text, other)).toBe(shown);
  });
  test('nothing differs from what was not sent', () => {
    expect(marked('ODETTE', undefined)).toBe('ODETTE');
  });
  test('no letter is lost or moved', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), fc.string({ maxLength: 20 }), (text, other) => {
        expect(
          differingPieces(text, other)
            .map((piece) => piece.text)
            .join(''),
        ).toBe(text);
      }),
    );
  });
});
