import type { Sql } from '#kernel';

/** Notifications that come back: the SQL by which each finds its delivery, and of those that find none. */

export interface DeliveryOfMail {
  patientId: string;
  deliveryId: string;
  address: string;
}

/**
 * The deliveries that notifications are about, by what only the true mail carries.
 * @returns by place in `by`
 */
export async function deliveriesOfMails(
  sql: Sql,
  by: readonly { envelopeId?: string; messageId?: string }[],
): Promise<Map<number, DeliveryOfMail>> {
  const rows = await sql.query<DeliveryOfMail & { place: number }>(
    'exchange-deliveries-of-mails',
    `select k.place, m.patient_id as "patientId", m.delivery_id as "deliveryId", m.address
     from unnest($1::text[], $2::uuid[]) with ordinality as k (message_id, envelope_id, place) cross join lateral (
       select * from (
         select patient_id, delivery_id, address, prepared_at from exchange.message where message_id = k.message_id
         union all
         select m.patient_id, m.delivery_id, m.address, m.prepared_at from exchange.delivery d
         join exchange.message m on m.patient_id = d.patient_id and m.delivery_id = d.delivery_id where d.delivery_id = k.envelope_id) of_mail
       order by prepared_at desc limit 1) m`,
    [by.map(({ messageId }) => messageId ?? null), by.map(({ envelopeId }) => envelopeId ?? null)],
  );
  return new Map(rows.map(({ place, ...found }) => [place - 1, found]));
}

export async function keepUnmatched(
  sql: Sql,
  { receiptId, at, kind, about }: { receiptId: string; at: Date; kind: string; about: string },
): Promise<void> {
  await sql.query(
    'exchange-unmatched',
    'insert into exchange.unmatched_receipt (receipt_id, received_at, kind, about) values ($1, $2, $3, $4)',
    [receiptId, at, kind, about.slice(0, 500)],
  );
}
