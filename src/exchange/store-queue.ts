import { askedAsOne, type Db, type Sql } from '#kernel';
import type { Destination, Facts, Named, Routed } from './rules.ts';
import { goAlongIndexes, OPEN_DESTINATIONS } from './store-lease.ts';

/** What has to be routed, and who it goes to: the SQL of dispatches and of the deliveries they make. */

/** Told when something was noted, at the commit. */
export const CHANNEL = 'cigogne_exchange';

export interface Dispatch {
  patientId: string;
  eventId: string;
  documentId: string;
  structure: string;
  kind: 'stored' | 'withdrawn';
  tries: number;
}

/** Written in the transaction that takes the events of the record. */
export async function writeDispatches(tx: Sql, dispatches: readonly Omit<Dispatch, 'tries'>[], now: Date): Promise<void> {
  await tx.query(
    'exchange-note',
    `insert into exchange.dispatch (patient_id, event_id, document_id, kind, structure, noted_at, next_at)
     select d."patientId", d."eventId", d."documentId", d.kind, d.structure, $2, $2
     from jsonb_to_recordset($1::jsonb) as d("patientId" uuid, "eventId" uuid, "documentId" uuid, kind text, structure text) on conflict do nothing`,
    [JSON.stringify(dispatches), now],
  );
  await tx.query('exchange-tell', `select pg_notify('${CHANNEL}', '')`);
}

/**
 * The next ones to route, held until the end of the transaction. Two of one patient are never routed at once, nor the later one first; one that
 * waits to be tried again holds back its own document only.
 */
export function takeDispatches(tx: Sql, now: Date, most: number): Promise<Dispatch[]> {
  return tx.query<Dispatch & Record<string, unknown>>(
    'exchange-take-dispatches',
    `select patient_id as "patientId", event_id as "eventId", document_id as "documentId", structure, kind, tries from exchange.dispatch d
     where routed_at is null and next_at <= $1 and not exists (
       select from exchange.dispatch e where e.patient_id = d.patient_id and (e.document_id = d.document_id or e.next_at <= $1) and e.routed_at is null
         and e.event_id < d.event_id)
     order by next_at, event_id limit $2 for update skip locked`,
    [now, most],
  );
}

/** What was decided of a document, by which facts and version of the rules. */
export interface Decided {
  routed: Routed;
  facts?: Facts;
  version?: number;
}

export async function settleDispatches(tx: Sql, settled: readonly (Dispatch & Decided)[], now: Date): Promise<void> {
  await tx.query(
    'exchange-routed',
    `update exchange.dispatch d set routed_at = $1, fault = null, routed = g.routed, facts = g.facts, rules_version = g.version
     from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::int[]) as g (patient_id, event_id, routed, facts, version)
     where d.patient_id = g.patient_id and d.event_id = g.event_id`,
    [
      now,
      settled.map(({ patientId }) => patientId),
      settled.map(({ eventId }) => eventId),
      settled.map(({ routed }) => JSON.stringify(routed)),
      settled.map(({ facts }) => (facts ? JSON.stringify(facts) : null)),
      settled.map(({ version }) => version ?? null),
    ],
  );
}

/**
 * Documents to route and mails to send that could leave now, counted up to `most` of each. While an operator is left alone mails wait for it, not for
 * us: they are not counted.
 */
export async function workBehind(db: Db, now: Date, most: number): Promise<number> {
  const [, [row]] = await db.transaction((tx) =>
    Promise.all([goAlongIndexes(tx), tx.query<{ behind: number }>('exchange-behind', BEHIND, [now, most])]),
  );
  return row!.behind;
}

const BEHIND = `with ${OPEN_DESTINATIONS}
     select (select count(*) from (select from exchange.dispatch where routed_at is null and next_at <= $1 limit $2) d)::int
       + (select count(*) from (select from open_to o cross join lateral (
           select from exchange.delivery where state = 'waiting' and split_part(address, '@', 2) = o.name and next_at <= $1 limit $2) w limit $2) m)::int as behind`;

/** It could not be routed: tried again later, and told in the trace. */
export async function postponeDispatch(sql: Sql, { patientId, eventId }: Dispatch, fault: string, nextAt: Date): Promise<void> {
  await sql.query(
    'exchange-postpone',
    'update exchange.dispatch set tries = tries + 1, fault = $3, next_at = $4 where patient_id = $1 and event_id = $2',
    [patientId, eventId, fault, nextAt],
  );
}

/** Somebody to whom other versions of a document went, or are to go. */
export interface Reached extends Named {
  /** One of them left, or is about to, and was not asked back. */
  hasFormer: boolean;
}

interface VersionSent {
  homes: readonly string[];
  structure: string;
  setId: string;
  replaces: readonly string[];
  documentId: string;
}

/** Those to whom other versions of a document went, or are to go. Of several side by side, it is asked as one. */
export const reachedBefore = askedAsOne(async (tx: Sql, asked: readonly VersionSent[]): Promise<Reached[][]> => {
  // By their patient, few: the index by structure, which grows with all that it sends, is kept out of it; and patient by patient (`offset 0`), or a
  // planner that has not counted yet goes through all that was ever sent.
  const rows = await tx.query<Reached & { n: number }>(
    'exchange-reached',
    `select g.n, (array_agg(d.role order by d.role desc))[1] as role, d.recipient, (array_agg(d.recipient_name order by d.role desc))[1] as name,
       bool_or(d.state in ('waiting', 'sent', 'delivered', 'read') and not exists (select from exchange.delivery r where r.patient_id = d.patient_id
         and r.document_id = d.document_id and r.recipient = d.recipient and r.action = 'recall')) as "hasFormer"
     from jsonb_to_recordset($1::jsonb) as g (n int, homes uuid[], structure text, "setId" text, replaces text[], "documentId" uuid),
       unnest(g.homes) as home,
       lateral (select patient_id, document_id, set_id, unique_id, structure, role, recipient, recipient_name, state from exchange.delivery
         where patient_id = home and action = 'send' offset 0) d
     where d.structure = g.structure and (d.set_id = g."setId" or d.unique_id = any(g.replaces)) and d.document_id <> g."documentId"
       and d.state <> 'cancelled' and d.recipient <> 'nobody'
     group by g.n, d.recipient`,
    [
      JSON.stringify(
        asked.map(({ homes, structure, setId, replaces, documentId }, n) => ({ n, homes, structure, setId, replaces, documentId })),
      ),
    ],
  );
  return asked.map((_, n) => rows.flatMap(({ n: of, ...row }) => (of === n ? [row] : [])));
});

/** When each of these documents first left for a professional, accepted by the operator. */
export function firstSent(
  sql: Sql,
  patientIds: readonly string[],
  documentIds: readonly string[],
): Promise<{ documentId: string; sentAt: Date }[]> {
  return sql.query<{ documentId: string; sentAt: Date }>(
    'exchange-first-sent',
    `select d.document_id as "documentId", min(a.at) as "sentAt" from exchange.delivery d
     join exchange.attempt a on a.patient_id = d.patient_id and a.delivery_id = d.delivery_id and a.step = 'sent'
     where d.patient_id = any($1::uuid[]) and d.document_id = any($2::uuid[]) and d.action = 'send' and d.recipient <> 'patient' group by 1`,
    [patientIds, documentIds],
  );
}

export interface DeliveryToWrite {
  deliveryId: string;
  attemptId: string;
  destination: Destination;
}

interface SentDocument {
  patientId: string;
  documentId: string;
  uniqueId: string;
  setId: string;
  structure: string;
}

/** One row a destination, with its first line in the trace. A destination that is there already is left as it is. */
export async function writeDeliveries(tx: Sql, of: SentDocument, deliveries: readonly DeliveryToWrite[], now: Date): Promise<void> {
  if (deliveries.length > 0) await writeTogether(tx, { of, deliveries, now });
}

interface ToWrite {
  of: SentDocument;
  deliveries: readonly DeliveryToWrite[];
  now: Date;
}

const writeTogether = askedAsOne(async (tx: Sql, asked: readonly ToWrite[]): Promise<void[]> => {
  const rows = asked.flatMap(({ of: { patientId, documentId, uniqueId, setId, structure }, deliveries, now }) =>
    deliveries.map(({ deliveryId, attemptId, destination: { role, recipient, name, address, rule, held } }) => {
      const document = { patientId, documentId, uniqueId, setId, structure };
      return { ...document, now, deliveryId, attemptId, role, recipient, name, address, rule, held };
    }),
  );
  await tx.query(
    'exchange-deliveries',
    `with given as (select * from jsonb_to_recordset($1::jsonb) as g("patientId" uuid, "documentId" uuid, "uniqueId" text, "setId" text, structure text,
         now timestamptz, "deliveryId" uuid, "attemptId" uuid, role text, recipient text, name text, address text, rule text, held text)),
     written as (
       insert into exchange.delivery (patient_id, delivery_id, document_id, unique_id, set_id, structure, action, role, recipient, recipient_name,
         address, rule, state, reason, created_at, next_at)
       select "patientId", "deliveryId", "documentId", "uniqueId", "setId", structure, 'send', role, recipient, name, address, rule,
         case when held is null then 'waiting' else 'held' end, held, now, now from given
       on conflict (patient_id, document_id, action, recipient) do nothing returning delivery_id)
     insert into exchange.attempt (patient_id, delivery_id, attempt_id, at, step, actor, detail)
     select "patientId", "deliveryId", "attemptId", now, case when held is null then 'routed' else 'held' end, 'cigogne', coalesce(held, rule)
     from given join written on written.delivery_id = given."deliveryId"`,
    [JSON.stringify(rows)],
  );
  return asked.map(() => undefined);
});

/** A document left the record: what has not left is cancelled, and who received it is asked to withdraw it. @returns how many are asked */
export async function recallDocument(
  tx: Sql,
  { patientId, documentId }: Pick<Dispatch, 'patientId' | 'documentId'>,
  newId: () => string,
  now: Date,
): Promise<number> {
  await tx.query(
    'exchange-cancel',
    `with gone as (
       update exchange.delivery set state = 'cancelled', reason = 'document.gone', settled_at = $3, leased_until = null
       where patient_id = $1 and document_id = $2 and action = 'send' and state in ('waiting', 'held', 'dead') returning patient_id, delivery_id)
     insert into exchange.attempt (patient_id, delivery_id, attempt_id, at, step, actor, detail)
     select patient_id, delivery_id, gen_random_uuid(), $3, 'cancelled', 'cigogne', 'document.gone' from gone`,
    [patientId, documentId, now],
  );
  const sent = await tx.query<{ deliveryId: string }>(
    'exchange-sent',
    `select delivery_id as "deliveryId" from exchange.delivery
     where patient_id = $1 and document_id = $2 and action = 'send' and state in ('sent', 'delivered', 'read')`,
    [patientId, documentId],
  );
  await writeRecalls(tx, { patientId, deliveryIds: sent.map(({ deliveryId }) => deliveryId) }, newId, now);
  return sent.length;
}

/**
 * Asks a recipient to withdraw each other version of a document that they have; one that did not leave yet does not leave.
 * @param deliveryId of the version that is not for them
 * @returns how many are asked
 */
export async function recallFormers(
  tx: Sql,
  { patientId, deliveryId }: { patientId: string; deliveryId: string },
  newId: () => string,
  now: Date,
): Promise<number> {
  const formers = await tx.query<{ deliveryId: string }>(
    'exchange-formers',
    `select f.delivery_id as "deliveryId" from exchange.delivery d join exchange.delivery f using (patient_id, structure, set_id, recipient)
     where d.patient_id = $1 and d.delivery_id = $2 and f.delivery_id <> d.delivery_id and f.action = 'send' and f.state in ('sent', 'delivered', 'read')`,
    [patientId, deliveryId],
  );
  await tx.query(
    'exchange-cancel-formers',
    `with gone as (
       update exchange.delivery f set state = 'cancelled', reason = 'document.gone', settled_at = $3, leased_until = null from exchange.delivery d
       where d.patient_id = $1 and d.delivery_id = $2 and f.patient_id = d.patient_id and f.structure = d.structure and f.set_id = d.set_id
         and f.recipient = d.recipient and f.delivery_id <> d.delivery_id and f.action = 'send' and f.state = 'waiting'
       returning f.patient_id, f.delivery_id)
     insert into exchange.attempt (patient_id, delivery_id, attempt_id, at, step, actor, detail)
     select patient_id, delivery_id, gen_random_uuid(), $3, 'cancelled', 'cigogne', 'document.gone' from gone`,
    [patientId, deliveryId, now],
  );
  await writeRecalls(tx, { patientId, deliveryIds: formers.map((one) => one.deliveryId) }, newId, now);
  return formers.length;
}

/** One row for each delivery to take back, with its first line in the trace; one that is there already is left as it is. */
async function writeRecalls(
  tx: Sql,
  { patientId, deliveryIds }: { patientId: string; deliveryIds: readonly string[] },
  newId: () => string,
  now: Date,
): Promise<void> {
  for (const deliveryId of deliveryIds) {
    await tx.query(
      'exchange-recall',
      `with recall as (
         insert into exchange.delivery (patient_id, delivery_id, document_id, unique_id, set_id, structure, action, role, recipient, recipient_name,
           address, rule, state, created_at, next_at)
         select patient_id, $3, document_id, unique_id, set_id, structure, 'recall', role, recipient, recipient_name, address, 'R-11', 'waiting', $4, $4
         from exchange.delivery where patient_id = $1 and delivery_id = $2
         on conflict (patient_id, document_id, action, recipient) do nothing returning patient_id, delivery_id)
       insert into exchange.attempt (patient_id, delivery_id, attempt_id, at, step, actor, detail)
       select patient_id, delivery_id, gen_random_uuid(), $4, 'routed', 'cigogne', 'R-11' from recall`,
      [patientId, deliveryId, newId(), now],
    );
  }
}
