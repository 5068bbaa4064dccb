/** What the reader asked to see: a period, kinds of rows, a view. What is left out is always counted. */
import { isRowOutside, type Grid, type Row, type RowGroup } from './grid.ts';
import type { Reading } from './reading.ts';

export const PERIODS = ['1y', '2y', 'all'] as const;
export type Period = (typeof PERIODS)[number];

const YEARS: Record<Exclude<Period, 'all'>, number> = { '1y': 1, '2y': 2 };

/** Start of a period: the same day of the calendar, one or two years before. */
export function periodStart(period: Period, now: number): number {
  if (period === 'all') return Number.NEGATIVE_INFINITY;
  const date = new Date(now);
  date.setUTCFullYear(date.getUTCFullYear() - YEARS[period]);
  return date.getTime();
}

export function inPeriod(readings: readonly Reading[], period: Period, now: number): { shown: Reading[]; hidden: number } {
  const start = periodStart(period, now);
  const shown = readings.filter((reading) => reading.at >= start);
  return { shown, hidden: readings.length - shown.length };
}

export type RowFilter = 'new' | 'outside' | 'changed' | 'corrected';

const KEEPS: Record<RowFilter, (row: Row) => boolean> = {
  new: (row) => row.newCount > 0,
  outside: isRowOutside,
  changed: (row) => row.change?.beyondExpected ?? false,
  corrected: (row) => row.correctedCount > 0,
};

export interface FilterCounts {
  /** Results. */
  new: number;
  /** Rows whose latest result is outside its interval. */
  outside: number;
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
    outside: rows.filter(KEEPS.outside).length,
    changed: rows.filter(KEEPS.changed).length,
    corrected: rows.reduce((sum, row) => sum + row.correctedCount, 0),
    rows: rows.length,
  };
}

/** The groups left by a filter and a view (a list of catalogue rows, in its own order when `rows` is given). */
export function filterGroups(groups: readonly RowGroup[], filter: RowFilter | undefined, rows?: readonly string[]): RowGroup[] {
  const wanted = rows && new Set(rows);
  return groups
    .map((group) => ({
      ...group,
      rows: group.rows.filter(
        (row) => (!filter || KEEPS[filter](row)) && (!wanted || (row.info !== undefined && wanted.has(row.info.row))),
      ),
    }))
    .filter((group) => group.rows.length > 0);
}
