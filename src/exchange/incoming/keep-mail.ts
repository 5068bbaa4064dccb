import type { Sql } from '#kernel';
import { answerMail } from './answer-mail.ts';
import { type IncomingMail, writeMail } from './store-incoming.ts';

/** A mail with documents, and what became of each; `ours`: the address that it came to, and that answers. */
export type MailToKeep = Omit<IncomingMail, 'answer'> & { messageId: string; ours: string };

/** Keeps what became of a mail, with the answer that its sender is owed, byte for byte; from nobody known, no answer: it may be forged. */
export async function keepMail(sql: Sql, { messageId, ours, ...mail }: MailToKeep): Promise<void> {
  const { mailId, from: to, clientId, parts, receivedAt: date } = mail;
  const answer = clientId === undefined ? {} : { answer: await answerMail({ mailId, from: ours, to, messageId, date, parts }) };
  await writeMail(sql, { ...mail, ...answer });
}
