import type { Sql } from '#kernel';
import type { AuditEvent } from './audit.ts';
import { RIGHTS_VERSION } from './matrix.ts';
import { appendToChains } from './store-audit.ts';

/** A document that a system deposited, filed in a record. */
export interface Filed {
  /** The record that is read: of two merged ones, the survivor. */
  patientId: string;
  documentId: string;
  /** Principal id of the system. */
  sender: string;
  structure: { finess: string; name: string };
  /** By which channel it came: `deposit`, `fhir`, `mllp`… */
  via: string;
}

/**
 * Writes one event of the audit for each document filed, in the chain of its patient. Not a passage of the door: whether the system may deposit for
 * that structure was decided before its bytes were taken. Call it late in the transaction: from then on whoever opens these records waits.
 */
export async function noteFiled(tx: Sql, filed: readonly Filed[], now: Date): Promise<void> {
  const ofChains = Map.groupBy(filed, ({ patientId }) => patientId);
  const longest = Math.max(0, ...[...ofChains.values()].map((ofOne) => ofOne.length));
  // An event follows the one before it in its chain: the first of each chain, then the second…
  for (let n = 0; n < longest; n += 1) {
    const round = [...ofChains.values()].flatMap((ofOne) => ofOne.slice(n, n + 1));
    await appendToChains(
      tx,
      round.map((one) => eventOf(one, now)),
    );
  }
}

function eventOf({ patientId, documentId, sender, structure, via }: Filed, at: Date): AuditEvent {
  return {
    chain: patientId,
    patientId,
    at,
    actor: sender,
    actorName: structure.name,
    role: 'laboratory-system',
    organisation: structure.finess,
    organisationName: structure.name,
    actsFor: null,
    action: 'deposit.send',
    object: documentId,
    via,
    mode: 'normal',
    reason: null,
    allowed: true,
    rule: 'own-structure',
    rightsVersion: RIGHTS_VERSION,
  };
}
