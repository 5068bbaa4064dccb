import { describe, expect, test } from 'vitest';
import { demoAccounts, NAMED_STRUCTURES, STORY_PATIENTS } from './accounts.ts';
import { demoFiness, demoRpps, withNirKey } from './ids.ts';

describe('the key of a NIR', () => {
  test.each([
    ['2550699334123', '05'],
    ['2790351215189', '89'],
    ['180052A004123', '10'],
  ])('%s takes the key %s', (nir, key) => {
    expect(withNirKey(nir)).toBe(nir + key);
  });
});

/** Sum of digits, one in two doubled from the right: a multiple of ten when the check digit is right. */
const luhn = (digits: string) =>
  [...digits]
    .toReversed()
    .reduce((sum, digit, i) => sum + (i % 2 ? (Number(digit) * 2 > 9 ? Number(digit) * 2 - 9 : Number(digit) * 2) : Number(digit)), 0);

test('a structure of the demo has nine digits, the département 99 and a right check digit', () => {
  for (let n = 0; n < 1000; n += 37) {
    expect(demoFiness(n)).toMatch(/^99\d{7}$/);
    expect(luhn(demoFiness(n)) % 10).toBe(0);
  }
});

test('a professional of the demo has a number that begins with 8997 and a right check digit', () => {
  for (let n = 0; n < 1000; n += 37) {
    expect(demoRpps(n)).toMatch(/^8997\d{8}$/);
    expect(luhn(demoRpps(n).slice(1)) % 10).toBe(0);
  }
});

test('every role of the sign-in page has one card, and each person is recognisably invented', () => {
  expect(new Set(demoAccounts.map(({ card }) => card)).size).toBe(demoAccounts.length);
  for (const { card, principal } of demoAccounts) {
    expect(principal.role).toBe(card);
    expect(principal.name).toMatch(/DEMO|ESSAI|^BioRives/);
  }
});

test('the three stories carry a test INS whose key is right, and the structures named are all different', () => {
  for (const { ins } of Object.values(STORY_PATIENTS)) expect(withNirKey(ins.value.slice(0, 13))).toBe(ins.value);
  const all = Object.values(NAMED_STRUCTURES).map(({ finess }) => finess);
  expect(new Set(all).size).toBe(all.length);
});
