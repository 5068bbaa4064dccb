import type { PrintedPatient } from '#formats';
import { type Sql, uuidv7 } from '#kernel';
import type { FiledResult, Received } from './contents.ts';
import type { PracticePatient } from './recognise.ts';

export type Channel = 'mail' | 'folder' | 'record';
export type StepKind = 'filed' | 'triage' | 'unfiled' | 'refused' | 'withdrawn' | 'seen';

/** By which way something came. */
export interface Origin {
  channel: Channel;
  /** Message-ID of a mail, name of a file, fiche of the shared record. */
  reference: string;
  /** Where the sender wants to be told. */
  receiptTo?: string;
  /** To which mailbox of the practice the mail came. */
  mailbox?: string;
}

export interface KeptDocument {
  documentId: string;
  uniqueId: string;
  setId: string | null;
  version: number;
  title: string;
  producer: string | null;
  printed: PrintedPatient | null;
  mediaType: string;
  sha256: Buffer;
  receivedAt: Date;
}

const DOCUMENT = `d.document_id as "documentId", d.unique_id as "uniqueId", d.set_id as "setId", d.version, d.title, d.producer, d.printed,
  d.media_type as "mediaType", d.sha256, d.received_at as "receivedAt"`;

/** The last step that says where a document is. */
const PLACE = `left join lateral (select s.step_id, s.kind, s.patient_id, s.reason from practice.step s
  where s.document_id = d.document_id and s.kind <> 'seen' order by s.step_id desc limit 1) p on true`;

/** What the software says of its patients: rows that changed are added, in one transaction with what reads them. */
export async function notePatients(sql: Sql, patients: readonly Omit<PracticePatient, 'patientId'>[], now: Date): Promise<void> {
  const known = new Map((await practicePatients(sql)).map((patient) => [patient.number, patient]));
  const said = ({ ins, isQualified, doctor, traits }: Omit<PracticePatient, 'patientId'>) =>
    JSON.stringify([ins?.oid, ins?.value, isQualified, doctor, sorted(traits)]);
  for (const patient of patients) {
    const { number, ins, isQualified, doctor, traits } = patient;
    const before = known.get(number);
    if (before && said(before) === said(patient)) continue;
    await sql.query(
      'practice-note-patient',
      `insert into practice.patient (patient_id, noted_at, number, ins_oid, ins, is_qualified, doctor, traits) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        before?.patientId ?? uuidv7(now.getTime()),
        now,
        number,
        ins?.oid ?? null,
        ins?.value ?? null,
        isQualified,
        doctor ?? null,
        JSON.stringify(traits),
      ],
    );
  }
}

const sorted = (value: object): unknown =>
  Object.entries(value)
    .map(([key, inner]) => [key, inner && typeof inner === 'object' ? sorted(inner) : inner])
    .toSorted(([a], [b]) => ((a as string) < (b as string) ? -1 : 1));

/** Every patient as last said. */
export async function practicePatients(sql: Sql): Promise<PracticePatient[]> {
  const rows = await sql.query<Omit<PracticePatient, 'ins' | 'doctor'> & { oid: string | null; ins: string | null; doctor: string | null }>(
    'practice-patients',
    `select distinct on (patient_id) patient_id as "patientId", number, ins_oid as oid, ins, is_qualified as "isQualified", doctor, traits
     from practice.patient order by patient_id, noted_at desc`,
  );
  return rows.map(({ oid, ins, doctor, ...patient }) => ({
    ...patient,
    ...(oid !== null && ins !== null && { ins: { oid, value: ins } }),
    ...(doctor !== null && { doctor }),
  }));
}

/**
 * Keeps a document, once whatever the number of times it comes. @returns the one kept under its `uniqueId`, and whether it is this one
 */
export async function keepDocument(sql: Sql, received: Received, sha256: Buffer, now: Date): Promise<KeptDocument & { isNew: boolean }> {
  const { uniqueId, setId, version, title, producer, issuedAt, patient, results, mediaType, bytes } = received;
  const made = await sql.query<{ id: string }>(
    'practice-keep-document',
    `insert into practice.document as d (document_id, unique_id, set_id, version, title, producer, issued_at, printed, results, media_type, sha256, original, received_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict (unique_id) do nothing returning document_id as id`,
    [
      uuidv7(now.getTime()),
      uniqueId,
      setId ?? null,
      version,
      title,
      producer ?? null,
      issuedAt ?? null,
      patient ? JSON.stringify(patient) : null,
      JSON.stringify(results),
      mediaType,
      sha256,
      Buffer.from(bytes),
      now,
    ],
  );
  const [kept] = await sql.query<KeptDocument>(
    'practice-document-by-unique-id',
    `select ${DOCUMENT} from practice.document d where d.unique_id = $1`,
    [uniqueId],
  );
  return { ...kept!, isNew: made.length > 0 };
}

/** @returns whether the document had not come this way yet */
export async function noteArrival(
  sql: Sql,
  documentId: string,
  { channel, reference, receiptTo, mailbox }: Origin,
  now: Date,
): Promise<boolean> {
  const rows = await sql.query<{ one: number }>(
    'practice-note-arrival',
    `insert into practice.arrival (document_id, channel, reference, receipt_to, arrived_at, mailbox) values ($1, $2, $3, $4, $5, $6)
     on conflict do nothing returning 1 as one`,
    [documentId, channel, reference, receiptTo ?? null, now, mailbox ?? null],
  );
  return rows.length > 0;
}

export interface Step {
  kind: StepKind;
  patientId?: string;
  reason: string;
  by: string;
}

export async function addStep(sql: Sql, documentId: string, { kind, patientId, reason, by }: Step, now: Date): Promise<void> {
  await sql.query(
    'practice-add-step',
    `insert into practice.step (document_id, kind, patient_id, reason, done_by, done_at) values ($1, $2, $3, $4, $5, $6)`,
    [documentId, kind, patientId ?? null, reason, by, now],
  );
}

/** Where a document stands. */
export interface Place extends KeptDocument {
  stepId: number;
  kind: Exclude<StepKind, 'seen'>;
  patientId: string | null;
  reason: string;
  isSeen: boolean;
}

const PLACED = `select ${DOCUMENT}, p.step_id as "stepId", p.kind, p.patient_id as "patientId", p.reason,
  exists (select from practice.step v where v.document_id = d.document_id and v.kind = 'seen') as "isSeen" from practice.document d ${PLACE}`;

/** A document by its identifier, locked until the transaction ends: two people do not file it at once. */
export async function placeOf(sql: Sql, documentId: string): Promise<Place | undefined> {
  await sql.query('practice-lock', 'select 1 from practice.document where document_id = $1 for update', [documentId]);
  const [row] = await sql.query<Place>('practice-place-of', `${PLACED} where d.document_id = $1`, [documentId]);
  return row;
}

/** When the last document was read; undefined when none was. */
export async function lastSeenAt(sql: Sql): Promise<Date | undefined> {
  const [row] = await sql.query<{ at: Date | null }>(
    'practice-last-seen',
    `select max(done_at) as at from practice.step where kind = 'seen'`,
  );
  return row?.at ?? undefined;
}

/** Other versions of the same document. */
export function versionsOf(sql: Sql, { documentId, setId }: Pick<KeptDocument, 'documentId' | 'setId'>): Promise<Place[]> {
  if (setId === null) return Promise.resolve([]);
  return sql.query<Place>('practice-versions-of', `${PLACED} where d.set_id = $1 and d.document_id <> $2`, [setId, documentId]);
}

/**
 * Does a document correct an earlier version that was final, rather than complete one that was in part? Undefined when no earlier version came.
 */
export async function correctsFinal(sql: Sql, documentId: string): Promise<boolean | undefined> {
  const [row] = await sql.query<{ isFinal: boolean | null }>(
    'practice-corrects-final',
    `select bool_or(not former.results @> '[{"status":"active"}]') as "isFinal" from practice.document d
     join practice.document former on former.set_id = d.set_id and former.version < d.version where d.document_id = $1`,
    [documentId],
  );
  return row?.isFinal ?? undefined;
}

/** How many documents the connector filed by itself, without a click, since an instant. */
export async function filedAlone(sql: Sql, by: string, since: Date): Promise<number> {
  const [row] = await sql.query<{ n: number }>(
    'practice-filed-alone',
    `select count(distinct document_id)::int as n from practice.step where kind = 'filed' and done_by = $1 and done_at >= $2`,
    [by, since],
  );
  return row!.n;
}

export interface StepDone {
  at: Date;
  kind: StepKind;
  by: string;
  reason: string;
  patientId: string | null;
}

/** What was done with a document, oldest first: by whom, when and why. */
export function stepsOf(sql: Sql, documentId: string): Promise<StepDone[]> {
  return sql.query<StepDone & Record<string, unknown>>(
    'practice-steps-of',
    `select done_at as at, kind, done_by as by, reason, patient_id as "patientId" from practice.step where document_id = $1 order by step_id`,
    [documentId],
  );
}

/** Documents that a person has to file. */
export const inTriage = (sql: Sql): Promise<Place[]> =>
  sql.query<Place>('practice-in-triage', `${PLACED} where p.kind in ('triage', 'unfiled') order by d.received_at`);

/** What is filed for a patient: of each document its last version, unless it is withdrawn. */
export function filedFor(sql: Sql, patientId: string): Promise<(Place & { results: FiledResult[] })[]> {
  return sql.query<Place & { results: FiledResult[] }>(
    'practice-filed-for',
    `${PLACED.replace('select ', 'select d.results, ')} where p.kind = 'filed' and p.patient_id = $1 and not exists (
       select from practice.document later join lateral (select s.kind, s.patient_id from practice.step s
         where s.document_id = later.document_id and s.kind <> 'seen' order by s.step_id desc limit 1) q on true
       where later.set_id = d.set_id and later.version > d.version and q.kind = 'filed' and q.patient_id = $1)
     order by d.received_at desc`,
    [patientId],
  );
}

/** A document with the file that came for it. */
export async function documentOf(sql: Sql, documentId: string): Promise<KeptDocument & { original: Buffer }> {
  const [row] = await sql.query<KeptDocument & { original: Buffer }>(
    'practice-document',
    `select ${DOCUMENT}, d.original from practice.document d where d.document_id = $1`,
    [documentId],
  );
  return row!;
}

/** Keeps what cannot be opened, once. */
export async function keepFault(
  sql: Sql,
  fault: { sha256: Buffer; origin: Origin; code: string; at: string | undefined; message: string; bytes: Uint8Array },
  now: Date,
): Promise<void> {
  const { sha256, origin, code, at, message, bytes } = fault;
  await sql.query(
    'practice-keep-fault',
    `insert into practice.fault (sha256, channel, reference, code, place, message, bytes, at) values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
    [sha256, origin.channel, origin.reference, code, at ?? null, message, Buffer.from(bytes), now],
  );
}

/** How many documents stand where, and how many could not be opened. */
export async function countPlaces(sql: Sql): Promise<Record<string, number>> {
  const rows = await sql.query<{ kind: string; n: number }>(
    'practice-count',
    `select p.kind, count(*)::int as n from practice.document d ${PLACE} group by p.kind
     union all select 'unreadable', count(*)::int from practice.fault`,
  );
  return Object.fromEntries(rows.map(({ kind, n }) => [kind, n]));
}
