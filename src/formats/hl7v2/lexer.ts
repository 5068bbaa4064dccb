import { Refusal } from '#kernel';
import type { ReadingWarning } from '../lab-report.ts';
import { type Delimiters, unescape } from './escapes.ts';

/** Far more than the segments of any report: two thousand results with a note each. */
const MAX_SEGMENTS = 4_000;
/** Escape characters: two a line end, in a document of 10 MB cut into lines. */
const MAX_ESCAPES = 300_000;
/** PV1, the longest segment of the standard, has 52 fields. */
const MAX_FIELDS = 120;
/** Repetitions of one field: identifiers, names, lines of a text. */
const MAX_REPETITIONS = 1_000;
/** Components of one field; XCN and XON have some twenty. */
const MAX_COMPONENTS = 40;
/** Beyond this many warnings a message is not read better by hearing more. */
const MAX_WARNINGS = 200;

/** One segment: its fields raw, separators and escapes still in. `fields[0]` is the name, `fields[3]` is XXX-3. */
export interface Segment {
  name: string;
  fields: string[];
  /** Which of its name in the message, from 1: `OBX[3]`. */
  nth: number;
}

/** A message being read. */
export interface Hl7Reading {
  readonly d: Delimiters;
  readonly warnings: ReadingWarning[];
  readonly segments: readonly Segment[];
}

/**
 * Splits a message into its segments: CR ends each (HL7 v2.5 §2.3.1); files that use LF or CR LF instead are read too. Where CR is used,
 * a lone LF is a character of its field.
 *
 * @throws Refusal `report.unreadable` when it is no message, `report.hostile` when it is far too long
 */
export function lexMessage(text: string, warnings: ReadingWarning[]): Hl7Reading {
  const d = readDelimiters(text);
  refuseEscapes(text, d.escape);
  const segments: Segment[] = [];
  const seen = new Map<string, number>();
  const end = text.includes('\r') ? '\r' : '\n';
  for (let from = 0, to = 0; from < text.length; from = to + 1) {
    to = text.indexOf(end, from);
    if (to < 0) to = text.length;
    if (text.charCodeAt(from) === LF) from++;
    if (to <= from) continue;
    if (segments.length === MAX_SEGMENTS) {
      throw new Refusal('report.hostile', `more than ${MAX_SEGMENTS} segments`, { at: `segment ${MAX_SEGMENTS + 1}` });
    }
    const segment = lexSegment(text, { from, to }, d, { place: segments.length + 1, last: segments.at(-1)?.name ?? '' });
    const nth = (seen.get(segment.name) ?? 0) + 1;
    seen.set(segment.name, nth);
    segment.nth = nth;
    segments.push(segment);
  }
  refuseSeveral(segments);
  return { d, warnings, segments };
}

const LF = 10;

function lexSegment(
  text: string,
  { from, to }: { from: number; to: number },
  d: Delimiters,
  { place, last }: { place: number; last: string },
): Segment {
  // Most segments are of the kind of the one before: the same text, not another that says the same.
  const isSame = last !== '' && text.startsWith(last, from);
  const name = isSame ? last : text.slice(from, from + 3);
  if ((!isSame && !isName(name)) || (to > from + 3 && text[from + 3] !== d.field)) {
    throw new Refusal('report.unreadable', 'this line is no segment: a name of three characters, then the field separator', {
      at: `segment ${place}`,
    });
  }
  const fields = cut(text.slice(from, to), d.field, MAX_FIELDS + 1);
  if (fields.length > MAX_FIELDS) {
    throw new Refusal('report.hostile', `a segment with more than ${MAX_FIELDS} fields`, { at: `segment ${place}` });
  }
  // MSH-1 is the separator itself: what follows counts from 2.
  if (name === 'MSH') fields.splice(1, 0, d.field);
  return { name, fields, nth: 0 };
}

/**
 * The pieces between separators, at most so many: `text.split(separator, limit)`, in half its time for the short pieces that messages
 * are made of.
 */
function cut(text: string, separator: string, limit: number): string[] {
  const pieces: string[] = [];
  let from = 0;
  for (let to = text.indexOf(separator); to >= 0 && pieces.length < limit; to = text.indexOf(separator, from)) {
    pieces.push(text.slice(from, to));
    from = to + 1;
  }
  if (pieces.length < limit) pieces.push(text.slice(from));
  return pieces;
}

/** `OBX`, `ZFA`, `PV1`: the same few come on every line. */
const isName = (name: string) => KNOWN_NAMES.has(name) || /^[A-Z][A-Z0-9]{2}$/.test(name);
const KNOWN_NAMES: ReadonlySet<string> = new Set(['MSH', 'PID', 'PV1', 'ORC', 'OBR', 'OBX', 'NTE', 'SPM']);

function refuseEscapes(text: string, escape: string): void {
  let count = 0;
  for (let at = text.indexOf(escape); at >= 0 && count <= MAX_ESCAPES; at = text.indexOf(escape, at + 1)) count += 1;
  if (count > MAX_ESCAPES) throw new Refusal('report.hostile', `more than ${MAX_ESCAPES} escape characters`, { at: 'MSH' });
}

/** One message at a time: a batch, or two messages in one file, would be acknowledged as one. */
function refuseSeveral(segments: readonly Segment[]): void {
  const second = segments.find(({ name }, n) => n > 0 && (name === 'MSH' || name === 'FHS' || name === 'BHS'));
  if (second) throw new Refusal('report.unreadable', 'several messages in one: send each alone', { at: `${second.name}[${second.nth}]` });
}

function readDelimiters(text: string): Delimiters {
  const [field, component, repetition, escape, subcomponent] = text.slice(3, 8);
  const all = [field, component, repetition, escape, subcomponent];
  const isGood = text.startsWith('MSH') && all.every((one) => one !== undefined && /^[!-/:-@[-`{-~]$/.test(one)) && new Set(all).size === 5;
  // The truncation character of version 2.7 may stand sixth.
  const after = text.slice(8, 10);
  if (!isGood || (after[0] !== field && after[1] !== field)) {
    throw new Refusal('report.unreadable', 'MSH-1 and MSH-2 give five different separators, such as |^~\\&', { at: 'MSH-2' });
  }
  return { field: field!, component: component!, repetition: repetition!, escape: escape!, subcomponent: subcomponent! };
}

export function warn(r: Hl7Reading, code: string, at: string, message: string): void {
  if (r.warnings.length < MAX_WARNINGS) r.warnings.push({ code, at, message });
}

/** Where a field stands: `OBX[3]-5`. */
export const placeOf = ({ name, nth }: Segment, field: number): string => `${name}[${nth}]-${field}`;

/** A raw field; undefined when it is empty, which means unknown (`""` means none: see `isNull`). */
export const raw = (segment: Segment | undefined, field: number): string | undefined => segment?.fields[field] || undefined;

/** `""`: the sender says that there is none, and that a value sent before is to be forgotten (HL7 v2.5 §2.5.3). */
export const isNull = (field: string | undefined): boolean => field === '""';

/** Repetitions of a raw field, the empty ones too. */
export function repetitions(r: Hl7Reading, segment: Segment | undefined, field: number): string[] {
  const value = raw(segment, field);
  if (value === undefined || isNull(value)) return [];
  if (!value.includes(r.d.repetition)) return [value];
  const all = value.split(r.d.repetition, MAX_REPETITIONS + 1);
  if (all.length <= MAX_REPETITIONS) return all;
  throw new Refusal('report.hostile', `a field with more than ${MAX_REPETITIONS} repetitions`, { at: placeOf(segment!, field) });
}

/** Components of one repetition, raw. */
export const components = (r: Hl7Reading, value: string): string[] => cut(value, r.d.component, MAX_COMPONENTS);

/** The words of a raw component: its first subcomponent, escapes read; undefined when empty or null. */
export function wordsOf(r: Hl7Reading, component: string | undefined): string | undefined {
  if (component === undefined || component === '' || component === '""') return undefined;
  const cut = component.indexOf(r.d.subcomponent);
  return unescape(cut < 0 ? component : component.slice(0, cut), r.d).trim() || undefined;
}

/** Words of one component of the first repetition of a field. */
export function words(r: Hl7Reading, segment: Segment | undefined, field: number, component = 1): string | undefined {
  const value = raw(segment, field);
  if (value === undefined) return undefined;
  const cut = value.indexOf(r.d.repetition);
  const first = cut < 0 ? value : value.slice(0, cut);
  return component === 1 ? firstWords(r, first) : wordsOf(r, components(r, first)[component - 1]);
}

/** Words of the first component of a repetition, most often the only one. */
export function firstWords(r: Hl7Reading, value: string): string | undefined {
  const cut = value.indexOf(r.d.component);
  return wordsOf(r, cut < 0 ? value : value.slice(0, cut));
}

/** The segments of that name, in order. */
export const segmentsNamed = (r: Hl7Reading, name: string): Segment[] => r.segments.filter((segment) => segment.name === name);

export const firstNamed = (r: Hl7Reading, name: string): Segment | undefined => r.segments.find((segment) => segment.name === name);
