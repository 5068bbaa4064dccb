import { createHash, randomBytes } from 'node:crypto';
import type { Sql } from '#kernel';
import { type Principal, principalSchema } from './contract.ts';
import { deleteOldSessions, endSessions, findSession, insertSession, touchSession } from './store-sessions.ts';

/** However much it is used, a session ends: one working day. */
export const SESSION_HOURS = 12;

/** A session's last use is written at most this often: a write at each request would cost more than it tells. */
const TOUCH_EVERY_MS = 60_000;

/** 256 bits in the cookie; the database keeps only their SHA-256, so that a copy of it opens no session. */
export function hashOf(sessionId: string): Buffer {
  return createHash('sha256').update(sessionId).digest();
}

/** Opens a session. @returns what goes in the cookie */
export async function openSession(sql: Sql, principal: Principal, now: Date): Promise<string> {
  const sessionId = randomBytes(32).toString('base64url');
  await insertSession(sql, { idHash: hashOf(sessionId), principal, now });
  await deleteOldSessions(sql, new Date(now.getTime() - 30 * 24 * 3_600_000));
  return sessionId;
}

/** The person of a session, and null when it is unknown, ended, too old, or idle for too long. */
export function readSession(sql: Sql, sessionId: string, options: { now: Date; idleMinutes: number }): Promise<Principal | null> {
  return readSessionByHash(sql, hashOf(sessionId), options);
}

/** The same, by what the database keeps of it: for what remembers a session without being able to open it. */
export async function readSessionByHash(sql: Sql, idHash: Buffer, options: { now: Date; idleMinutes: number }): Promise<Principal | null> {
  const { now, idleMinutes } = options;
  const found = await findSession(sql, {
    idHash,
    idleSince: new Date(now.getTime() - idleMinutes * 60_000),
    openedSince: new Date(now.getTime() - SESSION_HOURS * 3_600_000),
  });
  if (!found) return null;
  if (now.getTime() - found.seenAt.getTime() > TOUCH_EVERY_MS) await touchSession(sql, idHash, now);
  const principal = principalSchema.safeParse(found.principal);
  return principal.success ? (principal.data as Principal) : null;
}

export async function closeSession(sql: Sql, sessionId: string, now: Date): Promise<void> {
  await endSessions(sql, { idHash: hashOf(sessionId) }, now);
}

/** Ends every session of a person: a lost phone, a professional struck off. @returns how many were open */
export function revokeSessions(sql: Sql, personId: string, now: Date): Promise<number> {
  return endSessions(sql, { personId }, now);
}
