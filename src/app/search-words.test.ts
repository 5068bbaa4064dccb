import { expect, test } from 'vitest';
import { searchKind } from './search-words.ts';

test('a matricule is enough to search, with or without spaces or key, Corsica included', () => {
  expect(searchKind('255069999904221')).toBe('ins');
  expect(searchKind('2 55 06 99 999 042 21')).toBe('ins');
  expect(searchKind('2550699999042')).toBe('ins');
  expect(searchKind('2 55 06 2A 999 042')).toBe('ins');
  expect(searchKind('2 55 06')).toBe('incomplete');
});

test('a name with a birth date is enough, in any order and notation', () => {
  expect(searchKind('essai-marchand 14/06/1955')).toBe('name-and-date');
  expect(searchKind('14 06 1955 Odette')).toBe('name-and-date');
  expect(searchKind('marchand 14061955')).toBe('name-and-date');
  expect(searchKind('marchand 1955-06-14')).toBe('name-and-date');
});

test('a name alone or a date alone waits for more, or for the Enter key', () => {
  expect(searchKind('marchand')).toBe('incomplete');
  expect(searchKind('14/06/1955')).toBe('incomplete');
  expect(searchKind('')).toBe('incomplete');
});
