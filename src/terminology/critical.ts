/** A regional table of critical values: it may only add to what the laboratory said, never take away. */
import type { Comparator, Flag } from './result.ts';

/** Bounds in the usual unit of the row; a value beyond one is critical. Empty unless a region fills it. */
export interface CriticalBounds {
  row: string;
  /** UCUM: the bounds hold in this unit only. */
  unit: string;
  below?: number | undefined;
  above?: number | undefined;
}

export interface CriticalCandidate {
  row: string;
  value: number;
  comparator?: Comparator | undefined;
  unit: string;
  /** The laboratory's own flag. */
  flag?: Flag | undefined;
}

/** `LL` or `HH` to show as the region's, or undefined: nothing to add, or the laboratory already said it is critical. */
export function regionalCritical(result: CriticalCandidate, table: ReadonlyMap<string, CriticalBounds>): 'LL' | 'HH' | undefined {
  const bounds = table.get(result.row);
  if (!bounds || bounds.unit !== result.unit || (result.flag && ['LL', 'HH', 'AA'].includes(result.flag))) return undefined;
  const { value, comparator } = result;
  const isAtMost = comparator === undefined || comparator === '<' || comparator === '≤';
  const isAtLeast = comparator === undefined || comparator === '>' || comparator === '≥';
  if (bounds.below !== undefined && isAtMost && value < bounds.below) return 'LL';
  return bounds.above !== undefined && isAtLeast && value > bounds.above ? 'HH' : undefined;
}
