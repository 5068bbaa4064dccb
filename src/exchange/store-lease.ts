import type { Db, Sql } from '#kernel';

/** What may leave now, and who has it in hand: the SQL of leases. */

/** One delivery in the hands of a worker. */
export interface Leased {
  patientId: string;
  deliveryId: string;
  documentId: string;
  uniqueId: string;
  structure: string;
  setId: string;
  recipient: string;
  action: 'send' | 'recall';
  address: string;
  tries: number;
  createdAt: Date;
}

/** Mails wait for our operator; shared records and software each for themselves. */
export type DeliveryKind = 'mail' | 'machine';

export interface LeaseAsked {
  now: Date;
  /** Until when they are in hand. */
  until: Date;
  most: number;
  /** Both when not said. */
  kind?: DeliveryKind | undefined;
}

/** Every destination for which something waits, found one after the other in the index, then those that are not left alone at `$1`. */
export const OPEN_DESTINATIONS = `recursive destination as (
     (select split_part(address, '@', 2) as name, role in ('shared', 'software') as is_machine from exchange.delivery where state = 'waiting' order by 1 limit 1)
     union all
     select n.* from destination o cross join lateral (
       select split_part(address, '@', 2), role in ('shared', 'software') from exchange.delivery
       where state = 'waiting' and split_part(address, '@', 2) > o.name order by 1 limit 1) n),
   open_to as materialized (
     select name, is_machine, exists (select from exchange.circuit c where c.destination = o.name and c.open_until > '-infinity') as is_on_trial from destination o
     where not exists (select from exchange.circuit c
       where c.open_until > $1 and (c.destination = o.name or (c.destination = 'relay' and not o.is_machine))))`;

/**
 * Statistics of a table say nothing of what waits at this very moment: PostgreSQL believes that it is next to nothing, and reads and sorts all of it, for each
 * look. For the rest of this transaction it goes along the indexes, which are in the order that is asked.
 */
export async function goAlongIndexes(tx: Sql): Promise<void> {
  await tx.query(
    'exchange-along-indexes',
    `select set_config('enable_sort', 'off', true), set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)`,
  );
}

/**
 * Takes what is due, in the order of each patient and report: a later one waits for the earlier. What another worker has in hand, or whose
 * destination is left alone for now, is not taken; of one that was left alone until now, one alone, to try it.
 */
export async function leaseDeliveries(db: Db, { now, until, most, kind }: LeaseAsked): Promise<Leased[]> {
  return db.transaction(async (tx, end) => {
    const given = [now, until, most, kind === undefined ? null : kind === 'machine'];
    const answers = Promise.all([goAlongIndexes(tx), tx.query<Leased & Record<string, unknown>>('exchange-lease', LEASE, given)]);
    end();
    return (await answers)[1];
  });
}

const LEASE = `with ${OPEN_DESTINATIONS},
     due as materialized (
       select d.patient_id, d.delivery_id from open_to o cross join lateral (
         select patient_id, delivery_id, next_at from exchange.delivery w
         where state = 'waiting' and split_part(address, '@', 2) = o.name and next_at <= $1 and (leased_until is null or leased_until <= $1)
           and (select e.delivery_id from exchange.delivery e where e.patient_id = w.patient_id and e.structure = w.structure and e.set_id = w.set_id
             and e.recipient = w.recipient and e.state = 'waiting' and e.delivery_id < w.delivery_id limit 1) is null
         order by next_at, delivery_id limit case when o.is_on_trial then 1 else $3 end) d
       where $4::boolean is null or o.is_machine = $4
       order by d.next_at, d.delivery_id
       limit case when $4 is not true and exists (select from exchange.circuit where destination = 'relay') then 1 else $3 end),
     taken as materialized (
       select t.patient_id, t.delivery_id from due cross join lateral (
         select patient_id, delivery_id from exchange.delivery
         where patient_id = due.patient_id and delivery_id = due.delivery_id and state = 'waiting' and next_at <= $1 and (leased_until is null or leased_until <= $1)
         for update skip locked) t)
     update exchange.delivery d set leased_until = $2 from taken t where d.patient_id = t.patient_id and d.delivery_id = t.delivery_id
     returning d.patient_id as "patientId", d.delivery_id as "deliveryId", document_id as "documentId", unique_id as "uniqueId", structure, set_id as "setId", recipient, action,
       address, tries, created_at as "createdAt"`;
