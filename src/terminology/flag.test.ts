import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { flagFromInterval, flagOfInterpretations } from './flag.ts';
import { readPrintedNumber } from './printed-number.ts';
import type { PrintedInterval } from './result.ts';

const flag = (text: string, interval: PrintedInterval) => flagFromInterval(readPrintedNumber(text)!, interval);

describe('a value beyond the measuring range', () => {
  test.each([
    ['<5', { low: 10, high: 20 }, 'L', 'all it can be is low'],
    ['<0,01', { low: 0.4, high: 4 }, 'L', 'a suppressed TSH is low'],
    ['<5', { low: 5, high: 20 }, 'L', 'strictly under the low bound'],
    ['≤5', { low: 5, high: 20 }, undefined, 'may be the bound itself'],
    ['<5', { low: 4, high: 20 }, undefined, 'may be 4.5, may be 3'],
    ['<5', { high: 5 }, 'N', 'all it can be is within'],
    ['<5', { low: 0, high: 10 }, 'N', 'zero is no low bound'],
    ['<5', { high: 3 }, undefined, 'may be 2, may be 4'],
    ['>100', { low: 10, high: 20 }, 'H', 'all it can be is high'],
    ['>20', { low: 10, high: 20 }, 'H', 'strictly over the high bound'],
    ['≥20', { low: 10, high: 20 }, undefined, 'may be the bound itself'],
    ['>15', { low: 10, high: 20 }, undefined, 'may be within or over'],
    ['>90', { low: 90 }, 'N', 'no upper bound to pass'],
    ['>90', { low: 60 }, 'N', 'an eGFR printed >90'],
    ['>5', { low: 10 }, undefined, 'may be low'],
  ] as const)('%s in %o gives %s: %s', (text, interval, expected, _why) => {
    expect(flag(text, interval)).toBe(expected);
  });
});

describe('a plain value', () => {
  test.each([
    ['5', { low: 5, high: 5 }, 'N'],
    ['4,9', { low: 5 }, 'L'],
    ['4,9', { high: 5 }, 'N'],
    ['5', { high: 5, highInclusive: false }, 'H'],
    ['5', { low: 5, lowInclusive: false }, 'L'],
    ['-3', { low: -2, high: 2 }, 'L'],
    ['5', {}, undefined],
    ['5', { low: 9, high: 2 }, undefined],
  ] as const)('%s in %o gives %s', (text, interval, expected) => {
    expect(flag(text, interval)).toBe(expected);
  });
});

test('a censored value is flagged as every value it may stand for, or not at all', () => {
  const positive = fc.integer({ min: 0, max: 200 }).map((n) => n / 10);
  fc.assert(
    fc.property(positive, positive, positive, fc.constantFrom('<', '≤', '>', '≥'), positive, (limit, low, width, comparator, x) => {
      const isPossible = { '<': x < limit, '≤': x <= limit, '>': x > limit, '≥': x >= limit }[comparator];
      fc.pre(isPossible);
      const interval = { low, high: low + width };
      const said = flagFromInterval({ value: limit, comparator, decimals: 1 }, interval);
      expect([undefined, flagFromInterval({ value: x, decimals: 1 }, interval)]).toContain(said);
    }),
  );
});

test('the strongest word of the laboratory is kept, and codes that are not about height give none', () => {
  expect(flagOfInterpretations(['H', 'HH'])).toBe('HH');
  expect(flagOfInterpretations(['POS', 'S', 'U', 'constructor'])).toBeUndefined();
  expect(flagOfInterpretations(undefined)).toBeUndefined();
});
