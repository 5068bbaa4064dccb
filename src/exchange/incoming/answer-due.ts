import { backoffMs, type Db } from '#kernel';
import type { MailRelay } from '#transports';
import { settleAnswer, takeOwedAnswer } from './store-incoming.ts';

/** A mailbox that says "later" for so long is given up: the documents are kept all the same, and the fault is told on the page of the exchange. */
const PATIENCE_MS = 3 * 86_400_000;

export interface AnswerDeps {
  db: Db;
  relay: Pick<MailRelay, 'send'>;
  from: string;
  now: () => Date;
}

/** Sends the next answer that is owed. Killed after sending, it leaves again under the same Message-ID. @returns how many were taken */
export async function answerDue({ db, relay, from, now }: AnswerDeps): Promise<number> {
  return db.transaction(async (tx) => {
    const owed = await takeOwedAnswer(tx, now());
    if (!owed) return 0;
    const { mailId, to, answer, tries, receivedAt } = owed;
    const outcome = await relay.send({ from, to, raw: answer, envelopeId: mailId });
    if (outcome.kind === 'accepted') await settleAnswer(tx, mailId, { answeredAt: now() });
    else {
      const isOver = outcome.kind === 'refused' || now().getTime() - receivedAt.getTime() > PATIENCE_MS;
      const nextAt = isOver ? undefined : new Date(now().getTime() + backoffMs(tries + 1, Math.random()));
      await settleAnswer(tx, mailId, { fault: outcome.code, nextAt });
    }
    return 1;
  });
}
