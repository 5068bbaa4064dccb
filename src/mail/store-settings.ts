import type { Sql } from '#kernel';
import type { MailDelegate, MailTemplate } from './contract.ts';

/** Who else reads a mailbox; the models of mail of each person. */

export async function delegatesOf(sql: Sql, box: string): Promise<MailDelegate[]> {
  const rows = await sql.query<{ delegate: string; name: string; maySend: boolean; fromAt: Date | null; untilAt: Date | null }>(
    'mail-delegates',
    `select delegate, delegate_name as name, may_send as "maySend", from_at as "fromAt", until_at as "untilAt" from mail.delegate
     where box = $1 and ended_at is null and (until_at is null or until_at > now()) order by granted_at`,
    [box],
  );
  return rows.map(({ fromAt, untilAt, ...row }) => ({
    ...row,
    ...(fromAt && { fromAt: fromAt.toISOString() }),
    ...(untilAt && { untilAt: untilAt.toISOString() }),
  }));
}

/** Mailboxes given to read to one of these, now. */
export function delegatedTo(sql: Sql, delegates: readonly string[]): Promise<{ box: string; delegate: string; maySend: boolean }[]> {
  return sql.query<{ box: string; delegate: string; maySend: boolean }>(
    'mail-delegated',
    `select box, delegate, may_send as "maySend" from mail.delegate where delegate = any($1::text[]) and ended_at is null
       and (from_at is null or from_at <= now()) and (until_at is null or until_at > now())`,
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

interface Delegation {
  box: string;
  delegate: string;
  name: string;
  maySend: boolean;
  by: string;
  now: Date;
  /** `YYYY-MM-DD` of the zone, both included. */
  fromDay?: string | undefined;
  untilDay?: string | undefined;
  zone: string;
}

/** Given anew, what was given before is over. */
export async function writeDelegation(tx: Sql, given: Delegation): Promise<void> {
  const { box, delegate, name, maySend, by, now, fromDay, untilDay, zone } = given;
  await endDelegation(tx, box, delegate, now);
  await tx.query(
    'mail-delegate',
    `insert into mail.delegate (box, delegate, delegate_name, may_send, granted_by, granted_at, from_at, until_at)
     values ($1, $2, $3, $4, $5, $6, $7::date::timestamp at time zone $9, ($8::date + 1)::timestamp at time zone $9)`,
    [box, delegate, name, maySend, by, now, fromDay ?? null, untilDay ?? null, zone],
  );
}

export function templatesOf(sql: Sql, owner: string): Promise<MailTemplate[]> {
  return sql.query<MailTemplate & Record<string, unknown>>(
    'mail-templates',
    'select template_id as "templateId", name, subject, words from mail.template where owner = $1 order by name limit 100',
    [owner],
  );
}

/** @returns whether it was kept: what is another's is not changed */
export async function writeTemplate(tx: Sql, owner: string, { templateId, name, subject, words }: MailTemplate): Promise<boolean> {
  const kept = await tx.query(
    'mail-template',
    `insert into mail.template as t (template_id, owner, name, subject, words) values ($1, $2, $3, $4, $5)
     on conflict (template_id) do update set name = excluded.name, subject = excluded.subject, words = excluded.words where t.owner = excluded.owner
     returning 1`,
    [templateId, owner, name, subject, words],
  );
  return kept.length > 0;
}

export async function dropTemplate(tx: Sql, owner: string, templateId: string): Promise<void> {
  await tx.query('mail-template-drop', 'delete from mail.template where owner = $1 and template_id = $2', [owner, templateId]);
}
