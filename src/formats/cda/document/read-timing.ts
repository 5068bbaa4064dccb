import { attribute, child, children, NONE } from '#kernel';
import type { Amount, Timing } from '../../clinical-document.ts';
import type { PrintedQuantity } from '../../lab-report.ts';
import { attr, type Reading, said } from '../reading.ts';
import { readCoded, readQuantity, readTime } from '../read-values.ts';
import { V, XSI_TYPE } from '../vocabulary.ts';

/** The words that the translation of a quantity points to: French models say « 1 comprimé » there. */
type Worded = PrintedQuantity & { words?: string; ref?: string };

/** One time of an entry, whatever its type (CDA R2 data types TS, IVL_TS, PIVL_TS, EIVL_TS, SXPR_TS). */
export function readTiming(r: Reading, n: number): Timing {
  const timing: Timing = {};
  const type = attribute(r.tape, n, XSI_TYPE)?.trim();
  if (type) timing.type = type.slice(type.indexOf(':') + 1);
  const at = readTime(r, n);
  if (at !== undefined) timing.at = at;
  const nullFlavor = attr(r, n, V.nullFlavor);
  if (nullFlavor !== undefined) timing.nullFlavor = nullFlavor;
  const operator = attr(r, n, V.operator);
  if (operator !== undefined) timing.operator = operator;
  if (attr(r, n, V.institutionSpecified) === 'true') timing.isInstitutionSpecified = true;
  takeBounds(r, n, timing);
  takeRepetition(r, n, timing);
  return timing;
}

function takeBounds(r: Reading, n: number, timing: Timing): void {
  const low = child(r.tape, n, V.low);
  const start = readTime(r, low);
  if (start !== undefined) timing.start = start;
  const noStart = attr(r, low, V.nullFlavor);
  if (noStart !== undefined) timing.noStart = noStart;
  const high = child(r.tape, n, V.high);
  const end = readTime(r, high);
  if (end !== undefined) timing.end = end;
  const noEnd = attr(r, high, V.nullFlavor);
  if (noEnd !== undefined) timing.noEnd = noEnd;
  const center = timing.at ?? readTime(r, child(r.tape, n, V.center));
  if (center !== undefined) timing.at = center;
  const width = readQuantity(r, child(r.tape, n, V.width));
  if (width) timing.width = width;
}

function takeRepetition(r: Reading, n: number, timing: Timing): void {
  const every = readWorded(r, child(r.tape, n, V.period));
  if (every) timing.every = every;
  const event = readCoded(r, child(r.tape, n, V.event));
  if (event) timing.event = event;
  const offset = readAmount(r, child(r.tape, n, V.offset));
  if (offset) timing.offset = offset;
  const phase = child(r.tape, n, V.phase);
  const parts = [...(phase === NONE ? [] : [readTiming(r, phase)]), ...children(r.tape, n, V.comp).map((c) => readTiming(r, c))];
  if (parts.length > 0) timing.parts = parts;
}

/** A number, an interval, or neither (IVL_PQ, PQ, IVL_INT). */
export function readAmount(r: Reading, n: number): Amount | undefined {
  if (n === NONE) return undefined;
  const { words, ref, ...exact } = readWorded(r, n) ?? {};
  const amount: Amount = { ...exact };
  if (words !== undefined) amount.words = words;
  if (ref !== undefined) amount.ref = ref;
  const unit = attr(r, n, V.unit);
  if (unit !== undefined) amount.unit = unit;
  const low = readWorded(r, child(r.tape, n, V.low));
  if (low) amount.low = low;
  const high = readWorded(r, child(r.tape, n, V.high));
  if (high) amount.high = high;
  const nullFlavor = attr(r, n, V.nullFlavor);
  if (nullFlavor !== undefined) amount.nullFlavor = nullFlavor;
  for (const _ in amount) return amount;
  return undefined;
}

function readWorded(r: Reading, n: number): Worded | undefined {
  const quantity: Worded | undefined = readQuantity(r, n);
  if (!quantity) return undefined;
  for (const translation of children(r.tape, n, V.translation)) {
    const { text, ref } = said(r, child(r.tape, translation, V.originalText));
    if (text !== undefined) quantity.words ??= text;
    if (ref !== undefined) quantity.ref ??= ref;
  }
  return quantity;
}
