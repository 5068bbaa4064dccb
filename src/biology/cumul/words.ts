/** How a cumulative report writes values, intervals and days: French, as the screens do, without a browser. Pure. */
import type { Grade } from '../grade.ts';
import type { Reading } from '../reading.ts';

const comma = (value: number, decimals?: number) =>
  (decimals === undefined ? String(value) : value.toFixed(decimals)).replace('.', ',').replace('-', '−');

/** The laboratory's own writing; in the unit of the row when it was converted. */
export function printedValue({ result, value, comparator, decimals, isConverted, status, earlier }: Reading): string {
  const text = result.text.trim();
  if (status === 'not-done') return 'non fait';
  if (status === 'provisional' && text === '') return 'en cours';
  const shown = value !== undefined && isConverted ? `${comparator ?? ''}${comma(value, decimals)} (conv.)` : text;
  if (status === 'cancelled' || status === 'withdrawn') return `${shown} (${status === 'cancelled' ? 'annulé' : 'retiré'})`;
  return [shown, status === 'provisional' ? '(prov.)' : '', earlier ? `(corrigé, était ${earlier.text})` : ''].filter(Boolean).join(' ');
}

export function printedInterval({ low, high, intervalText, isConverted, decimals }: Reading): string {
  /* As on the screens: no fewer decimals than the value, and none of its own lost. */
  const own = (bound: number) => /\.(\d+)$/.exec(String(bound))?.[1]?.length ?? 0;
  const limit = (bound: number) => comma(bound, isConverted ? decimals : Math.max(decimals, own(bound)));
  if (low !== undefined && high !== undefined) return `${limit(low)}–${limit(high)}`;
  if (high !== undefined) return `< ${limit(high)}`;
  return low === undefined ? (intervalText ?? '') : `> ${limit(low)}`;
}

/** One sign a direction, doubled when far; hollow when Cigogne computed it. */
export function signOf({ grade, flagBy }: Pick<Reading, 'grade' | 'flagBy'>): string {
  const [up, down, other] = flagBy === 'laboratory' ? ['▲', '▼', '◆'] : ['△', '▽', '◇'];
  const signs: Partial<Record<Grade, string>> = {
    high: up,
    low: down,
    'very-high': up.repeat(2),
    'very-low': down.repeat(2),
    'critical-high': up.repeat(2),
    'critical-low': down.repeat(2),
    abnormal: other,
    critical: other.repeat(2),
  };
  return signs[grade] ?? '';
}

/** What shows in black ink how far a value is. */
export const markOf = (grade: Grade): 'frame' | 'inverse' | undefined =>
  grade.startsWith('critical') ? 'inverse' : grade.startsWith('very-') ? 'frame' : undefined;

/** `18/11/26 07:42`, never more precise than the laboratory was. */
export function printedDay(at: number, precision: Reading['precision'], zone: string): string {
  const options: Intl.DateTimeFormatOptions = { timeZone: zone, year: 'numeric' };
  if (precision !== 'year') Object.assign(options, { month: '2-digit' });
  if (precision !== 'year' && precision !== 'month') Object.assign(options, { day: '2-digit', year: '2-digit' });
  if (precision === 'minute' || precision === 'second') Object.assign(options, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return new Intl.DateTimeFormat('fr-FR', options).format(at).replace(', ', ' ');
}
