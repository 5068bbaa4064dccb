import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withDecimalsAsText } from './decimals.ts';

const quoted = (json: string) => Buffer.from(withDecimalsAsText(Buffer.from(json))).toString();

/** What it has to do, said shortly and slowly. */
const EXPECTED = /(?<!\\)"value"([ \t\r\n]*:[ \t\r\n]*)(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?=[ \t\r\n,}])/g;

test('a decimal keeps the digits that its sender wrote', () => {
  expect(JSON.parse(quoted('{"valueQuantity":{"value": 7.20,"unit":"g/L"},"low":{"value":-1.50e-3}}'))).toEqual({
    valueQuantity: { value: '7.20', unit: 'g/L' },
    low: { value: '-1.50e-3' },
  });
});

test('words, other keys and what is no number stay as they are', () => {
  for (const json of [
    '{"value":"7.20"}',
    '{"a":"\\"value\\":1,"}',
    '{"values":1.0}',
    '{"value":true}',
    '{"value":1.}',
    '{"value":1',
    '{"value"',
    '{}',
  ])
    expect(quoted(json)).toBe(json);
});

test('everywhere, as the rule says it in one expression', () => {
  const piece = fc.constantFrom('"value"', ':', ' ', '1', '.', '-', 'e', '+', '0', ',', '}', '{', '"', '\\', 'é', '\n');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const json = pieces.join('');
      expect(quoted(json)).toBe(json.replace(EXPECTED, '"value"$1"$2"'));
    }),
    { numRuns: 500 },
  );
});
