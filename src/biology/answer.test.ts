import { expect, test } from 'vitest';
import { normalise } from '../terminology/index.ts';
import { answerOf } from './answer.ts';
import type { Reading } from './reading.ts';

const reading = (text: string, more: Partial<Reading> = {}) =>
  ({
    result: {
      n: 0,
      label: 'Ag HBs',
      status: 'final',
      text,
      normalised: normalise({ label: 'Ag HBs', text, laboratoryFiness: '990400101' }),
    },
    status: 'final',
    ...more,
  }) as Pick<Reading, 'result' | 'value' | 'status'>;

test('answers of two laboratories compare, whatever their words', () => {
  expect(answerOf(reading('Non détecté'))).toBe(answerOf(reading('NÉGATIF')));
  expect(answerOf(reading('Positif'))).not.toBe(answerOf(reading('NÉGATIF')));
});

test('a titre reads as it is said', () => {
  expect(answerOf(reading('< 1/80'))).toBe('<1/80');
});

test('what was cancelled or withdrawn answers nothing, nor does a sentence', () => {
  expect(answerOf(reading('Positif', { status: 'cancelled' }))).toBeUndefined();
  expect(answerOf(reading('Positif', { status: 'withdrawn' }))).toBeUndefined();
  expect(answerOf(reading('Résultat à contrôler sur un autre prélèvement'))).toBeUndefined();
});
