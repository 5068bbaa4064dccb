import type { Sql } from '#kernel';

/** The senders' own numbers linked to these records. */
export function localIdsOfRecords(sql: Sql, patientIds: readonly string[]): Promise<{ domain: string; localId: string }[]> {
  return sql.query(
    'identity-local-ids',
    `select distinct domain, local_id as "localId" from identity.source_identity
      where patient_id = any($1::uuid[]) and state = 'linked' order by 1, 2`,
    [patientIds],
  );
}
