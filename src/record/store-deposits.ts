import type { RefusalCode, Sql } from '#kernel';

/** What the sender is told of a deposit. */
export interface Receipt {
  depositId: string;
  /** `stored`; `identity`: kept, a person has to say whose it is; `refused`. */
  state: 'stored' | 'identity' | 'refused';
  documentId: string | null;
  uniqueId: string | null;
  receivedAt: string;
  refusal: { code: RefusalCode; at: string | null; message: string } | null;
}

interface DepositRow extends Record<string, unknown> {
  depositId: string;
  state: Receipt['state'];
  documentId: string | null;
  uniqueId: string;
  receivedAt: Date;
}

const RECEIPT = `deposit_id as "depositId", state, document_id as "documentId", unique_id as "uniqueId", received_at as "receivedAt"`;

const receiptOf = ({ receivedAt, ...row }: DepositRow): Receipt => ({ ...row, receivedAt: receivedAt.toISOString(), refusal: null });

/** The receipt given for these bytes to this sender, if they were taken before. */
export async function receiptOfBytes(sql: Sql, sha256: Buffer, senderId: string): Promise<Receipt | undefined> {
  const [row] = await sql.query<DepositRow>(
    'deposit-by-bytes',
    `select ${RECEIPT} from record.deposit where sha256 = $1 and sender_id = $2`,
    [sha256, senderId],
  );
  return row && receiptOf(row);
}

/** A receipt by its id, for the senders it was given to: that of the first copy, and those of further ones, while it waits and after. */
export async function receiptById(sql: Sql, depositId: string, senderId: string): Promise<Receipt | undefined> {
  const [row] = await sql.query<DepositRow>(
    'deposit-by-id',
    `select ${RECEIPT} from record.deposit d where deposit_id = $1 and (sender_id = $2 or exists (
       select from record.arrival a where a.patient_id = d.patient_id and a.document_id = d.document_id and a.sender_id = $2)
       or exists (select from record.waiting_arrival w where w.deposit_id = d.deposit_id and w.sender_id = $2))`,
    [depositId, senderId],
  );
  if (row && row.state !== 'refused') return receiptOf(row);
  const [refused] = await sql.query<{ code: RefusalCode; at: string | null; message: string; receivedAt: Date }>(
    'deposit-refused-by-id',
    `select code, at, message, first_received_at as "receivedAt" from record.quarantine
     where deposit_id = $1 and (sender_id = $2 or exists (select from record.waiting_arrival w where w.deposit_id = $1 and w.sender_id = $2))`,
    [depositId, senderId],
  );
  if (!refused) return undefined;
  const { receivedAt, ...refusal } = refused;
  return { depositId, state: 'refused', documentId: null, uniqueId: null, receivedAt: receivedAt.toISOString(), refusal };
}

export interface RefusedOriginal {
  sha256: Buffer;
  senderId: string;
  depositId: string;
  structures: string[];
  code: RefusalCode;
  at: string | undefined;
  message: string;
  mediaType: string;
  /** Empty when not even the original may be kept. */
  bytes: Buffer;
  receivedAt: string;
}

/** Keeps a refused original for a while. The same bytes again are counted, not kept twice. @returns the deposit's id */
export async function quarantine(sql: Sql, refused: RefusedOriginal): Promise<string> {
  const [row] = await sql.query<{ depositId: string }>(
    'quarantine',
    `insert into record.quarantine (sha256, sender_id, deposit_id, structures, code, at, message, media_type, bytes, first_received_at, last_received_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
     on conflict (sha256, sender_id) do update
       set last_received_at = excluded.last_received_at, times = quarantine.times + 1,
           code = excluded.code, at = excluded.at, message = excluded.message,
           bytes = case when excluded.bytes = '' then excluded.bytes else quarantine.bytes end
     returning deposit_id as "depositId"`,
    [
      refused.sha256,
      refused.senderId,
      refused.depositId,
      refused.structures,
      refused.code,
      refused.at ?? null,
      refused.message,
      refused.mediaType,
      refused.bytes,
      refused.receivedAt,
    ],
  );
  return row!.depositId;
}

/** Forgets refused originals older than the delay. @returns how many */
export async function forgetQuarantine(sql: Sql, before: Date): Promise<number> {
  const [row] = await sql.query<{ gone: number }>(
    'quarantine-forget',
    'with gone as (delete from record.quarantine where last_received_at < $1 returning 1) select count(*)::int as gone from gone',
    [before],
  );
  return row!.gone;
}

/**
 * What waits or was refused, counted by reason: for the regional team and the metrics. `shared-identifier` counts, besides, the documents
 * whose identifier another structure had already used: one of the two is wrong, and both are kept.
 */
export function depositCounts(sql: Sql): Promise<{ state: string; deposits: number }[]> {
  return sql.query(
    'deposit-counts',
    `select state, count(*) as deposits from record.deposit group by state
     union all select 'quarantine:' || code, count(*) from record.quarantine group by code
     union all select 'shared-identifier', count(*) from record.deposit where identifier_is_shared having count(*) > 0`,
  );
}

/** Refused originals of some structures, newest first; the bytes are read apart. */
export function quarantined(
  sql: Sql,
  structures: readonly string[],
): Promise<
  { depositId: string; code: string; at: string | null; message: string; lastReceivedAt: Date; times: number; sizeBytes: number }[]
> {
  return sql.query(
    'quarantine-list',
    `select deposit_id as "depositId", code, at, message, last_received_at as "lastReceivedAt", times, length(bytes) as "sizeBytes"
     from record.quarantine where structures && $1::text[] order by last_received_at desc limit 200`,
    [structures],
  );
}

export async function quarantinedOriginal(
  sql: Sql,
  depositId: string,
  structures: readonly string[],
): Promise<{ bytes: Buffer; mediaType: string } | undefined> {
  const [row] = await sql.query<{ bytes: Buffer; mediaType: string }>(
    'quarantine-bytes',
    `select bytes, media_type as "mediaType" from record.quarantine where deposit_id = $1 and structures && $2::text[] and bytes <> ''`,
    [depositId, structures],
  );
  return row;
}

/** What is filed in these records, without anything of what it says: for those who work on identities. The latest first. */
export async function filedIn(
  sql: Sql,
  patientIds: readonly string[],
): Promise<{ depositId: string; patientId: string; sender: string; receivedAt: string }[]> {
  const rows = await sql.query<{ depositId: string; patientId: string; sender: string; receivedAt: Date }>(
    'deposits-filed-in',
    `select d.deposit_id as "depositId", o.patient_id as "patientId", d.structure as sender, d.received_at as "receivedAt"
       from record.original o join record.deposit d on d.sha256 = o.sha256 and d.state = 'stored' and d.patient_id = o.patient_id
      where o.patient_id = any($1::uuid[]) order by d.received_at desc, d.deposit_id`,
    [patientIds],
  );
  return rows.map((row) => ({ ...row, receivedAt: row.receivedAt.toISOString() }));
}

/** How a document came: what its trace begins with. */
export interface ArrivalOfDocument {
  receivedAt: Date;
  sender: string;
  channel: string;
  mediaType: string;
  sizeBytes: number;
  /** Of the bytes received. */
  sha256: string;
  /** Sender and format as they were read; null: stored before they were kept. */
  source: string | null;
  /** JSON text of its head: how its patient was told. */
  head: string;
  results: number;
  /** JSON text of TimeOfSteps. */
  took: string | null;
}

export async function arrivalOfDocument(sql: Sql, homes: readonly string[], documentId: string): Promise<ArrivalOfDocument | undefined> {
  const [found] = await sql.query<ArrivalOfDocument & Record<string, unknown>>(
    'record-arrival-of-document',
    `select d.received_at as "receivedAt", t.sender_id as sender, d.channel, o.media_type as "mediaType", o.size_bytes as "sizeBytes",
       encode(t.sha256, 'hex') as sha256, d.source, d.head, d.took, case when d.kind = 'laboratory-report' then jsonb_array_length(d.results::jsonb) else 0 end as results
     from record.document d join record.original o using (patient_id, document_id)
     join record.deposit t on t.unique_id = d.unique_id and t.document_id = d.document_id
     where d.patient_id = any($1::uuid[]) and d.document_id = $2`,
    [homes, documentId],
  );
  return found;
}

/** The deposit that a document came in, and the record that it is at home in; undefined once it left the record. */
export async function depositOfDocument(sql: Sql, documentId: string): Promise<{ depositId: string; patientId: string } | undefined> {
  const [found] = await sql.query<{ depositId: string; patientId: string }>(
    'record-deposit-of-document',
    `select deposit_id as "depositId", patient_id as "patientId" from record.deposit where document_id = $1 and state = 'stored'
     order by received_at limit 1`,
    [documentId],
  );
  return found;
}

/** What each system deposited on each day, and when last. */
export interface DepositsOfDay {
  /** Principal id: `system:…`. */
  sender: string;
  /** `2026-11-22`, in the zone asked for. */
  day: string;
  deposits: number;
  refused: number;
  lastAt: Date;
}

/** Since an instant. Numbers of deposits are made of their time: they are found by it. */
export function depositsByDay(sql: Sql, { since, zone }: { since: Date; zone: string }): Promise<DepositsOfDay[]> {
  const from = since.getTime().toString(16).padStart(12, '0');
  return sql.query<DepositsOfDay & Record<string, unknown>>(
    'deposit-by-day',
    `select sender_id as sender, to_char(received_at at time zone $2, 'YYYY-MM-DD') as day, count(*)::int as deposits,
       count(*) filter (where state = 'refused')::int as refused, max(received_at) as "lastAt"
     from record.deposit where deposit_id >= $1::uuid and sender_id like 'system:%' group by 1, 2 order by 1, 2`,
    [`${from.slice(0, 8)}-${from.slice(8)}-0000-0000-000000000000`, zone],
  );
}
