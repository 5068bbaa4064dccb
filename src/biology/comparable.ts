/** May two results of one row be joined by a line and compared by a change? The rule is terminology's, here for readings. */
import { type Measured, whyIncomparable } from '#terminology/contract';
import type { CatalogueRow } from './contract.ts';
import type { Reading } from './reading.ts';

/** Only for a reading with a value. Rows already agree on their unit: their key holds it. */
export function measuredOf(reading: Reading, info: CatalogueRow | undefined): Measured {
  const { value = Number.NaN, comparator, decimals, rowId, result, report, at, timeIsAssumed } = reading;
  return {
    row: rowId,
    value,
    comparator,
    decimals,
    method: result.method,
    laboratory: report.laboratory.finess,
    isMethodSensitive: info?.methodSensitive ?? false,
    at: timeIsAssumed ? undefined : new Date(at).toISOString(),
  };
}

export function areComparable(a: Reading, b: Reading, info: CatalogueRow | undefined): boolean {
  return whyIncomparable(measuredOf(a, info), measuredOf(b, info)) === undefined;
}
