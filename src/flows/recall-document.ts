import { recallDeposit } from '#identity';
import { Refusal, type Sql } from '#kernel';
import { depositOfDocument } from '#record';
import { afterIdentityDecision } from './decided-identity.ts';
import type { ReceiveDeps } from './receive-document.ts';

export interface RecallAsked {
  documentId: string;
  who: { id: string; name: string };
  reason: string;
  now: Date;
}

/**
 * A document that was filed for the wrong patient, recalled everywhere by one act: it leaves the record and waits for the identity cell, each place
 * that it went to is asked to withdraw it (the mailbox of the patient too), each professional who read it is told by name. All of it follows from the event written here,
 * in the transaction of the caller.
 * @throws Refusal `request.not-found` when it is in no record any more
 */
export async function recallDocument(deps: ReceiveDeps, tx: Sql, { documentId, ...by }: RecallAsked): Promise<void> {
  const filed = await depositOfDocument(tx, documentId);
  if (!filed) throw new Refusal('request.not-found', 'this document is in no record any more', { at: 'body.documentId' });
  await recallDeposit(tx, { ...filed, ...by }, afterIdentityDecision(deps));
}
