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
  ids: Map<string, number> | undefined;
  /** Words of the narrative elements already followed, so that a thousand references to one paragraph cost one. */
  readonly words: Map<number, string>;
}

/** Beyond this many warnings a document is not read better by hearing more. */
const MAX_WARNINGS = 500;

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
  const text = plainText(inner);
  r.words.set(n, text);
  return text || undefined;
}

/** The element that carries this xsd:ID; the first one when several wrongly do. */
export function elementById(r: Reading, id: string): number {
  r.ids ??= indexIds(r.tape);
  return r.ids.get(id) ?? NONE;
}

function indexIds(tape: XmlTape): Map<string, number> {
  const ids = new Map<string, number>();
  const { attributes, attributeCount, nodes } = tape;
  let n = 0;
  for (let a = 0; a < attributeCount; a++) {
    if (attributes[a * ATTRIBUTE] !== V.ID) continue;
    while (n + 1 < tape.count && nodes[(n + 1) * NODE + FIRST_ATTRIBUTE]! <= a) n++;
    const id = attributeValue(tape, a);
    if (!ids.has(id)) ids.set(id, n);
  }
  return ids;
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
  const target = elementById(r, id);
  if (target === NONE) {
    warn(r, 'reference.dangling', reference, 'the reference points to no element of the document');
    return justText(words(r, n));
  }
  const text = words(r, target) ?? words(r, n);
  return text === undefined ? { ref: id } : { text, ref: id };
}

const justText = (text: string | undefined): Said => (text === undefined ? {} : { text });

/** The local part of a CDA type given as a QName (`c:PQ`), or undefined when its prefix means another namespace. */
export function cdaType(r: Reading, n: number, qname: string): string | undefined {
  const colon = qname.indexOf(':');
  if (colon < 0) return qname;
  const prefix = qname.slice(0, colon);
  const { tape } = r;
  for (let at = n; at !== NONE; at = parentOf(tape, at)) {
    const end = lastAttribute(tape, at);
    for (let a = tape.nodes[at * NODE + FIRST_ATTRIBUTE]!; a < end; a++) {
      const key = tape.attributes[a * ATTRIBUTE]!;
      // xmlns:prefix is the attribute `prefix` in the namespace number 3.
      if (key >>> 16 === 4 && tape.names[key & 0xffff] === prefix) {
        return attributeValue(tape, a) === tape.uris[0] ? qname.slice(colon + 1) : undefined;
      }
    }
  }
  return undefined;
}

export const isElement = (r: Reading, n: number, name: number) => n !== NONE && keyOf(r.tape, n) === name;
