import type { Sql } from '#kernel';

/** Mails that came to the region with documents, and the answers that are owed: the only SQL of them. */

/** What became of one document of a mail. */
export interface MailPart {
  /** Which: `file 1`, `file 1, document 2`, `PDF 1`. */
  at: string;
  state: string;
  depositId?: string;
  /** Code of refusal, and the place in the document. */
  code?: string;
  message?: string;
  where?: string;
}

export interface IncomingMail {
  mailId: string;
  sha256: Buffer;
  from: string;
  /** Undefined: from nobody known, and owed no answer. */
  clientId: string | undefined;
  receivedAt: Date;
  parts: readonly MailPart[];
  answer?: Buffer;
}

export async function findMail(sql: Sql, sha256: Buffer, from: string): Promise<{ isSettled: boolean } | undefined> {
  const [found] = await sql.query<{ isSettled: boolean }>(
    'incoming-find',
    'select client_id is not null as "isSettled" from exchange.incoming_mail where sha256 = $1 and from_address = $2',
    [sha256, from],
  );
  return found;
}

/** The same mail again leaves what was written the first time. */
export async function writeMail({ query }: Sql, mail: IncomingMail): Promise<void> {
  const { mailId, sha256, from, clientId, receivedAt, parts, answer } = mail;
  await query(
    'incoming-write',
    `insert into exchange.incoming_mail (mail_id, sha256, from_address, client_id, received_at, parts, answer, next_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
    [mailId, sha256, from, clientId ?? null, receivedAt, JSON.stringify(parts), answer ?? null, answer ? receivedAt : null],
  );
}

/** An answer in the hands of a worker until the end of its transaction. */
export interface OwedAnswer {
  mailId: string;
  to: string;
  answer: Buffer;
  tries: number;
  receivedAt: Date;
}

export async function takeOwedAnswer(tx: Sql, now: Date): Promise<OwedAnswer | undefined> {
  const [found] = await tx.query<OwedAnswer & Record<string, unknown>>(
    'incoming-owed',
    `select mail_id as "mailId", from_address as "to", answer, tries, received_at as "receivedAt" from exchange.incoming_mail
     where next_at <= $1 order by next_at limit 1 for update skip locked`,
    [now],
  );
  return found;
}

/** Sent, given up with a reason, or to be tried again. */
export async function settleAnswer(
  tx: Sql,
  mailId: string,
  after: { answeredAt: Date } | { fault: string; nextAt: Date | undefined },
): Promise<void> {
  const sent = 'answeredAt' in after;
  await tx.query(
    'incoming-settle',
    'update exchange.incoming_mail set answered_at = $2, fault = $3, next_at = $4, tries = tries + 1 where mail_id = $1',
    [mailId, sent ? after.answeredAt : null, sent ? null : after.fault, sent ? null : (after.nextAt ?? null)],
  );
}
