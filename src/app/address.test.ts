import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAddress, writeAddress } from './address.ts';

test('an address is readable and keeps lists', () => {
  expect(writeAddress({ view: 'curve', rows: ['hba1c.blood', 'glucose.serum'], result: 3, find: undefined })).toBe(
    '?view=curve&rows=hba1c.blood&rows=glucose.serum&result=3',
  );
  expect(parseAddress('?view=curve&rows=hba1c.blood&rows=glucose.serum')).toEqual({
    view: 'curve',
    rows: ['hba1c.blood', 'glucose.serum'],
  });
  expect(writeAddress({})).toBe('');
});

test('whatever words an address holds, they come back the same', () => {
  const word = fc.string({ minLength: 1 }).filter((text) => text.isWellFormed());
  fc.assert(
    fc.property(
      fc.dictionary(
        word.filter((key) => key !== '__proto__'),
        fc.oneof(word, fc.array(word, { minLength: 2 })),
      ),
      (search) => {
        expect(parseAddress(writeAddress(search))).toEqual({ ...search });
      },
    ),
  );
});
