import { isDeepStrictEqual } from 'node:util';
import { SaxesParser } from 'saxes';
import { Refusal } from '../../src/kernel/refusal.ts';
import { firstChild, nextSibling, NODE, NONE, type XmlTape } from '../../src/kernel/xml/tape.ts';
import {
  attributeValue,
  ATTRIBUTE,
  CONTENT,
  CONTENT_END,
  END,
  FIRST_ATTRIBUTE,
  lastAttribute,
  localName,
  namespaceOf,
  START,
  textBetween,
} from '../../src/kernel/xml/tape.ts';

/** What two XML readers must agree on: elements with their expanded names, attributes, and text, in order. */
export type XmlEvent = { open: string; attributes: Record<string, string> } | { text: string } | { close: string };

const expanded = (uri: string, local: string) => `{${uri}}${local}`;

/** saxes in namespace mode, made to refuse document types: the conforming parser that our scanner is compared with. */
export function saxesEvents(source: string): XmlEvent[] {
  const events: XmlEvent[] = [];
  const parser = new SaxesParser({ xmlns: true, position: false });
  parser.on('doctype', () => {
    throw new Error('document type');
  });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', (tag) => {
    const attributes = Object.values(tag.attributes).map((a) => [
      expanded(a.uri, a.prefix === '' && a.name === 'xmlns' ? 'xmlns' : a.local),
      a.value,
    ]);
    events.push({ open: expanded(tag.uri, tag.local), attributes: Object.fromEntries(attributes) as Record<string, string> });
  });
  parser.on('closetag', (tag) => void events.push({ close: expanded(tag.uri, tag.local) }));
  parser.on('text', (text) => pushText(events, text));
  parser.on('cdata', (text) => pushText(events, text));
  parser.write(source).close();
  // Blanks around the root element are no content.
  const first = events.findIndex((event) => 'open' in event);
  const last = events.findLastIndex((event) => 'close' in event);
  return events.slice(first, last + 1);
}

function pushText(events: XmlEvent[], text: string): void {
  const last = events.at(-1);
  if (text === '') return;
  if (last && 'text' in last) last.text += text;
  else events.push({ text });
}

/** The same, from a tape. */
export function tapeEvents(tape: XmlTape): XmlEvent[] {
  const events: XmlEvent[] = [];
  visit(tape, 0, events);
  return events;
}

function visit(tape: XmlTape, n: number, events: XmlEvent[]): void {
  const name = expanded(namespaceOf(tape, n), localName(tape, n));
  const attributes: Record<string, string> = {};
  for (let a = tape.nodes[n * NODE + FIRST_ATTRIBUTE]!; a < lastAttribute(tape, n); a++) {
    const key = tape.attributes[a * ATTRIBUTE]!;
    const local = tape.names[key & 0xffff]!;
    const uri = key >>> 16 === 0 ? (local === 'xmlns' ? 'http://www.w3.org/2000/xmlns/' : '') : tape.uris[(key >>> 16) - 1]!;
    attributes[expanded(uri, local)] = attributeValue(tape, a);
  }
  events.push({ open: name, attributes });
  let at = tape.nodes[n * NODE + CONTENT]!;
  for (let c = firstChild(tape, n); c !== NONE; c = nextSibling(tape, c)) {
    pushText(events, textBetween(tape.source, at, tape.nodes[c * NODE + START]!));
    visit(tape, c, events);
    at = tape.nodes[c * NODE + END]!;
  }
  const end = tape.nodes[n * NODE + CONTENT_END]!;
  if (end > at) pushText(events, textBetween(tape.source, at, end));
  events.push({ close: name });
}

/** Where our scanner refuses on purpose what saxes takes; everything else must be equal. */
const STRICTER = /XML 1\.1|blanks around it|a character that XML forbids|a document type|more than \d+|too many|deeper than/;

/** Where saxes takes what XML forbids: a local name that starts with a hyphen, a full stop or a digit; a `?` right after an instruction's name. */
const LAX: readonly (readonly [RegExp, RegExp])[] = [
  [/a name was expected/, /:[-.\d\u00b7]/],
  [/malformed processing instruction/, /<\?[^\s?]+\?[^>]/],
];

/** How the two readers disagree about a text, or undefined. Throws what is no refusal: our scanner must never. */
export function disagreement(source: string, scan: (source: string) => XmlTape): string | undefined {
  let theirs: XmlEvent[] | undefined;
  try {
    theirs = saxesEvents(source);
  } catch {
    theirs = undefined;
  }
  try {
    const ours = tapeEvents(scan(source));
    if (!source.isWellFormed()) return 'half of a character taken by us';
    if (!theirs) return 'taken by us, refused by saxes';
    return isDeepStrictEqual(ours, theirs) ? undefined : 'different events';
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // After half of a character saxes loses its place.
    const isKnown =
      !source.isWellFormed() ||
      STRICTER.test(error.message) ||
      LAX.some(([message, cause]) => message.test(error.message) && cause.test(source));
    return theirs && !isKnown ? `refused by us only: ${error.message}` : undefined;
  }
}
