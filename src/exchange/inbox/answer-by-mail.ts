import type { Sql } from '#kernel';
import { answerLine, linesOfDocuments, writeStep } from './store-inbox.ts';

/**
 * What its addressee read in their mail is not asked of them again here, nor told further as unread. A critical result is acknowledged only by somebody who
 * said so: a mail that was displayed is not enough. What was withdrawn since is another thing to read than the mail.
 * @param isAnswered the software says that a person answered for the document (`X-Cigogne-Answered`)
 */
export async function answerByMail(
  tx: Sql,
  { patientId, deliveryId }: { patientId: string; deliveryId: string },
  { isAnswered, at }: { isAnswered: boolean; at: Date },
): Promise<void> {
  const [sent] = await tx.query<{ documentId: string; recipient: string; name: string }>(
    'inbox-read-by-mail',
    `select document_id as "documentId", recipient, recipient_name as name from exchange.delivery
     where patient_id = $1 and delivery_id = $2 and action = 'send'`,
    [patientId, deliveryId],
  );
  if (!sent) return;
  const by = { id: sent.recipient, name: sent.name };
  for (const line of await linesOfDocuments(tx, [patientId], [sent.documentId])) {
    const isTheirs = line.holder === sent.recipient && line.state === 'new' && line.severity !== 'withdrawn';
    if (!isTheirs || (line.severity === 'critical' && !isAnswered)) continue;
    await answerLine(tx, line, { state: 'seen', by, at });
    await writeStep(tx, line, { at, kind: 'seen', by });
  }
}
