import { unescapeXml } from './entities.ts';
import type { Vocabulary } from './vocabulary.ts';

/**
 * A scanned document: numbers that point into its text. Nothing is decoded until asked for, so that reading a report costs
 * what is used of it. Elements are numbered in document order; the root is 0 and `NONE` is no element.
 */
export interface XmlTape {
  readonly source: string;
  readonly vocabulary: Vocabulary;
  /** Names by number: the vocabulary's, then those met in this document. */
  readonly names: readonly string[];
  readonly uris: readonly string[];
  readonly count: number;
  /** `NODE` numbers an element. */
  readonly nodes: Int32Array;
  /** `ATTRIBUTE` numbers an attribute; those of element n end where those of n + 1 begin. */
  readonly attributes: Int32Array;
  readonly attributeCount: number;
}

export const NONE = -1;

/** Numbers of an element on the tape. */
export const NODE = 8;
/** Name | namespace << 16: a name of the home namespace is its bare number. */
export const KEY = 0;
export const START = 1;
export const CONTENT = 2;
export const CONTENT_END = 3;
export const END = 4;
/** Next sibling, 0 when there is none (the root is nobody's sibling). */
export const NEXT = 5;
export const PARENT = 6;
export const FIRST_ATTRIBUTE = 7;

/** Numbers of an attribute: key (name | (namespace + 1) << 16, bare number without prefix), value start, value end, flag. */
export const ATTRIBUTE = 4;
/** The value holds a reference or a blank other than the space. */
export const NEEDS_DECODING = 1;

export const keyOf = (tape: XmlTape, n: number) => tape.nodes[n * NODE]!;
export const parentOf = (tape: XmlTape, n: number) => (n === 0 ? NONE : tape.nodes[n * NODE + PARENT]!);

export function firstChild(tape: XmlTape, n: number): number {
  const next = n + 1;
  return next < tape.count && tape.nodes[next * NODE + PARENT] === n ? next : NONE;
}

export const nextSibling = (tape: XmlTape, n: number) => tape.nodes[n * NODE + NEXT]! || NONE;

/** First child of that name, or `NONE`; `NONE` has no children. */
export function child(tape: XmlTape, n: number, name: number): number {
  if (n < 0) return NONE;
  const { nodes } = tape;
  let c = n + 1;
  if (c >= tape.count || nodes[c * NODE + PARENT] !== n) return NONE;
  do {
    if (nodes[c * NODE] === name) return c;
    c = nodes[c * NODE + NEXT]!;
  } while (c !== 0);
  return NONE;
}

/** All children of that name, in order. */
export function children(tape: XmlTape, n: number, name: number): number[] {
  const found: number[] = [];
  if (n < 0) return found;
  const { nodes } = tape;
  let c = n + 1;
  if (c >= tape.count || nodes[c * NODE + PARENT] !== n) return found;
  do {
    if (nodes[c * NODE] === name) found.push(c);
    c = nodes[c * NODE + NEXT]!;
  } while (c !== 0);
  return found;
}

/** Value of the attribute, decoded; undefined when absent or when there is no element. */
export function attribute(tape: XmlTape, n: number, key: number): string | undefined {
  if (n < 0) return undefined;
  const { attributes } = tape;
  const end = lastAttribute(tape, n);
  for (let a = tape.nodes[n * NODE + FIRST_ATTRIBUTE]!; a < end; a++) {
    if (attributes[a * ATTRIBUTE] === key) return attributeValue(tape, a);
  }
  return undefined;
}

/** One past the number of the element's last attribute. */
export const lastAttribute = (tape: XmlTape, n: number) =>
  n + 1 < tape.count ? tape.nodes[(n + 1) * NODE + FIRST_ATTRIBUTE]! : tape.attributeCount;

export function attributeValue(tape: XmlTape, a: number): string {
  const { attributes } = tape;
  const raw = tape.source.slice(attributes[a * ATTRIBUTE + 1], attributes[a * ATTRIBUTE + 2]);
  return attributes[a * ATTRIBUTE + 3] === 0 ? raw : unescapeXml(raw.replace(/\r\n|[\t\n\r]/g, ' '));
}

/** The inside of the element exactly as received, markup included. */
export const innerSource = (tape: XmlTape, n: number) =>
  tape.source.slice(tape.nodes[n * NODE + CONTENT], tape.nodes[n * NODE + CONTENT_END]);

/** All the text inside the element and its descendants, decoded, comments left out. */
export function textOf(tape: XmlTape, n: number): string {
  const at = n * NODE;
  const start = tape.nodes[at + CONTENT]!;
  const end = tape.nodes[at + CONTENT_END]!;
  return textBetween(tape.source, start, end);
}

/** The text of a stretch of source whose tags are known to be balanced. */
export function textBetween(source: string, start: number, end: number): string {
  const raw = source.slice(start, end);
  if (!raw.includes('<')) return decodeText(raw);
  let text = '';
  let i = 0;
  for (let tag = raw.indexOf('<'); tag >= 0; tag = raw.indexOf('<', i)) {
    text += decodeText(raw.slice(i, tag));
    if (raw.startsWith('<![CDATA[', tag)) {
      const close = raw.indexOf(']]>', tag);
      text += raw.slice(tag + 9, close).replace(/\r\n?/g, '\n');
      i = close + 3;
    } else i = endOfMarkup(raw, tag);
  }
  return text + decodeText(raw.slice(i));
}

/** @returns the position after the tag, comment or instruction that starts at `tag`; a `>` inside quotes does not end a tag */
export function endOfMarkup(source: string, tag: number): number {
  if (source.startsWith('<!--', tag)) return source.indexOf('-->', tag + 4) + 3;
  if (source.startsWith('<?', tag)) return source.indexOf('?>', tag + 2) + 2;
  let quote = 0;
  for (let i = tag + 1; i < source.length; i++) {
    const c = source.charCodeAt(i);
    if (quote !== 0) {
      if (c === quote) quote = 0;
    } else if (c === 62) return i + 1;
    else if (c === 34 || c === 39) quote = c;
  }
  return source.length;
}

/** Line ends as XML 1.0 §2.11 wants them, references replaced. */
export function decodeText(raw: string): string {
  return unescapeXml(raw.includes('\r') ? raw.replace(/\r\n?/g, '\n') : raw);
}

/** Local name of the element. */
export const localName = (tape: XmlTape, n: number) => tape.names[keyOf(tape, n) & 0xffff]!;
export const namespaceOf = (tape: XmlTape, n: number) => tape.uris[keyOf(tape, n) >>> 16]!;

/** Where an element stands, for messages: `/ClinicalDocument/component[1]/structuredBody[1]/component[2]`. */
export function pathOf(tape: XmlTape, n: number): string {
  const steps: string[] = [];
  for (let at = n; at !== NONE; at = parentOf(tape, at)) {
    const parent = parentOf(tape, at);
    let position = 1;
    for (let c = parent === NONE ? at : firstChild(tape, parent); c !== at; c = nextSibling(tape, c)) {
      if (keyOf(tape, c) === keyOf(tape, at)) position += 1;
    }
    steps.push(parent === NONE ? localName(tape, at) : `${localName(tape, at)}[${position}]`);
  }
  return `/${steps.toReversed().join('/')}`;
}
