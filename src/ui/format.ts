import { REGION_ZONE, type Zone } from './region-zone.ts';

/**
 * French and English notation of numbers, dates and ages. Language and today are arguments; the zone is that of the region unless another is named.
 * Decimals are the laboratory's: kept as printed, never added nor removed. French typography: narrow no-break space between
 * thousands (U+202F), true minus (U+2212), no-break space before % (U+00A0), en dash in intervals.
 */
export type Language = 'fr' | 'en';

const THIN = '\u202f';
const MINUS = '\u2212';
const NO_BREAK = '\u00a0';
const MONTHS: Record<Language, readonly string[]> = {
  fr: ['janv.', 'févr.', 'mars', 'avr.', 'mai', 'juin', 'juil.', 'août', 'sept.', 'oct.', 'nov.', 'déc.'],
  en: ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'],
};
const LONG_MONTHS: Record<Language, readonly string[]> = {
  fr: ['janvier', 'février', 'mars', 'avril', 'mai', 'juin', 'juillet', 'août', 'septembre', 'octobre', 'novembre', 'décembre'],
  en: ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'],
};

/** `7410.5` with 1 decimal → `7 410,5` (fr) or `7 410.5` (en). Very large or small numbers keep all their digits. */
export function showNumber(value: number, decimals: number, language: Language): string {
  return showPrinted(value.toFixed(Math.min(100, Math.max(0, decimals))).replace('.', ','), language);
}

/**
 * A value as the laboratory printed it (decimal comma or point), in the reader's notation: `7410` → `7 410`, `-0,30` → `−0,30`.
 * Anything that is not a plain number, with or without a comparator, is returned untouched.
 */
export function showPrinted(text: string, language: Language): string {
  const number = /^(\s*[<>≤≥]?\s*)([-−+]?)(\d+)(?:([.,])(\d+))?\s*$/.exec(text);
  if (!number) return text;
  const [, comparator = '', sign = '', whole = '', mark, decimals = ''] = number;
  const grouped = whole.length > 3 ? whole.replace(/\B(?=(\d{3})+$)/g, THIN) : whole;
  const fraction = mark ? (language === 'fr' ? ',' : '.') + decimals : '';
  return comparator.replace(/\s/g, '') + (sign === '-' ? MINUS : sign) + grouped + fraction;
}

/** `1.2` → `+1,2`; `-0.3` → `−0,3`; zero has no sign. */
export function showChange(value: number, decimals: number, language: Language): string {
  const text = showNumber(value, decimals, language);
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/** A ratio as a whole percentage: `0.27` → `+27 %`. */
export function showPercent(ratio: number, language: Language): string {
  const rounded = Math.round(ratio * 100);
  return `${showChange(rounded, 0, language)}${language === 'fr' ? NO_BREAK : ''}%`;
}

/** `3,5–5,1`, `> 60`, `< 125`, or the text printed; empty when the laboratory gave none. */
export function showInterval(
  interval: { low?: number | undefined; high?: number | undefined; text?: string | undefined } | undefined,
  decimals: number,
  language: Language,
): string {
  if (!interval) return '';
  const { low, high } = interval;
  if (low !== undefined && high !== undefined) return `${bound(low, decimals, language)}–${bound(high, decimals, language)}`;
  if (low !== undefined) return `>${NO_BREAK}${bound(low, decimals, language)}`;
  if (high !== undefined) return `<${NO_BREAK}${bound(high, decimals, language)}`;
  return interval.text ?? '';
}

/** A limit is never shown with fewer decimals than it has: 0,45 stays 0,45 beside a value of one decimal. */
function bound(value: number, decimals: number, language: Language): string {
  const own = /\.(\d+)$/.exec(String(value))?.[1]?.length ?? 0;
  return showNumber(value, Math.max(own, decimals), language);
}

/** Year, month (1 to 12), day, hour and minute of an instant on the clock of a place. */
export interface ClockTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/**
 * What the clocks of the region show at an instant, wherever the computer that reads it is. A day alone (`YYYY-MM-DD`) is that day everywhere.
 * @param timeZone of another place
 */
export function clockTime(instant: string | number | Date, timeZone: Zone = REGION_ZONE): ClockTime {
  const zone = typeof instant === 'string' && instant.length === 10 ? 'UTC' : timeZone;
  let format = clocks.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en', {
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      hourCycle: 'h23',
      timeZone: zone,
    });
    clocks.set(zone, format);
  }
  const found: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(new Date(instant))) found[type] = Number(value);
  return { year: found['year']!, month: found['month']!, day: found['day']!, hour: found['hour']!, minute: found['minute']! };
}

/** The instant at which the clocks of a place show a time (`HH:MM`) of a day (`YYYY-MM-DD`). */
export function instantAt(day: string, time: string, timeZone: Zone = REGION_ZONE): Date {
  const wanted = Date.parse(`${day}T${time}:00Z`);
  const ahead = (at: number) => {
    const { year, month, day: date, hour, minute } = clockTime(at, timeZone);
    return Date.UTC(year, month - 1, date, hour, minute) - at;
  };
  // How far ahead of UTC depends on the instant, and the instant on it: two rounds settle it, even around a change of clock.
  return new Date(wanted - ahead(wanted - ahead(wanted)));
}

const two = (n: number) => String(n).padStart(2, '0');

/** `18 nov. 2026`, `1er nov. 2026`. */
export function showDate(instant: string | number | Date, language: Language, timeZone?: Zone): string {
  const { year, month, day } = clockTime(instant, timeZone);
  return `${dayNumber(day, language)} ${MONTHS[language][month - 1]} ${year}`;
}

/** `18 novembre`, with the year only when it is not this one. */
export function showLongDate(instant: string | number | Date, language: Language, thisYear?: number, timeZone?: Zone): string {
  const { year, month, day } = clockTime(instant, timeZone);
  const text = `${dayNumber(day, language)} ${LONG_MONTHS[language][month - 1]}`;
  return year === thisYear ? text : `${text} ${year}`;
}

/** `18/11/26`: column heads only. */
export function showShortDate(instant: string | number | Date, timeZone?: Zone): string {
  const { year, month, day } = clockTime(instant, timeZone);
  return `${two(day)}/${two(month)}/${two(year % 100)}`;
}

/** `07:42`. */
export function showTime(instant: string | number | Date, timeZone?: Zone): string {
  const { hour, minute } = clockTime(instant, timeZone);
  return `${two(hour)}:${two(minute)}`;
}

/** `1955-06-14` → `14/06/1955`; an unknown day or month, `00` in the national identity, is shown as a dash. */
export function showBirthDate(date: string): string {
  const [year = '', month = '', day = ''] = date.split('-');
  const known = (part: string) => (part === '' || part === '00' ? '—' : part);
  return `${known(day)}/${known(month)}/${year}`;
}

/** `1955-06-14` → `14 juin 1955`; falls back to figures when a part is unknown. */
export function showLongBirthDate(date: string, language: Language): string {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  if (!year || !month || !day) return showBirthDate(date);
  return `${dayNumber(day, language)} ${LONG_MONTHS[language][month - 1]} ${year}`;
}

/** Only the first of the month is an ordinal in French. */
const dayNumber = (day: number, language: Language) => (language === 'fr' && day === 1 ? '1er' : String(day));

/**
 * Whole years and whole months lived on a day. An unknown month or day counts from the first possible day, so an age is never
 * understated by an unknown.
 * @param birthDate `YYYY-MM-DD`, unknown parts `00`
 * @param today `YYYY-MM-DD`
 */
export function ageOn(birthDate: string, today: string): { years: number; months: number } {
  const [by = 0, bm = 0, bd = 0] = birthDate.split('-').map(Number);
  const [ty = 0, tm = 0, td = 0] = today.split('-').map(Number);
  const months = (ty - by) * 12 + (tm - Math.max(1, bm)) - (td < Math.max(1, bd) ? 1 : 0);
  return { years: Math.floor(Math.max(0, months) / 12), months: Math.max(0, months) };
}

/** Today's date at a place, `YYYY-MM-DD`. */
export function dayOf(instant: string | number | Date, timeZone?: Zone): string {
  const { year, month, day } = clockTime(instant, timeZone);
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

/** French puts a space before `; : ? ! »` and after `«`: none of them may start or end a line. */
export function keepFrenchMarks(text: string): string {
  return text.replace(/ (?=[;:?!»])/g, NO_BREAK).replace(/« /g, `«${NO_BREAK}`);
}

/** A matricule INS in the groups that people read aloud: `2 55 06 99 999 042` and its key `21`. */
export function showIns(value: string): { number: string; key: string } {
  const digits = value.replace(/\s/g, '');
  const groups = /^(.)(..)(..)(..)(...)(...)(..)?$/.exec(digits);
  if (!groups) return { number: value, key: '' };
  return { number: groups.slice(1, 7).join(NO_BREAK), key: groups[7] ?? '' };
}

/** A French telephone in pairs of digits: `02 61 91 10 00`. Any other is shown as it is written. */
export const showPhone = (phone: string): string => (/^0\d{9}$/.test(phone) ? phone.replace(/\d{2}(?=\d)/g, '$& ') : phone);
