import { expect, test } from 'vitest';
import { emptyForm, formOf, traitsIn } from './typed-traits.ts';

const odette = {
  ...emptyForm,
  birthFamily: ' ESSAI-MARCHAND ',
  birthGivens: 'ODETTE  MARIE',
  sex: 'F' as const,
  birthDate: '14/06/1955',
  cog: '99042',
};

test('traits are read as typed: blanks put right, the first given name taken from the list, the date day first', () => {
  expect(traitsIn(odette)).toEqual({
    birthFamily: 'ESSAI-MARCHAND',
    birthGivens: 'ODETTE MARIE',
    firstBirthGiven: 'ODETTE',
    sex: 'F',
    birthDate: '1955-06-14',
    birthPlace: { cog: '99042' },
  });
});

test('an unknown day or month is typed 00', () => {
  expect(traitsIn({ ...odette, birthDate: '00/06/1955' })?.birthDate).toBe('1955-06-00');
});

test.each([
  ['no birth name', { birthFamily: ' ' }],
  ['no given name', { birthGivens: '' }],
  ['no date', { birthDate: '' }],
  ['a date that is none', { birthDate: '14/13/1955' }],
  ['a day that is none', { birthDate: '32/01/1955' }],
  ['a birthplace that is no code', { cog: 'Paris' }],
])('%s: nothing can be sent yet', (_, more) => {
  expect(traitsIn({ ...odette, ...more })).toBeUndefined();
});

test('what is known comes back as it would be typed', () => {
  const traits = traitsIn({ ...odette, first: 'ODETTE MARIE', usedFamily: 'MARCHAND' })!;
  expect(traitsIn(formOf(traits))).toEqual(traits);
});
