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
  /** How fast: absent within two days, where it says no more than the change itself. */
  rate?: { value: number; decimals: number; per: 'day' | 'month' | 'year' };
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
  const { absolute, decimals, percent, perDay, referencePercent, isSignificant = false } = change;
  const days = daysBetween(earlier.at, later.at);
  const rate = perDay === undefined || perDay === 0 || days < 2 ? undefined : rateOf(perDay, days);
  return {
    absolute,
    decimals,
    days,
    beyondExpected: isSignificant,
    from: earlier,
    ...(rate && { rate }),
    ...(percent !== undefined && { percent }),
    ...(referencePercent !== undefined && { expectedPercent: referencePercent }),
  };
}

/** Mean length in days: a rate over months is no closer than that. */
const DAYS_OF = { day: 1, month: 30.44, year: 365.25 } as const;

/** In the unit of time that the two results are apart, with two significant figures. @param perDay change of the value per day, not zero */
function rateOf(perDay: number, days: number): NonNullable<Change['rate']> {
  const per = days <= 31 ? 'day' : days <= 366 ? 'month' : 'year';
  const value = perDay * DAYS_OF[per];
  return { value, decimals: Math.min(6, Math.max(0, 1 - Math.floor(Math.log10(Math.abs(value))))), per };
}
