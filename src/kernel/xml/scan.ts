import { isBlank, isNameChar, isNameStart, isXmlChar, NAME_UNIT, PLAIN_TEXT, PLAIN_VALUE } from './chars.ts';
import { skipReference } from './entities.ts';
import { bindNamespaces, refuseDuplicates, resolveAttributePrefixes, uriOf } from './namespaces.ts';
import { refuseAt } from './refuse.ts';
import { MAX_DEPTH, MAX_ELEMENTS, newScan, type Scan, tapeOf } from './scan-state.ts';
import {
  ATTRIBUTE,
  CONTENT,
  CONTENT_END,
  END,
  FIRST_ATTRIBUTE,
  KEY,
  NEEDS_DECODING,
  NEXT,
  NODE,
  PARENT,
  START,
  type XmlTape,
} from './tape.ts';
import { XMLNS, type Vocabulary } from './vocabulary.ts';

/** CDA allows about 15 attributes on one element. Comparing each with each must stay cheap. */
const MAX_ATTRIBUTES_OF_ELEMENT = 64;
/** About one an element in the documents of the field. */
const MAX_ATTRIBUTES = 100_000;
const MAX_REFERENCES = 100_000;
/** Names are numbered on 16 bits, and a document with more than this many different names is no document. */
const MAX_NAMES = 8_192;

export interface ScanOptions {
  /** A prefix that nothing binds means the home namespace: for a fragment cut out of the document that declared it. */
  isFragment?: boolean;
}

/**
 * Scans a whole document: well-formed XML 1.0 with namespaces, or refused. Stricter than the standard on purpose: no document
 * type (so no entity but the five predefined), XML 1.0 only, depth, number of elements, attributes and names bounded.
 *
 * One pass over the characters, numbers written on a tape, no string made: reading is the main cost of a deposit.
 * Sources: XML 1.0 fifth edition, Namespaces in XML 1.0 third edition.
 *
 * @throws Refusal `report.unreadable` (malformed) or `report.hostile` (document type, limits), with line and column
 */
export function scanXml(source: string, vocabulary: Vocabulary, options: ScanOptions = {}): XmlTape {
  const s = newScan(source, vocabulary, options.isFragment === true);
  const { codes } = s;
  const length = source.length;
  let i = skipDeclaration(source, source.charCodeAt(0) === 0xfeff ? 1 : 0);
  let isDone = false;
  while (true) {
    i = s.depth === 0 ? skipBlanks(codes, i) : skipText(s, i);
    if (i >= length) break;
    const c = codes[i + 1]!;
    if (s.depth === 0 && codes[i] !== 60) refuseAt(source, i, 'text outside the root element');
    if (c === 47) {
      i = closeElement(s, i);
      if (s.depth === 0) isDone = true;
    } else if (c === 33) i = skipDeclarationOrComment(s, i);
    else if (c === 63) i = skipInstruction(s, i);
    else {
      if (isDone) refuseAt(source, i, 'a second root element');
      i = openElement(s, i);
      if (s.depth === 0) isDone = true;
    }
  }
  if (!isDone) refuseAt(source, length, s.depth > 0 ? 'the document ends before its elements are closed' : 'there is no element');
  return tapeOf(s);
}

const DECLARATION =
  /^<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(["'])(1\.[0-9]+)\1(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(["'])[A-Za-z][\w.-]*\3)?(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(["'])(?:yes|no)\4)?[ \t\r\n]*\?>/;

function skipDeclaration(source: string, start: number): number {
  if (!source.startsWith('<?xml', start) || !isBlank(source.charCodeAt(start + 5))) return start;
  const found = DECLARATION.exec(source.slice(start, start + 300));
  if (!found) refuseAt(source, start, 'the XML declaration is malformed');
  if (found[2] === '1.1') refuseAt(source, start, 'XML 1.1 is not read; no health document uses it');
  return start + found[0].length;
}

function skipBlanks(codes: Uint16Array, start: number): number {
  let i = start;
  while (isBlank(codes[i]!)) i++;
  return i;
}

/** @returns the position of the next `<`, or the end of the text */
function skipText(s: Scan, start: number): number {
  const { codes } = s;
  let i = start;
  while (true) {
    while (PLAIN_TEXT[codes[i]!] === 1) i++;
    const c = codes[i]!;
    if (c === 60) return i;
    if (c === 38) i = reference(s, i);
    else if (c === 93) {
      if (codes[i + 1] === 93 && codes[i + 2] === 62) refuseAt(s.source, i, 'the characters ]]> must not appear in text');
      i += 1;
    } else if (c === 0 && i >= s.source.length) return i;
    else i = skipUnusual(s.source, i);
  }
}

/** A reference: each costs far more than a character, and a report has some hundreds. */
function reference(s: Scan, i: number): number {
  s.references += 1;
  if (s.references > MAX_REFERENCES) refuseAt(s.source, i, `more than ${MAX_REFERENCES} references`, 'report.hostile');
  return skipReference(s.source, i);
}

/** A control character, a surrogate, or the last two of the plane. */
function skipUnusual(source: string, i: number): number {
  const c = source.charCodeAt(i);
  if (c === 10 || c === 9 || c === 13) return i + 1;
  const point = source.codePointAt(i)!;
  if (!isXmlChar(point)) refuseAt(source, i, 'a character that XML forbids');
  return point > 0xffff ? i + 2 : i + 1;
}

function checkCharacters(s: Scan, start: number, end: number): void {
  const { codes } = s;
  for (let i = start; i < end; ) {
    const c = codes[i]!;
    i = c >= 32 && c < 0xd800 ? i + 1 : skipUnusual(s.source, i);
  }
}

/** Position of two characters in a row, or -1: `indexOf` is slow on a text full of the first one. */
function findPair(s: Scan, first: number, second: number, start: number): number {
  const { codes } = s;
  const length = s.source.length;
  for (let i = start; i < length; i++) if (codes[i] === first && codes[i + 1] === second) return i;
  return -1;
}

function skipDeclarationOrComment(s: Scan, start: number): number {
  const { source } = s;
  if (source.startsWith('<!--', start)) {
    const end = findPair(s, 45, 45, start + 4);
    if (end < 0 || source.charCodeAt(end + 2) !== 62) refuseAt(source, start, 'a comment that does not end, or holds --');
    checkCharacters(s, start + 4, end);
    return end + 3;
  }
  if (source.startsWith('<![CDATA[', start) && s.depth > 0) {
    const end = source.indexOf(']]>', start + 9);
    if (end < 0) refuseAt(source, start, 'a CDATA section that does not end');
    checkCharacters(s, start + 9, end);
    return end + 3;
  }
  if (source.startsWith('<!DOCTYPE', start)) refuseAt(source, start, 'a document type (DTD) is never read', 'report.hostile');
  return refuseAt(source, start, 'a declaration that does not belong in a document');
}

function skipInstruction(s: Scan, start: number): number {
  const { source } = s;
  let i = start + 2;
  if (!isNameStart(source.codePointAt(i) ?? Number.NaN)) refuseAt(source, start, 'a processing instruction without a name');
  for (let c = source.codePointAt(i)!; isNameChar(c); c = source.codePointAt(i) ?? Number.NaN) i += c > 0xffff ? 2 : 1;
  if (source.slice(start + 2, i).toLowerCase() === 'xml') refuseAt(source, start, 'an XML declaration that is not at the start');
  const end = findPair(s, 63, 62, i);
  if (end < 0 || (end > i && !isBlank(source.charCodeAt(i)))) refuseAt(source, start, 'a malformed processing instruction');
  checkCharacters(s, i, end);
  return end + 2;
}

/** Reads a qualified name into `s.prefix` and `s.local`. @returns the position after it */
function scanName(s: Scan, start: number): number {
  const { codes } = s;
  s.prefix = 0;
  let from = start;
  let i = start;
  while (true) {
    let hash = 0;
    let c = codes[i]!;
    if (!isNameStart(c < 0x80 ? c : pointAt(s, i))) refuseAt(s.source, i, 'a name was expected');
    do {
      if (c >= 0xd800 && c < 0xdc00) i += 1;
      do {
        hash = (Math.imul(hash, 31) + c) | 0;
        c = codes[++i]!;
      } while (NAME_UNIT[c] === 1);
    } while (c >= 0xd800 && c < 0xdc00 && isNameChar(pointAt(s, i)));
    const id = numberOf(s, from, i, hash);
    if (c !== 58) {
      s.local = id;
      return i;
    }
    if (s.prefix !== 0) refuseAt(s.source, start, 'a name with two colons');
    s.prefix = id;
    from = ++i;
  }
}

const pointAt = (s: Scan, i: number) => s.source.codePointAt(i) ?? 0;

function numberOf(s: Scan, start: number, end: number, hash: number): number {
  const { codes } = s;
  const { table, hashes, starts, letters } = s.vocabulary;
  const mask = table.length - 1;
  const length = end - start;
  for (let slot = hash & mask; table[slot] !== 0; slot = (slot + 1) & mask) {
    const id = table[slot]!;
    if (hashes[id] !== hash) continue;
    const at = starts[id]!;
    if (starts[id + 1]! - at !== length) continue;
    let k = 0;
    while (k < length && letters[at + k] === codes[start + k]) k++;
    if (k === length) return id;
  }
  return numberOfNew(s, start, end);
}

function numberOfNew(s: Scan, start: number, end: number): number {
  const name = s.source.slice(start, end);
  const known = s.met.get(name);
  if (known !== undefined) return known;
  if (s.met.size === 0) s.names = s.names.slice();
  if (s.names.length >= MAX_NAMES) refuseAt(s.source, start, 'too many different names', 'report.hostile');
  const id = s.names.push(name) - 1;
  s.met.set(name, id);
  return id;
}

/** An opening tag with its attributes. @returns the position after its `>` */
function openElement(s: Scan, start: number): number {
  const { source, codes } = s;
  let i = scanName(s, start + 1);
  const prefix = s.prefix;
  const local = s.local;
  const nameEnd = i;
  if (s.count >= MAX_ELEMENTS) refuseAt(source, start, `more than ${MAX_ELEMENTS} elements`, 'report.hostile');
  if (s.depth >= MAX_DEPTH) refuseAt(source, start, `elements nested deeper than ${MAX_DEPTH}`, 'report.hostile');
  const firstAttribute = s.attributeCount;
  let hasPrefixes = false;
  let hasBindings = false;
  let isEmpty = false;
  while (true) {
    const gap = i;
    let c = codes[i]!;
    while (isBlank(c)) c = codes[++i]!;
    if (c === 62) break;
    if (c === 47 && codes[i + 1] === 62) {
      isEmpty = true;
      break;
    }
    if (gap === i) refuseAt(source, i, 'a malformed tag');
    i = scanAttribute(s, i);
    if (s.prefix !== 0) hasPrefixes = true;
    if (s.prefix === XMLNS || (s.prefix === 0 && s.local === XMLNS)) hasBindings = true;
  }
  if (s.attributeCount - firstAttribute > MAX_ATTRIBUTES_OF_ELEMENT) refuseAt(source, start, 'too many attributes', 'report.hostile');
  const bound = s.boundPrefixes.length;
  const outerDefault = s.defaultUri;
  if (hasBindings) bindNamespaces(s, firstAttribute, start);
  if (hasPrefixes) resolveAttributePrefixes(s, firstAttribute, start);
  if (s.attributeCount - firstAttribute > 1) refuseDuplicates(s, firstAttribute, start);
  const uri = prefix === 0 ? s.defaultUri : uriOf(s, prefix, start);
  if (prefix === XMLNS) refuseAt(source, start, 'an element in the namespace of namespaces');
  pushNode(s, local | (uri << 16), start, i, firstAttribute);
  if (isEmpty) {
    const at = (s.count - 1) * NODE;
    s.nodes[at + CONTENT_END] = s.nodes[at + CONTENT] = i;
    s.nodes[at + END] = i + 2;
    if (hasBindings) unbind(s, bound, outerDefault);
    return i + 2;
  }
  const depth = ++s.depth;
  s.open[depth] = s.count - 1;
  s.lastChild[depth] = 0;
  s.nameEnd[depth] = nameEnd;
  s.boundAt[depth] = bound;
  s.defaultAt[depth] = outerDefault;
  s.bindsAt[depth] = hasBindings ? 1 : 0;
  return i + 1;
}

/** Back to the bindings around an element; most bind nothing, and cutting an array costs as much as the rest of a closing tag. */
function unbind(s: Scan, bound: number, defaultUri: number): void {
  s.boundPrefixes.length = s.boundUris.length = bound;
  s.defaultUri = defaultUri;
}

function pushNode(s: Scan, key: number, start: number, tagEnd: number, firstAttribute: number): void {
  const n = s.count++;
  if ((n + 1) * NODE > s.nodes.length) s.nodes = grown(s.nodes);
  const { nodes } = s;
  const at = n * NODE;
  nodes[at + KEY] = key;
  nodes[at + START] = start;
  nodes[at + CONTENT] = tagEnd + 1;
  nodes[at + NEXT] = 0;
  nodes[at + PARENT] = s.depth === 0 ? -1 : s.open[s.depth]!;
  nodes[at + FIRST_ATTRIBUTE] = firstAttribute;
  const before = s.lastChild[s.depth]!;
  if (before !== 0) nodes[before * NODE + NEXT] = n;
  s.lastChild[s.depth] = n;
}

function grown(numbers: Int32Array): Int32Array {
  const larger = new Int32Array(numbers.length * 2);
  larger.set(numbers);
  return larger;
}

/** One attribute: its key still holds the prefix's number, if any. @returns the position after the closing quote */
function scanAttribute(s: Scan, start: number): number {
  const { source, codes } = s;
  let i = skipBlanks(codes, scanName(s, start));
  if (codes[i] !== 61) refuseAt(source, start, 'an attribute without a value');
  i = skipBlanks(codes, i + 1);
  const quote = codes[i]!;
  if (quote !== 34 && quote !== 39) refuseAt(source, i, 'an attribute value without quotes');
  const valueStart = ++i;
  let flag = 0;
  while (true) {
    while (PLAIN_VALUE[codes[i]!] === 1) i++;
    const c = codes[i]!;
    if (c === quote) break;
    if (c === 34 || c === 39) i++;
    else if (c === 60 || i >= source.length) refuseAt(source, i, 'an attribute value that does not end, or holds <');
    else {
      i = c === 38 ? reference(s, i) : skipUnusual(source, i);
      flag = NEEDS_DECODING;
    }
  }
  const n = s.attributeCount++;
  if (n >= MAX_ATTRIBUTES) refuseAt(source, start, `more than ${MAX_ATTRIBUTES} attributes`, 'report.hostile');
  if ((n + 1) * ATTRIBUTE > s.attributes.length) s.attributes = grown(s.attributes);
  const at = n * ATTRIBUTE;
  s.attributes[at] = s.local | (s.prefix << 16);
  s.attributes[at + 1] = valueStart;
  s.attributes[at + 2] = i;
  s.attributes[at + 3] = flag;
  return i + 1;
}

function closeElement(s: Scan, start: number): number {
  const { source, codes, nodes, depth } = s;
  if (depth === 0) refuseAt(source, start, 'a closing tag without an opening one');
  const at = s.open[depth]! * NODE;
  const opened = nodes[at + START]! + 1;
  const length = s.nameEnd[depth]! - opened;
  let k = 0;
  while (k < length && codes[start + 2 + k] === codes[opened + k]) k++;
  const end = k < length ? start : skipBlanks(codes, start + 2 + length);
  if (codes[end] !== 62) refuseAt(source, start, 'a closing tag that does not match the opening one');
  nodes[at + CONTENT_END] = start;
  nodes[at + END] = end + 1;
  if (s.bindsAt[depth] === 1) unbind(s, s.boundAt[depth]!, s.defaultAt[depth]!);
  s.depth = depth - 1;
  return end + 1;
}
