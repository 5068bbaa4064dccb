import type { Sql } from '#kernel';
import type { Channel, DocumentHead, Mask } from './document-contract.ts';
import type { PackedOriginal } from './originals.ts';
import type { ReportRights } from './report-rights.ts';
import type { ReportHead } from './stored-report.ts';
import { isCorrection } from './version-number.ts';

/** How a document of any kind is written: one statement, so one transaction, durable when it answers. */

interface ToStore {
  patientId: string;
  original: PackedOriginal & { sha256: Buffer; mediaType: string };
  deposit: { depositId: string; senderId: string };
  eventId: string;
  took?: TimeOfSteps | undefined;
}

/** Milliseconds that each step of the journey took before the document was stored. */
export interface TimeOfSteps {
  read: number;
  identify: number;
  normalise: number;
}

export interface ReportToStore extends ToStore {
  head: ReportHead;
  /** JSON text of StoredResult[]. */
  results: string;
  resultCount: number;
  rights?: ReportRights;
  /** `deposit` when not said. */
  channel?: Channel;
  /** `contentKey` of the report; null where sameness is not judged. */
  contentKey: Buffer | null;
  /** Sender and format: the same content from another source is another copy of it. */
  source: string;
  masks?: readonly MaskToPut[];
  relations?: readonly RelationToStore[];
}

/** What a document adds to, transforms or signs: the other one by its uniqueId (`urn:uuid:` and its entry when that is all its sender says). */
export interface RelationToStore {
  kind: 'APND' | 'XFRM' | 'signs';
  target: string;
}

/** A document of another kind, with what its sender says about it. */
export interface DocumentToStore extends ToStore {
  head: DocumentHead;
  /** JSON text of DocumentMetadata. */
  metadata: string;
  /** uniqueIds of documents that it adds to, transforms or signs; what it replaces is in the head. */
  relations: readonly RelationToStore[];
  masks: readonly MaskToPut[];
}

/** A mask that comes with the document, or that a person puts. */
export interface MaskToPut {
  eventId: string;
  mask: Mask;
  at: string;
  actor: string;
  actorName: string;
  role: string;
  reason?: string;
  owner?: string;
  ownerName?: string;
  dueAt?: string;
  remindAt?: string;
}

/** The part of the statement after the deposit row, the same for a document stored at once and for one that waited. */
const STORE_DOCUMENT = `
  kept as (
    insert into record.document
      (patient_id, document_id, unique_id, set_id, version, replaces, structure, status, sampled_at, received_at, head, results,
       kind, category, channel, metadata, content_key, source, rights, took)
    select $5::uuid, $6::uuid, $3::text, $7, $8::int, $9::text[], $10::text, $11, $12::timestamptz, $4::timestamptz, $13, $14,
       $25, $26, $27, $28, $31::bytea, $32, $33, $34 from taken),
  original as (
    insert into record.original (patient_id, document_id, sha256, media_type, size_bytes, zstd, pdf_at)
    select $5::uuid, $6::uuid, $1::bytea, $15, $16::int, $17::bytea, $18::int from taken),
  pdf as (
    insert into record.pdf (patient_id, document_id, bytes)
    select $5::uuid, $6::uuid, $19::bytea from taken where $19::bytea is not null),
  told as (
    insert into record.outbox (patient_id, event_id, kind, document_id, set_id, structure, laboratory, results, is_correction)
    select $5::uuid, $20::uuid, case when $25 = 'laboratory-report' then 'report-stored' else 'document-stored' end,
       $6::uuid, $7, $10::text, $21, $22::int, $23::boolean from taken),
  related as (
    insert into record.relation (patient_id, document_id, kind, target_unique_id)
    select $5::uuid, $6::uuid, r.kind, r.target from taken, jsonb_to_recordset($29::jsonb) as r(kind text, target text)
    on conflict do nothing),
  masked as (
    insert into record.document_event
      (patient_id, event_id, document_id, kind, mask, at, actor, actor_name, role, reason, owner, owner_name, due_at, remind_at)
    select $5::uuid, m."eventId", $6::uuid, 'hide', m.mask, m.at, m.actor, m."actorName", m.role, m.reason, m.owner, m."ownerName", m."dueAt", m."remindAt"
    from taken, jsonb_to_recordset($30::jsonb) as m("eventId" uuid, mask text, at timestamptz, actor text, "actorName" text, role text,
      reason text, owner text, "ownerName" text, "dueAt" timestamptz, "remindAt" timestamptz))
  select count(*)::int as taken from taken`;

const STORE_NEW = `
  with taken as (
    insert into record.deposit
      (sha256, deposit_id, sender_id, unique_id, state, patient_id, document_id, received_at, settled_at, structure, identifier_is_shared)
    values ($1::bytea, $2::uuid, $24::text, $3::text, 'stored', $5::uuid, $6::uuid, $4::timestamptz, $4::timestamptz, $10::text,
      exists (select from record.deposit where unique_id = $3::text and structure <> $10::text))
    on conflict (sha256) do nothing
    returning 1),${STORE_DOCUMENT}`;

const STORE_WAITED = `
  with taken as (
    update record.deposit set state = 'stored', patient_id = $5::uuid, document_id = $6::uuid, settled_at = now()
    where deposit_id = $2::uuid and state = 'identity' and sha256 = $1::bytea and sender_id = $24::text and unique_id = $3::text
    returning 1),
  gone as (delete from record.waiting_original where deposit_id = $2::uuid and exists (select 1 from taken)),${STORE_DOCUMENT}`;

/** What the columns take of a head, whichever kind. */
interface Row {
  structure: { finess: string; name: string };
  status: string;
  servedAt: string;
  results: string;
  resultCount: number;
  kind: DocumentHead['kind'];
  category: string;
  channel: Channel;
  metadata: string | null;
  contentKey: Buffer | null;
  source: string;
  relations: DocumentToStore['relations'];
  masks: readonly MaskToPut[];
}

const isReport = (document: ReportToStore | DocumentToStore): document is ReportToStore => 'results' in document;

function rowOf(document: ReportToStore | DocumentToStore): Row {
  if (isReport(document)) {
    const { head, results, resultCount, contentKey, source, channel = 'deposit', masks = [], relations = [] } = document;
    const { laboratory: structure, status, sampledAt: servedAt } = head;
    const nothing = { metadata: null, relations, masks };
    return {
      structure,
      status,
      servedAt,
      results,
      resultCount,
      kind: 'laboratory-report',
      category: 'biology-report',
      channel,
      contentKey,
      source,
      ...nothing,
    };
  }
  const { structure, servedAt, kind, category, channel } = document.head;
  const { metadata, relations, masks } = document;
  const nothing = { status: 'final', results: '[]', resultCount: 0, contentKey: null, source: '' };
  return { structure, servedAt, kind, category, channel, metadata, relations, masks, ...nothing };
}

function values(document: ReportToStore | DocumentToStore): unknown[] {
  const { patientId, head, original, deposit, eventId } = document;
  const { documentId, uniqueId, setId, version, replaces, receivedAt } = head;
  const row = rowOf(document);
  return [
    original.sha256,
    deposit.depositId,
    uniqueId,
    receivedAt,
    patientId,
    documentId,
    setId,
    version,
    replaces,
    row.structure.finess,
    row.status,
    row.servedAt,
    JSON.stringify(head),
    row.results,
    original.mediaType,
    original.sizeBytes,
    original.zstd,
    original.pdfAt ?? null,
    original.pdf ?? null,
    eventId,
    row.structure.name,
    row.resultCount,
    isCorrection(head),
    deposit.senderId,
    row.kind,
    row.category,
    row.channel,
    row.metadata,
    JSON.stringify(row.relations),
    JSON.stringify(row.masks),
    row.contentKey,
    row.source,
    isReport(document) && document.rights ? JSON.stringify(document.rights) : null,
    document.took ? JSON.stringify(document.took) : null,
  ];
}

/**
 * Stores a new document, a laboratory report or another, with its deposit, its original and its event.
 * @returns false when these very bytes were deposited before: nothing was stored
 * @throws the driver's unique violation on `deposit_unique_id` when its structure used the document's identifier with other bytes
 */
export async function storeDocument(sql: Sql, document: ReportToStore | DocumentToStore): Promise<boolean> {
  const [row] = await sql.query<{ taken: number }>('record-store', STORE_NEW, values(document));
  return row!.taken === 1;
}

/** Stores a document whose patient has just been decided. @returns false when it was not waiting any more */
export async function storeWaitedDocument(sql: Sql, document: ReportToStore | DocumentToStore): Promise<boolean> {
  const [row] = await sql.query<{ taken: number }>('record-store-waited', STORE_WAITED, values(document));
  return row!.taken === 1;
}
