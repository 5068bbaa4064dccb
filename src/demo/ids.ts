import { insKey } from '#identity';

/**
 * Identifiers of the demo region: well formed, with their check digits, and impossible in real life.
 *
 * - FINESS (9 digits, Luhn): département `99` does not exist.
 * - National identifier of a professional: `8` + RPPS (11 digits, Luhn). Real RPPS numbers begin with 10; ours with 997.
 * - OIDs: under 1.2.250.1.999, an arc that we use for tests only.
 */

/** Root of every OID made by the demo region. */
export const DEMO_OID = '1.2.250.1.999';

/** Identifiers of structures in CDA: extension is `1` + FINESS. */
export const STRUCTURE_OID = '1.2.250.1.71.4.2.2';
/** National identifiers of professionals in CDA: extension is `8` + RPPS. */
export const PROFESSIONAL_OID = '1.2.250.1.71.4.2.1';

/** @param digits without the check digit */
function withLuhn(digits: string): string {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = i % 2 === 0 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return digits + String((10 - (sum % 10)) % 10);
}

/** @param n 0 to 999999 */
export function demoFiness(n: number): string {
  return withLuhn(`99${String(n).padStart(6, '0')}`);
}

/** National identifier with its prefix `8`. @param n 0 to 9999999 */
export function demoRpps(n: number): string {
  return `8${withLuhn(`997${String(n).padStart(7, '0')}`)}`;
}

/** The 13 characters of a NIR with their key. */
export function withNirKey(nir13: string): string {
  const key = insKey(nir13);
  if (key === undefined) throw new Error(`not the shape of a NIR: ${nir13}`);
  return nir13 + key;
}
