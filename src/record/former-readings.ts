import type { Sql } from '#kernel';
import type { ReportView, ResultReadingView, StoredResult, Validation } from './contract.ts';
import type { PrintedResult } from './printed-results.ts';
import { readingsOf } from './store-readings.ts';

/** A printed result with one of its readings. */
export interface FormerReading extends Omit<ResultReadingView, 'validation'> {
  printed: StoredResult;
}

/**
 * What was made of each of these results, oldest first; a reading that left a result as it was is not one of it.
 * @param readings of the whole document, oldest first
 * @param visible the only results that the reader may hear of
 */
export function formerReadings(readings: readonly { at: Date; results: string }[], visible: ReadonlySet<number>): FormerReading[] {
  const last = new Map<number, string>();
  return readings.flatMap(({ at, results }) =>
    (JSON.parse(results) as StoredResult[]).flatMap((printed) => {
      const { n, normalised } = printed;
      if (!visible.has(n) || last.get(n) === normalised.rules) return [];
      last.set(n, normalised.rules);
      return [{ n, at: at.toISOString(), normalised, printed }];
    }),
  );
}

/** Who said what the own codes of a laboratory mean; kept by another module, which this one does not know. */
export type Validations = (
  sql: Sql,
  laboratory: string,
  readings: readonly { printed: PrintedResult; rules: string }[],
) => Promise<(Validation | undefined)[]>;

/** A report opened, with what was ever made of each result that it shows, and by whose word. */
export async function withReadings(
  sql: Sql,
  homes: readonly string[],
  view: Omit<ReportView, 'readings'>,
  validations: Validations,
): Promise<ReportView> {
  const { documentId, laboratory } = view.report;
  const readings = formerReadings(await readingsOf(sql, homes, documentId), new Set(view.results.map(({ n }) => n)));
  const behind = await validations(
    sql,
    laboratory.finess,
    readings.map(({ printed, normalised }) => ({ printed, rules: normalised.rules })),
  );
  return {
    ...view,
    readings: readings.map(({ n, at, normalised }, k) => ({ n, at, normalised, ...(behind[k] && { validation: behind[k] }) })),
  };
}
