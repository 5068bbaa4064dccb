import { createHash } from 'node:crypto';

/** One thing that someone did or tried to do. No value of a result is ever in it. */
export interface AuditEvent {
  /** The patient's id; for what concerns nobody in particular, the chain of the actor (`chainOf`). */
  chain: string;
  patientId: string | null;
  at: Date;
  actor: string;
  actorName: string;
  role: string;
  organisation: string | null;
  organisationName: string | null;
  actsFor: string | null;
  action: string;
  /** What it was about, as an identifier: a document, a deposit. */
  object: string | null;
  /** Through what: `web`, `api`, `deposit`. */
  via: string;
  /** `normal` or `break-glass`. */
  mode: string;
  /** Why an emergency was declared, in the words of the one who did. */
  reason: string | null;
  allowed: boolean;
  rule: string;
  rightsVersion: string;
}

export interface ChainedEvent extends AuditEvent {
  /** 1, 2, 3… in its chain. */
  sequence: number;
  previousHash: Buffer;
  hash: Buffer;
}

/** What the first event of a chain follows. */
export const GENESIS = Buffer.alloc(32);

/** The chain of an actor, for events without a patient: a UUID version 8 (RFC 9562 §5.8) made of the actor's id. */
export function chainOf(actor: string): string {
  const bytes = createHash('sha256').update(`actor ${actor}`).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/**
 * The bytes that are hashed: every field in a fixed order, as a JSON array, so that no two events have the same bytes. The reason comes
 * last and only when there is one.
 */
export function canonicalBytes(event: AuditEvent): Buffer {
  return Buffer.from(
    JSON.stringify([
      event.chain,
      event.patientId,
      event.at.toISOString(),
      event.actor,
      event.actorName,
      event.role,
      event.organisation,
      event.organisationName,
      event.actsFor,
      event.action,
      event.object,
      event.via,
      event.mode,
      event.allowed,
      event.rule,
      event.rightsVersion,
      ...(event.reason === null ? [] : [event.reason]),
    ]),
  );
}

/** SHA-256 of the previous hash, the sequence on 8 bytes (big endian) and the event's bytes. The store computes the same in SQL. */
export function chainHash(previousHash: Buffer, sequence: number, event: AuditEvent): Buffer {
  const position = Buffer.alloc(8);
  position.writeBigInt64BE(BigInt(sequence));
  return createHash('sha256').update(previousHash).update(position).update(canonicalBytes(event)).digest();
}

export interface ChainFault {
  /** Sequence where the chain first breaks. */
  sequence: number;
  /** `changed`: not what was written; `missing`: an event is gone; `out-of-place`: not where it was written; `head-differs`: the head names another end. */
  fault: 'changed' | 'missing' | 'out-of-place' | 'head-differs';
}

/** How far a chain was found whole. */
export interface ChainPoint {
  sequence: number;
  hash: Buffer;
}

export const CHAIN_START: ChainPoint = { sequence: 0, hash: GENESIS };

/**
 * Follows a stretch of a chain from a point known to be whole.
 * @param events in the order of their sequence
 * @returns the point reached, or the first fault
 */
export function followChain(from: ChainPoint, events: readonly ChainedEvent[]): ChainPoint | ChainFault {
  let { sequence, hash } = from;
  for (const event of events) {
    sequence += 1;
    if (event.sequence !== sequence) return { sequence, fault: event.sequence > sequence ? 'missing' : 'out-of-place' };
    const expected = chainHash(hash, sequence, event);
    if (!expected.equals(event.hash)) return { sequence, fault: event.previousHash.equals(hash) ? 'changed' : 'out-of-place' };
    if (!event.previousHash.equals(hash)) return { sequence, fault: 'changed' };
    hash = event.hash;
  }
  return { sequence, hash };
}

/** Compares the end of a chain with what its head says. */
export function compareWithHead(reached: ChainPoint, head: ChainPoint | undefined): ChainFault | undefined {
  const { sequence, hash } = head ?? CHAIN_START;
  if (sequence > reached.sequence) return { sequence: reached.sequence + 1, fault: 'missing' };
  if (sequence < reached.sequence || !hash.equals(reached.hash)) return { sequence: reached.sequence, fault: 'head-differs' };
  return undefined;
}
