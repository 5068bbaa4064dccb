import { createHash } from 'node:crypto';
import type { StoredResult } from './contract.ts';
import type { ReportHead } from './stored-report.ts';
import { isCorrection } from './version-number.ts';

/**
 * Digest of what a report of biology says, whatever format carries it: its structure, its state, whether it corrects, and each result with its
 * code, time, value, unit and words.
 * @returns null for a report without results, which says nothing here
 */
export function contentKey(head: ReportHead, results: readonly StoredResult[]): Buffer | null {
  if (results.length === 0) return null;
  const said = results.map(({ loinc, local, label, at, status, text, unit, isolate, comment, specimen }) =>
    JSON.stringify([loinc ?? local ?? label, at, status, text, unit, isolate, specimen, comment?.replaceAll(/\s+/g, ' ').trim()]),
  );
  const all = JSON.stringify([head.laboratory.finess, head.status, isCorrection(head), said.toSorted()]);
  return createHash('sha256').update(all).digest().subarray(0, 16);
}
