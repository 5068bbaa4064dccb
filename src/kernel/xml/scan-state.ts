import { ATTRIBUTE, NODE, type XmlTape } from './tape.ts';
import { XML, XMLNS, type Vocabulary } from './vocabulary.ts';

/** A CDA document is about 30 deep; deeper than this is an attack on whoever walks the tree. */
export const MAX_DEPTH = 200;
/** A result takes about 20 elements and the longest official sample has 2,000: this is a report of 2,500 results. */
export const MAX_ELEMENTS = 50_000;
/** Numbers of namespaces that every vocabulary begins with. */
export const HOME = 0;
const NO_NAMESPACE = 1;

/** A scan in progress. */
export interface Scan {
  readonly source: string;
  /** The characters as numbers, a zero after the last: reading an array is three times faster than `charCodeAt`. */
  readonly codes: Uint16Array;
  readonly vocabulary: Vocabulary;
  readonly isFragment: boolean;
  names: string[];
  uris: string[];
  /** Numbers of the names outside the vocabulary. */
  met: Map<string, number>;
  /** Set by `scanName`. */
  prefix: number;
  local: number;
  nodes: Int32Array;
  count: number;
  attributes: Int32Array;
  attributeCount: number;
  references: number;
  depth: number;
  /** By depth: the open element, its last child, the end of its name, and the bindings to come back to when it closes. */
  open: Int32Array;
  lastChild: Int32Array;
  nameEnd: Int32Array;
  boundAt: Int32Array;
  /** 1 for an element that binds namespaces. */
  bindsAt: Int32Array;
  defaultAt: Int32Array;
  boundPrefixes: number[];
  boundUris: number[];
  defaultUri: number;
}

export function newScan(source: string, vocabulary: Vocabulary, isFragment: boolean): Scan {
  return {
    source,
    codes: codesOf(source),
    vocabulary,
    isFragment,
    names: vocabulary.names as string[],
    uris: vocabulary.uris.slice(),
    met: new Map(),
    prefix: 0,
    local: 0,
    nodes: KEPT.nodes,
    count: 0,
    attributes: KEPT.attributes,
    attributeCount: 0,
    references: 0,
    depth: 0,
    open: KEPT.open,
    lastChild: KEPT.lastChild,
    nameEnd: KEPT.nameEnd,
    boundAt: KEPT.boundAt,
    bindsAt: KEPT.bindsAt,
    defaultAt: KEPT.defaultAt,
    boundPrefixes: [XML, XMLNS],
    boundUris: [2, 3],
    defaultUri: isFragment ? HOME : NO_NAMESPACE,
  };
}

/** Elements of nearly all documents; a longer one makes itself larger arrays. */
const KEPT_ELEMENTS = 4_096;
const perDepth = () => new Int32Array(MAX_DEPTH + 2);

/** Arrays kept from one scan to the next, written before they are read; what the tape keeps of them is copied (`tapeOf`). */
const KEPT = {
  nodes: new Int32Array(KEPT_ELEMENTS * NODE),
  attributes: new Int32Array(KEPT_ELEMENTS * ATTRIBUTE),
  open: perDepth(),
  lastChild: perDepth(),
  nameEnd: perDepth(),
  boundAt: perDepth(),
  bindsAt: perDepth(),
  defaultAt: perDepth(),
};

/** What was scanned, as long as it is. */
export const tapeOf = ({ source, vocabulary, names, uris, count, nodes, attributes, attributeCount }: Scan): XmlTape => ({
  source,
  vocabulary,
  names,
  uris,
  count,
  nodes: nodes.slice(0, count * NODE),
  attributes: attributes.slice(0, attributeCount * ATTRIBUTE),
  attributeCount,
});

/** Characters of the array kept from one scan to the next: most documents fit, and a new array a document costs as much as scanning it. */
const KEPT_CHARACTERS = 1 << 20;
const kept = new Uint16Array(KEPT_CHARACTERS);

/**
 * The characters as numbers with two zeros after the last, so that looking one character ahead never leaves the array. Used
 * during one scan only, which nothing interrupts.
 */
function codesOf(source: string): Uint16Array {
  const codes = source.length + 2 <= KEPT_CHARACTERS ? kept : new Uint16Array(source.length + 2);
  Buffer.from(codes.buffer, codes.byteOffset, source.length * 2).write(source, 'utf16le');
  codes[source.length] = codes[source.length + 1] = 0;
  return codes;
}
