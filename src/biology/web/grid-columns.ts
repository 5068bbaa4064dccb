/** What the heads and cells of a column need beside its sampling: its place against the last visit, and the time to the next one. */
import type { Column } from '../columns.ts';
import { DAY_MS } from '../time.ts';

export interface HeadedColumn extends Column {
  /** The first column that the reader had already seen: the rule of the last visit stands before it. */
  isVisitEdge: boolean;
  /** The reader had seen this sampling: a new value in it came late. */
  isBeforeVisit: boolean;
  /** Days from this sampling to the newer one at its left. */
  gapDays?: number;
}

/** @param columns newest first, as the answer is unless the reader wants the oldest first */
export function headColumns(columns: readonly Column[], lastVisit: string | undefined, isOldestFirst = false): HeadedColumn[] {
  const visit = lastVisit === undefined ? Number.NEGATIVE_INFINITY : Date.parse(lastVisit);
  const heads = columns.map((column, index) => {
    const newer = columns[index - 1];
    const isBeforeVisit = column.at <= visit;
    const gapDays = newer ? Math.round((newer.at - column.at) / DAY_MS) : 0;
    return {
      ...column,
      isBeforeVisit,
      isVisitEdge: isOldestFirst
        ? !isBeforeVisit && (columns[index + 1]?.at ?? Number.POSITIVE_INFINITY) <= visit
        : isBeforeVisit && newer !== undefined && newer.at > visit,
      ...(gapDays > 0 && { gapDays }),
    };
  });
  return isOldestFirst ? heads.toReversed() : heads;
}

/** Which items of a long list are worth drawing: those in sight and a few around. */
export function windowOf(offsets: readonly number[], from: number, size: number, margin: number): { first: number; last: number } {
  const first = Math.max(0, search(offsets, from - margin));
  const last = Math.min(offsets.length - 2, search(offsets, from + size + margin));
  return { first, last: Math.max(first, last) };
}

/** Index of the item that holds a distance; `offsets` are the starts of the items and the end of the last. */
function search(offsets: readonly number[], distance: number): number {
  let low = 0;
  let high = offsets.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((offsets[middle] ?? 0) <= distance) low = middle;
    else high = middle - 1;
  }
  return low;
}
