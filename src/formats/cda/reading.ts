import {
  ATTRIBUTE,
  attribute,
  attributeValue,
  child,
  CONTENT,
  CONTENT_END,
  decodeText,
  FIRST_ATTRIBUTE,
  keyOf,
  lastAttribute,
  NODE,
  NONE,
  parentOf,
  pathOf,
  Refusal,
  type XmlTape,
} from '#kernel';
import type { ReadingWarning } from '../lab-report.ts';
import { flatten, plainText } from './words.ts';
import { V } from './vocabulary.ts';

/** One document being read. */
export interface Reading {
  readonly tape: XmlTape;
  readonly warnings: ReadingWarning[];
  /** Elements by xsd:ID; made at the first reference. */
  ids: Ids | undefined;
  /** Words of the narrative elements already followed, so that a thousand references to one paragraph cost one. */
  readonly words: Map<number, string>;
  /** Characters gone through to gather words: references into nested elements could ask for the same text over and over. */
  followed: number;
  /** Characters of the words given for references, each time they were: a thousand results may all point to the same megabyte. */
  pointedTo: number;
  /** What each section prints, without blanks, and its numbers; made for the first result that points to no line. */
  printed: Map<number, Printed>;
  /** Characters gone through to find words in what a section prints. */
  compared: number;
  /** Namespace of each prefix that always means the same in this document, `undefined` when it means several. */
  prefixes: Map<string, string | undefined> | undefined;
}

/** What the narrative of a section prints. */
export interface Printed {
  /** Small letters, without blanks. */
  words: string;
  numbers: ReadonlySet<number>;
}

export const newReading = (tape: XmlTape): Reading => ({
  tape,
  warnings: [],
  ids: undefined,
  words: new Map(),
  followed: 0,
  pointedTo: 0,
  printed: new Map(),
  compared: 0,
  prefixes: undefined,
});

/** A document says its words once and points to them about once; a short one may repeat itself. */
const FREELY_FOLLOWED = 200_000;

/** Some two thousand printed pages: far more than the results of any report say. */
const MOST_POINTED_TO = 4_000_000;

/** Beyond this many warnings a document is not read better by hearing more. */
const MAX_WARNINGS = 200;

export function warn(r: Reading, code: string, n: number, message: string): void {
  if (r.warnings.length < MAX_WARNINGS) r.warnings.push({ code, at: pathOf(r.tape, n), message });
}

/** A non-empty attribute. */
export function attr(r: Reading, n: number, key: number): string | undefined {
  return attribute(r.tape, n, key) || undefined;
}

/** The text inside an element, blanks of the layout taken off; undefined when there is none. */
export function words(r: Reading, n: number): string | undefined {
  if (n === NONE) return undefined;
  const { nodes, source } = r.tape;
  const inner = source.slice(nodes[n * NODE + CONTENT], nodes[n * NODE + CONTENT_END]);
  if (!inner.includes('<')) return flatten(decodeText(inner)) || undefined;
  const known = r.words.get(n);
  if (known !== undefined) return known || undefined;
  r.followed += inner.length;
  if (r.followed > FREELY_FOLLOWED + source.length) {
    throw new Refusal('report.hostile', 'references that repeat the same words over and over', { at: pathOf(r.tape, n) });
  }
  const text = plainText(inner);
  r.words.set(n, text);
  return text || undefined;
}

/** Elements by xsd:ID: the first that gives each, and, of IDs wrongly given several times, the first of each section. */
interface Ids {
  first: Map<string, number>;
  repeated: Map<string, Map<number, number>>;
}

/**
 * The element that carries this xsd:ID. When several wrongly do, the one in the section of `from`, else in the nearest section
 * around it, else the first: laboratories that number each section alone mean their own line, not that of another analyte.
 */
export function elementById(r: Reading, id: string, from: number): number {
  r.ids ??= indexIds(r.tape);
  const places = r.ids.repeated.get(id);
  if (places) {
    for (let section = sectionOf(r.tape, from); section !== NONE; section = sectionOf(r.tape, parentOf(r.tape, section))) {
      const near = places.get(section);
      if (near !== undefined) return near;
    }
  }
  return r.ids.first.get(id) ?? NONE;
}

/** Whether the document gives this ID to several elements. */
const isRepeated = (r: Reading, id: string) => r.ids?.repeated.has(id) === true;

/** The section that holds an element, or NONE. */
export function sectionOf(tape: XmlTape, from: number): number {
  let n = from;
  while (n !== NONE && keyOf(tape, n) !== V.section) n = parentOf(tape, n);
  return n;
}

function indexIds(tape: XmlTape): Ids {
  const ids: Ids = { first: new Map(), repeated: new Map() };
  const { attributes, attributeCount, nodes } = tape;
  let n = 0;
  for (let a = 0; a < attributeCount; a++) {
    if (attributes[a * ATTRIBUTE] !== V.ID) continue;
    while (n + 1 < tape.count && nodes[(n + 1) * NODE + FIRST_ATTRIBUTE]! <= a) n++;
    const id = attributeValue(tape, a);
    const before = ids.first.get(id);
    if (before === undefined) ids.first.set(id, n);
    else addRepeated(tape, ids, id, before, n);
  }
  return ids;
}

function addRepeated(tape: XmlTape, ids: Ids, id: string, first: number, n: number): void {
  const places = ids.repeated.get(id) ?? new Map<number, number>([[sectionOf(tape, first), first]]);
  ids.repeated.set(id, places);
  const section = sectionOf(tape, n);
  if (!places.has(section)) places.set(section, n);
}

/** Words that stand in the element or in the narrative element that its `reference` points to. */
export interface Said {
  text?: string;
  /** The xsd:ID pointed to, when it exists. */
  ref?: string;
}

/**
 * Follows `<reference value="#id"/>` inside `originalText` or `text`. Documents of the field forget the `#`; a reference to
 * nothing is a warning, not a refusal.
 */
export function said(r: Reading, n: number): Said {
  if (n === NONE) return {};
  const reference = child(r.tape, n, V.reference);
  if (reference === NONE) return justText(words(r, n));
  const value = attr(r, reference, V.value) ?? '';
  const id = value.startsWith('#') ? value.slice(1) : value;
  const target = elementById(r, id, n);
  if (target === NONE) {
    warn(r, 'reference.dangling', reference, 'the reference points to no element of the document');
    return justText(words(r, n));
  }
  if (isRepeated(r, id)) warn(r, 'reference.ambiguous', reference, 'several elements of the document have the ID that the reference gives');
  const text = words(r, target) ?? words(r, n);
  r.pointedTo += text?.length ?? 0;
  if (r.pointedTo > MOST_POINTED_TO) {
    throw new Refusal('report.hostile', 'references that repeat the same words over and over', { at: pathOf(r.tape, n) });
  }
  return text === undefined ? { ref: id } : { text, ref: id };
}

const justText = (text: string | undefined): Said => (text === undefined ? {} : { text });

/** The local part of a CDA type given as a QName (`c:PQ`), or undefined when its prefix means another namespace. */
export function cdaType(r: Reading, n: number, qname: string): string | undefined {
  const colon = qname.indexOf(':');
  if (colon < 0) return qname;
  r.prefixes ??= indexPrefixes(r.tape);
  const prefix = qname.slice(0, colon);
  const uri = r.prefixes.get(prefix) ?? boundAround(r.tape, n, prefix);
  return uri === r.tape.uris[0] ? qname.slice(colon + 1) : undefined;
}

/** `xmlns:p` is the attribute p in the namespace number 3. */
const XMLNS_ATTRIBUTE = 4;
const isBinding = (tape: XmlTape, a: number) => tape.attributes[a * ATTRIBUTE]! >>> 16 === XMLNS_ATTRIBUTE;
const boundPrefix = (tape: XmlTape, a: number) => tape.names[tape.attributes[a * ATTRIBUTE]! & 0xffff]!;

function indexPrefixes(tape: XmlTape): Map<string, string | undefined> {
  const prefixes = new Map<string, string | undefined>();
  for (let a = 0; a < tape.attributeCount; a++) {
    if (!isBinding(tape, a)) continue;
    const prefix = boundPrefix(tape, a);
    const uri = attributeValue(tape, a);
    prefixes.set(prefix, !prefixes.has(prefix) || prefixes.get(prefix) === uri ? uri : undefined);
  }
  return prefixes;
}

/** What a prefix means at an element, by the nearest binding around it. */
function boundAround(tape: XmlTape, n: number, prefix: string): string | undefined {
  for (let at = n; at !== NONE; at = parentOf(tape, at)) {
    const end = lastAttribute(tape, at);
    for (let a = tape.nodes[at * NODE + FIRST_ATTRIBUTE]!; a < end; a++) {
      if (isBinding(tape, a) && boundPrefix(tape, a) === prefix) return attributeValue(tape, a);
    }
  }
  return undefined;
}
