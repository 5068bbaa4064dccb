/** Which row a result belongs to. Never by its label alone: a label joins only results of one laboratory, specimen and unit. */
import { rowOfLoinc, type RowInfo } from './catalogue.ts';
import { tidyUnit } from './french-units.ts';
import { plainText } from './plain-text.ts';
import type { ResultToNormalise } from './result.ts';

/** What a region adds to the catalogue: replaced LOINC codes, and the local codes that a biologist mapped. */
export interface RowLookup {
  rowOfLoinc: (loinc: string) => RowInfo | undefined;
  /** The LOINC code that this laboratory's uncoded or locally coded result was mapped to. */
  mappedLoinc?: (input: ResultToNormalise) => string | undefined;
}

export type Row = { key: string; info: RowInfo } | { key: string; info?: undefined };

/** The row of the catalogue, or a row of its own for an unknown LOINC code, a local code, an uncoded label. */
export function rowOf(input: ResultToNormalise, lookup: RowLookup = { rowOfLoinc }): Row {
  const known = input.loinc === undefined ? undefined : lookup.rowOfLoinc(input.loinc);
  if (known) return { key: known.row, info: known };
  if (input.loinc !== undefined && isLoinc(input.loinc)) return { key: `loinc:${input.loinc}` };
  const mapped = lookup.mappedLoinc?.(input);
  if (mapped === undefined) return { key: `local:${input.laboratoryFiness}:${localKey(input)}` };
  const info = lookup.rowOfLoinc(mapped);
  return info ? { key: info.row, info } : { key: `loinc:${mapped}` };
}

/**
 * A LOINC code with its right check digit (modulus 10 of Luhn). A code that fails it is a local code in disguise.
 * Source: LOINC Users' Guide, appendix on check digits.
 */
export function isLoinc(code: string): boolean {
  if (!/^\d{1,7}-\d$/.test(code)) return false;
  let sum = 0;
  const digits = code.slice(0, -2);
  for (let at = 0; at < digits.length; at += 1) {
    const digit = Number(digits[digits.length - 1 - at]);
    const weighted = at % 2 === 0 ? digit * 2 : digit;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return (10 - (sum % 10)) % 10 === Number(code.at(-1));
}

function localKey(input: ResultToNormalise): string {
  const code = input.local?.trim() || input.loinc?.trim();
  if (code) return input.localSystem ? `${input.localSystem}:${code}` : code;
  const words = [input.label, input.specimen ?? ''].map(plainText);
  return `~${hash([...words, tidyUnit(input.unit ?? '')].join('\u0000'))}`;
}

/** 64 bits of FNV-1a in two lanes: enough to tell apart the labels of one laboratory, and the same on every machine. */
function hash(text: string): string {
  let a = 0x811c9dc5;
  let b = 0xcbf29ce4;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ (code + at), 0x01000193);
  }
  return [a, b].map((lane) => (lane >>> 0).toString(36).padStart(7, '0')).join('');
}
