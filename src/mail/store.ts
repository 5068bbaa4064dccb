import type { Sql } from '#kernel';
import type { MailAttachment, MailFolder, MailState } from './contract.ts';

/** Messages of mailboxes; with `store-sent.ts` and `store-settings.ts`, the only SQL of the schema `mail`. */

export interface MessageRow {
  messageId: string;
  box: string;
  direction: 'in' | 'out';
  thread: string;
  rfcId: string;
  other: string;
  otherName: string;
  subject: string;
  words: string;
  attachments: MailAttachment[];
  at: Date;
  patientId: string | null;
  tiedBy: string | null;
  readAt: Date | null;
  mayAnswer: boolean;
  /** `attachment.part` → document. */
  filed: Record<string, string>;
  /** In whose record each of them is; absent of those filed before it was kept. */
  filedFor: Record<string, string>;
  byId: string | null;
  byName: string | null;
  state: MailState;
  reason: string | null;
  /** When a notification said what became of it. */
  toldAt: Date | null;
  /** Of what came: dealt with. */
  doneAt: Date | null;
}

const MESSAGE = `message_id as "messageId", box, direction, thread, rfc_id as "rfcId", other, other_name as "otherName", subject, words,
  attachments::jsonb as attachments, at, patient_id as "patientId", tied_by as "tiedBy", read_at as "readAt", may_answer as "mayAnswer",
  filed::jsonb as filed, filed_for::jsonb as "filedFor", by_id as "byId", by_name as "byName", state, reason, told_at as "toldAt", done_at as "doneAt"`;

type Row = MessageRow & Record<string, unknown>;

export interface NewMessage
  extends Pick<
    MessageRow,
    | 'messageId'
    | 'box'
    | 'direction'
    | 'thread'
    | 'rfcId'
    | 'other'
    | 'otherName'
    | 'subject'
    | 'words'
    | 'attachments'
    | 'at'
    | 'mayAnswer'
    | 'state'
  > {
  zstd: Buffer;
  patientId?: string | undefined;
  tiedBy?: string | undefined;
  /** Who asks to be told that it was read. */
  receiptTo?: string | undefined;
  by?: { id: string; name: string };
}

/** @returns false when this very mail is in the mailbox already */
export async function writeMessage(tx: Sql, m: NewMessage): Promise<boolean> {
  const rows = await tx.query(
    'mail-write',
    `insert into mail.message (message_id, box, direction, thread, rfc_id, other, other_name, subject, words, attachments, zstd, at, patient_id, tied_by,
       may_answer, by_id, by_name, state, next_at, receipt_to)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
     on conflict do nothing returning 1`,
    [
      m.messageId,
      m.box,
      m.direction,
      m.thread,
      m.rfcId,
      m.other,
      m.otherName,
      m.subject,
      m.words,
      JSON.stringify(m.attachments),
      m.zstd,
      m.at,
      m.patientId ?? null,
      m.tiedBy ?? null,
      m.mayAnswer,
      m.by?.id ?? null,
      m.by?.name ?? null,
      m.state,
      m.state === 'waiting' ? m.at : null,
      m.receiptTo ?? null,
    ],
  );
  return rows.length === 1;
}

const MOST_MESSAGES = 1_000;

/** Which threads a folder shows, over the messages of one. */
const FOLDERS: Readonly<Record<MailFolder, string>> = {
  all: 'true',
  received: `bool_or(direction = 'in')`,
  sent: `bool_or(direction = 'out')`,
  todo: `bool_or(direction = 'in' and done_at is null)`,
  done: `bool_or(direction = 'in') and not bool_or(direction = 'in' and done_at is null)`,
};
const ACCENTS = `'àâäáãéèêëíìîïóòôöõúùûüçñ', 'aaaaaeeeeiiiiooooouuuucn'`;
const SAID = `translate(lower(subject || ' ' || other_name || ' ' || coalesce(by_name, '') || ' ' || words || ' ' || attachments), ${ACCENTS})`;

/** A word that is searched, without accents nor capitals, and the patients whose name bears it. */
export interface SearchedWord {
  word: string;
  patientIds: readonly string[];
}

/** The latest messages of a mailbox, the latest first: those of the threads of a folder in which every word is found. */
export function messagesOf(sql: Sql, box: string, folder: MailFolder, words: readonly SearchedWord[] = []): Promise<MessageRow[]> {
  const found = words.map((_, n) => `and bool_or(position($${2 * n + 2}::text in ${SAID}) > 0 or patient_id = any($${2 * n + 3}::uuid[]))`);
  return sql.query<Row>(
    `mail-of-box-${folder}-${words.length}`,
    `select ${MESSAGE} from mail.message where box = $1 and thread in (
       select thread from mail.message where box = $1 group by thread having ${FOLDERS[folder]} ${found.join(' ')})
     order by at desc, message_id desc limit ${MOST_MESSAGES}`,
    [box, ...words.flatMap(({ word, patientIds }) => [word, patientIds])],
  );
}

/** The patients whom the threads of a mailbox are about. */
export async function patientsIn(sql: Sql, box: string): Promise<string[]> {
  const rows = await sql.query<{ patientId: string }>(
    'mail-patients-in',
    'select distinct patient_id as "patientId" from mail.message where box = $1 and patient_id is not null',
    [box],
  );
  return rows.map(({ patientId }) => patientId);
}

export async function findMessage(sql: Sql, messageId: string): Promise<MessageRow | undefined> {
  const [found] = await sql.query<Row>('mail-find', `select ${MESSAGE} from mail.message where message_id = $1`, [messageId]);
  return found;
}

export function threadOf(sql: Sql, box: string, thread: string): Promise<MessageRow[]> {
  return sql.query<Row>('mail-thread', `select ${MESSAGE} from mail.message where box = $1 and thread = $2 order by at, message_id`, [
    box,
    thread,
  ]);
}

/** The message of a mailbox that a mail answers, by the first of these identifiers that it knows. */
export async function answered(sql: Sql, box: string, rfcIds: readonly string[]): Promise<MessageRow | undefined> {
  const [found] = await sql.query<Row>(
    'mail-answered',
    `select ${MESSAGE} from mail.message where box = $1 and rfc_id = any($2::text[]) order by at desc limit 1`,
    [box, rfcIds],
  );
  return found;
}

export async function rawOf(sql: Sql, messageId: string): Promise<Buffer | undefined> {
  const [found] = await sql.query<{ zstd: Buffer }>('mail-raw', 'select zstd from mail.message where message_id = $1', [messageId]);
  return found?.zstd;
}

export async function unreadIn(sql: Sql, boxes: readonly string[]): Promise<Map<string, number>> {
  const rows = await sql.query<{ box: string; unread: number }>(
    'mail-unread',
    `select box, count(*)::int as unread from mail.message where box = any($1::text[]) and direction = 'in' and read_at is null group by 1`,
    [boxes],
  );
  return new Map(rows.map(({ box, unread }) => [box, unread]));
}

/** @param tells who sent it is told that it was read, when they asked */
export async function markRead(
  tx: Sql,
  { box, thread }: Pick<MessageRow, 'box' | 'thread'>,
  { by, tells, now }: { by: string; tells: boolean; now: Date },
): Promise<void> {
  await tx.query(
    'mail-read',
    `update mail.message set read_at = $4::timestamptz, read_by = $3, receipt_due = case when $5::boolean and receipt_to is not null then $4::timestamptz end
     where box = $1 and thread = $2 and direction = 'in' and read_at is null`,
    [box, thread, by, now, tells],
  );
}

/** What came in a thread is dealt with, or is not after all. */
export async function markDone(
  tx: Sql,
  { box, thread }: Pick<MessageRow, 'box' | 'thread'>,
  { by, now }: { by: string; now: Date | null },
): Promise<void> {
  await tx.query('mail-done', `update mail.message set done_at = $4, done_by = $3 where box = $1 and thread = $2 and direction = 'in'`, [
    box,
    thread,
    by,
    now,
  ]);
}

/** The whole thread is about this person. */
export async function tieThread(tx: Sql, box: string, thread: string, patientId: string, by: string): Promise<void> {
  await tx.query('mail-tie', 'update mail.message set patient_id = $3, tied_by = $4 where box = $1 and thread = $2', [
    box,
    thread,
    patientId,
    by,
  ]);
}

export async function noteFiled(
  tx: Sql,
  messageId: string,
  part: string,
  { documentId, patientId }: { documentId: string; patientId: string },
): Promise<void> {
  await tx.query(
    'mail-filed',
    `update mail.message set filed = (filed::jsonb || jsonb_build_object($2::text, $3::text))::text,
       filed_for = (filed_for::jsonb || jsonb_build_object($2::text, $4::text))::text where message_id = $1`,
    [messageId, part, documentId, patientId],
  );
}
