import { hash, randomBytes } from 'node:crypto';
import { Refusal, type Sql } from '#kernel';
import { type Principal, principalSchema } from './contract.ts';
import {
  deleteOldSessions,
  endSessions,
  findSession,
  insertSession,
  isInForce,
  type SessionToFind,
  touchSession,
} from './store-sessions.ts';

/** However much it is used, a session ends: one working day. */
export const SESSION_HOURS = 12;

/** A session's last use is written at most this often: a write at each request would cost more than it tells. */
const TOUCH_EVERY_MS = 60_000;

/** 256 bits in the cookie; the database keeps only their SHA-256, so that a copy of it opens no session. */
export function hashOf(sessionId: string): Buffer {
  return hash('sha256', sessionId, 'buffer');
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
  const { now } = options;
  const found = await findSession(sql, inForce(idHash, options));
  if (!found) return null;
  const isStale = now.getTime() - found.seenAt.getTime() > TOUCH_EVERY_MS;
  if (isStale) await touchSession(sql, idHash, now);
  const principal = principalSchema.safeParse(found.principal);
  if (!principal.success) return null;
  const person = inSession(principal.data as Principal, idHash);
  remember(idHash, person, isStale ? now : found.seenAt);
  return person;
}

const inForce = (idHash: Buffer, { now, idleMinutes }: { now: Date; idleMinutes: number }): SessionToFind => ({
  idHash,
  now,
  idleSince: new Date(now.getTime() - idleMinutes * 60_000),
  openedSince: new Date(now.getTime() - SESSION_HOURS * 3_600_000),
});

/* ---- what goes on after the request of a person ends with their session ---- */

/** What a person asks by: all that has to be there still for what goes on in their name. */
export interface AskedBy {
  /** SHA-256 of the session. */
  session: Buffer;
  /** What the token of a software stands for, when they came by one. */
  account?: string;
}

const askedBy = new WeakMap<Principal, AskedBy>();

/** Says in which session this person asks, and by which authorization of a software. */
export function inSession(person: Principal, session: Buffer, account?: string): Principal {
  askedBy.set(person, { session, ...(account !== undefined && { account }) });
  return person;
}

/** What this person asks by; undefined for a system, and for the software of a practice that nobody sits before. */
export const askedByOf = (person: Principal): AskedBy | undefined => askedBy.get(person);

/** Are this session, and this authorization in it, still in force? */
export const isSignedIn = (sql: Sql, { session, account }: AskedBy, options: { now: Date; idleMinutes: number }): Promise<boolean> =>
  isInForce(sql, { ...inForce(session, options), ...(account !== undefined && { account: { id: account } }) });

/** Is the session of this person open still, used or not, and the authorization of their software there? Of who has none, yes: their token is judged otherwise. */
export const isStillSignedIn = async (sql: Sql, person: Principal, now: Date): Promise<boolean> => {
  const by = askedBy.get(person);
  return by === undefined || isSignedIn(sql, by, { now, idleMinutes: SESSION_HOURS * 60 });
};

/* ---- the person of a session, asked for beside what they ask ---- */

/** Far more than the professionals of a region who work at one time. */
const MOST_REMEMBERED = 10_000;
const lately = new Map<string, { person: Principal; seenAt: Date }>();

/** The person of a session is written once and never changes; a patient's record may, so they are always asked for first. */
function remember(idHash: Buffer, person: Principal, seenAt: Date): void {
  if (person.patientId !== undefined) return;
  if (lately.size >= MOST_REMEMBERED) lately.clear();
  lately.set(idHash.toString('hex'), { person, seenAt });
}

interface Confirmation {
  session: SessionToFind;
  outcome?: Promise<void>;
}

const unconfirmed = new WeakMap<Principal, Confirmation>();

/**
 * Whose session this was a moment ago: enough to ask what stands between them and a patient, not to answer. Whether it still is has to be asked
 * (`confirm`), which the door does beside its own questions, in its transaction: a session that ended anywhere, however lately, opens nothing.
 * Undefined when it is not known here, or when its use is to be written down again.
 */
export function personLately(sessionId: string, options: { now: Date; idleMinutes: number }): Principal | undefined {
  return personOfHashLately(hashOf(sessionId), options);
}

/** The same, of who came by a software: by what its token stands for, which has to be there still too. */
export function personOfHashLately(
  idHash: Buffer,
  options: { now: Date; idleMinutes: number; by?: { account: SessionToFind['account']; software: Principal['software'] } },
): Principal | undefined {
  const known = lately.get(idHash.toString('hex'));
  if (!known || options.now.getTime() - known.seenAt.getTime() > TOUCH_EVERY_MS) return undefined;
  const { by } = options;
  const person = inSession({ ...known.person, ...(by?.software && { software: by.software }) }, idHash, by?.account?.id);
  unconfirmed.set(person, { session: { ...inForce(idHash, options), ...(by?.account && { account: by.account }) } });
  return person;
}

/** Is it still to be asked whether the session of this person is in force? */
export const isUnconfirmed = (person: Principal): boolean => unconfirmed.has(person);

/** The session to be found in force before this person is answered; undefined when it was. */
export function sessionToFind(person: Principal): SessionToFind | undefined {
  const confirmation = unconfirmed.get(person);
  return confirmation?.outcome ? undefined : confirmation?.session;
}

/** The session of this person was found in force, beside something else. */
export function foundOpen(person: Principal): void {
  const confirmation = unconfirmed.get(person);
  if (confirmation) confirmation.outcome ??= Promise.resolve();
}

/** Has the session of this person been found in force? Of whoever was asked for first, always. @throws Refusal `access.unauthenticated` */
export async function confirm(person: Principal, sql: Sql): Promise<void> {
  const confirmation = unconfirmed.get(person);
  if (!confirmation) return;
  confirmation.outcome ??= findOpen(sql, confirmation.session);
  await confirmation.outcome;
}

async function findOpen(sql: Sql, session: SessionToFind): Promise<void> {
  if (await isInForce(sql, session)) return;
  lately.delete(session.idHash.toString('hex'));
  throw new Refusal('access.unauthenticated', 'sign in first');
}

export async function closeSession(sql: Sql, sessionId: string, now: Date): Promise<void> {
  await endSessions(sql, { idHash: hashOf(sessionId) }, now);
}

/** Ends every session of a person: a lost phone, a professional struck off. @returns how many were open */
export function revokeSessions(sql: Sql, personId: string, now: Date): Promise<number> {
  return endSessions(sql, { personId }, now);
}
