import { type LabReport, resultsOf } from '#formats';
import { readHl7Time } from '#kernel';
import type { StoredIsolate, StoredResult, StoredSpecimen } from './contract.ts';
import { codesOf } from './printed-results.ts';
import { idText } from './id-text.ts';

/**
 * What a report says of its specimens and of its organisms besides what stands with each result: once for all the results that they are of.
 * @param results of the report, in its order
 */
export function specimensOf(
  report: LabReport,
  results: readonly Pick<StoredResult, 'specimen' | 'collectedAt' | 'at' | 'isolate'>[],
  zone: string,
): { specimens?: StoredSpecimen[]; isolates?: StoredIsolate[] } {
  const specimens = new Map<string, StoredSpecimen>();
  const isolates = new Map<string, StoredIsolate>();
  let n = 0;
  for (const { specimen: said, isolate } of resultsOf(report)) {
    const stored = results[n++];
    if (!stored) break;
    if (said && (said.ids?.length || said.receivedAt)) {
      const { specimen, collectedAt: taken = stored.at } = stored;
      const key = `${specimen ?? ''} ${taken ?? ''}`;
      const known = specimens.get(key) ?? { ...(specimen && { specimen }), ...(taken && { at: taken }), ids: [] };
      const received = said.receivedAt === undefined ? undefined : readHl7Time(said.receivedAt, zone);
      if (received && !known.receivedAt) known.receivedAt = new Date(received.epochMs).toISOString();
      for (const id of said.ids ?? []) if (!known.ids.includes(idText(id))) known.ids.push(idText(id));
      specimens.set(key, known);
    }
    if (isolate && stored.isolate !== undefined && !isolates.has(stored.isolate)) {
      const { organism, code, specimenIds = [], interpretations = [], comments = [] } = isolate;
      const codes = codesOf(organism);
      const [interpretation] = interpretations;
      isolates.set(stored.isolate, {
        organism: stored.isolate,
        ...(codes.length > 0 && { codes }),
        ...(code?.code !== undefined && { loinc: code.code }),
        ids: specimenIds.map(idText),
        ...(interpretation !== undefined && { interpretation }),
        ...(comments.length > 0 && { comment: comments.join('\n') }),
      });
    }
  }
  return {
    ...(specimens.size > 0 && { specimens: [...specimens.values()] }),
    ...(isolates.size > 0 && { isolates: [...isolates.values()] }),
  };
}
