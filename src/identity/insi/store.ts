import type { Sql } from '#kernel';

/** Who has still to be asked about, kept in the database: nothing is lost when the service, or this server, is down. */
export async function askLater(tx: Sql, patientId: string, now: Date): Promise<void> {
  await tx.query(
    'insi-ask-later',
    `insert into identity.insi_request (patient_id, asked_at, next_at) values ($1, $2, $2)
     on conflict (patient_id) do update set asked_at = excluded.asked_at, next_at = excluded.next_at, attempts = 0`,
    [patientId, now],
  );
}

export interface InsiRequest {
  patientId: string;
  askedAt: Date;
  attempts: number;
}

/** Takes the request that is due the longest, and keeps other servers from it until `leaseUntil`. */
export async function takeRequest(sql: Sql, now: Date, leaseUntil: Date): Promise<InsiRequest | undefined> {
  const [row] = await sql.query<InsiRequest & Record<string, unknown>>(
    'insi-take',
    `update identity.insi_request set next_at = $2, attempts = attempts + 1
      where patient_id = (select patient_id from identity.insi_request where next_at <= $1 order by next_at limit 1 for update skip locked)
      returning patient_id as "patientId", asked_at as "askedAt", attempts`,
    [now, leaseUntil],
  );
  return row;
}

export async function tryAgainAt(sql: Sql, { patientId, askedAt }: InsiRequest, at: Date): Promise<void> {
  await sql.query('insi-again', 'update identity.insi_request set next_at = $3 where patient_id = $1 and asked_at = $2', [
    patientId,
    askedAt,
    at,
  ]);
}

/** Done, unless it was asked anew meanwhile. */
export async function forgetRequest(tx: Sql, { patientId, askedAt }: InsiRequest): Promise<void> {
  await tx.query('insi-done', 'delete from identity.insi_request where patient_id = $1 and asked_at = $2', [patientId, askedAt]);
}

/** Since when a record waits for the answer of the service. */
export async function askedSince(sql: Sql, patientId: string): Promise<Date | undefined> {
  const [row] = await sql.query<{ askedAt: Date }>(
    'insi-asked-since',
    'select asked_at as "askedAt" from identity.insi_request where patient_id = $1',
    [patientId],
  );
  return row?.askedAt;
}
