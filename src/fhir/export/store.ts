import type { Principal } from '#access';
import type { Sql } from '#kernel';

/** The one place that knows the tables of bulk exports. */

export interface Export {
  exportId: string;
  request: string;
  startedAt: Date;
  patients: number;
  done: number;
  seenAt: Date;
  finishedAt: Date | null;
  expiresAt: Date;
}

const COLUMNS = `export_id as "exportId", request, started_at as "startedAt", patients, done, seen_at as "seenAt", finished_at as "finishedAt",
  expires_at as "expiresAt"`;
const OWN = `holder = $1 and client_id is not distinct from $2`;
const ownerOf = ({ id, software }: Principal) => [id, software?.clientId ?? null, software?.scope ?? null];

/** Of one person through one software, as long as their files are there. */
const MOST_KEPT = 8;

/**
 * Begins one; those that are over are forgotten on the way.
 * @returns false when this person has one under way through this software, or as many as are kept
 */
export async function insertExport(
  sql: Sql,
  who: Principal,
  { exportId, request, patients, now, expiresAt }: { exportId: string; request: string; patients: number; now: Date; expiresAt: Date },
  aliveSince: Date,
): Promise<boolean> {
  // Of two asked at the same instant, the second sees that the first is under way.
  await sql.query('fhir-export-hold', 'select pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `fhir export ${JSON.stringify(ownerOf(who))}`,
  ]);
  await sql.query('fhir-exports-forget', 'delete from fhir.export where expires_at <= $1', [now]);
  const [row] = await sql.query<{ made: number }>(
    'fhir-export-insert',
    `with made as (
       insert into fhir.export (holder, client_id, scope, export_id, request, patients, started_at, seen_at, expires_at)
       select $1, $2, $3, $4, $5, $6, $7, $7, $8
       where not exists (select from fhir.export where ${OWN} and finished_at is null and seen_at > $9)
         and (select count(*) from fhir.export where ${OWN}) < ${MOST_KEPT} returning 1)
     select count(*)::int as made from made`,
    [...ownerOf(who), exportId, request, patients, now, expiresAt, aliveSince],
  );
  return row!.made === 1;
}

export async function ownExport(sql: Sql, who: Principal, exportId: string, now: Date): Promise<Export | undefined> {
  const [row] = await sql.query<Export & Record<string, unknown>>(
    'fhir-export-own',
    `select ${COLUMNS} from fhir.export where ${OWN} and scope is not distinct from $3 and export_id = $4 and expires_at > $5`,
    [...ownerOf(who), exportId, now],
  );
  return row;
}

/** Its files go with it. */
export async function deleteExport(sql: Sql, exportId: string): Promise<void> {
  await sql.query('fhir-export-delete', 'delete from fhir.export where export_id = $1', [exportId]);
}

/** What an export holds of one patient: which resources of a type. */
export interface ExportFile {
  type: string;
  ids: readonly string[];
}

/** What was made of one patient. @returns false when the export was given up meanwhile */
export async function keepFiles(
  sql: Sql,
  { exportId, patientId, files, now }: { exportId: string; patientId: string; files: readonly ExportFile[]; now: Date },
): Promise<boolean> {
  const [row] = await sql.query<{ there: number }>(
    'fhir-export-keep',
    `with there as (update fhir.export set done = done + 1, seen_at = $3 where export_id = $1 returning export_id),
     kept as (
       insert into fhir.export_file (patient_id, export_id, type, ids)
       select $2, export_id, f.type, f.ids from there, jsonb_to_recordset($4::jsonb) as f (type text, ids text[])
       on conflict do nothing)
     select count(*)::int as there from there`,
    [exportId, patientId, now, JSON.stringify(files)],
  );
  return row!.there === 1;
}

export async function finishExport(sql: Sql, exportId: string, { now, expiresAt }: { now: Date; expiresAt: Date }): Promise<void> {
  await sql.query('fhir-export-finish', 'update fhir.export set finished_at = $2, expires_at = $3 where export_id = $1', [
    exportId,
    now,
    expiresAt,
  ]);
}

/** The one type of which a resource is in the records of several: a structure. */
export const SHARED = 'Organization';

/** How many resources of each type. */
export function countsOf(sql: Sql, exportId: string): Promise<{ type: string; count: number }[]> {
  return sql.query<{ type: string; count: number }>(
    'fhir-export-counts',
    `select type, sum(cardinality(ids))::int as count from fhir.export_file where export_id = $1 and type <> $2 group by type
     union all
     select type, count(distinct id)::int from fhir.export_file, unnest(ids) as id where export_id = $1 and type = $2 group by type
     order by type`,
    [exportId, SHARED],
  );
}

/** The patients of whom the file of a type tells something. */
export async function patientsOf(sql: Sql, exportId: string, type: string): Promise<string[]> {
  const rows = await sql.query<{ patientId: string }>(
    'fhir-export-patients',
    'select patient_id as "patientId" from fhir.export_file where export_id = $1 and type = $2 order by patient_id',
    [exportId, type],
  );
  return rows.map(({ patientId }) => patientId);
}

/** What it tells of one of them; undefined once the export is no more. */
export async function namesOf(
  sql: Sql,
  exportId: string,
  { type, patientId }: { type: string; patientId: string },
): Promise<string[] | undefined> {
  const [row] = await sql.query<{ ids: string[] }>(
    'fhir-export-names',
    'select ids from fhir.export_file where export_id = $1 and type = $2 and patient_id = $3',
    [exportId, type, patientId],
  );
  return row?.ids;
}
