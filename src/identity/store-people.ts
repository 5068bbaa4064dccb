import type { Sql } from '#kernel';

/** The record that a person linked to a sender's own number; undefined when nobody did, or when two senders mean two records by it. */
export async function recordOfLocalId(sql: Sql, domain: string, localId: string): Promise<string | undefined> {
  const rows = await sql.query<{ patientId: string }>(
    'identity-record-of-local-id',
    `select distinct patient_id as "patientId" from identity.source_identity where domain = $1 and local_id = $2 and state = 'linked' limit 2`,
    [domain, localId],
  );
  return rows.length === 1 ? rows[0]!.patientId : undefined;
}

/** The senders' own numbers linked to these records. */
export function localIdsOfRecords(sql: Sql, patientIds: readonly string[]): Promise<{ domain: string; localId: string }[]> {
  return sql.query(
    'identity-local-ids',
    `select distinct domain, local_id as "localId" from identity.source_identity
      where patient_id = any($1::uuid[]) and state = 'linked' order by 1, 2`,
    [patientIds],
  );
}
