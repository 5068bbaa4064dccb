/** Words and figures of the viewer, in the reader's notation. Pure: the same value reads the same in a cell, a curve and a table. */
import type { Language, Text, Zone } from '#ui';
import { showChange, showDate, showInterval, showNumber, showPercent, showPrinted, showShortDate, showTime } from '#ui';
import type { Change } from '../change.ts';
import type { Target } from '../contract.ts';
import type { Grade } from '../grade.ts';
import type { Reading } from '../reading.ts';
import type { TimePrecision } from '../time.ts';

/** Digits that a cell of 82 px can hold; beyond, powers of ten, never a cut number. */
const LONGEST = 9;

/** The value in the unit of its row: the laboratory's own writing unless it was converted. */
export function shownValue(reading: Reading, language: Language): string {
  const { result, value, comparator = '', decimals, isConverted } = reading;
  if (value === undefined) return result.text;
  const text = isConverted ? comparator + showNumber(value, decimals, language) : showPrinted(result.text.trim(), language);
  return text.replace(/[^\d]/g, '').length > LONGEST ? comparator + scientific(value, language) : text;
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

function scientific(value: number, language: Language): string {
  const [mantissa = '0', power = '0'] = value.toExponential().split('e');
  const raised = [...String(Math.abs(Number(power)))].map((digit) => SUPERSCRIPTS[Number(digit)]).join('');
  const sign = Number(power) < 0 ? '⁻' : '';
  return `${showPrinted(mantissa, language)}\u202f×\u202f10${sign}${raised}`;
}

/** As printed, for what was converted: `12,7 mg/L`. */
export function printedValue({ result }: Reading, language: Language): string {
  return [showPrinted(result.text.trim(), language), result.unit].filter(Boolean).join('\u00a0');
}

/** A number on an axis: with as many decimals as it has, in powers of ten when it would not fit. Never 0 for what is not. */
export function shownTick(tick: number, decimals: number, language: Language): string {
  if (tick !== 0 && (Math.abs(tick) < 1e-4 || Math.abs(tick) >= 1e7)) return (tick < 0 ? '−' : '') + scientific(Math.abs(tick), language);
  return showNumber(tick, decimals, language);
}

export function shownInterval(reading: Reading | undefined, language: Language): string {
  if (!reading) return '';
  const { low, high, intervalText, isConverted, decimals } = reading;
  /* Limits of a converted interval are rounded like the value; printed ones lose none of their decimals. */
  const rounded = (limit: number | undefined) => (limit === undefined || !isConverted ? limit : Number(limit.toFixed(decimals)));
  return showInterval({ low: rounded(low), high: rounded(high), text: intervalText }, decimals, language);
}

export function shownChange(change: Change, language: Language): { absolute: string; percent: string } {
  return {
    absolute: showChange(change.absolute, change.decimals, language),
    percent: change.percent === undefined ? '' : showPercent(change.percent / 100, language),
  };
}

export const hasHour = (precision: TimePrecision): boolean => precision === 'minute' || precision === 'second';

/** `18/11/26`, `11/2026`, `2026`: never more precise than the laboratory was. */
export function columnDay(at: number, precision: TimePrecision, zone: Zone): string {
  const day = showShortDate(at, zone);
  if (precision === 'year') return fullYear(at, zone);
  return precision === 'month' ? `${day.slice(3, 5)}/${fullYear(at, zone)}` : day;
}

const fullYear = (at: number, zone: Zone) => showDate(at, 'fr', zone).split(' ').at(-1)!;

/** `18 nov. 2026, 07:42`, `18 nov. 2026`, `nov. 2026`. */
export function longDay(at: number, precision: TimePrecision, language: Language, zone: Zone): string {
  const day = showDate(at, language, zone);
  if (precision === 'year') return fullYear(at, zone);
  if (precision === 'month') return day.split(' ').slice(1).join(' ');
  return hasHour(precision) ? `${day}, ${showTime(at, zone)}` : day;
}

/** Key of the words for a grade; none when there is nothing to say. */
export const gradeKey = (grade: Grade): string | undefined => (grade === 'none' ? undefined : `biology.grade.${grade}`);

/** Class of a cell by its grade. */
export const gradeClass = (grade: Grade): string => (grade === 'none' || grade === 'within' ? '' : `bio-${grade}`);

/** Colour family of a grade on a curve or a sparkline. */
export function toneOf(grade: Grade): 'high' | 'low' | 'ink' {
  if (grade.endsWith('low')) return 'low';
  return grade === 'none' || grade === 'within' ? 'ink' : 'high';
}

/** `cible 2 – 3`, `cible ≤ 7`. Its limits belong to it, unlike a laboratory's `< 7`. */
export function shownTarget({ low, high }: Pick<Target, 'low' | 'high'>, language: Language, t: Text): string {
  const limit = (value: number) => showPrinted(String(value), language);
  const words =
    low !== undefined && high !== undefined
      ? `${limit(low)} – ${limit(high)}`
      : low !== undefined
        ? `≥ ${limit(low)}`
        : high !== undefined
          ? `≤ ${limit(high)}`
          : '';
  return t('biology.target.is', { words });
}
