import type { Sql } from '#kernel';

/** What leaves, and what comes back of it. */

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

/** A notification may have come before the operator's own answer: what it said stays. */
export async function settleSent(
  sql: Sql,
  messageId: string,
  after: { state: 'sent' | 'waiting' | 'dead'; reason?: string; tries: number; nextAt?: Date },
): Promise<void> {
  await sql.query(
    'mail-settle',
    `update mail.message set state = $2, reason = $3, tries = $4, next_at = $5 where message_id = $1 and state = 'waiting'`,
    [messageId, after.state, after.reason ?? null, after.tries, after.nextAt ?? null],
  );
}

/** A mail that left this mailbox, by the id that it left under or its Message-ID. */
export async function sentAs(
  sql: Sql,
  box: string,
  { envelopeId, messageId }: { envelopeId?: string | undefined; messageId?: string | undefined },
): Promise<{ messageId: string; other: string } | undefined> {
  const [found] = await sql.query<{ messageId: string; other: string }>(
    'mail-sent-as',
    `select message_id as "messageId", other from mail.message
     where box = $1 and direction = 'out' and (message_id::text = $2 or rfc_id = $3) limit 1`,
    [box, envelopeId ?? '', messageId ?? ''],
  );
  return found;
}

/** What a notification says moves a mail forward, never back: read is more than delivered, and what was delivered did not fail. */
export async function moveForward(
  sql: Sql,
  messageId: string,
  { state, reason, now }: { state: 'delivered' | 'read' | 'dead'; reason?: string; now: Date },
): Promise<void> {
  const before = { delivered: ['waiting', 'sent'], read: ['waiting', 'sent', 'delivered'], dead: ['waiting', 'sent'] }[state];
  await sql.query(
    'mail-forward',
    'update mail.message set state = $2, reason = $3, told_at = $4, next_at = null where message_id = $1 and state = any($5::text[])',
    [messageId, state, reason ?? null, now, before],
  );
}

export interface DueReceipt {
  messageId: string;
  box: string;
  rfcId: string;
  receiptTo: string;
  tries: number;
}

/** Notifications of reading that are to leave, taken for a while. */
export function leaseReceipts(sql: Sql, now: Date, until: Date): Promise<DueReceipt[]> {
  return sql.query<DueReceipt & Record<string, unknown>>(
    'mail-lease-receipts',
    `update mail.message set receipt_due = $2, receipt_tries = receipt_tries + 1 where message_id in (
       select message_id from mail.message where receipt_due <= $1 order by receipt_due limit 8 for update skip locked)
     returning message_id as "messageId", box, rfc_id as "rfcId", receipt_to as "receiptTo", receipt_tries as tries`,
    [now, until],
  );
}

export async function settleReceipt(sql: Sql, messageId: string, nextAt: Date | null): Promise<void> {
  await sql.query('mail-receipt-settle', 'update mail.message set receipt_due = $2 where message_id = $1', [messageId, nextAt]);
}
