import { comparedName } from './traits.ts';
import { insKey, readMatricule } from './ins.ts';

/** What a person typed, understood. `unclear`: too little to look for anyone; more must be typed. */
export type PatientQuery =
  | { kind: 'ins'; value: string }
  | { kind: 'name-and-date'; words: string[]; birthDate: string }
  | { kind: 'name'; words: string[] }
  | { kind: 'unclear' };

/** Shorter prefixes of a name say too little to be looked for. */
const LEAST_LETTERS = 2;

const DATE = /(?<!\d)(?:(\d{1,2})([/.-])(\d{1,2})\2(\d{4})|(\d{4})-(\d{2})-(\d{2})|(\d{2})(\d{2})(\d{4}))(?!\d)/;
const ISO_BASIC = /(?<!\d)(\d{4})(\d{2})(\d{2})(?!\d)/;

/**
 * Reads a search: a matricule with its key (with or without blanks), or words of a name and a birth date in any order. Dates: 14/06/1955,
 * 14.06.1955, 14-06-1955, 14061955, 1955-06-14, 19550614; a day or month 00 is an unknown one.
 */
export function readPatientQuery(text: string): PatientQuery {
  const matricule = readMatricule(text) ?? withKey(text);
  if (matricule) return { kind: 'ins', value: matricule };
  const date = findDate(text);
  const rest = date ? text.replace(date.text, ' ') : text;
  const words = comparedName(rest)
    .split(' ')
    .filter((word) => word.length >= LEAST_LETTERS && !/^\d+$/.test(word));
  if (words.length === 0) return { kind: 'unclear' };
  return date ? { kind: 'name-and-date', words, birthDate: date.iso } : { kind: 'name', words };
}

/** The 13 characters alone: the key is computed. */
function withKey(text: string): string | undefined {
  const value = text.replace(/[\s.]/g, '').toUpperCase();
  const key = insKey(value);
  return key && `${value}${key}`;
}

function findDate(text: string): { text: string; iso: string } | undefined {
  const french = DATE.exec(text);
  if (french) {
    const [, d1, , m1, y1, y2, m2, d2, d3, m3, y3] = french;
    const iso = isoOf(y1 ?? y2 ?? y3, m1 ?? m2 ?? m3, d1 ?? d2 ?? d3);
    if (iso) return { text: french[0], iso };
  }
  // eight digits that are no date day first: the ISO order. A French reading of 1955… would need a month above 12, so none is ambiguous.
  const basic = ISO_BASIC.exec(text);
  const iso = basic ? isoOf(basic[1], basic[2], basic[3]) : undefined;
  return basic && iso ? { text: basic[0], iso } : undefined;
}

function isoOf(year = '', month = '', day = ''): string | undefined {
  const isDate = Number(month) <= 12 && Number(day) <= 31 && Number(year) >= 1850 && Number(year) <= 2150;
  return isDate ? `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}` : undefined;
}

/** The birth dates of records that a typed date may mean: itself, and the same with day, or day and month, unknown. */
export function datesMeant(birthDate: string): string[] {
  return [...new Set([birthDate, `${birthDate.slice(0, 7)}-00`, `${birthDate.slice(0, 4)}-00-00`])];
}
