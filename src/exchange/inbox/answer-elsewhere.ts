import type { Sql } from '#kernel';
import { isAwaited } from './escalation.ts';
import { answerLine, linesOfDocuments, writeStep } from './store-inbox.ts';

/**
 * What its addressee read in their mail or in their software is not asked of them again here, nor told further as unread. A critical result is acknowledged
 * only by somebody who said so: that it was displayed is not enough. What was withdrawn since is another thing to read.
 * @param isAnswered the software says that a person answered for the document (`X-Cigogne-Answered`)
 */
export async function answerElsewhere(
  tx: Sql,
  { patientId, documentId, by }: { patientId: string; documentId: string; by: { id: string; name: string } },
  { isAnswered, at }: { isAnswered: boolean; at: Date },
): Promise<void> {
  for (const line of await linesOfDocuments(tx, [patientId], [documentId])) {
    const isTheirs = line.holder === by.id && isAwaited(line) && line.state !== 'delegated' && line.severity !== 'withdrawn';
    if (!isTheirs || (line.severity === 'critical' && !isAnswered)) continue;
    await answerLine(tx, line, { state: 'seen', by, at });
    await writeStep(tx, line, { at, kind: 'seen', by });
  }
}

/** The same of a mail, by whom it was sent to. */
export async function answerByMail(
  tx: Sql,
  { patientId, deliveryId }: { patientId: string; deliveryId: string },
  said: { isAnswered: boolean; at: Date },
): Promise<void> {
  const [sent] = await tx.query<{ documentId: string; recipient: string; name: string }>(
    'inbox-read-by-mail',
    `select document_id as "documentId", recipient, recipient_name as name from exchange.delivery
     where patient_id = $1 and delivery_id = $2 and action = 'send'`,
    [patientId, deliveryId],
  );
  if (sent) await answerElsewhere(tx, { patientId, documentId: sent.documentId, by: { id: sent.recipient, name: sent.name } }, said);
}
