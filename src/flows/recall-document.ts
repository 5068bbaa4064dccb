import { personOf, recallDeposit } from '#identity';
import { Refusal, type Sql } from '#kernel';
import { compareVersions, depositOfDocument, documentsOf } from '#record';
import { afterIdentityDecision } from './decided-identity.ts';
import type { ReceiveDeps } from './receive-document.ts';

export interface RecallAsked {
  documentId: string;
  who: { id: string; name: string };
  reason: string;
  now: Date;
}

/**
 * A document that was filed for the wrong patient, recalled everywhere by one act with every version of it: they leave the record and wait for the identity
 * cell, each place that they went to is asked to withdraw them (the mailbox of the patient too), each professional who read one is told by name. A version
 * that stayed would come back in force, with the values of somebody else. All of it follows from the events written here, in the transaction of the caller.
 * @throws Refusal `request.not-found` when it is in no record any more
 */
export async function recallDocument(deps: ReceiveDeps, tx: Sql, { documentId, ...by }: RecallAsked): Promise<void> {
  const filed = await depositOfDocument(tx, documentId);
  if (!filed) throw new Refusal('request.not-found', 'this document is in no record any more', { at: 'body.documentId' });
  const after = afterIdentityDecision(deps);
  for (const version of await versionsOf(tx, { ...filed, documentId })) await recallDeposit(tx, { ...version, ...by }, after);
}

/** The deposits of every version of a report that its record holds, the earliest first: none of them is in force meanwhile. */
async function versionsOf(
  tx: Sql,
  { documentId, ...filed }: { documentId: string; depositId: string; patientId: string },
): Promise<{ depositId: string; patientId: string }[]> {
  const { homes } = await personOf(tx, filed.patientId);
  const items = await documentsOf(tx, homes);
  const asked = items.find((item) => item.documentId === documentId);
  const versions = items
    .filter(({ setId, structure }) => setId === asked?.setId && structure.finess === asked.structure.finess)
    .toSorted(compareVersions);
  const deposits = await Promise.all(versions.map((version) => depositOfDocument(tx, version.documentId)));
  return deposits.some((deposit) => deposit?.depositId === filed.depositId) ? deposits.flatMap((deposit) => deposit ?? []) : [filed];
}
