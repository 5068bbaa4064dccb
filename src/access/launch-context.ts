import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { z } from 'zod';
import { type Db, Refusal, type Sql } from '#kernel';
import type { Principal } from './contract.ts';
import { passDoor } from './door.ts';
import { takeOidcItem } from './store-sessions.ts';

/** A software registered here: an application that asks for tokens, a practice software that opens the record on the patient in hand, or both. */
export interface SmartClient {
  clientId: string;
  name: string;
  /** Exactly where its authorizations come back. */
  redirectUris: string[];
  /** Its public keys: of its launch contexts, and of its assertions when it is a confidential client. */
  jwks?: { keys: Record<string, unknown>[] };
  /** The structure (FINESS) that answers for it, in the name of whose professionals it may read while they are not there. */
  structure?: string;
}

/** Seconds that a launch context may last: the time of a redirection. */
const LONGEST_SECONDS = 300;
const SLACK_SECONDS = 30;

const claimsSchema = z.object({
  iss: z.string(),
  /** The professional, as signed in here: `rpps:8…`. */
  sub: z.string(),
  jti: z.string().min(8).max(200),
  iat: z.number(),
  exp: z.number(),
  /** The patient in hand, `system|value`: an INS, or a number of the software's structure. */
  patient: z.string().max(300),
});

export interface LaunchContext {
  clientId: string;
  /** `system|value` */
  patient: string;
}

/**
 * Reads the context that a practice software signed when its user opened this patient: by its registered key, for this server, for this very
 * user, for five minutes at most, once. The software of a practice, that a structure answers for, only for those who work there.
 * @throws Refusal `access.denied` with what is wrong in `at`: nothing of the patient is told
 */
export async function readLaunchContext(
  sql: Sql,
  launch: string,
  options: {
    findApp: (clientId: string) => Promise<SmartClient | undefined>;
    /** The professional at a structure. */
    findColleague: (nationalId: string, finess: string) => Promise<Principal | undefined>;
    audience: string;
    who: Principal;
    now: Date;
  },
): Promise<LaunchContext> {
  const { findApp, findColleague, audience, who, now } = options;
  const issuer = issuerOf(launch);
  const app = issuer === undefined ? undefined : await findApp(issuer);
  if (!app?.jwks) throw refused('launch.iss', 'the software is not registered');
  const claims = await verified(launch, { jwks: app.jwks, audience, now });
  if (claims.exp - claims.iat > LONGEST_SECONDS) throw refused('launch.exp', 'a launch context lasts five minutes at most');
  const second = now.getTime() / 1_000;
  if (claims.iat > second + SLACK_SECONDS || claims.exp > second + LONGEST_SECONDS + SLACK_SECONDS)
    throw refused('launch.iat', 'a launch context is signed when it is opened');
  if (claims.sub !== who.id) throw refused('launch.sub', 'the software and this server know two different users: sign in again');
  if (app.structure !== undefined && !(await findColleague(who.id.replace(/^rpps:/, ''), app.structure)))
    throw refused('launch.sub', 'this software speaks for the professionals of its own structure');
  const item = {
    model: 'SmartLaunch',
    id: `${app.clientId} ${claims.jti}`,
    payload: {},
    expiresAt: new Date((claims.exp + SLACK_SECONDS) * 1_000),
  };
  if (!(await takeOidcItem(sql, item, now))) throw refused('launch.jti', 'a launch context is used once');
  return { clientId: app.clientId, patient: claims.patient };
}

/**
 * The record of the patient in hand. Whoever signs contexts could ask so of anybody whether they have one here: it is a search as any other, which the trail
 * tells.
 * @throws Refusal `request.not-found` when the region has none; as `passDoor`
 */
export async function patientInHand(
  db: Db,
  { clientId, patient }: LaunchContext,
  { who, now, patientOfNumber }: { who: Principal; now: Date; patientOfNumber: (sql: Sql, number: string) => Promise<string | undefined> },
): Promise<string> {
  const door = { who, action: 'patient.search', object: 'launch', via: `fhir ${clientId}`, now } as const;
  const patientId = await passDoor(db, door, (tx) => patientOfNumber(tx, patient));
  if (patientId === undefined)
    throw new Refusal('request.not-found', 'this region has no record of the patient in hand', { at: 'launch.patient' });
  return patientId;
}

async function verified(
  launch: string,
  { jwks, audience, now }: { jwks: NonNullable<SmartClient['jwks']>; audience: string; now: Date },
): Promise<z.infer<typeof claimsSchema>> {
  try {
    const keys = createLocalJWKSet(jwks as unknown as JSONWebKeySet);
    const { payload } = await jwtVerify(launch, keys, {
      audience,
      algorithms: ['ES256', 'ES384', 'RS256', 'RS384', 'PS256'],
      currentDate: now,
      clockTolerance: SLACK_SECONDS,
      requiredClaims: ['exp', 'iat', 'jti', 'sub'],
    });
    return claimsSchema.parse(payload);
  } catch {
    throw refused('launch', 'the launch context is not signed by its software for this server, or is over');
  }
}

/** Who says they signed it: only tells which key to try. */
function issuerOf(launch: string): string | undefined {
  try {
    const claims = JSON.parse(Buffer.from(launch.split('.')[1] ?? '', 'base64url').toString()) as { iss?: unknown };
    return typeof claims.iss === 'string' ? claims.iss : undefined;
  } catch {
    return undefined;
  }
}

const refused = (at: string, message: string) => new Refusal('access.denied', message, { at });
