import { Refusal, type Sql } from '#kernel';
import type { PatientEvent } from './contract.ts';
import { type PackedOriginal, unpackOriginal } from './originals.ts';
import type { ReportHead } from './stored-report.ts';
import type { VersionedDocument } from './versions.ts';

/** The one place that knows the tables of the record that hold patient data. Deposits and quarantine: store-deposits.ts. */

export interface ReportToStore {
  patientId: string;
  head: ReportHead;
  /** JSON text of StoredResult[]. */
  results: string;
  resultCount: number;
  original: PackedOriginal & { sha256: Buffer; mediaType: string };
  deposit: { depositId: string; senderId: string };
  eventId: string;
}

/** The part of the statement after the deposit row, the same for a report stored at once and for one that waited. */
const STORE_DOCUMENT = `
  kept as (
    insert into record.document
      (patient_id, document_id, unique_id, set_id, version, replaces, structure, status, sampled_at, received_at, head, results)
    select $5::uuid, $6::uuid, $3::text, $7, $8::int, $9::text[], $10::text, $11, $12::timestamptz, $4::timestamptz, $13, $14 from taken),
  original as (
    insert into record.original (patient_id, document_id, sha256, media_type, size_bytes, zstd, pdf_at)
    select $5::uuid, $6::uuid, $1::bytea, $15, $16::int, $17::bytea, $18::int from taken),
  pdf as (
    insert into record.pdf (patient_id, document_id, bytes)
    select $5::uuid, $6::uuid, $19::bytea from taken where $19::bytea is not null),
  told as (
    insert into record.outbox (patient_id, event_id, kind, document_id, set_id, structure, laboratory, results, is_correction)
    select $5::uuid, $20::uuid, 'report-stored', $6::uuid, $7, $10::text, $21, $22::int, $23::boolean from taken)
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

function values({ patientId, head, results, resultCount, original, deposit, eventId }: ReportToStore): unknown[] {
  const { documentId, uniqueId, setId, version, replaces, laboratory, status, sampledAt, receivedAt } = head;
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
    laboratory.finess,
    status,
    sampledAt,
    JSON.stringify(head),
    results,
    original.mediaType,
    original.sizeBytes,
    original.zstd,
    original.pdfAt ?? null,
    original.pdf ?? null,
    eventId,
    laboratory.name,
    resultCount,
    version > 1 || replaces.length > 0,
    deposit.senderId,
  ];
}

/**
 * Stores a new report with its deposit, its original and its event: one statement, so one transaction, durable when it answers.
 * @returns false when these very bytes were deposited before: nothing was stored
 * @throws the driver's unique violation on `deposit_unique_id` when its structure used the document's identifier with other bytes
 */
export async function storeReport(sql: Sql, report: ReportToStore): Promise<boolean> {
  const [row] = await sql.query<{ taken: number }>('record-store', STORE_NEW, values(report));
  return row!.taken === 1;
}

/** Stores a report whose patient has just been decided. @returns false when it was not waiting any more */
export async function storeWaitedReport(sql: Sql, report: ReportToStore): Promise<boolean> {
  const [row] = await sql.query<{ taken: number }>('record-store-waited', STORE_WAITED, values(report));
  return row!.taken === 1;
}

/**
 * Takes a report out of a record where a person had put it by mistake: it waits again, and open pages are told. Not a version of
 * anything: this patient must keep nothing of it but the trail of who read it.
 */
export async function withdrawReport(
  tx: Sql,
  { depositId, patientId, eventId }: { depositId: string; patientId: string; eventId: string },
): Promise<void> {
  const [deposit] = await tx.query<{ documentId: string }>(
    'record-withdraw-deposit',
    `update record.deposit set state = 'identity', patient_id = null, document_id = null, settled_at = null
     where deposit_id = $1 and patient_id = $2 and state = 'stored'
     returning (select document_id from record.deposit before where before.deposit_id = $1) as "documentId"`,
    [depositId, patientId],
  );
  if (!deposit) throw new Refusal('request.not-found', 'this deposit is not in this record', { at: 'depositId' });
  const { documentId } = deposit;
  const original = await findOriginal(tx, [patientId], documentId);
  if (!original) throw new Error(`the original of ${documentId} is missing`);
  await tx.query('record-withdraw-wait', 'insert into record.waiting_original (deposit_id, bytes, media_type) values ($1, $2, $3)', [
    depositId,
    unpackOriginal(original),
    original.mediaType,
  ]);
  await tx.query(
    'record-withdraw',
    `with document as (delete from record.document where patient_id = $1 and document_id = $2 returning set_id, structure),
     original as (delete from record.original where patient_id = $1 and document_id = $2),
     pdf as (delete from record.pdf where patient_id = $1 and document_id = $2)
     insert into record.outbox (patient_id, event_id, kind, document_id, set_id, structure, laboratory, results, is_correction)
     select $1, $3, 'report-withdrawn', $2, set_id, structure, '', 0, false from document`,
    [patientId, documentId, eventId],
  );
}

/** One stored document, its JSON still text. */
export interface StoredDocument extends VersionedDocument {
  head: string;
  results: string;
}

const DOCUMENT = `d.document_id as "documentId", d.unique_id as "uniqueId", d.set_id as "setId", d.version, d.replaces, d.structure, d.head,
  exists (select from record.version_choice c where c.patient_id = d.patient_id and c.document_id = d.document_id) as "isChosen"`;

/** All documents of a person, latest sampling first. `homes`: the records read as one (`personOf` of identity). */
export function documentsOf(sql: Sql, homes: readonly string[]): Promise<StoredDocument[]> {
  return sql.query(
    'record-of-patient',
    `select ${DOCUMENT}, d.results from record.document d where d.patient_id = any($1::uuid[]) order by d.sampled_at desc, d.document_id desc`,
    [homes],
  );
}

/** The versions of all documents of a person, without results. */
export function headsOf(sql: Sql, homes: readonly string[]): Promise<Omit<StoredDocument, 'results'>[]> {
  return sql.query(
    'record-heads',
    `select ${DOCUMENT} from record.document d where d.patient_id = any($1::uuid[]) order by d.received_at desc, d.document_id desc`,
    [homes],
  );
}

export async function findDocument(sql: Sql, homes: readonly string[], documentId: string): Promise<StoredDocument | undefined> {
  const [found] = await sql.query<StoredDocument>(
    'record-document',
    `select ${DOCUMENT}, d.results from record.document d where d.patient_id = any($1::uuid[]) and d.document_id = $2`,
    [homes, documentId],
  );
  return found;
}

/** FINESS of the structure that answers for a document; undefined when the person has no such document. */
export async function producerOf(sql: Sql, homes: readonly string[], documentId: string): Promise<string | undefined> {
  const [found] = await sql.query<{ structure: string }>(
    'record-producer',
    'select structure from record.document where patient_id = any($1::uuid[]) and document_id = $2',
    [homes, documentId],
  );
  return found?.structure;
}

export interface StoredOriginal {
  zstd: Buffer;
  pdfAt: number | null;
  pdf: Buffer | null;
  mediaType: string;
}

export async function findOriginal(sql: Sql, homes: readonly string[], documentId: string): Promise<StoredOriginal | undefined> {
  const [found] = await sql.query<StoredOriginal & Record<string, unknown>>(
    'record-original',
    `select zstd, pdf_at as "pdfAt", pdf.bytes as pdf, media_type as "mediaType"
     from record.original left join record.pdf using (patient_id, document_id) where patient_id = any($1::uuid[]) and document_id = $2`,
    [homes, documentId],
  );
  return found;
}

/** Reports of a person stored since an instant, as the events that told of them. */
export function storedSince(sql: Sql, homes: readonly string[], since: Date): Promise<PatientEvent[]> {
  return sql.query<PatientEvent & Record<string, unknown>>(
    'record-stored-since',
    `select 'report-stored' as kind, document_id as "documentId", head::json->'laboratory'->>'name' as laboratory,
       json_array_length(results::json) as results, version > 1 or cardinality(replaces) > 0 as "isCorrection"
     from record.document where patient_id = any($1::uuid[]) and received_at > $2 order by received_at`,
    [homes, since],
  );
}

/** Tells open pages that what is current among the versions of a document has changed. */
export async function tellCorrection(tx: Sql, told: { patientId: string; documentId: string; eventId: string }): Promise<void> {
  await tx.query(
    'record-tell-correction',
    `insert into record.outbox (patient_id, event_id, kind, document_id, set_id, structure, laboratory, results, is_correction)
     select patient_id, $3, 'report-stored', document_id, set_id, structure, head::json->'laboratory'->>'name', json_array_length(results::json), true
     from record.document where patient_id = $1 and document_id = $2`,
    [told.patientId, told.documentId, told.eventId],
  );
}

export interface OutboxEvent {
  patientId: string;
  kind: string;
  documentId: string;
  setId: string;
  structure: string;
  laboratory: string;
  results: number;
  isCorrection: boolean;
}

/** Takes some events to do; they are gone when the transaction commits, and back when it does not. */
export function takeEvents(tx: Sql, limit: number): Promise<OutboxEvent[]> {
  return tx.query(
    'record-take-events',
    `delete from record.outbox where (patient_id, event_id) in
       (select patient_id, event_id from record.outbox order by event_id limit $1 for update skip locked)
     returning patient_id as "patientId", kind, document_id as "documentId", set_id as "setId",
       structure, laboratory, results, is_correction as "isCorrection"`,
    [limit],
  );
}

/** Counts for the regional team: reports by structure, and what waits. No patient in it. */
export function countsByStructure(sql: Sql): Promise<{ structure: string; reports: number; lastReceivedAt: Date }[]> {
  return sql.query(
    'record-counts',
    `select structure, count(*) as reports, max(received_at) as "lastReceivedAt" from record.document group by structure order by 2 desc`,
  );
}
