import type { Sql } from '#kernel';
import type { Leased } from './store-lease.ts';

/** Deliveries under way: the SQL of what became of each try, of circuits and of what was sent. */

/** Something happened to a delivery: one more row, and what the delivery says now. */
export interface Happening {
  patientId: string;
  deliveryId: string;
  attemptId: string;
  at: Date;
  step: string;
  actor: string;
  detail?: string;
  tookMs?: number;
}

export const writeAttempt = (tx: Sql, happening: Happening): Promise<void> => writeAttempts(tx, [happening]);

/** The same happening again is written once. */
export async function writeAttempts(tx: Sql, happenings: readonly Happening[]): Promise<void> {
  await tx.query(
    'exchange-attempts',
    `insert into exchange.attempt (patient_id, delivery_id, attempt_id, at, step, actor, detail, took_ms)
     select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::int[]) on conflict do nothing`,
    [
      happenings.map(({ patientId }) => patientId),
      happenings.map(({ deliveryId }) => deliveryId),
      happenings.map(({ attemptId }) => attemptId),
      happenings.map(({ at }) => at),
      happenings.map(({ step }) => step),
      happenings.map(({ actor }) => actor),
      happenings.map(({ detail }) => detail?.slice(0, 500) ?? null),
      happenings.map(({ tookMs }) => tookMs ?? null),
    ],
  );
}

/** The state after a try of the worker that holds it; a worker whose lease passed to another changes nothing. @returns whether it held it */
export async function settleTry(
  tx: Sql,
  { patientId, deliveryId }: Leased,
  lease: Date,
  after: { state: 'waiting' | 'dead'; reason?: string; tries: number; nextAt: Date; now: Date },
): Promise<boolean> {
  const rows = await tx.query(
    'exchange-settle',
    `update exchange.delivery set state = $4, reason = $5, tries = $6, next_at = $7, leased_until = null,
       settled_at = case when $4 = 'waiting' then null else $8::timestamptz end
     where patient_id = $1 and delivery_id = $2 and leased_until = $3 and state = 'waiting' returning 1`,
    [patientId, deliveryId, lease, after.state, after.reason ?? null, after.tries, after.nextAt, after.now],
  );
  return rows.length === 1;
}

/** A try that the other side took. */
export interface SentToSettle {
  delivery: Leased;
  lease: Date;
  attemptId: string;
  reply: string;
  tookMs: number;
  /** The other side said at once that it has it: the line of that. */
  filedId?: string | undefined;
  /** Whose circuits it closes. */
  destinations: readonly string[];
  now: Date;
}

/**
 * What the other side took, each from the worker that holds it: states, steps and circuits, in one statement. A notification may have overtaken the word that
 * a mail was accepted: lock the deliveries before, so that what it said is seen. They are found by their key: an index of what waits has all that waits.
 */
export async function settleSent(tx: Sql, sent: readonly SentToSettle[]): Promise<void> {
  await tx.query(
    'exchange-sent-settle',
    `with given as (
       select * from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::int[], $5::timestamptz[], $6::uuid[], $7::text[], $8::int[], $9::uuid[], $10::text[])
         as g (patient_id, delivery_id, lease, tries, at, attempt_id, reply, took_ms, filed_id, address)),
     settled as (
       update exchange.delivery d set tries = g.tries, reason = null, next_at = g.at, settled_at = g.at, leased_until = null,
         state = (select case when bool_or(a.step = 'read') then 'read' when g.filed_id is not null or bool_or(a.step in ('delivered', 'filed')) then 'delivered' else 'sent' end
           from exchange.attempt a where a.patient_id = g.patient_id and a.delivery_id = g.delivery_id)
       from given g where d.patient_id = g.patient_id and d.delivery_id = g.delivery_id and d.leased_until = g.lease and d.state || '' = 'waiting'
       returning d.delivery_id),
     closed as (delete from exchange.circuit where destination = any($11::text[]))
     insert into exchange.attempt (patient_id, delivery_id, attempt_id, at, step, actor, detail, took_ms)
     select patient_id, delivery_id, attempt_id, at, 'sent', 'cigogne', reply, took_ms from given join settled using (delivery_id)
     union all
     select patient_id, delivery_id, filed_id, at, 'filed', address, reply, null from given join settled using (delivery_id) where filed_id is not null`,
    [
      sent.map(({ delivery }) => delivery.patientId),
      sent.map(({ delivery }) => delivery.deliveryId),
      sent.map(({ lease }) => lease),
      sent.map(({ delivery }) => delivery.tries + 1),
      sent.map(({ now }) => now),
      sent.map(({ attemptId }) => attemptId),
      sent.map(({ reply }) => reply.slice(0, 500)),
      sent.map(({ tookMs }) => tookMs),
      sent.map(({ filedId }) => filedId ?? null),
      sent.map(({ delivery }) => delivery.address),
      [...new Set(sent.flatMap(({ destinations }) => destinations))],
    ],
  );
}

/** What a notification makes of a delivery. */
export interface Move {
  patientId: string;
  deliveryId: string;
  state: 'delivered' | 'read' | 'dead';
  reason?: string;
  now: Date;
}

/** Notifications move deliveries forward, never back: `read` stays read when `delivered` comes late. One move a delivery. */
export async function moveAllForward(tx: Sql, moves: readonly Move[]): Promise<void> {
  if (moves.length === 0) return;
  // Found by their key: an index by state has all that is in that state.
  await tx.query(
    'exchange-forward',
    `update exchange.delivery d set state = g.state, reason = g.reason, settled_at = g.at
     from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[]) as g (patient_id, delivery_id, state, reason, at)
     where d.patient_id = g.patient_id and d.delivery_id = g.delivery_id and (d.state || '' = 'sent' or (d.state || '' = 'delivered' and g.state = 'read'))`,
    [
      moves.map(({ patientId }) => patientId),
      moves.map(({ deliveryId }) => deliveryId),
      moves.map(({ state }) => state),
      moves.map(({ reason }) => reason ?? null),
      moves.map(({ now }) => now),
    ],
  );
}

/**
 * Holds deliveries until the end of the transaction: a notification and the word that the mail was accepted are written one after the other, so
 * that whichever is second sees the first. Always in the same order.
 */
export async function lockDeliveries(tx: Sql, deliveries: readonly Pick<Leased, 'patientId' | 'deliveryId'>[]): Promise<void> {
  await tx.query(
    'exchange-lock',
    `select 1 from unnest($1::uuid[], $2::uuid[]) as k (patient_id, delivery_id)
     join exchange.delivery d on d.patient_id = k.patient_id and d.delivery_id = k.delivery_id order by d.delivery_id for update of d`,
    [deliveries.map(({ patientId }) => patientId), deliveries.map(({ deliveryId }) => deliveryId)],
  );
}

export interface StoredMessage {
  messageId: string;
  zstd: Buffer;
  preparedAt: Date;
}

export async function findMessage(sql: Sql, patientId: string, deliveryId: string, address: string): Promise<StoredMessage | undefined> {
  const [found] = await sql.query<StoredMessage & Record<string, unknown>>(
    'exchange-message',
    `select message_id as "messageId", zstd, prepared_at as "preparedAt" from exchange.message where patient_id = $1 and delivery_id = $2 and address = $3`,
    [patientId, deliveryId, address],
  );
  return found;
}

/** The last mail of this document, or of an earlier version of it, that this recipient got: what a correction or a recall answers. */
export async function lastMailTo(
  sql: Sql,
  { patientId, structure, setId, recipient, deliveryId }: Leased,
): Promise<{ messageId: string; zstd: Buffer } | undefined> {
  const [found] = await sql.query<{ messageId: string; zstd: Buffer }>(
    'exchange-last-mail',
    `select m.message_id as "messageId", m.zstd from exchange.delivery d join exchange.message m using (patient_id, delivery_id)
     where d.patient_id = $1 and d.structure = $2 and d.set_id = $3 and d.recipient = $4 and d.delivery_id <> $5 and d.action = 'send'
       and d.state in ('sent', 'delivered', 'read') and (m.address = d.address or d.recipient = 'patient' or d.role = 'software')
     order by d.delivery_id desc limit 1`,
    [patientId, structure, setId, recipient, deliveryId],
  );
  return found;
}

/** What of this very document went to this recipient, compressed. */
export async function sentOf(sql: Sql, { patientId, documentId, recipient }: Leased): Promise<Buffer | undefined> {
  const [found] = await sql.query<{ zstd: Buffer }>(
    'exchange-sent-of',
    `select m.zstd from exchange.delivery d join exchange.message m using (patient_id, delivery_id)
     where d.patient_id = $1 and d.document_id = $2 and d.recipient = $3 and d.action = 'send' and d.state in ('sent', 'delivered', 'read')
     order by m.prepared_at desc limit 1`,
    [patientId, documentId, recipient],
  );
  return found?.zstd;
}

/**
 * A destination failed: from `after` failures in a row it is left alone for a while. What fails together while it is left alone counts once, so
 * that the next try does not come an hour later for it.
 */
export async function openCircuit(
  tx: Sql,
  {
    destination,
    after,
    until,
    reason,
    now,
  }: { destination: string; after: number; until: (failures: number) => Date; reason: string; now: Date },
): Promise<void> {
  const [row] = await tx.query<{ failures: number; isOpen: boolean }>(
    'exchange-circuit-fail',
    `insert into exchange.circuit as c (destination, failures, open_until, reason) values ($1, 1, '-infinity', $2)
     on conflict (destination) do update set failures = c.failures + case when c.open_until > $3 then 0 else 1 end, reason = excluded.reason
     returning failures, open_until > $3 as "isOpen"`,
    [destination, reason, now],
  );
  const { failures, isOpen } = row!;
  if (isOpen || failures < after) return;
  await tx.query('exchange-circuit-open', 'update exchange.circuit set open_until = $2 where destination = $1', [
    destination,
    until(failures - after + 1),
  ]);
}
