import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { oneSlipFrom, readDirectoryQuery } from './search.ts';

describe('what a person types in the directory', () => {
  test.each([
    ['10 100 000 019', { kind: 'number', number: '10100000019' }],
    ['810100000019', { kind: 'number', number: '810100000019' }],
    ['670000001', { kind: 'number', number: '670000001' }],
    ['2a0000001', { kind: 'number', number: '2A0000001' }],
    ['anne.lef@', { kind: 'mailbox', start: 'anne.lef@' }],
    ['Lefèvre  stras', { kind: 'words', words: ['lefevre', 'stras'] }],
    ['Sœur-Marie 67', { kind: 'words', words: ['soeur', 'marie', '67'] }],
    ['dr le', { kind: 'unclear' }],
    ['a'.repeat(201), { kind: 'unclear' }],
  ])('%s', (typed, understood) => expect(readDirectoryQuery(typed)).toEqual(understood));
});

describe('one slip of the fingers', () => {
  test('is not looked for in what is longer than any name', () => {
    expect(oneSlipFrom('a'.repeat(30)).length).toBeGreaterThan(100);
    expect(oneSlipFrom('a'.repeat(31))).toEqual([]);
  });

  test.each([
    ['lefvre', 'lefevre', 'a letter missing'],
    ['lefeevre', 'lefevre', 'one too many'],
    ['lefivre', 'lefevre', 'a wrong one'],
    ['leefvre', 'lefevre', 'two exchanged'],
  ])('%s is found as %s: %s', (typed, meant) => expect(oneSlipFrom(typed)).toContain(meant));
  test('is never the word itself, and keeps the first letter', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{5,12}$/), (word) => {
        const slips = oneSlipFrom(word);
        expect(slips).not.toContain(word);
        expect(slips.every((slip) => slip.startsWith(word[0]!))).toBe(true);
      }),
    );
  });
});
