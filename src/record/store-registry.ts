import type { Sql } from '#kernel';
import type { Channel, DocumentHead, Mask } from './document-contract.ts';
import { ISSUED_AT } from './store.ts';
import type { MaskToPut } from './store-write.ts';
import type { VersionedDocument } from './versioned-document.ts';

/** The registry of documents of every kind: the only SQL of their entries, relations, arrivals and of what people did with them. */

/** One document as kept, its head still text. */
export interface EntryRow extends VersionedDocument {
  patientId: string;
  kind: DocumentHead['kind'];
  channel: Channel;
  head: string;
}

const VERSION = `d.patient_id as "patientId", d.document_id as "documentId", d.unique_id as "uniqueId", d.set_id as "setId", d.version, ${ISSUED_AT} as "issuedAt", d.replaces,
  d.structure, encode(d.content_key, 'hex') as "contentKey", d.source,
  exists (select from record.version_choice c where c.patient_id = d.patient_id and c.document_id = d.document_id) as "isChosen"`;

const ENTRY = `${VERSION}, d.kind, d.channel, d.head`;
const LATEST_FIRST = 'order by d.sampled_at desc, d.document_id desc';

/** What decides which of the documents of these records are current, latest first. */
export function versionsOf(sql: Sql, homes: readonly string[]): Promise<(VersionedDocument & { patientId: string })[]> {
  return sql.query<VersionedDocument & { patientId: string } & Record<string, unknown>>(
    'registry-versions',
    `select ${VERSION} from record.document d where d.patient_id = any($1::uuid[]) ${LATEST_FIRST}`,
    [homes],
  );
}

/** Every document of these records, latest first. `homes`: the record and those merged into it. */
export function entriesOf(sql: Sql, homes: readonly string[]): Promise<EntryRow[]> {
  return sql.query<EntryRow & Record<string, unknown>>(
    'registry-entries',
    `select ${ENTRY} from record.document d where d.patient_id = any($1::uuid[]) ${LATEST_FIRST}`,
    [homes],
  );
}

/** When documents of one type came, of these patients: for counts, no other word of them. */
export function arrivalsOfType(
  sql: Sql,
  patientIds: readonly string[],
  type: string,
): Promise<{ patientId: string; documentId: string; structure: string; receivedAt: Date }[]> {
  return sql.query<{ patientId: string; documentId: string; structure: string; receivedAt: Date }>(
    'registry-arrivals-of-type',
    `select patient_id as "patientId", document_id as "documentId", structure, received_at as "receivedAt" from record.document
     where patient_id = any($1::uuid[]) and kind = 'document' and category = 'hospital-report' and head::jsonb #>> '{type,code}' = $2`,
    [patientIds, type],
  );
}

/** What a person did with a document after it was stored. */
export interface DocumentEventRow {
  patientId: string;
  documentId: string;
  kind: 'hide' | 'show' | 'tell' | 'archive' | 'restore' | 'delete';
  mask: Mask | null;
  at: Date;
  actor: string;
  actorName: string;
  role: string;
  reason: string | null;
  owner: string | null;
  ownerName: string | null;
  dueAt: Date | null;
  remindAt: Date | null;
}

const EVENT = `patient_id as "patientId", document_id as "documentId", kind, mask, at, actor, actor_name as "actorName", role, reason, owner, owner_name as "ownerName",
  due_at as "dueAt", remind_at as "remindAt"`;

/** In the order in which they happened. */
export function documentEventsOf(sql: Sql, homes: readonly string[]): Promise<DocumentEventRow[]> {
  return sql.query<DocumentEventRow & Record<string, unknown>>(
    'registry-events',
    `select ${EVENT} from record.document_event where patient_id = any($1::uuid[]) order by at, event_id`,
    [homes],
  );
}

/** Records with a document hidden from their patient that this person, or this structure when only its system is known, has still to tell. */
export async function patientsToTell(sql: Sql, owner: string, finess: string | undefined): Promise<string[]> {
  const rows = await sql.query<{ patientId: string }>(
    'registry-to-tell',
    `select distinct e.patient_id as "patientId" from record.document_event e
     where e.mask = 'INVISIBLE_PATIENT' and e.kind = 'hide' and (e.owner = $1 or (e.owner like 'system:%' and exists (
         select from record.document d where d.patient_id = e.patient_id and d.document_id = e.document_id and d.structure = $2)))
       and not exists (select from record.document_event s where s.patient_id = e.patient_id and s.document_id = e.document_id and s.at > e.at
         and (s.kind = 'tell' or (s.kind = 'show' and s.mask = 'INVISIBLE_PATIENT')))
     limit 500`,
    [owner, finess ?? null],
  );
  return rows.map(({ patientId }) => patientId);
}

/** Records with a document hidden from their patient whose owner is to be reminded by now, and that nobody has told of since. */
export async function patientsToRemind(sql: Sql, now: Date): Promise<string[]> {
  const rows = await sql.query<{ patientId: string }>(
    'registry-to-remind',
    `select distinct e.patient_id as "patientId" from record.document_event e
     where e.mask = 'INVISIBLE_PATIENT' and e.kind = 'hide' and e.remind_at <= $1
       and not exists (select from record.document_event s where s.patient_id = e.patient_id and s.document_id = e.document_id and s.at > e.at
         and (s.kind = 'tell' or (s.kind = 'show' and s.mask = 'INVISIBLE_PATIENT')))
     limit 500`,
    [now],
  );
  return rows.map(({ patientId }) => patientId);
}

export interface RelationRow {
  documentId: string;
  kind: 'APND' | 'XFRM' | 'signs';
  target: string;
  /** The other document, when its sender named it by the entry (entryUUID) that it gave it in an archive before. */
  entryOf: string | null;
}

export function relationsOf(sql: Sql, homes: readonly string[]): Promise<RelationRow[]> {
  return sql.query<RelationRow & Record<string, unknown>>(
    'registry-relations',
    `select r.document_id as "documentId", r.kind, r.target_unique_id as target,
       case when r.target_unique_id like 'urn:uuid:%' then (select s.entries ->> r.target_unique_id from record.submission s
         where s.patient_id = any($1::uuid[]) and s.entries ? r.target_unique_id limit 1) end as "entryOf"
     from record.relation r where r.patient_id = any($1::uuid[])`,
    [homes],
  );
}

export interface ArrivalRow {
  documentId: string;
  at: Date;
  channel: Channel;
  sender: string;
}

/** Copies that came after the first. */
export function arrivalsOf(sql: Sql, homes: readonly string[]): Promise<ArrivalRow[]> {
  return sql.query<ArrivalRow & Record<string, unknown>>(
    'registry-arrivals',
    `select document_id as "documentId", arrived_at as at, channel, sender_id as sender
     from record.arrival where patient_id = any($1::uuid[]) order by arrived_at`,
    [homes],
  );
}

export interface ArrivalToWrite {
  patientId: string;
  documentId: string;
  at: Date;
  channel: Channel;
  senderId: string;
  sha256: Buffer;
  /** The copy itself, when its bytes are not those of the first. */
  copy?: { mediaType: string; zstd: Buffer };
}

/** Writes that one more copy of a document came. The same copy again by the same door is nothing new. */
export async function writeArrival(
  sql: Sql,
  { patientId, documentId, at, channel, senderId, sha256, copy }: ArrivalToWrite,
): Promise<void> {
  await sql.query(
    'registry-arrival-write',
    `insert into record.arrival (patient_id, document_id, arrived_at, channel, sender_id, sha256, media_type, zstd)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
    [patientId, documentId, at, channel, senderId, sha256, copy?.mediaType ?? null, copy?.zstd ?? null],
  );
}

/** A document that is there already, with the deposit that brought its first copy. */
export interface FiledDocument {
  patientId: string;
  documentId: string;
  depositId: string;
  contentKey: Buffer | null;
  source: string;
}

const FILED = `p.patient_id as "patientId", p.document_id as "documentId", p.deposit_id as "depositId", d.content_key as "contentKey", d.source
  from record.deposit p join record.document d using (patient_id, document_id)`;

/** By the bytes of its first copy; undefined while its patient is not decided. */
export async function findByBytes(sql: Sql, sha256: Buffer): Promise<FiledDocument | undefined> {
  const query = `select ${FILED} where p.sha256 = $1 and p.state = 'stored'`;
  const [found] = await sql.query<FiledDocument & Record<string, unknown>>('registry-by-bytes', query, [sha256]);
  return found;
}

/** By the identifier under which a structure filed it; undefined while its patient is not decided. */
export async function findByUniqueId(sql: Sql, uniqueId: string, structure: string): Promise<FiledDocument | undefined> {
  const query = `select ${FILED} where p.unique_id = $1 and p.structure = $2 and p.state = 'stored'`;
  const [found] = await sql.query<FiledDocument & Record<string, unknown>>('registry-by-unique-id', query, [uniqueId, structure]);
  return found;
}

/** Results of the version before this one in its set, as they are kept (JSON text of a list of `StoredResult`); undefined for the first. */
export async function resultsBefore(
  sql: Sql,
  of: { patientId: string; structure: string; setId: string; version: number },
): Promise<string | undefined> {
  const [found] = await sql.query<{ results: string }>(
    'registry-results-before',
    `select results::text as results from record.document
     where patient_id = $1 and structure = $2 and set_id = $3 and version < $4 order by version desc limit 1`,
    [of.patientId, of.structure, of.setId, of.version],
  );
  return found?.results;
}

/** A version of a series: whose, which, how far it had come (`preliminary`, `final`, `cancelled`). */
export interface StatesOfSeries {
  patientId: string;
  version: number;
  status: string;
}

/**
 * What the record holds of a series of one structure: in the record of this patient, and in whichever record holds a document of its identifiers or
 * a draft of the series.
 */
export function seriesOf(
  sql: Sql,
  of: { patientId: string | undefined; structure: string; setId: string; uniqueIds: readonly string[] },
): Promise<StatesOfSeries[]> {
  return sql.query<StatesOfSeries & Record<string, unknown>>(
    'registry-series',
    `with people as (
       select patient_id from record.deposit where unique_id = any($3::text[]) and structure = $1 and state = 'stored'
       union select patient_id from record.document where set_id = $2 and structure = $1 and status = 'preliminary'
       union select $4::uuid)
     select d.patient_id as "patientId", d.version, d.status from people join record.document d using (patient_id)
     where d.structure = $1 and (d.set_id = $2 or d.unique_id = any($3::text[]))`,
    [of.structure, of.setId, of.uniqueIds, of.patientId ?? null],
  );
}

/** Whether any record holds a draft of a series of this number. */
export async function hasDraft(sql: Sql, setId: string): Promise<boolean> {
  const found = await sql.query('registry-draft', `select from record.document where set_id = $1 and status = 'preliminary' limit 1`, [
    setId,
  ]);
  return found.length > 0;
}

/** Whether the last version of a series in a record takes it back. */
export async function isWithdrawnIn(sql: Sql, of: { patientId: string; structure: string; setId: string }): Promise<boolean> {
  const [last] = await sql.query<{ status: string }>(
    'registry-series-last',
    `select status from record.document where patient_id = $1 and structure = $2 and set_id = $3 order by version desc limit 1`,
    [of.patientId, of.structure, of.setId],
  );
  return last?.status === 'cancelled';
}

/** Where documents of this identifier are, whichever structures filed them; two at most: one structure's identifier may be another's too. */
export function findFiledUnder(sql: Sql, uniqueId: string): Promise<Pick<FiledDocument, 'patientId' | 'documentId'>[]> {
  return sql.query<Pick<FiledDocument, 'patientId' | 'documentId'> & Record<string, unknown>>(
    'registry-filed-under',
    `select patient_id as "patientId", document_id as "documentId" from record.deposit where unique_id = $1 and state = 'stored' limit 2`,
    [uniqueId],
  );
}

/** What a person does with a document, written beside it. */
export async function writeDocumentEvent(
  tx: Sql,
  event: Omit<MaskToPut, 'mask'> & { patientId: string; documentId: string; kind: DocumentEventRow['kind']; mask: Mask | null },
): Promise<void> {
  const { patientId, eventId, documentId, kind, mask, at, actor, actorName, role, reason, owner, ownerName, dueAt, remindAt } = event;
  await tx.query(
    'registry-event-write',
    `insert into record.document_event
       (patient_id, event_id, document_id, kind, mask, at, actor, actor_name, role, reason, owner, owner_name, due_at, remind_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [patientId, eventId, documentId, kind, mask, at, actor, actorName, role, reason, owner, ownerName, dueAt, remindAt].map(
      (value) => value ?? null,
    ),
  );
}

/** What a document is; undefined when it is not there any more. */
export async function findKind(sql: Sql, patientId: string, documentId: string): Promise<DocumentHead['kind'] | undefined> {
  const query = 'select kind from record.document where patient_id = $1 and document_id = $2';
  const [found] = await sql.query<{ kind: DocumentHead['kind'] }>('registry-kind', query, [patientId, documentId]);
  return found?.kind;
}

export interface SubmissionToKeep {
  patientId: string;
  uniqueId: string;
  sourceId: string;
  documentIds: readonly string[];
  submittedAt: Date;
  /** JSON text of SubmissionSet. */
  metadata: string;
  /** Documents by the identifier that their sender gave their entries (entryUUID). */
  entries?: Readonly<Record<string, string>>;
}

/** What a document was sent with, kept while it waits for a person. */
export interface SubmissionSaid extends Pick<SubmissionToKeep, 'uniqueId' | 'sourceId' | 'metadata'> {
  /** ISO 8601. */
  submittedAt: string;
  /** Identifier of the entry of this document. */
  entryUuid?: string;
}

/** Keeps what was sent together. The same set again is nothing new; a document of it that had to wait joins the others. */
export async function writeSubmission(tx: Sql, submission: SubmissionToKeep): Promise<void> {
  const { patientId, uniqueId, sourceId, documentIds, submittedAt, metadata, entries = {} } = submission;
  await tx.query(
    'registry-submission-write',
    `insert into record.submission as kept (patient_id, unique_id, source_id, document_ids, submitted_at, metadata, entries)
     values ($1, $2, $3, $4, $5, $6, $7::jsonb)
     on conflict (patient_id, unique_id) do update set entries = excluded.entries || kept.entries,
       document_ids = kept.document_ids || array(select d from unnest(excluded.document_ids) d where d <> all (kept.document_ids))
     where kept.source_id = excluded.source_id`,
    [patientId, uniqueId, sourceId, documentIds, submittedAt, metadata, JSON.stringify(entries)],
  );
}

/** The submission sets of these records, latest first. */
export function submissionsOf(sql: Sql, homes: readonly string[]): Promise<Omit<SubmissionToKeep, 'sourceId' | 'entries'>[]> {
  return sql.query<Omit<SubmissionToKeep, 'sourceId' | 'entries'> & Record<string, unknown>>(
    'registry-submissions',
    `select patient_id as "patientId", unique_id as "uniqueId", document_ids as "documentIds", submitted_at as "submittedAt", metadata
     from record.submission where patient_id = any($1::uuid[]) order by submitted_at desc`,
    [homes],
  );
}
