import type { Sql } from '#kernel';
import { findFiledUnder } from '#record';
import type { DeliveryState, RecipientRole } from './contract.ts';

/** What is told of deliveries, and what puts one back on its way: the SQL of the trace and of the worklist. */

/** The document that an identifier names, among those of these structures (null: of all). */
export async function findDocument(
  sql: Sql,
  identifier: string,
  structures: readonly string[] | null,
): Promise<{ patientId: string; documentId: string; structure: string } | undefined> {
  const id = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(identifier) ? identifier : null;
  const [found] = await sql.query<{ patientId: string; documentId: string; structure: string }>(
    'exchange-find',
    `select patient_id as "patientId", document_id as "documentId", structure from (
       select patient_id, document_id, structure from exchange.delivery where unique_id = $1
       union all select patient_id, document_id, structure from exchange.delivery where delivery_id = $2::uuid
       union all select patient_id, document_id, structure from exchange.dispatch where document_id = $2::uuid
       union all select d.patient_id, d.document_id, d.structure
         from exchange.message m join exchange.delivery d using (patient_id, delivery_id) where m.message_id = $1) d
     where $3::text[] is null or structure = any($3::text[])
     order by document_id desc limit 1`,
    [identifier, id, structures],
  );
  if (found || id !== null) return found;
  // Sent to nobody: known by its identifier to the record alone.
  for (const { documentId } of await findFiledUnder(sql, identifier)) {
    const filed = await findDocument(sql, documentId, structures);
    if (filed) return filed;
  }
  return undefined;
}

export interface DispatchRow {
  notedAt: Date;
  routedAt: Date | null;
  fault: string | null;
  routed: string | null;
  /** Null: routed before rules had versions. */
  rulesVersion: number | null;
  /** When it left the record, or was withdrawn from reading. */
  recalledAt: Date | null;
}

/** How the document was routed, the first time. */
export async function dispatchOf(sql: Sql, patientId: string, documentId: string): Promise<DispatchRow | undefined> {
  const [found] = await sql.query<DispatchRow & Record<string, unknown>>(
    'exchange-dispatch-of',
    `select noted_at as "notedAt", routed_at as "routedAt", fault, routed, rules_version as "rulesVersion",
       (select min(w.noted_at) from exchange.dispatch w where w.patient_id = $1 and w.document_id = $2 and w.kind = 'withdrawn') as "recalledAt"
     from exchange.dispatch
     where patient_id = $1 and document_id = $2 order by event_id limit 1`,
    [patientId, documentId],
  );
  return found;
}

export interface DeliveryRow {
  deliveryId: string;
  uniqueId: string;
  action: 'send' | 'recall';
  role: RecipientRole;
  recipient: string;
  recipientName: string;
  address: string | null;
  rule: string;
  state: DeliveryState;
  reason: string | null;
  tries: number;
  nextAt: Date;
}

export function deliveriesOf(sql: Sql, patientId: string, documentId: string): Promise<DeliveryRow[]> {
  return sql.query<DeliveryRow & Record<string, unknown>>(
    'exchange-deliveries-of',
    `select delivery_id as "deliveryId", unique_id as "uniqueId", action, role, recipient, recipient_name as "recipientName", address, rule, state,
       reason, tries, next_at as "nextAt"
     from exchange.delivery where patient_id = $1 and document_id = $2 order by delivery_id`,
    [patientId, documentId],
  );
}

export interface AttemptRow {
  deliveryId: string;
  at: Date;
  step: string;
  actor: string;
  detail: string | null;
  tookMs: number | null;
}

/** In order; what is said at once to be filed was sent first, in the same instant. */
export function attemptsOf(sql: Sql, patientId: string, deliveryIds: readonly string[]): Promise<AttemptRow[]> {
  return sql.query<AttemptRow & Record<string, unknown>>(
    'exchange-attempts-of',
    `select delivery_id as "deliveryId", at, step, actor, detail, took_ms as "tookMs" from exchange.attempt
     where patient_id = $1 and delivery_id = any($2::uuid[]) order by at, step = 'filed', attempt_id`,
    [patientId, deliveryIds],
  );
}

export interface MessageRow {
  deliveryId: string;
  messageId: string;
  address: string;
  sha256: string;
  sizeBytes: number;
  preparedAt: Date;
}

export function messagesOf(sql: Sql, patientId: string, deliveryIds: readonly string[]): Promise<MessageRow[]> {
  return sql.query<MessageRow & Record<string, unknown>>(
    'exchange-messages-of',
    `select delivery_id as "deliveryId", message_id as "messageId", address, encode(sha256, 'hex') as sha256, size_bytes as "sizeBytes",
       prepared_at as "preparedAt"
     from exchange.message where patient_id = $1 and delivery_id = any($2::uuid[]) order by prepared_at desc`,
    [patientId, deliveryIds],
  );
}

/** The last mail of a delivery of these structures. */
export async function bytesOf(
  sql: Sql,
  deliveryId: string,
  structures: readonly string[],
): Promise<{ patientId: string; structure: string; zstd: Buffer } | undefined> {
  const [found] = await sql.query<{ patientId: string; structure: string; zstd: Buffer }>(
    'exchange-bytes',
    `select d.patient_id as "patientId", d.structure, m.zstd from exchange.delivery d join exchange.message m using (patient_id, delivery_id)
     where d.delivery_id = $1 and d.structure = any($2::text[]) order by m.prepared_at desc limit 1`,
    [deliveryId, structures],
  );
  return found;
}

export interface ToMendRow {
  patientId: string;
  deliveryId: string;
  action: 'send' | 'recall';
  uniqueId: string;
  structure: string;
  recipient: string;
  recipientName: string;
  address: string | null;
  state: 'held' | 'dead';
  reason: string;
  createdAt: Date;
}

const TO_MEND = `patient_id as "patientId", delivery_id as "deliveryId", action, unique_id as "uniqueId", structure, recipient, recipient_name as "recipientName",
  address, state, reason, created_at as "createdAt"`;

/** What did not leave or did not arrive, latest first. */
export function toMend(sql: Sql, structures: readonly string[] | null, most: number): Promise<ToMendRow[]> {
  return sql.query<ToMendRow & Record<string, unknown>>(
    'exchange-to-mend',
    `select ${TO_MEND} from exchange.delivery where state in ('held', 'dead') and ($1::text[] is null or structure = any($1::text[]))
     order by created_at desc, delivery_id desc limit $2`,
    [structures, most],
  );
}

/** Those of the given deliveries that can be replayed, held until the end of the transaction. */
export function lockToMend(tx: Sql, deliveryIds: readonly string[], structures: readonly string[] | null): Promise<ToMendRow[]> {
  return tx.query<ToMendRow & Record<string, unknown>>(
    'exchange-lock-to-mend',
    `select ${TO_MEND} from exchange.delivery where delivery_id = any($1::uuid[]) and state in ('held', 'dead') and (action = 'send' or recipient like 'shared:%' or recipient like 'software:%')
       and ($2::text[] is null or structure = any($2::text[])) order by delivery_id for update`,
    [deliveryIds, structures],
  );
}

/** Whether the recipient got a later version of the same report: an older one is then never sent after it. */
export async function gotLater(tx: Sql, { patientId, deliveryId }: ToMendRow): Promise<boolean> {
  const rows = await tx.query(
    'exchange-got-later',
    `select 1 from exchange.delivery d join exchange.delivery e using (patient_id, structure, set_id, recipient)
     where d.patient_id = $1 and d.delivery_id = $2 and e.delivery_id > d.delivery_id and e.action = 'send'
       and e.state in ('waiting', 'sent', 'delivered', 'read') limit 1`,
    [patientId, deliveryId],
  );
  return rows.length > 0;
}

export async function putBack(
  tx: Sql,
  { patientId, deliveryId }: ToMendRow,
  after: { state: 'waiting' | 'held' | 'cancelled'; address?: string; reason?: string; now: Date },
): Promise<void> {
  await tx.query(
    'exchange-put-back',
    `update exchange.delivery set state = $3::text, address = coalesce($4::text, address), reason = $5, tries = 0, next_at = $6::timestamptz,
       created_at = $6::timestamptz, settled_at = case when $3::text = 'cancelled' then $6::timestamptz end, leased_until = null
     where patient_id = $1 and delivery_id = $2`,
    [patientId, deliveryId, after.state, after.address ?? null, after.reason ?? null, after.now],
  );
}
