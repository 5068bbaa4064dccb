/** The change from one result of a row to the next: absolute, relative, in how many days, and whether it is more than expected. */
import { areComparable } from './comparable.ts';
import type { CatalogueRow } from './contract.ts';
import { isMeasured, type Reading } from './reading.ts';
import { daysBetween } from './time.ts';

export interface Change {
  /** In the unit of the row, with the decimals of the finer of the two results. */
  absolute: number;
  decimals: number;
  /** Percent of the earlier value; absent when that is zero. */
  percent?: number;
  days: number;
  /** Reference change value in percent, when the variations of the analyte are known. */
  expectedPercent?: number;
  beyondExpected: boolean;
  from: Reading;
}

/** Two-sided 95 %. */
const Z = 1.96;

/**
 * Reference change value in percent: what within-person and analytical variation alone may explain, 19 times in 20.
 * Formula: Harris and Yasaka, Clin Chem 1983; 29: 25–30.
 */
export function expectedChangePercent(info: CatalogueRow | undefined): number | undefined {
  const within = info?.variation?.within;
  if (within === undefined) return undefined;
  return Math.SQRT2 * Z * Math.hypot(within, info?.variation?.analytical ?? 0);
}

/** @returns undefined when either is not a measured number, or when their methods may not be compared. */
export function changeBetween(earlier: Reading, later: Reading, info: CatalogueRow | undefined): Change | undefined {
  if (!isMeasured(earlier) || !isMeasured(later) || !areComparable(earlier, later, info)) return undefined;
  const before = earlier.value ?? 0;
  const absolute = (later.value ?? 0) - before;
  const expected = expectedChangePercent(info);
  const percent = before === 0 ? undefined : (absolute / Math.abs(before)) * 100;
  return {
    absolute,
    decimals: Math.max(earlier.decimals, later.decimals),
    days: daysBetween(earlier.at, later.at),
    beyondExpected: expected !== undefined && percent !== undefined && Math.abs(percent) > expected,
    from: earlier,
    ...(percent !== undefined && { percent }),
    ...(expected !== undefined && { expectedPercent: expected }),
  };
}
