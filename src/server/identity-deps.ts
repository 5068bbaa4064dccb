import { structure } from '#directory';
import type { IdentityDeps } from '#identity';
import type { Sql } from '#kernel';
import { depositCounts, filedIn } from '#record';

/** What the record and the directory tell the identity cell: which documents are filed where, from whom, and how many arrived. */
export const identityDeps: Pick<IdentityDeps, 'filedIn' | 'arrivals'> = {
  async filedIn(sql, patientIds) {
    const filed = await filedIn(sql, patientIds);
    const names = await namesOf(sql, new Set(filed.map(({ sender }) => sender)));
    return filed.map((document) => ({ ...document, sender: names.get(document.sender) ?? document.sender }));
  },
  async arrivals(sql) {
    const counts = await depositCounts(sql);
    return counts.filter(({ state }) => ARRIVED.has(state)).reduce((sum, { deposits }) => sum + deposits, 0);
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
