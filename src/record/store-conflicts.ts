import type { Sql } from '#kernel';

/** Documents of one set of one structure that contradict one another. */
export interface VersionConflict {
  patientId: string;
  structure: string;
  setId: string;
  documentIds: string[];
  seenAt: Date;
}

/** Which of these patients may have contradicting versions: those with several documents of one set. */
export async function patientsWithVersions(sql: Sql, patientIds: readonly string[]): Promise<string[]> {
  const rows = await sql.query<{ patientId: string }>(
    'conflicts-suspected',
    `select distinct patient_id as "patientId" from (
       select patient_id from record.document where patient_id = any($1::uuid[]) group by patient_id, set_id having count(*) > 1) as several`,
    [patientIds],
  );
  return rows.map(({ patientId }) => patientId);
}

/** Writes the conflicts of a patient as they are now; those that are no more go away, those that stay keep their date. */
export async function writeConflicts(
  tx: Sql,
  patientId: string,
  conflicts: readonly Omit<VersionConflict, 'seenAt' | 'patientId'>[],
): Promise<void> {
  const [structures, sets] = [conflicts.map(({ structure }) => structure), conflicts.map(({ setId }) => setId)];
  await tx.query(
    'conflicts-gone',
    `delete from record.version_conflict where patient_id = $1 and (structure, set_id) not in (select * from unnest($2::text[], $3::text[]))`,
    [patientId, structures, sets],
  );
  for (const { structure, setId, documentIds } of conflicts) {
    await tx.query(
      'conflict-write',
      `insert into record.version_conflict (patient_id, structure, set_id, document_ids) values ($1, $2, $3, $4::uuid[])
       on conflict (patient_id, structure, set_id) do update set document_ids = excluded.document_ids`,
      [patientId, structure, setId, documentIds],
    );
  }
}

/** Conflicts of a structure, the oldest first. */
export function conflictsOf(sql: Sql, structure: string, limit: number): Promise<VersionConflict[]> {
  return sql.query(
    'conflicts-of',
    `select patient_id as "patientId", structure, set_id as "setId", document_ids as "documentIds", seen_at as "seenAt"
     from record.version_conflict where structure = $1 order by seen_at, patient_id limit $2`,
    [structure, limit],
  );
}

/** Writes a decision; a former one about the same conflict gives way. */
export async function writeChoice(
  tx: Sql,
  choice: { patientId: string; documentId: string; rivals: readonly string[]; by: string; at: Date; reason: string },
): Promise<void> {
  const { patientId, documentId, rivals, by, at, reason } = choice;
  await tx.query('choice-former', 'delete from record.version_choice where patient_id = $1 and document_id = any($2::uuid[])', [
    patientId,
    rivals,
  ]);
  await tx.query(
    'choice-write',
    `insert into record.version_choice (patient_id, document_id, chosen_by, chosen_at, reason) values ($1, $2, $3, $4, $5)
     on conflict (patient_id, document_id) do update set chosen_by = excluded.chosen_by, chosen_at = excluded.chosen_at, reason = excluded.reason`,
    [patientId, documentId, by, at, reason],
  );
}
