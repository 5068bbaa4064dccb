import fc from 'fast-check';
import { expect, test } from 'vitest';
import { datesMeant, readPatientQuery } from './search.ts';

test.each([
  ['2 79 03 51 215 189 89', { kind: 'ins', value: '279035121518989' }],
  ['279035121518989', { kind: 'ins', value: '279035121518989' }],
  ['2790351215189', { kind: 'ins', value: '279035121518989' }],
  ['marchand 14/06/1955', { kind: 'name-and-date', words: ['MARCHAND'], birthDate: '1955-06-14' }],
  ['14061955 Lefèvre-Démo', { kind: 'name-and-date', words: ['LEFEVRE', 'DEMO'], birthDate: '1955-06-14' }],
  ['odette 1955-06-14 march', { kind: 'name-and-date', words: ['ODETTE', 'MARCH'], birthDate: '1955-06-14' }],
  ['19550614 march', { kind: 'name-and-date', words: ['MARCH'], birthDate: '1955-06-14' }],
  ['4.6.1955 march', { kind: 'name-and-date', words: ['MARCH'], birthDate: '1955-06-04' }],
  ['00/00/1955 march', { kind: 'name-and-date', words: ['MARCH'], birthDate: '1955-00-00' }],
  ["d'œuvre", { kind: 'name', words: ['OEUVRE'] }],
  ['14/06/1955', { kind: 'unclear' }],
  ['m', { kind: 'unclear' }],
  ['%%', { kind: 'unclear' }],
  ['', { kind: 'unclear' }],
])('“%s” is understood as %o', (typed, query) => {
  expect(readPatientQuery(typed)).toEqual(query);
});

test('whatever is typed is understood somehow, and never carries a sign of LIKE', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (typed) => {
      const query = readPatientQuery(typed);
      const words = 'words' in query ? query.words.join('') : '';
      expect(words).not.toMatch(/[%_\\]/);
    }),
  );
});

test('a date also finds those whose day or month of birth is unknown', () => {
  expect(datesMeant('1955-06-14')).toEqual(['1955-06-14', '1955-06-00', '1955-00-00']);
});
