/** What the reader asked to see: a period, kinds of rows, a view. What is left out is always counted. */
import { isRowOutside, type Grid, type Row, type RowGroup } from './grid.ts';
import type { Reading } from './reading.ts';
import { DAY_MS } from './time.ts';

export const PERIODS = ['30d', '60d', '90d', '6m', '1y', '2y', '3y', 'all'] as const;
export type Period = (typeof PERIODS)[number];

const DAYS: Partial<Record<Period, number>> = { '30d': 30, '60d': 60, '90d': 90 };
const MONTHS: Partial<Record<Period, number>> = { '6m': 6, '1y': 12, '2y': 24, '3y': 36 };

/** Days of the calendar, `YYYY-MM-DD`, both included: chosen instead of a period. */
export interface Dates {
  since?: string | undefined;
  until?: string | undefined;
}

/** Start of a period: so many days before, or the same day of the calendar so many months before. */
export function periodStart(period: Period, now: number): number {
  if (period === 'all') return Number.NEGATIVE_INFINITY;
  const date = new Date(now);
  const days = DAYS[period];
  if (days === undefined) date.setUTCMonth(date.getUTCMonth() - (MONTHS[period] ?? 0));
  else date.setUTCDate(date.getUTCDate() - days);
  return date.getTime();
}

/** @param dates stand before the period when there are any; read in `zone`, the region's */
export function inPeriod(
  readings: readonly Reading[],
  period: Period,
  now: number,
  dates: Dates = {},
  zone = 'UTC',
): { shown: Reading[]; hidden: number } {
  const hasDates = dates.since !== undefined || dates.until !== undefined;
  const start = hasDates ? startOfDay(dates.since, 0, zone, Number.NEGATIVE_INFINITY) : periodStart(period, now);
  const end = startOfDay(dates.until, 1, zone, Number.POSITIVE_INFINITY);
  const isShown = ({ at }: Reading) => at >= start && at < end;
  const shown = readings.filter(isShown);
  // What Cigogne calculated is no result that someone sent.
  return { shown, hidden: readings.filter((reading) => !isShown(reading) && !reading.derived).length };
}

/** The instant at which a day, or the one after it, starts in a zone; `otherwise` when no day is given. */
function startOfDay(day: string | undefined, after: 0 | 1, zone: string, otherwise: number): number {
  if (day === undefined) return otherwise;
  const utc = Date.parse(`${day}T00:00:00Z`) + after * DAY_MS;
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium', hourCycle: 'h23' }).format(utc);
  return utc - (Date.parse(`${parts.replace(', ', 'T')}Z`) - utc);
}

export const ROW_FILTERS = ['new', 'abnormal', 'changed', 'corrected'] as const;
export type RowFilter = (typeof ROW_FILTERS)[number];

const KEEPS: Record<RowFilter, (row: Row) => boolean> = {
  new: (row) => row.newCount > 0,
  abnormal: isRowOutside,
  changed: (row) => row.change?.beyondExpected ?? false,
  corrected: (row) => row.correctedCount > 0,
};

export interface FilterCounts {
  /** Results. */
  new: number;
  /** Rows whose latest result is outside its interval. */
  abnormal: number;
  /** Rows whose latest change is beyond the expected variation. */
  changed: number;
  /** Results. */
  corrected: number;
  rows: number;
}

export function countFilters({ groups }: Grid): FilterCounts {
  const rows = groups.flatMap((group) => group.rows);
  return {
    new: rows.reduce((sum, row) => sum + row.newCount, 0),
    abnormal: rows.filter(KEEPS.abnormal).length,
    changed: rows.filter(KEEPS.changed).length,
    corrected: rows.reduce((sum, row) => sum + row.correctedCount, 0),
    rows: rows.length,
  };
}

/** The groups left when every chosen filter must hold, and every row must be of the view when one is chosen. */
export function filterGroups(groups: readonly RowGroup[], filters: readonly RowFilter[], view?: readonly string[]): RowGroup[] {
  const wanted = view && new Set(view);
  const keeps = (row: Row) =>
    filters.every((filter) => KEEPS[filter](row)) && (!wanted || (row.info !== undefined && wanted.has(row.info.row)));
  return groups.map((group) => ({ ...group, rows: group.rows.filter(keeps) })).filter((group) => group.rows.length > 0);
}
