import { randomBytes } from 'node:crypto';

/** The milliseconds of the identifier made last, and its count within them. */
let last = { ms: -1, count: 0 };

/**
 * A UUID version 7 (RFC 9562 §5.7): time-ordered, so that keys made one after the other stay neighbours in an index. Those that this process makes one
 * after the other for the same millisecond are in that order too: 42 bits count, from a random start and by random steps (§6.2, method 2), 32 are random.
 * Made here and not by the database, because PostgreSQL 15 to 17 have no `uuidv7()`.
 */
export function uuidv7(nowMs: number = Date.now()): string {
  const bytes = randomBytes(16);
  const count = last.ms === nowMs ? last.count + 1 + bytes.readUInt16BE(0) : bytes.readUIntBE(0, 6) % 2 ** 41;
  last = { ms: nowMs, count };
  bytes.writeUIntBE(nowMs, 0, 6);
  bytes.writeUInt16BE(0x7000 + (Math.floor(count / 2 ** 30) & 0x0fff), 6);
  bytes.writeUInt32BE(0x80000000 + (count % 2 ** 30), 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
