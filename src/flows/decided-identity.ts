import type { AfterDecision } from '#identity';
import { Refusal, type Sql, uuidv7 } from '#kernel';
import {
  lockWaitingOriginal,
  quarantine,
  refuseWaiting,
  storeWaitedDocument,
  structureOf,
  type WaitingOriginal,
  withdrawReport,
} from '#record';
import { headerOf, type InHand, readArrival } from './read-arrival.ts';
import { type ReceiveDeps, resultsOf } from './receive-document.ts';
import { toStore } from './to-store.ts';

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
      const { header, receivedAt } = await takeInHand(tx, depositId);
      return { depositId, sender: structureOf(header), patient: header.patient, receivedAt };
    },
  };
}

/** The journey goes on where it stopped. @throws Refusal `request.not-found` when the deposit does not wait any more */
async function resume(deps: ReceiveDeps, tx: Sql, depositId: string, patientId: string): Promise<void> {
  const inHand = await takeInHand(tx, depositId);
  const results = resultsOf(deps, inHand.read);
  const stored = await storeWaitedDocument(
    tx,
    toStore(deps.zone, inHand, { patientId, joinedBy: 'worklist', documentId: uuidv7() }, results),
  );
  if (!stored) throw new Error(`the waiting deposit ${depositId} was not stored`);
  deps.relay.wake();
}

/** Nobody's record receives it; its sender is told; the original waits in quarantine like any refused one. */
async function refuse(tx: Sql, depositId: string): Promise<void> {
  const { bytes, mediaType, sha256, sender, header } = await takeInHand(tx, depositId);
  await refuseWaiting(tx, depositId);
  const reason = { code: 'patient.refused' as const, at: undefined, message: 'the identity cell could not tell whose document this is' };
  const receivedAt = new Date().toISOString();
  await quarantine(tx, {
    sha256,
    depositId,
    bytes,
    mediaType,
    senderId: sender.id,
    structures: [structureOf(header).finess],
    ...reason,
    receivedAt,
  });
}

async function takeInHand(tx: Sql, depositId: string): Promise<InHand> {
  const waiting: WaitingOriginal | undefined = await lockWaitingOriginal(tx, depositId);
  if (!waiting) throw new Refusal('request.not-found', 'this deposit does not wait any more', { at: 'depositId' });
  const read = readArrival(waiting.bytes, waiting.mediaType, [waiting.structure]);
  return { ...waiting, sender: { id: waiting.senderId }, depositId, channel: 'deposit', read, header: headerOf(read) };
}
