import { importJWK, type JWK, jwtVerify } from 'jose';
import type { Sql } from '#kernel';
import type { Principal } from './contract.ts';
import { IN_THE_NAME_OF, type PracticeDeps, professionalOf } from './practice-token.ts';
import { inSession, personOfHashLately, readSessionByHash } from './sessions.ts';
import { findOidcItem } from './store-sessions.ts';

/** What the authorization of a software remembers: under which session of the person, for which patient. */
export const SMART_ACCOUNT = 'SmartAccount';
/** Claim of the tokens: which authorization they came of. Their `sub` is the person, the same in all. */
export const AUTHORISATION = 'authorization';

export interface SmartAccount {
  /** SHA-256 of the session in which the person authorized it, in hexadecimal: what ends the session ends the token. */
  session: string;
  clientId: string;
  /** Under which name this software knows the person. */
  sub: string;
  /** What was granted of the person and of the launch: the token says its other scopes. */
  launch: string[];
  /** The patient of the launch. */
  patientId?: string;
}

/**
 * The person behind an access token that a software holds: its signature, its audience, its end, then the person's session, still open. With what
 * the software may ask: never more than the person.
 */
export async function readPersonToken(
  provider: TokenSigner,
  token: string,
  { db, now, idleMinutes, ...practices }: { db: Sql; now: Date; idleMinutes: number } & PracticeDeps,
): Promise<Principal | undefined> {
  const claims = await verify(provider, token, now);
  if (!claims) return undefined;
  if (claims.name !== undefined) return professionalOf({ ...claims, name: claims.name }, practices);
  const account = (await findOidcItem(db, { model: SMART_ACCOUNT, id: claims.account }, now)) as SmartAccount | undefined;
  if (!account || account.clientId !== claims.clientId) return undefined;
  const person = await readSessionByHash(db, Buffer.from(account.session, 'hex'), { now, idleMinutes });
  if (!person) return undefined;
  const { clientId, patientId } = account;
  const software = { clientId, scope: claims.scope, ...(patientId !== undefined && { patientId }) };
  if (provider.lately.size >= MOST_TOKENS) provider.lately.clear();
  provider.lately.set(token, { claims, account, software });
  return inSession({ ...person, software }, Buffer.from(account.session, 'hex'), claims.account);
}

/** Far more than the software of professionals who work at one time. */
const MOST_TOKENS = 10_000;

/** A token whose signature was found good, and what it was found to stand for. */
export interface TokenRead {
  claims: PersonClaims;
  account: SmartAccount;
  software: NonNullable<Principal['software']>;
}

/**
 * Of whom this token was a moment ago, for a route that reads by the door: that its session is open, and that what it stands for is there still, is asked
 * there (`personLately`). Its signature does not change; its end is looked at each time.
 */
export function personOfTokenLately(
  { lately }: TokenSigner,
  token: string,
  { now, idleMinutes }: { now: Date; idleMinutes: number },
): Principal | undefined {
  const read = lately.get(token);
  if (!read || read.claims.exp * 1_000 <= now.getTime()) return undefined;
  const { claims, account, software } = read;
  const by = { account: { id: claims.account, payload: account }, software };
  return personOfHashLately(Buffer.from(account.session, 'hex'), { now, idleMinutes, by });
}

/** Who signs the tokens, and for what. */
export interface TokenSigner {
  publicKey: JWK;
  fhirAudience: string;
  /** Tokens of people read lately, each with what it was found to stand for. */
  lately: Map<string, TokenRead>;
}

export interface PersonClaims {
  sub: string;
  /** What the authorization remembers (`SmartAccount`), by its id. */
  account: string;
  clientId: string;
  scope: string;
  exp: number;
  /** National identifier of the professional in whose name the software of their practice reads; absent: somebody authorized it in a session. */
  name?: string;
}

export async function verify({ publicKey, fhirAudience }: TokenSigner, token: string, now: Date): Promise<PersonClaims | undefined> {
  try {
    const { payload } = await jwtVerify(token, await importJWK(publicKey, 'ES256'), {
      algorithms: ['ES256'],
      typ: 'at+jwt',
      audience: fhirAudience,
      currentDate: now,
      requiredClaims: ['exp', 'client_id', 'sub', 'scope'],
    });
    const { sub, scope, client_id: clientId, exp } = payload as { sub: string; scope: unknown; client_id: unknown; exp: number };
    const { [IN_THE_NAME_OF]: name, [AUTHORISATION]: account } = payload;
    return typeof scope === 'string' && typeof clientId === 'string'
      ? { sub, account: typeof account === 'string' ? account : '', scope, clientId, exp, ...(typeof name === 'string' && { name }) }
      : undefined;
  } catch {
    return undefined;
  }
}
