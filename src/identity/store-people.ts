import type { Sql } from '#kernel';

/** A sender's own number of a person, linked by someone of the identity cell. */
export interface LinkedNumber {
  /** The record at home in which it was linked. */
  patientId: string;
  senderFiness: string;
  /** OID or URL, as received. */
  domain: string;
  localId: string;
}

/** The senders' own numbers linked to these records. */
export function linkedNumbers(sql: Sql, patientIds: readonly string[]): Promise<LinkedNumber[]> {
  return sql.query<LinkedNumber & Record<string, unknown>>(
    'identity-linked-numbers',
    `select patient_id as "patientId", sender_finess as "senderFiness", domain, local_id as "localId" from identity.source_identity
      where patient_id = any($1::uuid[]) and state = 'linked' order by domain, local_id, sender_finess`,
    [patientIds],
  );
}

/** Whether some number of this domain was linked; `senders`: by these structures alone. */
export async function isLinkedDomain(sql: Sql, domain: string, senders?: readonly string[]): Promise<boolean> {
  const [row] = await sql.query<{ known: boolean }>(
    'identity-linked-domain',
    `select exists (select from identity.source_identity where domain = $1 and ($2::text[] is null or sender_finess = any($2))) as known`,
    [domain, senders ?? null],
  );
  return row!.known;
}

/** Every domain in which a number was linked: one step of the index each, however many numbers there are. */
export async function linkedDomains(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ domain: string }>(
    'identity-linked-domains',
    `with recursive known as (
       select min(domain) as domain from identity.source_identity
       union all select (select min(s.domain) from identity.source_identity s where s.domain > known.domain) from known where known.domain is not null)
     select domain from known where domain is not null`,
  );
  return rows.map(({ domain }) => domain);
}
