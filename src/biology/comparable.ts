/** May two results of one row be joined by a line and compared by a change? The rule is terminology's, here for readings. */
import { type Comparable, type Measured, whyIncomparable } from '#terminology/contract';
import type { CatalogueRow } from './contract.ts';
import type { Reading } from './reading.ts';

/** Only for a reading with a value. Rows already agree on their unit: their key holds it. */
export function measuredOf(reading: Reading, info: CatalogueRow | undefined): Measured {
  const { value = Number.NaN, comparator, decimals, at, timeIsAssumed } = reading;
  return {
    ...comparableOf(reading, info),
    value,
    comparator,
    decimals,
    at: timeIsAssumed ? undefined : new Date(at).toISOString(),
  };
}

export function areComparable(a: Reading, b: Reading, info: CatalogueRow | undefined): boolean {
  return whyIncomparable(comparableOf(a, info), comparableOf(b, info)) === undefined;
}

function comparableOf({ rowId, result, report }: Reading, info: CatalogueRow | undefined): Comparable {
  return { row: rowId, method: result.method, laboratory: report.laboratory.finess, isMethodSensitive: info?.methodSensitive ?? false };
}
