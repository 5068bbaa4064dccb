import type { Principal } from '#access';
import { brokenConstraint, type Db, Refusal } from '#kernel';
import { quarantine } from '#record';

/** A refusal whose original is kept: the sender can ask after it. */
export class RefusedDeposit extends Refusal {
  readonly depositId: string;

  constructor(refusal: Refusal, depositId: string) {
    super(refusal.code, refusal.message, { ...(refusal.at !== undefined && { at: refusal.at }), cause: refusal });
    this.depositId = depositId;
  }
}

/**
 * Keeps the original of what was refused, so that sender and region can look at what went wrong; of what may enter no record, only that it
 * came and why it was refused.
 * @returns what to throw: the refusal with the id of the deposit; the error itself when it is a bug, or when nothing was decided
 */
export async function keepRefused(
  db: Db,
  arrival: { bytes: Buffer; mediaType: string; sender: Principal; receivedAt: Date },
  deposit: { sha256: Buffer; depositId: string },
  error: unknown,
): Promise<unknown> {
  const refusal = asRefusal(error);
  if (!(refusal instanceof Refusal) || refusal.code === 'store.unavailable') return refusal;
  const { bytes, mediaType, sender, receivedAt } = arrival;
  const { code, at, message } = refusal;
  const reason = { code, at, message, receivedAt: receivedAt.toISOString() };
  const depositId = await quarantine(db, {
    ...deposit,
    ...reason,
    bytes: code === 'deposit.kept-out' ? Buffer.alloc(0) : bytes,
    mediaType,
    senderId: sender.id,
    structures: sender.structures ?? [],
  });
  return new RefusedDeposit(refusal, depositId);
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
