import { Refusal, type Sql } from '#kernel';
import type { StoredReport, VersionConflictView } from './contract.ts';
import { headsOf } from './store.ts';
import { conflictsOf, patientsWithVersions, writeChoice, writeConflicts } from './store-conflicts.ts';
import { standings } from './versions.ts';

/** A worklist longer than this is read in several times. */
const MOST_LISTED = 100;

/** Brings the worklist up to date after documents of these patients were stored or withdrawn. */
export async function noteConflicts(tx: Sql, events: readonly { patientId: string; isCorrection: boolean }[]): Promise<void> {
  const corrected = events.filter(({ isCorrection }) => isCorrection).map(({ patientId }) => patientId);
  const several = await patientsWithVersions(tx, [...new Set(events.map(({ patientId }) => patientId))]);
  for (const patientId of new Set([...corrected, ...several])) await refreshConflicts(tx, patientId);
}

async function refreshConflicts(tx: Sql, patientId: string): Promise<void> {
  const documents = await headsOf(tx, [patientId]);
  const standing = standings(documents);
  const inConflict = documents.filter(({ documentId }) => standing.get(documentId)!.conflict);
  const bySet = Map.groupBy(inConflict, ({ structure, setId }) => JSON.stringify([structure, setId]));
  const conflicts = [...bySet.values()].map((own) => ({
    structure: own[0]!.structure,
    setId: own[0]!.setId,
    documentIds: own.map(({ documentId }) => documentId),
  }));
  await writeConflicts(tx, patientId, conflicts);
}

/** What a laboratory has to decide: its own reports that contradict one another, with what tells them apart. */
export async function listConflicts(sql: Sql, structure: string): Promise<VersionConflictView[]> {
  const conflicts = await conflictsOf(sql, structure, MOST_LISTED);
  const views: VersionConflictView[] = [];
  for (const { patientId, setId, documentIds, seenAt } of conflicts) {
    const heads = (await headsOf(sql, [patientId])).filter(({ documentId }) => documentIds.includes(documentId));
    const documents = heads.map(({ head }) => {
      const { documentId, uniqueId, version, issuedAt, receivedAt, status, validator } = JSON.parse(head) as StoredReport;
      return { documentId, uniqueId, version, issuedAt, receivedAt, status, ...(validator !== undefined && { validator }) };
    });
    views.push({ patientId, setId, seenAt: seenAt.toISOString(), documents });
  }
  return views;
}

/**
 * A biologist of the structure says which document is right; the others of the conflict give way, and stay readable as replaced.
 * @throws Refusal `request.not-found` when the document is in no conflict of this structure
 */
export async function keepVersion(
  tx: Sql,
  choice: { patientId: string; documentId: string; structure: string; by: string; at: Date; reason: string },
): Promise<void> {
  const { patientId, documentId, structure } = choice;
  const conflicts = await conflictsOf(tx, structure, Number.MAX_SAFE_INTEGER);
  const conflict = conflicts.find((one) => one.patientId === patientId && one.documentIds.includes(documentId));
  if (!conflict) throw new Refusal('request.not-found', 'no conflict of this structure holds this document', { at: 'documentId' });
  const rivals = conflict.documentIds.filter((other) => other !== documentId);
  await writeChoice(tx, { ...choice, rivals });
  await refreshConflicts(tx, patientId);
}
