import type { Sql } from '#kernel';
import type { Action } from './actions.ts';
import { type AuditEvent, chainOf } from './audit.ts';
import type { Principal } from './contract.ts';
import { decide, type Decision } from './decide.ts';
import { loadStanding } from './standing.ts';
import { rightsVersion } from './families-in-force.ts';
import { rule, type RuleId } from './rules.ts';
import { appendEvent, appendToChains } from './store-audit.ts';

/** What systems do that no person asked for: whether a record takes it, and its events in the audit. */

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
      round.map(({ patientId, documentId: object, sender: actor, structure, via }) => ({
        ...eventOf({ action: 'deposit.send', patientId, object, via, rule: 'own-structure' }, now),
        actor,
        actorName: structure.name,
        organisation: structure.finess,
        organisationName: structure.name,
      })),
    );
  }
}

/** What a system did, or tried to do, otherwise than by filing a document. */
export interface SystemDeed {
  sender: Pick<Principal, 'id' | 'name' | 'structures'>;
  action: Action;
  /** The record concerned, as it is read; absent when nobody's is: the event is then in the chain of the system. */
  patientId?: string | undefined;
  /** Identifier of the deposit or of the document. */
  object?: string | undefined;
  via: string;
  rule: RuleId;
}

/** Writes one event of what a system did: kept for a person to decide, refused, withdrawn… Nothing of a document is in it. */
export function noteDeed(tx: Sql, { sender, ...deed }: SystemDeed, now: Date): Promise<void> {
  const [finess = null, ...others] = sender.structures ?? [];
  const { id: actor, name: actorName } = sender;
  const event = { ...eventOf(deed, now), actor, actorName, organisation: others.length > 0 ? null : finess };
  return appendEvent(tx, { ...event, chain: deed.patientId ?? chainOf(actor) }, []);
}

function eventOf({ action, patientId, object, via, rule: id }: Omit<SystemDeed, 'sender'>, at: Date) {
  return {
    chain: patientId ?? '',
    patientId: patientId ?? null,
    at,
    role: 'laboratory-system',
    organisationName: null,
    actsFor: null,
    action,
    object: object ?? null,
    via,
    mode: 'normal',
    reason: null,
    allowed: rule(id).allows,
    rule: id,
    rightsVersion: rightsVersion(at),
  } satisfies Partial<AuditEvent>;
}

/**
 * May a document of this structure enter this record? What the patient closed to new documents, or closed altogether, takes none. Reads only, and
 * writes no event.
 * @param patientId the record as it is read: of two merged ones, the survivor
 */
export async function decideFiling(
  sql: Sql,
  { sender, producer, patientId, now }: { sender: Principal; producer: string; patientId: string; now: Date },
): Promise<Decision> {
  const standing = await loadStanding(sql, sender, patientId, now);
  return decide({ who: sender, action: 'deposit.send', producer, patientId, ...standing });
}
