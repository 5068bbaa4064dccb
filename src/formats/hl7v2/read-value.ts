import type { Bound, PrintedQuantity, ReferenceRange, ResultValue } from '../lab-report.ts';
import { unescape } from './escapes.ts';
import { components, isNull, placeOf, raw, repetitions, type Segment, warn, wordsOf } from './lexer.ts';
import { type Hl7Context, once, readCwe } from './read-types.ts';

const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?$/;
const COMPARED = /^(<=|>=|<|>|≤|≥)\s*([+-]?\d+(?:[.,]\d+)?)$/;

/** Decimal text, a comma read as a point (French senders write it, though the standard does not); undefined when it is no number. */
function decimalOf(text: string): string | undefined {
  const pointed = text.replace(',', '.');
  return DECIMAL.test(pointed) ? pointed : undefined;
}

const quantity = (value: string, unit: string | undefined): PrintedQuantity => (unit === undefined ? { value } : { value, unit });

/** `<`, `≤`, `>`, `≥` and a number; undefined when it is not such. */
function comparedOf(text: string, unit: string | undefined): { low?: Bound; high?: Bound } | undefined {
  const parts = COMPARED.exec(text);
  return parts ? boundOf(parts[1]!, parts[2]!, unit) : undefined;
}

function boundOf(comparator: string, number: string, unit: string | undefined): { low?: Bound; high?: Bound } | undefined {
  const value = decimalOf(number);
  if (value === undefined) return undefined;
  const bound: Bound = { ...quantity(value, unit), inclusive: comparator !== '<' && comparator !== '>' };
  return comparator.startsWith('<') || comparator === '≤' ? { high: bound } : { low: bound };
}

/**
 * The unit of OBX-6 as sent: UCUM when one of its two codings says so, else the laboratory's own.
 * An unescaped `10^9/L` comes cut in two: it is put together again, since a bare `10` would be another unit.
 */
export function readUnit(c: Hl7Context, obx: Segment): string | undefined {
  const value = raw(obx, 6);
  if (value === undefined || isNull(value)) return undefined;
  const unit = once(c, 'unit', value, unitOf);
  if (unit?.isMended)
    warn(c, 'unit.unescaped', placeOf(obx, 6), 'the unit holds the component separator without its escape: it was put together');
  return unit?.text;
}

function unitOf(c: Hl7Context, value: string): { text: string; isMended: boolean } | undefined {
  const parts = components(c, value).map((part) => wordsOf(c, part));
  const [code, words, system, otherCode, , otherSystem] = parts;
  if (code === '10' && words !== undefined && /^\d/.test(words)) return { text: `10${c.d.component}${words}`, isMended: true };
  const text = otherSystem === 'UCUM' && system !== 'UCUM' ? (otherCode ?? code) : (code ?? words ?? otherCode);
  return text === undefined ? undefined : { text, isMended: false };
}

/** The values of OBX-5, by OBX-2 (HL7 v2.5 §7.4.2.5). One, but where a field repeats. */
export function readValues(c: Hl7Context, obx: Segment, unit: string | undefined): ResultValue[] {
  const value = raw(obx, 5);
  if (value === undefined) return [];
  if (isNull(value)) return [{ type: 'absent', nullFlavor: 'NI' }];
  const type = raw(obx, 2) ?? '';
  // Nearly every value of a report is such: read without more ado.
  if (type === 'NM' && isPlainNumber(value)) {
    return [unit === undefined ? { type: 'quantity', value } : { type: 'quantity', value, unit }];
  }
  // Lines of one text.
  if (type === 'TX' || type === 'FT') {
    return [
      {
        type: 'text',
        text: repetitions(c, obx, 5)
          .map((line) => unescape(line, c.d).trimEnd())
          .join('\n'),
      },
    ];
  }
  return repetitions(c, obx, 5)
    .filter((one) => one !== '')
    .map((one) => readValue(c, obx, { type, value: one, unit }));
}

/** `7.20`, `-3`: digits, at most one point between them. As the expression `^-?\d+(\.\d+)?$` says it, in a third of the time. */
function isPlainNumber(text: string): boolean {
  let digits = 0;
  let hasPoint = false;
  for (let i = text.charCodeAt(0) === MINUS ? 1 : 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= ZERO && code <= NINE) digits += 1;
    else if (code === POINT && !hasPoint && digits > 0) {
      hasPoint = true;
      digits = 0;
    } else return false;
  }
  return digits > 0;
}

const [MINUS, POINT, ZERO, NINE] = [0x2d, 0x2e, 0x30, 0x39] as const;

interface Typed {
  type: string;
  value: string;
  unit: string | undefined;
}

function readValue(c: Hl7Context, obx: Segment, { type, value, unit }: Typed): ResultValue {
  switch (type) {
    case 'NM':
      return readNumber(c, obx, { value, unit });
    case 'SN':
      return readStructuredNumber(c, obx, { value, unit });
    case 'CE':
    case 'CWE':
    case 'CNE':
    case 'CF':
    case 'IS':
    case 'ID':
      return { type: 'coded', code: readCwe(c, value) ?? {} };
    case 'DT':
    case 'TS':
    case 'DTM':
      return { type: 'time', value: wordsOf(c, components(c, value)[0]) ?? '' };
    case 'CQ': {
      const [number = '', own] = components(c, value);
      return readNumber(c, obx, { value: number, unit: wordsOf(c, own) ?? unit });
    }
    default:
      if (!PLAIN.has(type)) warn(c, 'value.type', placeOf(obx, 2), 'values of this type are kept as text');
      return readText(c, obx, { value, unit });
  }
}

/** Types whose value is words. */
const PLAIN: ReadonlySet<string> = new Set(['ST', 'TM', 'TN', 'XTN', 'RP', '']);

function readNumber(c: Hl7Context, obx: Segment, { value, unit }: Omit<Typed, 'type'>): ResultValue {
  const text = unescape(value, c.d).trim();
  const decimal = decimalOf(text);
  if (decimal !== undefined) return { type: 'quantity', ...quantity(decimal, unit) };
  const compared = comparedOf(text, unit);
  warn(c, 'value.type', placeOf(obx, 5), 'the value is called a number (NM) and is none');
  return compared ? { type: 'range', ...compared } : textWithUnit(text, unit);
}

/** SN: `<^5`, `>=^100`, `1^:^160`, `3^-^5` (HL7 v2.5 §2.A.71). */
function readStructuredNumber(c: Hl7Context, obx: Segment, { value, unit }: Omit<Typed, 'type'>): ResultValue {
  const parts = components(c, value).map((part) => wordsOf(c, part));
  // Some senders leave the comparator out with its separator: `1^:^160`, or `5` alone.
  if (parts[0] !== undefined && decimalOf(parts[0]) !== undefined) parts.unshift(undefined);
  const [comparator = '', first, separator, second] = parts;
  const [one, two] = [first, second].map((part) => (part === undefined ? undefined : decimalOf(part)));
  if (one !== undefined && two !== undefined && comparator === '') {
    if (separator === ':' || separator === '/') return { type: 'ratio', numerator: { value: one }, denominator: quantity(two, unit) };
    if (separator === '-') return { type: 'range', low: quantity(one, unit), high: quantity(two, unit) };
  }
  if (one !== undefined && separator === undefined && second === undefined) {
    if (comparator === '' || comparator === '=') return { type: 'quantity', ...quantity(one, unit) };
    const bound = COMPARATORS.has(comparator) ? boundOf(comparator, one, unit) : undefined;
    if (bound) return { type: 'range', ...bound };
  }
  warn(c, 'value.type', placeOf(obx, 5), 'this structured number (SN) is of no known form: it is kept as text');
  return textWithUnit([comparator, first, separator, second].filter(Boolean).join(' '), unit);
}

const COMPARATORS: ReadonlySet<string> = new Set(['<', '>', '<=', '>=']);

/** A number sent as text with its unit is a number; without a unit it stays the text that it was sent as. */
function readText(c: Hl7Context, obx: Segment, { value, unit }: Omit<Typed, 'type'>): ResultValue {
  const text = unescape(value, c.d).trim();
  if (unit === undefined) return { type: 'text', text };
  const decimal = decimalOf(text);
  if (decimal !== undefined) return { type: 'quantity', ...quantity(decimal, unit) };
  const compared = comparedOf(text, unit);
  if (compared) return { type: 'range', ...compared };
  warn(c, 'unit.kept-in-text', placeOf(obx, 6), 'a unit beside a value that is no number: it was added to the text');
  return textWithUnit(text, unit);
}

const textWithUnit = (text: string, unit: string | undefined): ResultValue => ({
  type: 'text',
  text: unit === undefined ? text : `${text} ${unit}`,
});

const BETWEEN = /^([+-]?\d+(?:[.,]\d+)?)\s*(?:-|–|à|;)\s*([+-]?\d+(?:[.,]\d+)?)$/;

/** OBX-7: `3.5-8.0`, `<5`, `>=10`, or words (HL7 v2.5 §7.4.2.7). The bounds are in the unit of the result. */
export function readRange(c: Hl7Context, value: string, unit: string | undefined): ReferenceRange | undefined {
  const text = unescape(value, c.d).trim();
  if (text === '' || text === '""') return undefined;
  // Nearly every interval is two plain numbers.
  const dash = text.indexOf('-', 1);
  const [from, to] = [text.slice(0, dash), text.slice(dash + 1)];
  if (dash > 0 && isPlainNumber(from) && isPlainNumber(to)) return { low: quantity(from, unit), high: quantity(to, unit) };
  const between = BETWEEN.exec(text);
  if (between) return { low: quantity(decimalOf(between[1]!)!, unit), high: quantity(decimalOf(between[2]!)!, unit) };
  return comparedOf(text, unit) ?? { text };
}
