import { attribute, child, children, keyOf, NONE, parentOf } from '#kernel';
import type { Reading } from '../reading.ts';
import { V } from '../vocabulary.ts';

/** What a rule says, to a laboratory technician. */
interface Sentence {
  fr: string;
  en: string;
}

/** A rule of the model that a document keeps or breaks. */
export interface Rule {
  /** Stable: `H05`. H header, P patient, S section, E entry, R result, N narrative. */
  id: string;
  /** `error`: the national checks refuse the document; `warning`: allowed, and unwise. */
  severity: 'error' | 'warning';
  message: Sentence;
  remedy: Sentence;
  /** Elements that break the rule; the place named is the nearest one that exists. `d` is the ClinicalDocument. */
  broken: (r: Reading, d: number) => number[];
}

/** One rule broken at one place. */
export interface Finding {
  rule: string;
  severity: Rule['severity'];
  /** XPath. */
  at: string;
  message: Sentence;
  remedy: Sentence;
}

/** The element itself when it breaks a rule. */
export const when = (isBroken: boolean, n: number): number[] => (isBroken ? [n] : []);

/** Value of an attribute of the first child of that name. */
export const valueIn = (r: Reading, n: number, name: number, key: number): string | undefined =>
  attribute(r.tape, child(r.tape, n, name), key);

export const has = (r: Reading, n: number, name: number): boolean => child(r.tape, n, name) !== NONE;

export const count = (r: Reading, n: number, name: number): number => children(r.tape, n, name).length;

export const templatesOf = (r: Reading, n: number): Set<string | undefined> =>
  new Set(children(r.tape, n, V.templateId).map((t) => attribute(r.tape, t, V.root)));

/** Every element of that name under the document, in order. */
export function all(r: Reading, name: number): number[] {
  const found: number[] = [];
  for (let n = 0; n < r.tape.count; n++) if (keyOf(r.tape, n) === name) found.push(n);
  return found;
}

/** Level 3: the body is structured. */
export const isStructured = (r: Reading, d: number): boolean => bodyOf(r, d) !== NONE;

export const bodyOf = (r: Reading, d: number): number => child(r.tape, child(r.tape, d, V.component), V.structuredBody);

/** Sections that stand directly in the body. */
export const topSections = (r: Reading, d: number): number[] =>
  children(r.tape, bodyOf(r, d), V.component).flatMap((c) => children(r.tape, c, V.section));

export const isUnder = (r: Reading, n: number, name: number): boolean => {
  const parent = parentOf(r.tape, n);
  return parent !== NONE && keyOf(r.tape, parent) === name;
};
