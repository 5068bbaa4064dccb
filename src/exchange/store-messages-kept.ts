import type { Sql } from '#kernel';
import type { Leased } from './store-lease.ts';

/** What was sent byte for byte, of many deliveries at once: the SQL of messages kept, and of those that they answer. */

export interface KeptMessage {
  deliveryId: string;
  address: string;
  zstd: Buffer;
}

type Of = Pick<Leased, 'patientId' | 'deliveryId'>;

const idsOf = (deliveries: readonly Of[]) => [deliveries.map(({ patientId }) => patientId), deliveries.map(({ deliveryId }) => deliveryId)];

/** What these deliveries were sent as before: one for each address that they were tried at. */
export function keptMessages(sql: Sql, deliveries: readonly Of[]): Promise<KeptMessage[]> {
  return sql.query<KeptMessage & Record<string, unknown>>(
    'exchange-messages-kept',
    `select m.delivery_id as "deliveryId", m.address, m.zstd from unnest($1::uuid[], $2::uuid[]) as k (patient_id, delivery_id)
     join exchange.message m on m.patient_id = k.patient_id and m.delivery_id = k.delivery_id`,
    idsOf(deliveries),
  );
}

/** Message-IDs of what a recipient got before. */
export interface MailsBefore {
  /** The last mail of this document, or of an earlier version of it: what a correction answers. */
  before?: string;
  /** The mail of the letter that awaited the document: what the mail of the result answers. */
  letter?: string;
}

/** @returns by delivery; one whose recipient got nothing before is not in it */
export async function mailsBefore(sql: Sql, deliveries: readonly Of[]): Promise<Map<string, MailsBefore>> {
  const rows = await sql.query<{ deliveryId: string; before: string | null; letter: string | null }>(
    'exchange-mails-before',
    `select d.delivery_id as "deliveryId", last.message_id as before, letter.message_id as letter
     from unnest($1::uuid[], $2::uuid[]) as k (patient_id, delivery_id)
     join exchange.delivery d on d.patient_id = k.patient_id and d.delivery_id = k.delivery_id
     left join lateral (
       select m.message_id from exchange.delivery e join exchange.message m on m.patient_id = e.patient_id and m.delivery_id = e.delivery_id
       where e.patient_id = d.patient_id and e.structure = d.structure and e.set_id = d.set_id and e.recipient = d.recipient and e.delivery_id <> d.delivery_id
         and e.action = 'send' and e.state in ('sent', 'delivered', 'read') and (m.address = e.address or e.recipient = 'patient')
       order by e.delivery_id desc limit 1) last on true
     left join lateral (
       select m.message_id from exchange.awaited a
       join exchange.delivery e on e.document_id = a.letter_id and e.patient_id = a.patient_id and e.recipient = d.recipient and e.action = 'send'
       join exchange.message m on m.patient_id = e.patient_id and m.delivery_id = e.delivery_id
       where a.patient_id = d.patient_id and a.met_by = d.document_id order by m.prepared_at desc limit 1) letter on true
     where last.message_id is not null or letter.message_id is not null`,
    idsOf(deliveries),
  );
  return new Map(
    rows.map(({ deliveryId, before, letter }) => [deliveryId, { ...(before !== null && { before }), ...(letter !== null && { letter }) }]),
  );
}

export interface MessageToKeep extends Of {
  address: string;
  messageId: string;
  sha256: Buffer;
  sizeBytes: number;
  zstd: Buffer;
  attemptId: string;
}

/**
 * With their lines in the trace. The bytes of all travel as one value, cut where they are written: a list of them would travel as text.
 * @returns the deliveries whose message was written now; another worker wrote the others first, and its bytes are the ones
 */
export async function writeMessages(
  tx: Sql,
  messages: readonly MessageToKeep[],
  { now, tookMs }: { now: Date; tookMs: number },
): Promise<Set<string>> {
  const starts: number[] = [];
  let start = 1;
  for (const { zstd } of messages) {
    starts.push(start);
    start += zstd.length;
  }
  const rows = await tx.query<{ deliveryId: string }>(
    'exchange-messages-write',
    `with given as (
       select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::int[], $7::uuid[], $8::int[], $9::int[])
         as g (patient_id, delivery_id, address, message_id, sha256, size_bytes, attempt_id, start_at, length)),
     kept as (
       insert into exchange.message (patient_id, delivery_id, address, message_id, sha256, size_bytes, zstd, prepared_at)
       select patient_id, delivery_id, address, message_id, decode(sha256, 'hex'), size_bytes, substring($10::bytea from start_at for length), $11 from given
       on conflict do nothing returning patient_id, delivery_id, address)
     insert into exchange.attempt (patient_id, delivery_id, attempt_id, at, step, actor, detail, took_ms)
     select patient_id, delivery_id, attempt_id, $11, 'prepared', 'cigogne', message_id, $12 from given join kept using (patient_id, delivery_id, address)
     returning delivery_id as "deliveryId"`,
    [
      ...idsOf(messages),
      messages.map(({ address }) => address),
      messages.map(({ messageId }) => messageId),
      messages.map(({ sha256 }) => sha256.toString('hex')),
      messages.map(({ sizeBytes }) => sizeBytes),
      messages.map(({ attemptId }) => attemptId),
      starts,
      messages.map(({ zstd }) => zstd.length),
      Buffer.concat(messages.map(({ zstd }) => zstd)),
      now,
      tookMs,
    ],
  );
  return new Set(rows.map(({ deliveryId }) => deliveryId));
}
