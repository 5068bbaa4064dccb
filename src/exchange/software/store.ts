import { Refusal, type Sql } from '#kernel';
import type { SoftwareDestination, SoftwareInForce } from '../contract.ts';

/** The software of the region to which documents go: the SQL of its versions. */

export interface SoftwareSet {
  version: number;
  destinations: readonly SoftwareDestination[];
}

export async function softwareSet(sql: Sql): Promise<SoftwareSet> {
  const [found] = await sql.query<{ version: number; destinations: string }>(
    'exchange-software',
    'select version, destinations from exchange.software_set order by version desc limit 1',
  );
  return found
    ? { version: found.version, destinations: JSON.parse(found.destinations) as SoftwareDestination[] }
    : { version: 0, destinations: [] };
}

export async function softwareHistory(sql: Sql): Promise<SoftwareInForce['history']> {
  const rows = await sql.query<{ version: number; at: Date; byName: string; words: string }>(
    'exchange-software-history',
    'select version, at, by_name as "byName", words from exchange.software_set order by version desc limit 100',
  );
  return rows.map(({ at, ...row }) => ({ ...row, at: at.toISOString() }));
}

/**
 * Puts a list in force as the version after `from`.
 * @throws Refusal `request.precondition` when somebody changed it since `from` was read
 */
export async function writeSoftware(
  tx: Sql,
  {
    from,
    destinations,
    words,
    by,
    now,
  }: { from: number; destinations: readonly SoftwareDestination[]; words: string; by: { id: string; name: string }; now: Date },
): Promise<number> {
  const rows = await tx.query<{ version: number }>(
    'exchange-software-write',
    `insert into exchange.software_set (version, destinations, words, by_id, by_name, at)
     select $1::int + 1, $2, $3, $4, $5, $6 where coalesce((select max(version) from exchange.software_set), 0) = $1
     on conflict do nothing returning version`,
    [from, JSON.stringify(destinations), words, by.id, by.name, now],
  );
  if (!rows[0]) throw new Refusal('request.precondition', 'somebody changed the destinations since they were read', { at: 'from' });
  return rows[0].version;
}

/** A delivery of a document to a software, with who is said to have read it there. */
export interface Handed {
  patientId: string;
  deliveryId: string;
  documentId: string;
  recipient: string;
  readBy: string[];
}

/** What was given to software under this identifier of a document, extension of one, or number of a message. */
export function handedTo(sql: Sql, about: string): Promise<Handed[]> {
  return sql.query<Handed & Record<string, unknown>>(
    'exchange-handed',
    `select d.patient_id as "patientId", d.delivery_id as "deliveryId", d.document_id as "documentId", d.recipient,
       array(select actor from exchange.attempt a where a.patient_id = d.patient_id and a.delivery_id = d.delivery_id and a.step = 'read') as "readBy"
     from exchange.delivery d
     where d.role = 'software' and d.action = 'send' and d.state in ('sent', 'delivered', 'read')
       and (d.unique_id = $1 or right(replace(d.delivery_id::text, '-', ''), 20) = $1 or (d.unique_id like '%^%' and split_part(d.unique_id, '^', 2) = $1))`,
    [about],
  );
}
