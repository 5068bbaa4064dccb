import type { Sql } from '#kernel';
import type { MailDelegate, MailTemplate } from './contract.ts';

/** Who else reads a mailbox; the models of mail of each person. */

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
