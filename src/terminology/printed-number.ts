/** Reads the number out of a printed value, as far as it is one. */
import type { Comparator, PrintedNumber } from './result.ts';

const NUMBER =
  /^(<=|>=|[<>≤≥]|inf(?:érieur)?(?: (?:ou égal )?à| ?\.)?|sup(?:érieur)?(?: (?:ou égal )?à| ?\.)?)? ?([+-]?\d{1,3}(?:[ \u00a0\u202f]\d{3})+|[+-]?\d+)(?:[.,](\d+))?$/i;

/**
 * `5,60` → 5.6 with two decimals; `<0,5` → censored at 0.5; `1 250` → 1250. Undefined for anything else: `traces`, `1/160`,
 * `++`, `10^5` are words. More than 15 digits is an identifier, not a measure.
 */
export function readPrintedNumber(text: string): PrintedNumber | undefined {
  const found = NUMBER.exec(text.trim());
  if (!found) return undefined;
  const [, sign = '', whole = '', fraction = ''] = found;
  const digits = whole.replaceAll(/[ \u00a0\u202f]/g, '');
  if (digits.length + fraction.length > 15) return undefined;
  const comparator = comparatorOf(sign.toLowerCase());
  const value = Number(fraction === '' ? digits : `${digits}.${fraction}`);
  return { value, decimals: fraction.length, ...(comparator && { comparator }) };
}

function comparatorOf(sign: string): Comparator | undefined {
  if (sign === '') return undefined;
  const isOrEqual = /[=≤≥]|égal/.test(sign);
  if (/^[<≤i]/.test(sign)) return isOrEqual ? '≤' : '<';
  return isOrEqual ? '≥' : '>';
}
