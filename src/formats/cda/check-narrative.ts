import { CONTENT, CONTENT_END, keyOf, NODE, NONE, parentOf } from '#kernel';
import type { Result } from '../lab-report.ts';
import { elementById, type Reading, warn } from './reading.ts';
import { V } from './vocabulary.ts';
import { plainText } from './words.ts';

/** Characters of a line with its markup. Beyond, it is no line, and comparing each result with it would cost too much. */
const LONGEST_LINE = 10_000;

/**
 * Warns when the line of the narrative that a result points to prints numbers, but not the number of the entry: the reader of
 * the document and the reader of the data would not see the same value.
 *
 * @param n the observation, for the place of the warning
 */
export function checkAgainstNarrative(r: Reading, n: number, result: Result): void {
  const numbers = numbersOf(result);
  if (numbers.length === 0 || result.code.ref === undefined) return;
  const target = elementById(r, result.code.ref, n);
  if (target === NONE) return;
  const line = lineOf(r, target);
  const { nodes, source } = r.tape;
  if (nodes[line * NODE + CONTENT_END]! - nodes[line * NODE + CONTENT]! > LONGEST_LINE) return;
  const markup = source.slice(nodes[line * NODE + CONTENT], nodes[line * NODE + CONTENT_END]);
  for (const number of numbers) {
    if (isPrinted(markup, number)) continue;
    warn(r, 'narrative.mismatch', n, 'the line of the narrative prints other numbers than the value of the entry: show both');
    return;
  }
}

/** The numbers that must be found in the line. */
function numbersOf({ value }: Result): string[] {
  if (value?.type === 'quantity' || value?.type === 'integer' || value?.type === 'real') return [value.value];
  if (value?.type === 'range') return [value.low?.value, value.high?.value].filter((bound) => bound !== undefined);
  return [];
}

/** The table row, list item or paragraph around an element; the element itself when there is none. */
function lineOf(r: Reading, target: number): number {
  for (let n = target; n !== NONE; n = parentOf(r.tape, n)) {
    const key = keyOf(r.tape, n);
    if (key === V.tr || key === V.item || key === V.paragraph) return n;
    if (key === V.text || key === V.table || key === V.list) break;
  }
  return target;
}

function isPrinted(markup: string, number: string): boolean {
  // The usual case, without making a line of words: the digits are there as they are, or with the French comma.
  if (markup.includes(number) || markup.includes(number.replace('.', ','))) return true;
  const line = plainText(markup).replace(/(\d)[ \u00a0\u202f](?=\d{3}(?!\d))/g, '$1');
  const printed = line.match(/\d+(?:[.,]\d+)?/g);
  // No number in the line (« voir ci-dessous »), or a power of ten that plain comparison would get wrong: nothing to compare.
  if (!printed || /10\s*[\^*]|10\d?\s*puissance|[⁰¹²³⁴⁵⁶⁷⁸⁹]/u.test(line)) return true;
  return printed.some((text) => Number(text.replace(',', '.')) === Number(number));
}
