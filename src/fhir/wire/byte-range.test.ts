import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readByteRange } from './byte-range.ts';

test('a range of a file is inside of it, whatever the header says; what is no single range is the whole file', () => {
  const header = fc.oneof(
    fc.string(),
    fc
      .tuple(fc.constantFrom('bytes=', 'bytes = ', 'items=', ''), fc.nat(30), fc.constantFrom('-', ',', '--', ''), fc.nat(30))
      .map((parts) => parts.join('')),
    fc.constantFrom('bytes=-', 'bytes=-0', 'bytes=0-0,2-3', 'bytes=5-2', 'bytes=-99', 'bytes=99999999999999999999-'),
  );
  fc.assert(
    fc.property(header, fc.nat(20), (text, size) => {
      const range = readByteRange(text, size);
      if (range === undefined || range === 'unsatisfiable') return;
      expect([0 <= range.first, range.first <= range.last, range.last < size]).toEqual([true, true, true]);
    }),
    { numRuns: 200 },
  );
  expect([
    readByteRange('bytes=2-3', 10),
    readByteRange('bytes=8-', 10),
    readByteRange('bytes=-3', 10),
    readByteRange('bytes=0-99', 10),
  ]).toEqual([
    { first: 2, last: 3 },
    { first: 8, last: 9 },
    { first: 7, last: 9 },
    { first: 0, last: 9 },
  ]);
  expect([readByteRange('bytes=10-', 10), readByteRange('bytes=-0', 10), readByteRange('bytes=0-1,4-5', 10)]).toEqual([
    'unsatisfiable',
    'unsatisfiable',
    undefined,
  ]);
});
