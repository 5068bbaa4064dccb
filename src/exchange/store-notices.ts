import type { Sql } from '#kernel';

/** Mails that carry no document: the only SQL of them. */

export interface Notice {
  patientId: string;
  noticeId: string;
  recipient: string;
}

export interface NoticeRow extends Notice {
  tries: number;
}

/** Written once, whoever finds it again. */
export async function writeNotices(tx: Sql, notices: readonly Notice[], now: Date): Promise<void> {
  if (notices.length === 0) return;
  await tx.query(
    'exchange-notices-write',
    `insert into exchange.notice (patient_id, notice_id, recipient, created_at, next_at)
     select n."patientId", n."noticeId", n.recipient, $2, $2
     from jsonb_to_recordset($1::jsonb) as n("patientId" uuid, "noticeId" text, recipient text) on conflict do nothing`,
    [JSON.stringify(notices), now],
  );
}

/** The next one to send, held until the end of the transaction: no other worker takes it. */
export async function takeNotice(tx: Sql, now: Date): Promise<NoticeRow | undefined> {
  const [found] = await tx.query<NoticeRow & Record<string, unknown>>(
    'exchange-notice-take',
    `select patient_id as "patientId", notice_id as "noticeId", recipient, tries from exchange.notice
     where state = 'waiting' and next_at <= $1 order by next_at limit 1 for update skip locked`,
    [now],
  );
  return found;
}

/** What became of a try; `nextAt` of one that waits. */
export async function settleNotice(
  tx: Sql,
  { patientId, noticeId, tries }: NoticeRow,
  outcome: { state: 'sent' | 'refused' | 'dropped'; reason?: string; now: Date } | { state: 'waiting'; reason: string; nextAt: Date },
): Promise<void> {
  const isOver = outcome.state !== 'waiting';
  await tx.query(
    'exchange-notice-settle',
    `update exchange.notice set state = $3, reason = $4, tries = $5, next_at = coalesce($6, next_at), settled_at = $7
     where patient_id = $1 and notice_id = $2`,
    [patientId, noticeId, outcome.state, outcome.reason ?? null, tries + 1, isOver ? null : outcome.nextAt, isOver ? outcome.now : null],
  );
}
