import type { Db } from '#kernel';
import { addReadings, type DocumentResults, resultsOfStructure, type StoredResult } from '#record';
import { isSameReading, type Normalised, type ResultToNormalise } from '#terminology';
import { idAt } from './settled.ts';
import { advanceJob, finishJob, restJob, takeJob } from './store-jobs.ts';
import type { Tables } from './tables.ts';
import { toNormalise } from './to-normalise.ts';

/** Documents of one batch: a few tens of milliseconds, so that deposits and readers hardly notice. */
const BATCH_DOCUMENTS = 200;

/**
 * Brings one job forward by one batch, in one transaction: what it did and where it stands are kept together, so a process that dies
 * loses nothing and repeats nothing. Several processes may call it; one works on a job at a time.
 * @param settleMilliseconds how long a deposit may take between its identifier and its commit, and a process to hear of new tables
 * @returns false when there was nothing to do
 */
export async function renormaliseBatch(db: Db, tables: Tables, now: Date, settleMilliseconds: number): Promise<boolean> {
  await tables.refresh();
  return db.transaction(async (tx) => {
    const job = await takeJob(tx, { version: tables.version(), rules: tables.rules(), now });
    if (!job) return false;
    const before = idAt(now.getTime() - settleMilliseconds);
    const documents = await resultsOfStructure(tx, job.laboratory, { after: job.documentId ?? undefined, before, limit: BATCH_DOCUMENTS });
    if (documents.length === 0) {
      // What was on its way with the former tables when the new ones were published has come in by now.
      const settled = new Date(job.publishedAt.getTime() + 2 * settleMilliseconds);
      await (now >= settled ? finishJob(tx, job.jobId, now) : restJob(tx, job.jobId, settled));
      return true;
    }
    const batch = renormaliseDocuments(documents, job.laboratory, (input) => tables.normalise(input));
    await addReadings(tx, batch.changed, { at: now, rules: batch.rules });
    await advanceJob(tx, job.jobId, {
      documentId: documents.at(-1)!.documentId,
      results: batch.results,
      changedResults: batch.changedResults,
      changedDocuments: batch.changed.length,
      now,
    });
    return true;
  });
}

/** Pure: what the rules make of stored documents now. Only those of which something changes are given back. */
export function renormaliseDocuments(
  documents: readonly DocumentResults[],
  laboratory: string,
  normalise: (input: ResultToNormalise) => Normalised,
): { results: number; changedResults: number; changed: DocumentResults[]; rules: string } {
  let [results, changedResults, rules] = [0, 0, ''];
  const changed: DocumentResults[] = [];
  for (const document of documents) {
    const stored = JSON.parse(document.results) as StoredResult[];
    let isChanged = false;
    for (const result of stored) {
      const { normalised: was, ...printed } = result;
      const becomes = normalise(toNormalise(printed, laboratory));
      ({ rules } = becomes);
      if (isSameReading(was, becomes)) continue;
      result.normalised = becomes;
      isChanged = true;
      changedResults += 1;
    }
    results += stored.length;
    if (isChanged) changed.push({ ...document, results: JSON.stringify(stored) });
  }
  return { results, changedResults, changed, rules };
}
