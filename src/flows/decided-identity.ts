import type { AfterDecision } from '#identity';
import { type RefusalCode, type Sql, uuidv7 } from '#kernel';
import { moveWaitingArrivals, quarantine, refuseWaiting, storeWaitedDocument, withdrawReport, writeSubmission } from '#record';
import { FilingClosed, refuseIfClosed } from './filing-closed.ts';
import { madeAgainFor, screenFiler } from './made-again.ts';
import { answering, type InHand } from './read-arrival.ts';
import { type ReceiveDeps, resultsOf } from './receive-document.ts';
import { noteDeposit } from './refused-deposit.ts';
import { isReport, toStore } from './to-store.ts';
import { waitingInHand } from './waiting-in-hand.ts';

/**
 * What happens to a waiting document once the identity cell has decided whose it is. Each runs in the transaction of the decision:
 * both are kept, or neither.
 */
export function afterIdentityDecision(deps: ReceiveDeps): AfterDecision {
  return {
    resume: (tx, depositId, patientId) => resume(deps, tx, depositId, patientId),
    refuse: (tx, depositId) => refuse(tx, depositId),
    async withdraw(tx, depositId, patientId) {
      await withdrawReport(tx, { depositId, patientId, eventId: uuidv7() });
      deps.relay.wake();
    },
    async arrivalOf(tx, depositId) {
      const inHand = await waitingInHand(tx, depositId);
      const { header, receivedAt } = inHand;
      return { depositId, sender: answering(inHand), patient: header.patient, receivedAt };
    },
  };
}

/** The journey goes on where it stopped. @throws Refusal `request.not-found` when the deposit does not wait any more */
async function resume(deps: ReceiveDeps, tx: Sql, depositId: string, patientId: string): Promise<void> {
  const inHand = await madeAgainFor(tx, await waitingInHand(tx, depositId), patientId);
  try {
    await refuseIfClosed(tx, inHand, patientId, new Date());
  } catch (error) {
    if (!(error instanceof FilingClosed)) throw error;
    return refuseClosed(tx, inHand, error);
  }
  const results = resultsOf(deps, inHand.read);
  const documentId = uuidv7();
  const made = toStore(deps.zone, inHand, { patientId, joinedBy: 'worklist', documentId }, results);
  const stored = await storeWaitedDocument(tx, isReport(made) ? made : { ...made, head: { ...made.head, ...screenFiler(inHand) } });
  await moveWaitingArrivals(tx, { depositId, patientId, documentId });
  if (!stored) throw new Error(`the waiting deposit ${depositId} was not stored`);
  await joinSubmission(tx, inHand, { patientId, documentId });
  deps.relay.wake();
}

/** It is found with what it was sent with. */
async function joinSubmission(
  tx: Sql,
  { submission }: InHand,
  { patientId, documentId }: { patientId: string; documentId: string },
): Promise<void> {
  if (!submission) return;
  const { entryUuid, submittedAt, ...said } = submission;
  const entries = entryUuid === undefined ? {} : { [entryUuid]: documentId };
  await writeSubmission(tx, { ...said, patientId, documentIds: [documentId], submittedAt: new Date(submittedAt), entries });
}

/** Nobody's record receives it; its sender is told; the original waits in quarantine like any refused one. */
async function refuse(tx: Sql, depositId: string): Promise<void> {
  const inHand = await waitingInHand(tx, depositId);
  await leaveWorklist(tx, inHand, 'patient.refused', 'the identity cell could not tell whose document this is');
  await noteDeposit(tx, { ...inHand, receivedAt: new Date() }, 'deposit-refused');
}

/** The patient it turned out to be of takes no document: nothing of it is kept, the patient reads that it came. */
async function refuseClosed(tx: Sql, inHand: InHand, { code, message, rule, patientId }: FilingClosed): Promise<void> {
  await leaveWorklist(tx, { ...inHand, bytes: Buffer.alloc(0) }, code, message);
  await noteDeposit(tx, { ...inHand, receivedAt: new Date() }, rule, patientId);
}

async function leaveWorklist(tx: Sql, inHand: InHand, code: RefusalCode, message: string): Promise<void> {
  const { bytes, mediaType, sha256, sender, depositId } = inHand;
  await refuseWaiting(tx, depositId);
  await quarantine(tx, {
    sha256,
    depositId,
    bytes,
    mediaType,
    senderId: sender.id,
    structures: [answering(inHand).finess],
    code,
    at: undefined,
    message,
    receivedAt: new Date().toISOString(),
  });
}
