import { structure } from '#directory';
import { correctionsToSee } from '#exchange';
import { type IdentityDeps, personOf } from '#identity';
import type { Sql } from '#kernel';
import { depositCounts, filedIn, visibleDocuments } from '#record';

/** What the modules above tell who opens a record, and the identity cell: which documents are filed where, from whom, and how many arrived. */
export const identityDeps: Pick<IdentityDeps, 'filedIn' | 'arrivals' | 'corrections'> = {
  async filedIn(sql, patientIds) {
    const filed = await filedIn(sql, patientIds);
    const names = await namesOf(sql, new Set(filed.map(({ sender }) => sender)));
    return filed.map((document) => ({ ...document, sender: names.get(document.sender) ?? document.sender }));
  },
  async arrivals(sql) {
    const counts = await depositCounts(sql);
    return counts.filter(({ state }) => ARRIVED.has(state)).reduce((sum, { deposits }) => sum + deposits, 0);
  },
  async corrections(tx, patientId, reader) {
    const { homes } = await personOf(tx, patientId);
    const open = await correctionsToSee(tx, homes);
    if (open.length === 0) return [];
    const seen = new Set((await visibleDocuments(tx, homes, reader)).map(({ documentId }) => documentId));
    return open.flatMap(({ documentId, content, cameAt }) =>
      seen.has(documentId) ? [{ documentId, ...content, at: cameAt.toISOString() }] : [],
    );
  },
};

/** States of a deposit whose patient was looked for. */
const ARRIVED = new Set(['stored', 'identity', 'refused']);

async function namesOf(sql: Sql, finesses: ReadonlySet<string>): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const finess of finesses) {
    const found = await structure(sql, finess);
    if (found) names.set(finess, found.name);
  }
  return names;
}
