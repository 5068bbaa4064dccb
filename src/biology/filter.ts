/** What the reader asked to see: a period, kinds of rows, a view. What is left out is always counted. */
import { isRowOutside, type Grid, type Row, type RowGroup } from './grid.ts';
import type { Reading } from './reading.ts';

export const PERIODS = ['6m', '1y', '2y', '3y', 'all'] as const;
export type Period = (typeof PERIODS)[number];

const MONTHS: Record<Exclude<Period, 'all'>, number> = { '6m': 6, '1y': 12, '2y': 24, '3y': 36 };

/** Start of a period: the same day of the calendar, so many months before. */
export function periodStart(period: Period, now: number): number {
  if (period === 'all') return Number.NEGATIVE_INFINITY;
  const date = new Date(now);
  date.setUTCMonth(date.getUTCMonth() - MONTHS[period]);
  return date.getTime();
}

export function inPeriod(readings: readonly Reading[], period: Period, now: number): { shown: Reading[]; hidden: number } {
  const start = periodStart(period, now);
  const shown = readings.filter((reading) => reading.at >= start);
  // What Cigogne calculated is no result that someone sent.
  return { shown, hidden: readings.filter((reading) => reading.at < start && !reading.derived).length };
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
