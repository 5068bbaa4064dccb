/** Reads numbers and bounds out of printed words, as far as they are plain ones. */
import type { Comparator, PrintedInterval, PrintedNumber } from './result.ts';

const SIGN = String.raw`<=|>=|[<>≤≥]|(?:inf|sup)(?:\.|érieure?)?(?: (?:ou )?égale?)?(?: à)?`;
const WHOLE = String.raw`[+-]?\d{1,3}(?:[ \u00a0\u202f]\d{3})+|[+-]?\d+`;
const NUMBER = new RegExp(String.raw`^(${SIGN})? ?(${WHOLE})(?:[.,](\d+))?$`, 'i');

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

const BETWEEN = /^([+-]?[\d.,\s\u00a0\u202f]+?)\s*(?:-|–|—|à|et)\s*([+-]?\d.*)$/;

/**
 * Bounds printed as words: `0,70 - 1,10`, `4 à 10`, `< 5`, `sup. à 60`. Undefined for anything else (`selon l'âge`, two intervals,
 * a sentence): a half-read interval would make a wrong flag. The unit must already be taken off.
 */
export function readPrintedInterval(text: string): PrintedInterval | undefined {
  const tidy = text
    .trim()
    .replace(/^\((.*)\)$/s, '$1')
    .replace(/^\[(.*)\]$/s, '$1')
    .trim();
  const single = readPrintedNumber(tidy);
  if (single) return boundOf(single);
  const found = BETWEEN.exec(tidy.replace(/^entre /i, '').replace(/^de /i, ''));
  const [low, high] = [readPrintedNumber(found?.[1] ?? ''), readPrintedNumber(found?.[2] ?? '')];
  if (!low || !high || low.comparator || high.comparator || low.value > high.value) return undefined;
  return { low: low.value, high: high.value };
}

/** One number is a bound only with its sign. */
function boundOf({ value, comparator }: PrintedNumber): PrintedInterval | undefined {
  switch (comparator) {
    case '<':
      return { high: value, highInclusive: false };
    case '≤':
      return { high: value };
    case '>':
      return { low: value, lowInclusive: false };
    case '≥':
      return { low: value };
    default:
      return undefined;
  }
}
