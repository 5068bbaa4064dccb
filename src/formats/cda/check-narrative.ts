import { child, CONTENT, CONTENT_END, keyOf, NODE, NONE, parentOf } from '#kernel';
import type { Result } from '../lab-report.ts';
import { elementById, type Printed, type Reading, sectionOf, warn } from './reading.ts';
import { V } from './vocabulary.ts';
import { plainText } from './words.ts';

/** Characters of a line with its markup. Beyond, it is no line, and comparing each result with it would cost too much. */
const LONGEST_LINE = 10_000;

/** Characters of the narrative of a section, with its markup: some hundred printed pages. Beyond, its numbers are not gathered. */
const LONGEST_SECTION = 400_000;

/** Characters that a document may have searched for words: some ten times a long report. Beyond, nothing more is compared. */
const MOST_COMPARED = 5_000_000;

/**
 * Warns when the narrative does not print what an entry holds: the reader of the document and the reader of the data would not
 * see the same value. A result that points to its line is compared with the numbers of that line (`narrative.mismatch`); one that
 * points to nothing, with all that its section prints (`narrative.missing`).
 *
 * @param n the observation, for the place of the warning
 * @param of the result that this one is a previous value of: laboratories print it on the same line
 */
export function checkAgainstNarrative(r: Reading, n: number, result: Result, of?: Result): void {
  const target = result.code.ref === undefined ? NONE : elementById(r, result.code.ref, n);
  if (target !== NONE) checkAgainstLine(r, n, target, numbersOf(result));
  else if (!of || !isBeside(r, n, result, of)) checkAgainstSection(r, n, result);
}

/** Does the line of a result print all the numbers of a previous one, as they are? Looking in the whole section costs far more. */
function isBeside(r: Reading, n: number, previous: Result, { code: { ref } }: Result): boolean {
  const target = ref === undefined || wordsOf(previous) !== undefined ? NONE : elementById(r, ref, n);
  const markup = target === NONE ? undefined : markupOf(r, lineOf(r, target));
  return markup !== undefined && numbersOf(previous).every((number) => isWritten(markup, number));
}

/** The inside of a line, undefined when it is too long for one. */
function markupOf(r: Reading, line: number): string | undefined {
  const { nodes, source } = r.tape;
  const [from, to] = [nodes[line * NODE + CONTENT]!, nodes[line * NODE + CONTENT_END]!];
  return to - from > LONGEST_LINE ? undefined : source.slice(from, to);
}

function checkAgainstLine(r: Reading, n: number, target: number, numbers: readonly string[]): void {
  if (numbers.length === 0) return;
  const markup = markupOf(r, lineOf(r, target));
  if (markup === undefined) return;
  for (const number of numbers) {
    if (isPrinted(markup, number)) continue;
    warn(r, 'narrative.mismatch', n, 'the line of the narrative prints other numbers than the value of the entry: show both');
    return;
  }
}

function checkAgainstSection(r: Reading, n: number, result: Result): void {
  const numbers = numbersOf(result);
  const said = wordsOf(result);
  if (numbers.length === 0 && said === undefined) return;
  const printed = printedBy(r, n);
  if (!printed) return;
  r.compared += said === undefined ? 0 : printed.words.length;
  if (r.compared > MOST_COMPARED) return;
  const isSaid = said === undefined || printed.words.includes(bare(said));
  if (isSaid && numbers.every((number) => printed.numbers.has(Number(number)))) return;
  warn(r, 'narrative.missing', n, 'the narrative of the section does not print the value of this entry: show both');
}

/** The numbers that must be found in the narrative. */
function numbersOf({ value }: Result): string[] {
  if (value?.type === 'quantity' || value?.type === 'integer' || value?.type === 'real') return [value.value];
  if (value?.type === 'range') return [value.low?.value, value.high?.value].filter((bound) => bound !== undefined);
  if (value?.type === 'ratio') return [value.numerator.value, value.denominator.value];
  return [];
}

/** The words that must be found in it: those that the entry itself says, not the name that a code has elsewhere. */
function wordsOf({ value }: Result): string | undefined {
  if (value?.type === 'text' || value?.type === 'coded-text')
    return value.type === 'text' && value.ref !== undefined ? undefined : value.text;
  return value?.type === 'coded' && value.code.ref === undefined ? value.code.originalText : undefined;
}

const bare = (text: string) => text.replace(/\s+/g, '').toLowerCase();

/** What the nearest section with a narrative prints; undefined when there is none, or when its powers of ten cannot be compared. */
function printedBy(r: Reading, n: number): Printed | undefined {
  for (let section = sectionOf(r.tape, n); section !== NONE; section = sectionOf(r.tape, parentOf(r.tape, section))) {
    const text = child(r.tape, section, V.text);
    if (text === NONE) continue;
    const known = r.printed.get(text);
    if (known) return known;
    const { nodes, source } = r.tape;
    if (nodes[text * NODE + CONTENT_END]! - nodes[text * NODE + CONTENT]! > LONGEST_SECTION) return undefined;
    const plain = plainText(source.slice(nodes[text * NODE + CONTENT], nodes[text * NODE + CONTENT_END]));
    const printed: Printed = { words: bare(plain), numbers: numbersIn(plain) };
    r.printed.set(text, printed);
    return printed;
  }
  return undefined;
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

const NUMBER = /-?\d+(?:[.,]\d+)?/g;

/** Numbers of a text, each also without its sign, which may be a hyphen between two numbers. */
function numbersIn(text: string): ReadonlySet<number> {
  const numbers = new Set<number>();
  for (const [found] of grouped(text).matchAll(NUMBER)) {
    const number = Number(found.replace(',', '.'));
    numbers.add(number).add(Math.abs(number));
  }
  return numbers;
}

/** `1 250 000` is one number. */
const grouped = (text: string) => text.replace(/(\d)[ \u00a0\u202f](?=\d{3}(?!\d))/g, '$1');

/** The digits are there as they are, or with the French comma. */
const isWritten = (markup: string, number: string) => markup.includes(number) || markup.includes(number.replace('.', ','));

function isPrinted(markup: string, number: string): boolean {
  // The usual case, without making a line of words.
  if (isWritten(markup, number)) return true;
  const line = plainText(markup);
  const printed = numbersIn(line);
  // No number in the line (« voir ci-dessous »), or a power of ten that plain comparison would get wrong: nothing to compare.
  if (printed.size === 0 || /10\s*[\^*]|10\d?\s*puissance|[⁰¹²³⁴⁵⁶⁷⁸⁹]/u.test(line)) return true;
  return printed.has(Number(number));
}
