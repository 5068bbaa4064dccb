/** The change from one result of a row to the next: terminology's rule, with the days between and the reading it started from. */
import { changeBetween as changeOfMeasured, referenceChangeValue } from '#terminology/contract';
import { measuredOf } from './comparable.ts';
import type { CatalogueRow } from './contract.ts';
import { isMeasured, type Reading } from './reading.ts';
import { daysBetween } from './time.ts';

export interface Change {
  /** In the unit of the row, with the decimals of the coarser of the two results. */
  absolute: number;
  decimals: number;
  /** Percent of the earlier value; absent when that is zero or negative. */
  percent?: number;
  days: number;
  /** Reference change value in percent, when the variations of the analyte are known. */
  expectedPercent?: number;
  beyondExpected: boolean;
  from: Reading;
}

/** What within-person and analytical variation alone may explain, in percent, 19 times in 20. */
export function expectedChangePercent(info: CatalogueRow | undefined): number | undefined {
  return info?.variation && referenceChangeValue(info.variation);
}

/** @returns undefined when either is not a measured number, or when their methods may not be compared. */
export function changeBetween(earlier: Reading, later: Reading, info: CatalogueRow | undefined): Change | undefined {
  if (!isMeasured(earlier) || !isMeasured(later)) return undefined;
  const change = changeOfMeasured(measuredOf(earlier, info), measuredOf(later, info), info?.variation);
  if (change.kind !== 'change') return undefined;
  const { absolute, decimals, percent, referencePercent, isSignificant = false } = change;
  return {
    absolute,
    decimals,
    days: daysBetween(earlier.at, later.at),
    beyondExpected: isSignificant,
    from: earlier,
    ...(percent !== undefined && { percent }),
    ...(referencePercent !== undefined && { expectedPercent: referencePercent }),
  };
}
