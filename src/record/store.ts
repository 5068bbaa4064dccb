import { Refusal, type Sql } from '#kernel';
import type { PatientEvent } from './contract.ts';
import type { Channel, DocumentHead } from './document-contract.ts';
import { unpackOriginal } from './originals.ts';
import { MOST_COUNTED } from './version-number.ts';
import type { VersionedDocument } from './versioned-document.ts';

/**
 * What is read of laboratory reports (all those of a person: kept-reports.ts), and the outbox. How documents are written: store-write.ts; the registry
 * of documents of every kind: store-registry.ts; deposits and quarantine: store-deposits.ts. */

/**
 * Tells, in the transaction that does it, that a document is not to be read any more, or that a person changed its visibility or its status.
 * @param change.item what decides who hears of it, when that is not how it stands afterwards
 */
export async function noteChange(
  tx: Sql,
  change: {
    patientId: string;
    documentId: string;
    eventId: string;
    kind: 'report-withdrawn' | 'document-changed' | 'version-chosen';
    item: string | null;
  },
): Promise<void> {
  const { patientId, documentId, eventId, kind, item } = change;
  await tx.query(
    'record-note-change',
    `insert into record.outbox (patient_id, event_id, kind, document_id, set_id, structure, laboratory, results, is_correction, item)
     select patient_id, $3, $5, document_id, set_id, structure, ${STRUCTURE_NAME}, json_array_length(results::json), true, $4
     from record.document where patient_id = $1 and document_id = $2`,
    [patientId, documentId, eventId, item, kind],
  );
}

const STRUCTURE_NAME = `coalesce(head::json->'laboratory'->>'name', head::json->'structure'->>'name', '')`;

/** Takes a document out of a record, back to where it waits; `itemOf` finds what decides who is told, while the document is still there. */
export async function takeOut(
  tx: Sql,
  { depositId, patientId, eventId }: { depositId: string; patientId: string; eventId: string },
  itemOf: (documentId: string) => Promise<string | null>,
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
  const item = await itemOf(documentId);
  const original = await findOriginal(tx, [patientId], documentId);
  if (!original) throw new Error(`the original of ${documentId} is missing`);
  await tx.query(
    'record-withdraw-wait',
    `insert into record.waiting_original (deposit_id, bytes, media_type, channel, masks, relations, submission, place)
     select $1, $2, $3, channel, array(select distinct e.mask from record.document_event e where e.patient_id = $4 and e.document_id = $5
         and e.kind = 'hide' and e.actor = (select sender_id from record.deposit where deposit_id = $1)),
       (select coalesce(jsonb_agg(jsonb_build_object('kind', r.kind, 'target', r.target_unique_id)), '[]') from record.relation r
         where r.patient_id = $4 and r.document_id = $5),
       (select jsonb_strip_nulls(jsonb_build_object('uniqueId', s.unique_id, 'sourceId', s.source_id, 'submittedAt', s.submitted_at,
           'metadata', s.metadata, 'entryUuid', (select e.key from jsonb_each_text(s.entries) e where e.value = $5::text limit 1)))
         from record.submission s where s.patient_id = $4 and $5 = any(s.document_ids) limit 1),
       (select nullif(jsonb_strip_nulls(jsonb_build_object('facilityType', said->'facilityType', 'practiceSetting', said->'practiceSetting')), '{}')
         from (select head::jsonb || coalesce(head::jsonb->'entry', '{}') as said) as own)
     from record.document where patient_id = $4 and document_id = $5`,
    [depositId, unpackOriginal(original), original.mediaType, patientId, documentId],
  );
  await tx.query(
    'record-withdraw',
    `with document as (delete from record.document where patient_id = $1 and document_id = $2 returning set_id, structure),
     original as (delete from record.original where patient_id = $1 and document_id = $2),
     pdf as (delete from record.pdf where patient_id = $1 and document_id = $2),
     arrival as (delete from record.arrival where patient_id = $1 and document_id = $2
       returning $5::uuid, arrived_at, channel, sender_id, sha256, media_type, zstd),
     waiting as (insert into record.waiting_arrival select * from arrival),
     relation as (delete from record.relation where patient_id = $1 and document_id = $2),
     sent as (update record.submission set document_ids = array_remove(document_ids, $2),
         entries = coalesce((select jsonb_object_agg(e.key, e.value) from jsonb_each_text(entries) e where e.value <> $2::text), '{}')
       where patient_id = $1 and $2 = any(document_ids)),
     words as (delete from record.document_text where patient_id = $1 and document_id = $2),
     to_index as (delete from record.index_queue where patient_id = $1 and document_id = $2),
     event as (delete from record.document_event where patient_id = $1 and document_id = $2),
     readings as (delete from record.renormalised where patient_id = $1 and document_id = $2)
     insert into record.outbox (patient_id, event_id, kind, document_id, set_id, structure, laboratory, results, is_correction, item)
     select $1, $3, 'report-withdrawn', $2, set_id, structure, '', 0, false, $4 from document`,
    [patientId, documentId, eventId, item, depositId],
  );
}

/** One stored document, its JSON still text. */
export interface StoredDocument extends VersionedDocument {
  head: string;
  results: string;
  /** JSON text of ReportRights; null when it was stored before they were kept. */
  rights: string | null;
  /** Newer rules read the results again after they were stored. */
  isReread: boolean;
}

/** Out of the text of the head, which is not parsed for it. */
export const ISSUED_AT = `substring(d.head from '"issuedAt":"([^"]*)"')`;

export const REPORT_COLUMNS = `d.document_id as "documentId", d.unique_id as "uniqueId", d.set_id as "setId", d.version, ${ISSUED_AT} as "issuedAt", d.replaces, d.structure,
  d.head, d.rights, encode(d.content_key, 'hex') as "contentKey", d.source`;

const DOCUMENT = `${REPORT_COLUMNS},
  exists (select from record.version_choice c where c.patient_id = d.patient_id and c.document_id = d.document_id) as "isChosen"`;

/** What newer rules made of the results of the records $1: the latest reading of each document that has one. */
export const LATER_READINGS = `select distinct on (document_id) document_id, results, xmin::text || ctid::text as place from record.renormalised
  where patient_id = any($1::uuid[]) order by document_id, made_at desc`;

const RESULTS = `coalesce(later.results, d.results) as results, later.results is not null as "isReread"
     from record.document d left join (${LATER_READINGS}) later using (document_id)`;

/** The versions of all laboratory reports of a person, without results. */
export function headsOf(sql: Sql, homes: readonly string[]): Promise<Omit<StoredDocument, 'results' | 'isReread'>[]> {
  return sql.query(
    'record-heads',
    `select ${DOCUMENT} from record.document d where d.patient_id = any($1::uuid[]) and d.kind = 'laboratory-report'
     order by d.received_at desc, d.document_id desc`,
    [homes],
  );
}

/** A laboratory report: the routes of biology open nothing else. */
export async function findReport(
  sql: Sql,
  homes: readonly string[],
  documentId: string,
): Promise<(StoredDocument & { patientId: string }) | undefined> {
  const [report] = await sql.query<StoredDocument & { patientId: string } & Record<string, unknown>>(
    'record-report',
    `select d.patient_id as "patientId", ${DOCUMENT}, ${RESULTS}
     where d.patient_id = any($1::uuid[]) and d.document_id = $2 and d.kind = 'laboratory-report'`,
    [homes, documentId],
  );
  return report;
}

/** A document of any kind as it is kept. */
export interface KeptDocument extends StoredDocument {
  patientId: string;
  kind: DocumentHead['kind'];
  channel: Channel;
}

/** These documents of these patients, of whichever of them each is. */
export function documentsAmong(sql: Sql, patientIds: readonly string[], documentIds: readonly string[]): Promise<KeptDocument[]> {
  return sql.query(
    'record-documents-among',
    `select d.patient_id as "patientId", d.kind, d.channel, ${DOCUMENT}, ${RESULTS} where d.patient_id = any($1::uuid[]) and d.document_id = any($2::uuid[])`,
    [patientIds, documentIds],
  );
}

export interface StoredOriginal {
  zstd: Buffer;
  pdfAt: number | null;
  pdf: Buffer | null;
  mediaType: string;
  kind: DocumentHead['kind'];
}

export async function findOriginal(sql: Sql, homes: readonly string[], documentId: string): Promise<StoredOriginal | undefined> {
  const [found] = await sql.query<StoredOriginal & Record<string, unknown>>(
    'record-original',
    `select zstd, pdf_at as "pdfAt", pdf.bytes as pdf, media_type as "mediaType", kind
     from record.original join record.document using (patient_id, document_id) left join record.pdf using (patient_id, document_id)
     where patient_id = any($1::uuid[]) and document_id = $2`,
    [homes, documentId],
  );
  return found;
}

/** The documents other than reports of biology that are XML, but those of `except`. */
export function documentTexts(
  sql: Sql,
  homes: readonly string[],
  except: readonly string[],
): Promise<{ documentId: string; zstd: Buffer }[]> {
  return sql.query(
    'record-document-texts',
    `select document_id as "documentId", zstd from record.document join record.original using (patient_id, document_id)
     where patient_id = any($1::uuid[]) and kind = 'document' and media_type ~ 'xml' and not document_id = any($2::uuid[])`,
    [homes, except],
  );
}

/** Documents of a person stored since an instant, as the events that told of them. */
export function storedSince(sql: Sql, homes: readonly string[], since: Date): Promise<PatientEventRow[]> {
  return sql.query<PatientEventRow & Record<string, unknown>>(
    'record-stored-since',
    `select patient_id as "patientId", case when kind = 'document' then 'document-stored' else 'report-stored' end as kind,
       document_id as "documentId", ${STRUCTURE_NAME} as laboratory, json_array_length(results::json) as results,
       (version > 1 and version < ${MOST_COUNTED}) or cardinality(replaces) > 0 or head::json->'isCorrection' is not null as "isCorrection"
     from record.document where patient_id = any($1::uuid[]) and received_at > $2 order by received_at`,
    [homes, since],
  );
}

/** What happened to a document, and in which record. */
export type PatientEventRow = PatientEvent & { patientId: string };

export interface OutboxEvent {
  patientId: string;
  eventId: string;
  kind: string;
  documentId: string;
  setId: string;
  structure: string;
  laboratory: string;
  results: number;
  isCorrection: boolean;
  /** What decides who is told of a report that is not there any more (JSON text). */
  item: string | null;
}

/** Takes some events to do; they are gone when the transaction commits, and back when it does not. */
export function takeEvents(tx: Sql, limit: number): Promise<OutboxEvent[]> {
  return tx.query(
    'record-take-events',
    `delete from record.outbox where (patient_id, event_id) in
       (select patient_id, event_id from record.outbox order by event_id limit $1 for update skip locked)
     returning patient_id as "patientId", event_id as "eventId", kind, document_id as "documentId", set_id as "setId",
       structure, laboratory, results, is_correction as "isCorrection", item`,
    [limit],
  );
}

/** Events that the relay has still to take, counted up to `most`. */
export async function eventsWaiting(sql: Sql, most: number): Promise<number> {
  const [row] = await sql.query<{ waiting: number }>(
    'record-events-waiting',
    'select count(*)::int as waiting from (select from record.outbox limit $1) o',
    [most],
  );
  return row!.waiting;
}

/** Who deposited these documents, for which structure, by which channel; one that a person filed is not among them. */
export async function depositsOf(
  sql: Sql,
  documents: readonly { patientId: string; documentId: string; laboratory: string }[],
): Promise<{ patientId: string; documentId: string; sender: string; structure: { finess: string; name: string }; via: string }[]> {
  if (documents.length === 0) return [];
  const found = await sql.query<{ patientId: string; documentId: string; sender: string; finess: string; name: string; via: string }>(
    'record-deposits-of',
    `select d.patient_id as "patientId", d.document_id as "documentId", t.sender_id as sender, d.structure as finess, g.name, d.channel as via
     from unnest($1::uuid[], $2::uuid[], $3::text[]) as g (patient_id, document_id, name)
     join record.document d using (patient_id, document_id)
     join record.deposit t on t.unique_id = d.unique_id and t.structure = d.structure and t.document_id = d.document_id
     where d.channel <> 'screen'
     order by d.document_id`,
    [
      documents.map(({ patientId }) => patientId),
      documents.map(({ documentId }) => documentId),
      documents.map(({ laboratory }) => laboratory),
    ],
  );
  return found.map(({ finess, name, ...deposit }) => ({ ...deposit, structure: { finess, name } }));
}

/** Counts for the regional team: reports by structure, and what waits. No patient in it. */
export function countsByStructure(sql: Sql): Promise<{ structure: string; reports: number; lastReceivedAt: Date }[]> {
  return sql.query(
    'record-counts',
    `select structure, count(*) as reports, max(received_at) as "lastReceivedAt" from record.document where kind = 'laboratory-report' group by structure order by 2 desc`,
  );
}
