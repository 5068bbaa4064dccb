import type { AskedBy, Principal } from '#access';
import type { Sql } from '#kernel';
import type { Subscription, SubscriptionStatus, Told, Wish } from './subscription.ts';

/** The one place that knows the tables of subscriptions. */

/** Names a subscription by websocket that has something to look at: whichever process holds its socket wakes it. */
export const CHANNEL = 'cigogne_subscription';

/** A subscription with whoever asked for it. */
export interface KeptSubscription extends Subscription {
  principal: Principal;
  failures: number;
  /** Last time that something was said with success. */
  spokenAt?: Date;
}

const COLUMNS = `subscription_id as "subscriptionId", principal, topic, content, about, channel, endpoint, headers, heartbeat_seconds as "heartbeatSeconds", reason, status,
  error, events, failures, spoken_at as "spokenAt", created_at as "createdAt", ends_at as "endsAt"`;

/** FHIR writes nothing where SQL writes null. */
const kept = (row: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as unknown as KeptSubscription;

export async function insertSubscription(
  sql: Sql,
  { subscriptionId, principal, wish, now, endsAt }: { subscriptionId: string; principal: Principal; wish: Wish; now: Date; endsAt: Date },
): Promise<void> {
  const { topic, content, about, channel, endpoint, headers, heartbeatSeconds, reason } = wish;
  await sql.query(
    'fhir-subscription-insert',
    `insert into fhir.subscription (subscription_id, principal, holder, about, channel, endpoint, headers, heartbeat_seconds, reason, status, next_at,
       created_at, ends_at, topic, content) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'requested', $10, $10, $11, $12, $13)`,
    [
      subscriptionId,
      JSON.stringify(principal),
      principal.id,
      about ?? null,
      channel,
      endpoint ?? null,
      JSON.stringify(headers),
      heartbeatSeconds ?? null,
      reason ?? null,
      now,
      endsAt,
      topic,
      content,
    ],
  );
}

/** Those of one person, asked for through one software or none. */
export async function subscriptionsOf(sql: Sql, { id, software }: Principal, subscriptionId?: string): Promise<KeptSubscription[]> {
  const rows = await sql.query(
    'fhir-subscriptions-of',
    `select ${COLUMNS} from fhir.subscription where holder = $1 and ($2::uuid is null or subscription_id = $2)
       and principal -> 'software' ->> 'clientId' is not distinct from $3 order by created_at`,
    [id, subscriptionId ?? null, software?.clientId ?? null],
  );
  return rows.map(kept);
}

export async function deleteSubscription(sql: Sql, subscriptionId: string): Promise<void> {
  await sql.query(
    'fhir-subscription-delete',
    `with gone as (delete from fhir.subscription where subscription_id = $1 returning subscription_id, channel)
     select pg_notify($2, subscription_id::text) from gone where channel = 'websocket'`,
    [subscriptionId, CHANNEL],
  );
}

/** Subscriptions in force that new reports of these records may concern. */
export async function subscriptionsInForce(sql: Sql, patientIds: readonly string[], now: Date): Promise<KeptSubscription[]> {
  const rows = await sql.query(
    'fhir-subscriptions-in-force',
    `select ${COLUMNS} from fhir.subscription where status <> 'off' and ends_at > $2 and (about is null or about = any($1::uuid[]))`,
    [patientIds, now],
  );
  return rows.map(kept);
}

export interface WaitingEvent {
  kind: 'report-stored' | 'document-stored';
  patientId: string;
  subscriptionId: string;
  documentId: string;
  structure: string;
  setId: string;
  /** How many it has: when all are hidden from a reader, so is the report. */
  results: number;
  at: Date;
}

/** Something told, with what it was. */
export type ToldEvent = Told & { event: WaitingEvent };

/** Notes what there is to tell, has the hooks called at once, and wakes the sockets. */
export async function insertEvents(tx: Sql, events: readonly WaitingEvent[], now: Date): Promise<void> {
  await tx.query(
    'fhir-subscription-events',
    `with noted as (
       insert into fhir.subscription_event (kind, patient_id, subscription_id, document_id, structure, set_id, results, at)
       select kind, "patientId", "subscriptionId", "documentId", structure, "setId", results, at
       from jsonb_to_recordset($1::jsonb) as e (kind text, "patientId" uuid, "subscriptionId" uuid, "documentId" uuid, structure text, "setId" text, results int, at timestamptz)
       on conflict do nothing returning subscription_id),
     due as (update fhir.subscription set next_at = $2 where status = 'active' and subscription_id in (select subscription_id from noted))
     select pg_notify($3, subscription_id::text) from fhir.subscription
     where channel = 'websocket' and subscription_id in (select subscription_id from noted)`,
    [JSON.stringify(events), now, CHANNEL],
  );
}

const EVENT = `kind, patient_id as "patientId", subscription_id as "subscriptionId", document_id as "documentId", structure, set_id as "setId", results, at`;

export function waitingEvents(sql: Sql, subscriptionId: string, limit: number): Promise<WaitingEvent[]> {
  return sql.query<WaitingEvent & Record<string, unknown>>(
    'fhir-subscription-waiting',
    `select ${EVENT} from fhir.subscription_event where subscription_id = $1 order by at, document_id limit $2`,
    [subscriptionId, limit],
  );
}

/** What was told, by its number: `since` and `until` count. */
export function toldEvents(
  sql: Sql,
  subscriptionId: string,
  { since, until, limit }: { since: number; until: number; limit: number },
): Promise<(WaitingEvent & { number: number })[]> {
  return sql.query<WaitingEvent & { number: number } & Record<string, unknown>>(
    'fhir-subscription-told',
    `select number, ${EVENT} from fhir.subscription_told where subscription_id = $1 and number between $2 and $3 order by number limit $4`,
    [subscriptionId, since, until, limit],
  );
}

/** Takes a hook that is due, for so long: no other process calls it meanwhile. */
export async function takeDueHook(sql: Sql, now: Date, until: Date): Promise<(KeptSubscription & { headers: string[] }) | undefined> {
  const [row] = await sql.query(
    'fhir-subscription-due',
    `update fhir.subscription set next_at = $2 where subscription_id = (
       select subscription_id from fhir.subscription where channel = 'rest-hook' and status <> 'off' and next_at <= $1
       order by next_at limit 1 for update skip locked) returning ${COLUMNS}`,
    [now, until],
  );
  return row && kept(row);
}

/** How a call ended: what was told goes, the count of it rises. */
export async function settleSubscription(
  sql: Sql,
  settled: {
    subscriptionId: string;
    status: SubscriptionStatus;
    error?: string | undefined;
    failures: number;
    nextAt: Date;
    /** Something was said, and taken. */
    spokenAt?: Date | undefined;
    told: readonly ToldEvent[];
    done: readonly WaitingEvent[];
  },
): Promise<void> {
  const { subscriptionId, status, error, failures, nextAt, spokenAt, told, done } = settled;
  await sql.query(
    'fhir-subscription-settle',
    `with gone as (delete from fhir.subscription_event where subscription_id = $1 and (patient_id, document_id) in (
       select * from unnest($7::uuid[], $8::uuid[]))),
     kept as (
       insert into fhir.subscription_told (number, kind, patient_id, subscription_id, document_id, structure, set_id, results, at)
       select number, kind, "patientId", $1, "documentId", structure, "setId", results, at
       from jsonb_to_recordset($10::jsonb) as e (number int, kind text, "patientId" uuid, "documentId" uuid, structure text, "setId" text, results int,
         at timestamptz) on conflict do nothing)
     update fhir.subscription set status = $2, error = $3, failures = $4, next_at = $5, events = events + $6,
       spoken_at = coalesce($9, spoken_at) where subscription_id = $1`,
    [
      subscriptionId,
      status,
      error ?? null,
      failures,
      nextAt,
      told.length,
      done.map(({ patientId }) => patientId),
      done.map(({ documentId }) => documentId),
      spokenAt ?? null,
      JSON.stringify(told.map(({ number, event }) => ({ ...event, number }))),
    ],
  );
}

/** What a socket says first, until when, and by what whoever asked for it asks. */
export async function setBinding(
  sql: Sql,
  binding: { subscriptionId: string; hash: Buffer; until: Date; by: AskedBy | undefined },
): Promise<void> {
  await sql.query(
    'fhir-subscription-binding',
    'update fhir.subscription set bind_hash = $2, bind_until = $3, bind_session = $4, bind_account = $5 where subscription_id = $1',
    [binding.subscriptionId, binding.hash, binding.until, binding.by?.session ?? null, binding.by?.account ?? null],
  );
}

/** The subscription of a socket, and what it ends with. */
export async function takeBinding(sql: Sql, hash: Buffer, now: Date): Promise<(KeptSubscription & { by?: AskedBy }) | undefined> {
  const [row] = await sql.query<Record<string, unknown> & { session: Buffer | null; account: string | null }>(
    'fhir-subscription-bind',
    `update fhir.subscription set bind_hash = null, status = 'active' where bind_hash = $1 and bind_until > $2 and channel = 'websocket' and ends_at > $2
     returning ${COLUMNS}, bind_session as session, bind_account as account`,
    [hash, now],
  );
  if (!row) return undefined;
  const { session, account, ...subscription } = row;
  return { ...kept(subscription), ...(session && { by: { session, ...(account !== null && { account }) } }) };
}

export async function subscriptionById(sql: Sql, subscriptionId: string): Promise<KeptSubscription | undefined> {
  const [row] = await sql.query('fhir-subscription-by-id', `select ${COLUMNS} from fhir.subscription where subscription_id = $1`, [
    subscriptionId,
  ]);
  return row && kept(row);
}
