import type { Db } from '#kernel';
import { producers, resultsOfStructure, type StoredResult } from '#record';
import { idAt } from './settled.ts';
import { addObserved, advanceCensus, type Observed, takeCensus } from './store-census.ts';

const BATCH_DOCUMENTS = 500;
/** Numbers kept of each way of printing: enough for a median, too few to tell anybody. */
const MOST_NUMBERS = 40;

/**
 * Counts what one laboratory sent since the last time, one batch.
 * @returns false when there was nothing to count
 */
export async function countBatch(db: Db, laboratory: string, now: Date, settleMilliseconds: number): Promise<boolean> {
  return db.transaction(async (tx) => {
    const census = await takeCensus(tx, laboratory);
    if (!census) return false;
    const before = idAt(now.getTime() - settleMilliseconds);
    const documents = await resultsOfStructure(tx, laboratory, { after: census.documentId, before, limit: BATCH_DOCUMENTS });
    if (documents.length === 0) return false;
    // The newest first: the numbers kept are the latest.
    const results = documents.toReversed().flatMap((document) => JSON.parse(document.results) as StoredResult[]);
    await addObserved(tx, laboratory, observedIn(results), MOST_NUMBERS);
    await advanceCensus(tx, laboratory, documents.at(-1)!.documentId, results.length);
    return true;
  });
}

/** Brings the counts of every laboratory up to what was there when it began: what goes on arriving is for the next time. @param isStopped asked between batches */
export async function countAll(db: Db, settleMilliseconds: number, isStopped: () => boolean = () => false): Promise<void> {
  const now = new Date();
  for (const laboratory of await producers(db)) {
    while (!isStopped() && (await countBatch(db, laboratory, now, settleMilliseconds)));
  }
}

/** Each way of printing with how often it was met: the same code, label, unit, specimen, in numbers or in words. */
export function observedIn(results: readonly StoredResult[]): Observed[] {
  const byKey = new Map<string, Observed>();
  for (const { loinc, localSystem, local, label, unit, specimen, number } of results) {
    const way = {
      loinc: loinc ?? null,
      localSystem: localSystem ?? null,
      local: local ?? null,
      label,
      unit: unit ?? null,
      specimen: specimen ?? null,
      isNumber: number !== undefined,
    };
    const key = JSON.stringify(Object.values(way));
    let observed = byKey.get(key);
    if (!observed) byKey.set(key, (observed = { key, ...way, results: 0, numbers: [] }));
    observed.results += 1;
    if (number && !number.comparator && observed.numbers.length < MOST_NUMBERS) observed.numbers.push(number.value);
  }
  return [...byKey.values()];
}
