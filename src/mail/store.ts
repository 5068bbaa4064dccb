import type { Sql } from '#kernel';
import type { MailAttachment, MailDelegate, MailTemplate } from './contract.ts';

/** Mailboxes: the only SQL of the schema `mail`. */

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
  byId: string | null;
  byName: string | null;
  state: 'received' | 'waiting' | 'sent' | 'dead';
  reason: string | null;
  tries: number;
}

const MESSAGE = `message_id as "messageId", box, direction, thread, rfc_id as "rfcId", other, other_name as "otherName", subject, words,
  attachments::jsonb as attachments, at, patient_id as "patientId", tied_by as "tiedBy", read_at as "readAt", may_answer as "mayAnswer",
  filed::jsonb as filed, by_id as "byId", by_name as "byName", state, reason, tries`;

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
  by?: { id: string; name: string };
}

/** @returns false when this very mail is in the mailbox already */
export async function writeMessage(tx: Sql, m: NewMessage): Promise<boolean> {
  const rows = await tx.query(
    'mail-write',
    `insert into mail.message (message_id, box, direction, thread, rfc_id, other, other_name, subject, words, attachments, zstd, at, patient_id, tied_by,
       may_answer, by_id, by_name, state, next_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
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
    ],
  );
  return rows.length === 1;
}

const MOST_MESSAGES = 1_000;

/** The latest messages of a mailbox, the latest first. */
export function messagesOf(sql: Sql, box: string): Promise<MessageRow[]> {
  return sql.query<Row>(
    'mail-of-box',
    `select ${MESSAGE} from mail.message where box = $1 order by at desc, message_id desc limit ${MOST_MESSAGES}`,
    [box],
  );
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

export async function markRead(tx: Sql, box: string, thread: string, by: string, now: Date): Promise<void> {
  await tx.query(
    'mail-read',
    `update mail.message set read_at = $4, read_by = $3 where box = $1 and thread = $2 and direction = 'in' and read_at is null`,
    [box, thread, by, now],
  );
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

export async function noteFiled(tx: Sql, messageId: string, part: string, documentId: string): Promise<void> {
  await tx.query(
    'mail-filed',
    `update mail.message set filed = (filed::jsonb || jsonb_build_object($2::text, $3::text))::text where message_id = $1`,
    [messageId, part, documentId],
  );
}

/** What is due, taken for a while: a process that dies gives it back after that. */
export function leaseDue(
  sql: Sql,
  now: Date,
  until: Date,
): Promise<{ messageId: string; box: string; other: string; zstd: Buffer; tries: number }[]> {
  return sql.query<{ messageId: string; box: string; other: string; zstd: Buffer; tries: number }>(
    'mail-lease',
    `update mail.message set next_at = $2 where message_id in (
       select message_id from mail.message where state = 'waiting' and next_at <= $1 order by next_at limit 8 for update skip locked)
     returning message_id as "messageId", box, other, zstd, tries`,
    [now, until],
  );
}

export async function settleSent(
  sql: Sql,
  messageId: string,
  after: { state: 'sent' | 'waiting' | 'dead'; reason?: string; tries: number; nextAt?: Date },
): Promise<void> {
  await sql.query('mail-settle', 'update mail.message set state = $2, reason = $3, tries = $4, next_at = $5 where message_id = $1', [
    messageId,
    after.state,
    after.reason ?? null,
    after.tries,
    after.nextAt ?? null,
  ]);
}

export function delegatesOf(sql: Sql, box: string): Promise<MailDelegate[]> {
  return sql.query<MailDelegate & Record<string, unknown>>(
    'mail-delegates',
    'select delegate, delegate_name as name, may_send as "maySend" from mail.delegate where box = $1 and ended_at is null order by granted_at',
    [box],
  );
}

/** Mailboxes given to read to one of these. */
export function delegatedTo(sql: Sql, delegates: readonly string[]): Promise<{ box: string; delegate: string; maySend: boolean }[]> {
  return sql.query<{ box: string; delegate: string; maySend: boolean }>(
    'mail-delegated',
    'select box, delegate, may_send as "maySend" from mail.delegate where delegate = any($1::text[]) and ended_at is null',
    [delegates],
  );
}

export async function endDelegation(tx: Sql, box: string, delegate: string, now: Date): Promise<void> {
  await tx.query('mail-delegate-end', 'update mail.delegate set ended_at = $3 where box = $1 and delegate = $2 and ended_at is null', [
    box,
    delegate,
    now,
  ]);
}

export async function writeDelegation(
  tx: Sql,
  { box, delegate, name, maySend, by, now }: { box: string; delegate: string; name: string; maySend: boolean; by: string; now: Date },
): Promise<void> {
  await endDelegation(tx, box, delegate, now);
  await tx.query(
    'mail-delegate',
    'insert into mail.delegate (box, delegate, delegate_name, may_send, granted_by, granted_at) values ($1, $2, $3, $4, $5, $6)',
    [box, delegate, name, maySend, by, now],
  );
}

export function templatesOf(sql: Sql, owner: string): Promise<MailTemplate[]> {
  return sql.query<MailTemplate & Record<string, unknown>>(
    'mail-templates',
    'select template_id as "templateId", name, subject, words from mail.template where owner = $1 order by name limit 100',
    [owner],
  );
}

export async function writeTemplate(tx: Sql, owner: string, { templateId, name, subject, words }: MailTemplate): Promise<void> {
  await tx.query('mail-template', 'insert into mail.template (template_id, owner, name, subject, words) values ($1, $2, $3, $4, $5)', [
    templateId,
    owner,
    name,
    subject,
    words,
  ]);
}

export async function dropTemplate(tx: Sql, owner: string, templateId: string): Promise<void> {
  await tx.query('mail-template-drop', 'delete from mail.template where owner = $1 and template_id = $2', [owner, templateId]);
}
