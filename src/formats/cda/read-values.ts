import {
  ATTRIBUTE,
  attribute,
  attributeValue,
  child,
  children,
  CONTENT,
  CONTENT_END,
  FIRST_ATTRIBUTE,
  firstChild,
  keyOf,
  lastAttribute,
  nextSibling,
  NODE,
  NONE,
} from '#kernel';
import type { Bound, Coded, Identifier, PrintedQuantity, ReferenceRange, ResultValue } from '../lab-report.ts';
import { attr, cdaType, type Reading, said, warn, words } from './reading.ts';
import { LAB_CRITERION, LAB_PRECONDITION, LAB_VALUE, SDTC_CRITERION, SDTC_PRECONDITION, V, XSI_TYPE } from './vocabulary.ts';

export function readIdentifier(r: Reading, n: number): Identifier | undefined {
  const root = attr(r, n, V.root);
  if (root === undefined) return undefined;
  const id: Identifier = { root };
  const extension = attr(r, n, V.extension);
  if (extension !== undefined) id.extension = extension;
  const authority = attr(r, n, V.assigningAuthorityName);
  if (authority !== undefined) id.assigningAuthority = authority;
  return id;
}

export function readIdentifiers(r: Reading, n: number): Identifier[] {
  const ids: Identifier[] = [];
  for (const child of children(r.tape, n, V.id)) {
    const id = readIdentifier(r, child);
    if (id) ids.push(id);
  }
  return ids;
}

const CODED_PARTS: Readonly<Record<number, 'code' | 'system' | 'systemName' | 'display' | 'nullFlavor'>> = {
  [V.code]: 'code',
  [V.codeSystem]: 'system',
  [V.codeSystemName]: 'systemName',
  [V.displayName]: 'display',
  [V.nullFlavor]: 'nullFlavor',
};

/** A CD, CE or CS element; undefined when it says nothing at all. */
export function readCoded(r: Reading, n: number): Coded | undefined {
  if (n === NONE) return undefined;
  const coded: Coded = {};
  const { tape } = r;
  const end = lastAttribute(tape, n);
  // One pass over the attributes: codes are half of what is read.
  for (let a = tape.nodes[n * NODE + FIRST_ATTRIBUTE]!; a < end; a++) {
    const part = CODED_PARTS[tape.attributes[a * ATTRIBUTE]!];
    const value = part === undefined ? '' : attributeValue(tape, a);
    if (value !== '') coded[part!] = value;
  }
  for (let c = firstChild(r.tape, n); c !== NONE; c = nextSibling(r.tape, c)) {
    const key = keyOf(r.tape, c);
    if (key === V.originalText) {
      const { text, ref } = said(r, c);
      if (text !== undefined) coded.originalText = text;
      if (ref !== undefined) coded.ref = ref;
    } else if (key === V.qualifier) {
      (coded.qualifiers ??= []).push(readQualifier(r, c));
    } else if (key === V.translation) {
      const translation = readCoded(r, c);
      if (translation) (coded.translations ??= []).push(translation);
    }
  }
  for (const _ in coded) return coded;
  return undefined;
}

function readQualifier(r: Reading, n: number): NonNullable<Coded['qualifiers']>[number] {
  const name = readCoded(r, child(r.tape, n, V.name));
  const value = readCoded(r, child(r.tape, n, V.value));
  return { ...(name && { name }), ...(value && { value }) };
}

/** The value of a TS attribute. */
export const readTime = (r: Reading, n: number) => attr(r, n, V.value);

/** One moment out of a TS or an IVL_TS: the end when there is one, because sampling and validation are when they are done. */
export function readMoment(r: Reading, n: number): string | undefined {
  if (n === NONE) return undefined;
  return (
    readTime(r, n) ??
    readTime(r, child(r.tape, n, V.high)) ??
    readTime(r, child(r.tape, n, V.low)) ??
    readTime(r, child(r.tape, n, V.center))
  );
}

export function readQuantity(r: Reading, n: number): PrintedQuantity | undefined {
  const value = attr(r, n, V.value);
  if (value === undefined) return undefined;
  const unit = attr(r, n, V.unit);
  return unit === undefined ? { value } : { value, unit };
}

function readBound(r: Reading, n: number): Bound | undefined {
  const bound: Bound | undefined = readQuantity(r, n);
  const inclusive = attr(r, n, V.inclusive);
  if (bound && inclusive !== undefined) bound.inclusive = inclusive === 'true' || inclusive === '1';
  return bound;
}

/** The value of an observation by its `xsi:type`; undefined when there is no value element. */
export function readValue(r: Reading, n: number): ResultValue | undefined {
  if (n === NONE) return undefined;
  const qname = attribute(r.tape, n, XSI_TYPE);
  const type = qname === undefined ? undefined : cdaType(r, n, qname.trim());
  const nullFlavor = attr(r, n, V.nullFlavor);
  const value = readTyped(r, n, type);
  if (value !== undefined) return value;
  if (nullFlavor === undefined) warn(r, 'value.empty', n, 'the value is present but says nothing');
  return { type: 'absent', nullFlavor: nullFlavor ?? 'NI' };
}

function readTyped(r: Reading, n: number, type: string | undefined): ResultValue | undefined {
  switch (type) {
    case 'PQ':
      return readPhysicalQuantity(r, n);
    case 'IVL_PQ':
    case 'IVL_INT':
    case 'IVL_REAL':
      return readRange(r, n);
    case 'INT':
      return readNumber(r, n, 'integer');
    case 'REAL':
      return readNumber(r, n, 'real');
    case 'CD':
    case 'CE':
    case 'CV':
    case 'CO':
    case 'CS':
      return readCodedValue(r, n);
    case 'ST':
    case 'ED':
      return readText(r, n);
    case 'SC':
      return readCodedText(r, n);
    case 'TS': {
      const value = readTime(r, n);
      return value === undefined ? undefined : { type: 'time', value };
    }
    case 'RTO':
    case 'RTO_PQ_PQ':
    case 'RTO_QTY_QTY':
    case 'RTO_MO_PQ':
      return readRatio(r, n);
    case 'BL': {
      const value = attr(r, n, V.value);
      return value === undefined ? undefined : { type: 'boolean', value: value === 'true' || value === '1' };
    }
    default:
      return readUnknown(r, n);
  }
}

function readPhysicalQuantity(r: Reading, n: number): ResultValue | undefined {
  const quantity = readQuantity(r, n);
  if (!quantity) return undefined;
  const value: ResultValue = { type: 'quantity', ...quantity };
  for (const t of children(r.tape, n, V.translation)) {
    const number = attr(r, t, V.value);
    const unit = attr(r, t, V.code) ?? attr(r, t, V.unit);
    if (number !== undefined) (value.translations ??= []).push(unit === undefined ? { value: number } : { value: number, unit });
  }
  return value;
}

function readRange(r: Reading, n: number): ResultValue | undefined {
  const low = readBound(r, child(r.tape, n, V.low));
  const high = readBound(r, child(r.tape, n, V.high));
  if (low || high) return { type: 'range', ...(low && { low }), ...(high && { high }) };
  const exact = readQuantity(r, n) ?? readQuantity(r, child(r.tape, n, V.center));
  return exact && { type: 'quantity', ...exact };
}

function readNumber(r: Reading, n: number, type: 'integer' | 'real'): ResultValue | undefined {
  const value = attr(r, n, V.value);
  return value === undefined ? undefined : { type, value };
}

function readCodedValue(r: Reading, n: number): ResultValue | undefined {
  const code = readCoded(r, n);
  if (!code || (code.nullFlavor !== undefined && Object.keys(code).length === 1)) return undefined;
  return { type: 'coded', code };
}

/** ST and ED: words, words of the narrative pointed to, or an enclosed file. */
function readText(r: Reading, n: number): ResultValue | undefined {
  const mediaType = attr(r, n, V.mediaType);
  if (attr(r, n, V.representation) === 'B64') {
    return { type: 'attachment', mediaType: mediaType ?? 'application/octet-stream', base64: readBase64(r, n) };
  }
  const { text, ref } = said(r, n);
  if (text === undefined && ref === undefined) return undefined;
  const value: ResultValue = { type: 'text', text: text ?? '' };
  if (mediaType !== undefined) value.mediaType = mediaType;
  if (ref !== undefined) value.ref = ref;
  return value;
}

function readCodedText(r: Reading, n: number): ResultValue | undefined {
  const text = words(r, n);
  const code = readCoded(r, n);
  if (text === undefined && !code) return undefined;
  return { type: 'coded-text', text: text ?? '', ...(code && { code }) };
}

function readRatio(r: Reading, n: number): ResultValue | undefined {
  const numerator = readQuantity(r, child(r.tape, n, V.numerator));
  const denominator = readQuantity(r, child(r.tape, n, V.denominator));
  if (numerator && denominator) return { type: 'ratio', numerator, denominator };
  return numerator && { type: 'quantity', ...numerator };
}

/** A type outside the model (IVL_TS, lists…): its words and numbers are kept as text, and a warning says so. */
function readUnknown(r: Reading, n: number): ResultValue | undefined {
  const parts = [words(r, n), attr(r, n, V.displayName) ?? attr(r, n, V.code), ...numbersOf(r, n)];
  for (let c = firstChild(r.tape, n); c !== NONE; c = nextSibling(r.tape, c)) parts.push(...numbersOf(r, c));
  const text = parts.filter((part) => part !== undefined).join(' ');
  if (text === '') return undefined;
  warn(r, 'value.type-unknown', n, 'the type of the value is not one that this model knows: kept as text, not as a number');
  return { type: 'text', text };
}

const numbersOf = (r: Reading, n: number) => [attr(r, n, V.value), attr(r, n, V.unit)];

/** Base64 without blanks. Nearly all of a document's characters: looked through by native searches only. */
export function readBase64(r: Reading, n: number): string {
  const inner = r.tape.source.slice(...contentOf(r, n));
  const text = (inner.includes('<') || inner.includes('&') ? (words(r, n) ?? '') : inner).trim();
  return BLANKS.some((blank) => text.includes(blank)) ? text.replace(/\s+/g, '') : text;
}

const BLANKS = ['\n', ' ', '\r', '\t'];

const contentOf = (r: Reading, n: number): [number, number] => [r.tape.nodes[n * NODE + CONTENT]!, r.tape.nodes[n * NODE + CONTENT_END]!];

/** `referenceRange/observationRange`. */
export function readReferenceRange(r: Reading, n: number): ReferenceRange | undefined {
  const range = child(r.tape, n, V.observationRange);
  if (range === NONE) return undefined;
  const reference: ReferenceRange = {};
  const value = child(r.tape, range, V.value);
  if (value !== NONE) takeRange(reference, readValue(r, value));
  const { text } = said(r, child(r.tape, range, V.text));
  if (text !== undefined) reference.text = text;
  const interpretation = attr(r, child(r.tape, range, V.interpretationCode), V.code);
  if (interpretation !== undefined) reference.interpretation = interpretation;
  for (let c = firstChild(r.tape, range); c !== NONE; c = nextSibling(r.tape, c)) {
    const coded = readPrecondition(r, c);
    if (coded) (reference.preconditions ??= []).push(coded);
  }
  return reference;
}

/** Age, sex… in the element of CDA, or of the extensions that schemas accept there: IHE laboratory (sex only), SDTC. */
function readPrecondition(r: Reading, n: number): Coded | undefined {
  const key = keyOf(r.tape, n);
  if (key === LAB_PRECONDITION) {
    const value = attr(r, child(r.tape, child(r.tape, n, LAB_CRITERION), LAB_VALUE), V.value);
    return value === undefined ? undefined : { code: value };
  }
  if (key !== V.precondition && key !== SDTC_PRECONDITION) return undefined;
  const criterion = child(r.tape, n, key === SDTC_PRECONDITION ? SDTC_CRITERION : V.criterion);
  return readCoded(r, child(r.tape, criterion, V.value)) ?? readCoded(r, child(r.tape, criterion, V.code));
}

function takeRange(reference: ReferenceRange, value: ResultValue | undefined): void {
  if (value?.type === 'range') {
    if (value.low) reference.low = value.low;
    if (value.high) reference.high = value.high;
  } else if (value?.type === 'quantity') reference.text = [value.value, value.unit].filter(Boolean).join(' ');
  else if (value?.type === 'text') reference.text = value.text;
  else if (value?.type === 'coded') {
    const words = value.code.originalText ?? value.code.display ?? value.code.code;
    if (words !== undefined) reference.text = words;
  }
}
