import { isCorrection } from '#record';
import type { StoredReport, StoredResult } from '#record/contract';

/**
 * Which results of a series of versions were corrected: those that a correcting version tells otherwise than the one before, and all of one whose former
 * version is not there to be compared. A result that a correction repeats, or adds, is as final as it was (FHIR R4 Observation.status).
 */
export class Corrected {
  readonly #ids = new Set<string>();
  #before: { ids: readonly string[]; results: readonly StoredResult[] } | undefined;

  /** The next version, in order. @param ids of its results, in order */
  next(ids: readonly string[], report: StoredReport): void {
    const { results } = report;
    const before = this.#before;
    this.#before = { ids, results };
    if (!isCorrection(report)) return;
    const formers = before && new Map(before.results.map((result, k) => [before.ids[k]!, result]));
    for (const [k, result] of results.entries()) {
      const former = formers?.get(ids[k]!);
      if (!formers || (former && !isSame(former, result))) this.#ids.add(ids[k]!);
    }
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }
}

/** But for its place in the report, and for what our rules made of it. */
function isSame(one: StoredResult, other: StoredResult): boolean {
  const [a, b] = [one, other].map(({ n: _n, normalised: _normalised, ...said }) => JSON.stringify(said));
  return a === b;
}
