import type { Sql } from '#kernel';

/** The one place that knows the tables of this module. */

export interface SourcePatient {
  sourceId: string;
  /** JSON text of the Patient as last sent; null: removed by its sender. */
  resource: string | null;
  version: number;
  createdAt: Date;
}

/** Keeps a patient of a sender's, unless one of its numbers is known already. @returns whether it was new */
export async function keepSourcePatient(
  sql: Sql,
  {
    senderId,
    sourceId,
    numbers,
    resource,
    now,
  }: { senderId: string; sourceId: string; numbers: readonly string[]; resource: string; now: Date },
): Promise<boolean> {
  const [row] = await sql.query<{ kept: number }>(
    'fhir-keep-source-patient',
    `with kept as (
       insert into fhir.source_patient (sender_id, source_id, resource, created_at) values ($1, $2, $3, $4)
       on conflict do nothing returning 1),
     numbered as (
       insert into fhir.source_number (sender_id, number, source_id) select $1, number, $2 from unnest($5::text[]) number
       on conflict do nothing)
     select count(*)::int as kept from kept`,
    [senderId, sourceId, resource, now, numbers],
  );
  return row!.kept === 1;
}

const SOURCE = `p.source_id as "sourceId", case when r.version is null then p.resource else r.resource end as resource, coalesce(r.version, 1) as version,
  coalesce(r.created_at, p.created_at) as "createdAt"`;
const LAST_REVISION = `left join lateral (
  select resource, version, created_at from fhir.source_revision r where r.sender_id = p.sender_id and r.source_id = p.source_id
  order by version desc limit 1) r on true`;

/** The sender's patients of these numbers (`system|value`). */
export function sourcePatientsByNumber(sql: Sql, senderId: string, numbers: readonly string[]): Promise<SourcePatient[]> {
  return sql.query<SourcePatient & Record<string, unknown>>(
    'fhir-source-by-number',
    `select distinct on (p.source_id) ${SOURCE} from fhir.source_number n join fhir.source_patient p using (sender_id, source_id) ${LAST_REVISION}
     where n.sender_id = $1 and n.number = any($2::text[])`,
    [senderId, numbers],
  );
}

export async function sourcePatientById(sql: Sql, senderId: string, sourceId: string): Promise<SourcePatient | undefined> {
  const [row] = await sql.query<SourcePatient & Record<string, unknown>>(
    'fhir-source-by-id',
    `select ${SOURCE} from fhir.source_patient p ${LAST_REVISION} where p.sender_id = $1 and p.source_id = $2`,
    [senderId, sourceId],
  );
  return row;
}

/** All that the sender said of it, oldest first. */
export function sourceVersions(sql: Sql, senderId: string, sourceId: string): Promise<SourcePatient[]> {
  return sql.query<SourcePatient & Record<string, unknown>>(
    'fhir-source-versions',
    `select source_id as "sourceId", resource, 1 as version, created_at as "createdAt" from fhir.source_patient where sender_id = $1 and source_id = $2
     union all
     select source_id, resource, version, created_at from fhir.source_revision where sender_id = $1 and source_id = $2 order by version`,
    [senderId, sourceId],
  );
}

/** Keeps what a sender says later of its patient. @returns false when another request has just written that version */
export async function keepSourceRevision(
  sql: Sql,
  revision: { senderId: string; sourceId: string; version: number; numbers: readonly string[]; resource: string | null; now: Date },
): Promise<boolean> {
  const { senderId, sourceId, version, numbers, resource, now } = revision;
  const [row] = await sql.query<{ kept: number }>(
    'fhir-keep-source-revision',
    `with kept as (
       insert into fhir.source_revision (sender_id, source_id, version, resource, created_at) values ($1, $2, $3, $4, $5)
       on conflict do nothing returning 1),
     numbered as (
       insert into fhir.source_number (sender_id, number, source_id) select $1, number, $2 from unnest($6::text[]) number, kept
       on conflict do nothing)
     select count(*)::int as kept from kept`,
    [senderId, sourceId, version, resource, now, numbers],
  );
  return row!.kept === 1;
}
