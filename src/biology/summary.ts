/** What a reader needs first: what moved more than expected, then what is outside, then the quiet rest. Pure. */
import type { Row } from './grid.ts';
import { isRowOutside } from './grid.ts';

export interface Summary {
  /** Beyond the expected variation; the furthest beyond it first. */
  changed: Row[];
  /** Outside its interval, and no more than expected from the time before. */
  outside: Row[];
  quiet: Row[];
  /** Asked, and still to come. */
  pending: Row[];
  newResults: number;
}

/** @param rows of the period; calculated values stand with the others, rows without any value that counts with none */
export function summaryOf(rows: readonly Row[]): Summary {
  const changed = rows
    .filter((row) => row.change?.beyondExpected)
    .toSorted((a, b) => excess(b) - excess(a) || a.label.localeCompare(b.label));
  const told = new Set(changed);
  const outside = rows.filter((row) => !told.has(row) && isRowOutside(row));
  for (const row of outside) told.add(row);
  return {
    changed,
    outside,
    quiet: rows.filter((row) => !told.has(row) && row.latest !== undefined),
    pending: rows.filter((row) => row.readings.some(({ status, result }) => status === 'provisional' && result.text.trim() === '')),
    newResults: rows.reduce((sum, row) => sum + row.newCount, 0),
  };
}

/** How many times the expected variation. */
const excess = ({ change }: Row): number =>
  change?.percent === undefined || !change.expectedPercent ? 0 : Math.abs(change.percent) / change.expectedPercent;
