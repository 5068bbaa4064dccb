import { expect, test } from 'vitest';
import { registerName } from './names.ts';

test.each([
  ['Jean-Noël', 'JEAN-NOEL'],
  ["L'HERMITTE-DEMO", "L'HERMITTE-DEMO"],
  ['Anaïs Cœur', 'ANAIS COEUR'],
])('the register writes %s as %s', (given, written) => {
  expect(registerName(given)).toBe(written);
});
