import { placeIn } from '#formats';
import { noteDeed, type Principal, type SystemDeed } from '#access';
import { brokenConstraint, type Db, Refusal, type RefusalCode, type Sql } from '#kernel';
import { type Channel, quarantine } from '#record';
import { FilingClosed } from './filing-closed.ts';
import type { InHand } from './read-arrival.ts';

/** A refusal whose original is kept: the sender can ask after it. */
export class RefusedDeposit extends Refusal {
  readonly depositId: string;

  /** @param at as its sender names the place */
  constructor(refusal: Refusal, depositId: string, at: string | undefined) {
    super(refusal.code, refusal.message, { ...(at !== undefined && { at }), cause: refusal });
    this.depositId = depositId;
  }
}

/** Of these not even the original is kept: no record may hold them, or the patient refused that any of this be held. */
const NOTHING_KEPT = new Set<RefusalCode>(['deposit.kept-out', 'deposit.patient-opposes']);

/**
 * Keeps the original of what was refused, so that sender and region can look at what went wrong; of what may enter no record, only that it
 * came and why it was refused. The refusal is an event of the audit: in the chain of the system, or of the patient whose choice it was.
 * @returns what to throw: the refusal with the id of the deposit; the error itself when it is a bug, or when nothing was decided
 */
export async function keepRefused(
  db: Db,
  arrival: { bytes: Buffer; mediaType: string; sender: Principal; receivedAt: Date; channel: Channel },
  deposit: { sha256: Buffer; depositId: string },
  error: unknown,
): Promise<unknown> {
  const refusal = asRefusal(error);
  if (!(refusal instanceof Refusal) || refusal.code === 'store.unavailable') return refusal;
  const { bytes, mediaType, sender, receivedAt } = arrival;
  const { code, message } = refusal;
  const at = refusal.at && placeIn(refusal.at, bytes, mediaType);
  const depositId = await db.transaction(async (tx) => {
    const kept = await quarantine(tx, {
      ...deposit,
      code,
      at,
      message,
      receivedAt: receivedAt.toISOString(),
      bytes: NOTHING_KEPT.has(code) ? Buffer.alloc(0) : bytes,
      mediaType,
      senderId: sender.id,
      structures: sender.structures ?? [],
    });
    const closed = refusal instanceof FilingClosed ? refusal : undefined;
    await noteDeposit(tx, { ...arrival, depositId: kept }, closed?.rule ?? ruleOf(code), closed?.patientId);
    return kept;
  });
  return new RefusedDeposit(refusal, depositId, at);
}

const ruleOf = (code: RefusalCode) => (code === 'deposit.wrong-structure' ? 'other-structure' : 'deposit-refused');

/** A deposit that entered no record, or not yet, as an event of the audit. Nothing of its patient is in it, unless the choice was theirs. */
export function noteDeposit(
  tx: Sql,
  { sender, receivedAt, depositId, channel }: Pick<InHand, 'sender' | 'receivedAt' | 'depositId' | 'channel'>,
  rule: SystemDeed['rule'],
  patientId?: string,
): Promise<void> {
  const deed = { sender: { name: sender.id, ...sender }, action: 'deposit.send' as const, object: depositId, via: channel, rule };
  return noteDeed(tx, { ...deed, patientId }, receivedAt);
}

/** The structure of the document used its identifier before, with other bytes. */
export function isUsedIdentifier(error: unknown): boolean {
  return brokenConstraint(error) === 'deposit_unique_id';
}

/** The database is what notices that a document identifier comes back with other bytes. */
function asRefusal(error: unknown): unknown {
  if (!isUsedIdentifier(error)) return error;
  return new Refusal('deposit.conflicting-bytes', 'this document identifier was already used with other bytes', {
    at: 'ClinicalDocument/id',
    cause: error,
  });
}
