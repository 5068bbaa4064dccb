import { Refusal } from '#kernel';
import { withDecimalsAsText } from './decimals.ts';

/** A JSON object as it came from outside: nothing is known of what it holds. */
export type Node = Readonly<Record<string, unknown>>;

/** A limit of the door, checked again here because files come by other doors. */
const MAX_BYTES = 20 * 1024 * 1024;
const DEEPEST = 64;
/** Objects, lists and members: a report of 2,500 results with all that FHIR can say of each has some 400,000. */
const MOST_PARTS = 500_000;
/** Names and values in quotes: a member has two of them, and what is between two texts is not looked at before they are counted. */
const MOST_TEXTS = 2 * MOST_PARTS;
/** Members of one object: a resource of FHIR has some sixty. */
const MOST_MEMBERS = 1_000;

/** Bytes. */
const SHORT_TEXT = 48;

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Bytes of a FHIR resource in JSON → the object, its decimals as the text they were written in.
 * @throws Refusal `report.unreadable` when it is no JSON object in UTF-8, `report.hostile` when it is larger, deeper or made of more parts than any report
 */
export function parseFhirJson(bytes: Uint8Array): Node {
  if (bytes.length > MAX_BYTES) throw new Refusal('report.hostile', 'the resource is larger than 20 MB', { at: '$' });
  checkShape(bytes);
  const text = decode(withDecimalsAsText(bytes));
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    // The message of JSON.parse quotes the document: only its place is told.
    const place = /position \d+/.exec((error as Error).message)?.[0] ?? 'the end';
    throw new Refusal('report.unreadable', `not well-formed JSON, at ${place}`, { at: place });
  }
  if (!isNode(parsed)) throw new Refusal('report.unreadable', 'the JSON is not an object', { at: '$' });
  return parsed;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal('report.unreadable', 'FHIR in JSON is always UTF-8, and these bytes are not', { at: '$' });
  }
}

/** Depth and number of parts, before anything is built. */
function checkShape(bytes: Uint8Array): void {
  let depth = 0;
  let parts = 0;
  let texts = 0;
  /** By depth: members of the object that is open there; of a list, far below any limit for ever. */
  const members = new Int32Array(DEEPEST + 1);
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) {
      if (++texts > MOST_TEXTS) throw new Refusal('report.hostile', `more than ${MOST_TEXTS} texts`, { at: `byte ${i}` });
      i = endOfText(bytes, i);
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      parts += 1;
      if (++depth > DEEPEST) throw new Refusal('report.hostile', `deeper than ${DEEPEST} levels`, { at: `byte ${i}` });
      members[depth] = byte === OPEN_OBJECT ? 0 : -MOST_PARTS;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) depth -= 1;
    else if (byte === COMMA) {
      if (++parts > MOST_PARTS) throw new Refusal('report.hostile', `made of more than ${MOST_PARTS} parts`, { at: `byte ${i}` });
      if (depth >= 0 && ++members[depth]! > MOST_MEMBERS)
        throw new Refusal('report.hostile', `an object of more than ${MOST_MEMBERS} members`, { at: `byte ${i}` });
    }
  }
}

/** Where the text that begins at `start` ends: its closing quote, found natively since texts may be megabytes of base64. */
function endOfText(bytes: Uint8Array, start: number): number {
  let end = start + 1;
  // Names and codes are short: they end before a native search has begun.
  while (end < start + SHORT_TEXT && bytes[end] !== QUOTE) end += 1;
  if (bytes[end] !== QUOTE) end = bytes.indexOf(QUOTE, end);
  while (end > 0 && isEscaped(bytes, end)) end = bytes.indexOf(QUOTE, end + 1);
  return end < 0 ? bytes.length : end;
}

function isEscaped(bytes: Uint8Array, at: number): boolean {
  let slashes = 0;
  while (bytes[at - 1 - slashes] === BACKSLASH) slashes += 1;
  return slashes % 2 === 1;
}

const NOTHING: Node = Object.freeze({});

export const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object, or an empty one: a member that is not of its type is as absent. */
export const nodeOf = (value: unknown): Node => (isNode(value) ? value : NOTHING);

/** The objects of a list; one object stands for a list of one. */
export function nodesOf(value: unknown): Node[] {
  if (Array.isArray(value)) return value.filter(isNode);
  return isNode(value) ? [value] : [];
}

/** Text without blanks around; undefined when there is none. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? undefined : text;
}

/** The texts of a list. */
export const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value.flatMap((one) => textOf(one) ?? []) : []);

/** The first extension of that address. */
export const extensionOf = (holder: Node, url: string): Node | undefined =>
  nodesOf(holder['extension']).find((extension) => extension['url'] === url);

/** Without the keys that hold nothing: in our types and in FHIR an unknown value is absent, and no list is empty. */
export function compact<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const kept: Record<string, unknown> = {};
  for (const key in value) {
    const inner = value[key];
    if (inner !== undefined && !(Array.isArray(inner) && inner.length === 0)) kept[key] = inner;
  }
  return kept as { [K in keyof T]: Exclude<T[K], undefined> };
}
