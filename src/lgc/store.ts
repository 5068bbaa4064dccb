import type { Traits } from '#identity';
import { type Sql, uuidv7 } from '#kernel';
import type { StoredResult } from '#record';
import type { User } from './contract.ts';

/** The only SQL of the schema `lgc`. */

export interface LgcPatient {
  patientId: string;
  number: string;
  ins?: { oid: string; value: string };
  isQualified: boolean;
  traits: Traits;
  /** Who of the practice treats them: `rpps:8…`. */
  doctor?: string;
  team: string[];
  /** In the words of the practice. */
  allergies: string[];
}

/** As the practice says it: the birth name, and the given name that is used. */
export const nameOf = ({ birthFamily, firstBirthGiven, usedGiven }: Traits): string => `${birthFamily} ${usedGiven ?? firstBirthGiven}`;

type PatientRow = Omit<LgcPatient, 'ins' | 'doctor'> & { oid: string | null; ins: string | null; doctor: string | null };
const PATIENT = `patient_id as "patientId", number, ins_oid as oid, ins, is_qualified as "isQualified", traits, doctor, team, allergies`;
const patientOf = ({ oid, ins, doctor, ...patient }: PatientRow): LgcPatient => ({
  ...patient,
  ...(doctor !== null && { doctor }),
  ...(oid !== null && ins !== null && { ins: { oid, value: ins } }),
});

/** The practice's own patients, as its people entered them: whoever is there already is brought up to date. */
export type PatientToEnter = Omit<LgcPatient, 'patientId' | 'allergies'> & { allergies?: string[] };
export async function enterPatients(sql: Sql, patients: readonly PatientToEnter[]): Promise<void> {
  for (const { number, ins, isQualified, traits, doctor, team, allergies = [] } of patients) {
    await sql.query(
      'lgc-enter-patient',
      `insert into lgc.patient (patient_id, number, ins_oid, ins, is_qualified, traits, team, doctor, allergies) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       on conflict (number) do update set ins_oid = excluded.ins_oid, ins = excluded.ins, is_qualified = excluded.is_qualified,
         traits = excluded.traits, team = excluded.team, doctor = excluded.doctor, allergies = excluded.allergies`,
      [uuidv7(), number, ins?.oid ?? null, ins?.value ?? null, isQualified, JSON.stringify(traits), team, doctor ?? null, allergies],
    );
  }
}

export async function patients(sql: Sql): Promise<LgcPatient[]> {
  return (await sql.query<PatientRow>('lgc-patients', `select ${PATIENT} from lgc.patient order by traits->>'birthFamily', number`)).map(
    patientOf,
  );
}

export async function patientBy(sql: Sql, by: { patientId: string } | { number: string }): Promise<LgcPatient | undefined> {
  const [column, value] = 'patientId' in by ? ['patient_id', by.patientId] : ['number', by.number];
  const [row] = await sql.query<PatientRow>(`lgc-patient-by-${column}`, `select ${PATIENT} from lgc.patient where ${column}::text = $1`, [
    value,
  ]);
  return row && patientOf(row);
}

export interface LgcDocument {
  documentId: string;
  patientId: string;
  uniqueId: string;
  setId: string | null;
  replaces: string[];
  status: 'current' | 'entered-in-error';
  title: string;
  type: string;
  producer: string;
  issuedAt: Date;
  putAt: Date;
  mediaType: string;
  results: StoredResult[];
}

type DocumentRow = Omit<LgcDocument, 'results'> & { results: string };
const DOCUMENT = `d.document_id as "documentId", d.patient_id as "patientId", d.unique_id as "uniqueId", d.set_id as "setId", d.replaces, d.status, d.title,
  d.type, d.producer, d.issued_at as "issuedAt", d.put_at as "putAt", d.media_type as "mediaType", d.results`;
const documentRow = ({ results, ...row }: DocumentRow): LgcDocument => ({ ...row, results: JSON.parse(results) as StoredResult[] });

export async function putDocument(sql: Sql, document: LgcDocument, bytes: Buffer): Promise<void> {
  const { documentId, patientId, uniqueId, setId, replaces, status, title, type, producer, issuedAt, putAt, mediaType, results } = document;
  await sql.query(
    'lgc-put-document',
    `insert into lgc.document (document_id, patient_id, unique_id, set_id, replaces, status, title, type, producer, issued_at, put_at, media_type, bytes, results)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
     on conflict (document_id) do update set patient_id = excluded.patient_id, replaces = excluded.replaces, status = excluded.status, title = excluded.title,
       type = excluded.type, producer = excluded.producer, put_at = excluded.put_at, media_type = excluded.media_type, bytes = excluded.bytes, results = excluded.results`,
    [
      documentId,
      patientId,
      uniqueId,
      setId,
      replaces,
      status,
      title,
      type,
      producer,
      issuedAt,
      putAt,
      mediaType,
      bytes,
      JSON.stringify(results),
    ],
  );
}

export async function documentBy(sql: Sql, documentId: string): Promise<LgcDocument | undefined> {
  const [row] = await sql.query<DocumentRow>('lgc-document', `select ${DOCUMENT} from lgc.document d where document_id = $1`, [documentId]);
  return row && documentRow(row);
}

/** What stands in the record of a patient, the latest first: neither what was taken back nor what a later version replaces. */
export async function documentsOf(sql: Sql, patientId: string): Promise<LgcDocument[]> {
  const rows = await sql.query<DocumentRow>(
    'lgc-documents-of',
    `select ${DOCUMENT} from lgc.document d where d.patient_id = $1 and d.status = 'current'
       and not exists (select from lgc.document later where later.patient_id = $1 and later.status = 'current' and d.unique_id = any(later.replaces))
     order by d.issued_at desc, d.put_at desc`,
    [patientId],
  );
  return rows.map(documentRow);
}

/** A later version stands in the record of the same patient: it came first. */
export async function isReplaced(sql: Sql, { patientId, uniqueId }: LgcDocument): Promise<boolean> {
  const rows = await sql.query<{ one: number }>(
    'lgc-is-replaced',
    `select 1 as one from lgc.document where patient_id = $1 and $2 = any(replaces) and status = 'current' limit 1`,
    [patientId, uniqueId],
  );
  return rows.length > 0;
}

/** Former versions that stand in the record of the same patient: what a new one replaces. */
export async function formersOf(sql: Sql, { patientId, replaces, documentId }: LgcDocument): Promise<LgcDocument[]> {
  const rows = await sql.query<DocumentRow>(
    'lgc-formers-of',
    `select ${DOCUMENT} from lgc.document d where d.patient_id = $1 and d.unique_id = any($2) and d.document_id <> $3 and d.status = 'current'`,
    [patientId, replaces, documentId],
  );
  return rows.map(documentRow);
}

export async function bytesOf(sql: Sql, documentId: string): Promise<Buffer | undefined> {
  const [row] = await sql.query<{ bytes: Buffer }>('lgc-bytes', 'select bytes from lgc.document where document_id = $1', [documentId]);
  return row?.bytes;
}

/** Documents filed for each patient. */
export async function countDocuments(sql: Sql): Promise<Map<string, number>> {
  const rows = await sql.query<{ patientId: string; n: number }>(
    'lgc-count-documents',
    `select patient_id as "patientId", count(*)::int as n from lgc.document where status = 'current' group by 1`,
  );
  return new Map(rows.map(({ patientId, n }) => [patientId, n]));
}

export interface LgcTask {
  taskId: string;
  filing: string;
  documentId: string;
  owner: string | undefined;
  recipients: string[];
}

/** @returns whether it is new: the same filing asks once */
export async function makeTask(sql: Sql, { taskId, filing, documentId, owner, recipients }: LgcTask, now: Date): Promise<boolean> {
  const rows = await sql.query<{ one: number }>(
    'lgc-make-task',
    `insert into lgc.task (task_id, filing, document_id, status, owner, recipients, changed_at) values ($1, $2, $3, 'requested', $4, $5, $6)
     on conflict (filing) do nothing returning 1 as one`,
    [taskId, filing, documentId, owner ?? null, recipients, now],
  );
  return rows.length > 0;
}

/** The tasks of a document that nobody had answered for. */
export async function closeTasks(
  sql: Sql,
  documentId: string,
  status: 'completed' | 'cancelled',
  by: string | undefined,
  now: Date,
): Promise<void> {
  await sql.query(
    'lgc-close-tasks',
    `update lgc.task set status = $2, owner_name = $3, changed_at = $4 where document_id = $1 and status = 'requested'`,
    [documentId, status, by ?? null, now],
  );
}

export interface CompletedTask {
  taskId: string;
  filing: string;
  documentId: string;
  ownerName: string;
  changedAt: Date;
}

export function completedSince(sql: Sql, since: Date, most: number): Promise<CompletedTask[]> {
  return sql.query<CompletedTask & Record<string, unknown>>(
    'lgc-completed-since',
    `select task_id as "taskId", filing, document_id as "documentId", owner_name as "ownerName", changed_at as "changedAt" from lgc.task
     where status = 'completed' and changed_at >= $1 order by changed_at limit $2`,
    [since, most],
  );
}

export async function readersOfDocuments(sql: Sql, documentIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await sql.query<{ documentId: string; name: string }>(
    'lgc-readers',
    `select distinct on (document_id) document_id as "documentId", owner_name as name from lgc.task
     where document_id = any($1) and status = 'completed' order by document_id, changed_at`,
    [documentIds],
  );
  return new Map(rows.map(({ documentId, name }) => [documentId, name]));
}

export async function writeEvent(sql: Sql, user: User, act: string, of: { patientId?: string; object?: string }, now: Date): Promise<void> {
  await sql.query('lgc-event', 'insert into lgc.event (at, user_id, user_name, act, patient_id, object) values ($1, $2, $3, $4, $5, $6)', [
    now,
    user.id,
    user.name,
    act,
    of.patientId ?? null,
    of.object ?? null,
  ]);
}
