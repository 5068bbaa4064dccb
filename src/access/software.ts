import { randomUUID } from 'node:crypto';
import { type Db, Refusal, type Sql } from '#kernel';
import type { Context } from 'oidc-provider';
import { consentOf, type SignedIn } from './consent.ts';
import { patientInHand, readLaunchContext, type SmartClient } from './launch-context.ts';
import type { Principal } from './contract.ts';
import { AUTHORISATION, SMART_ACCOUNT, type SmartAccount, type TokenRead } from './person-token.ts';
import type { PracticeDeps } from './practice-token.ts';
import { readSessionByHash } from './sessions.ts';
import { isOfMany, readSmartScope, type SmartScope, smartScopesOf } from './smart-scopes.ts';
import { findOidcItem, takeOidcItem, upsertOidcItem } from './store-sessions.ts';

/** How the embedded provider authorizes a software in the name of who is signed in (SMART App Launch 2.2, OAuth 2.0 with PKCE). */

/** Seconds: a consultation. The session of the person ends it sooner. */
export const SOFTWARE_TOKEN_SECONDS = 3_600;
/** An authorization is remembered as long as a session can last. */
const ACCOUNT_HOURS = 12;

export const fhirAudience = (base: string): string => `${base}/fhir`;

/** Never asked: what a software is, its registration says. */
const SECTOR = 'software.invalid';

/** A registered software as oidc-provider wants a client: public with PKCE, or known by its key. */
export function softwareMetadata({ clientId, redirectUris, jwks, structure }: SmartClient): Record<string, unknown> {
  const launches = redirectUris.length > 0;
  return {
    client_id: clientId,
    // Its addresses may be of several hosts: it is one software all the same, of which a person has one name.
    ...(launches && { subject_type: 'pairwise', sector_identifier_uri: `https://${SECTOR}/${encodeURIComponent(clientId)}` }),
    redirect_uris: redirectUris,
    response_types: launches ? ['code'] : [],
    grant_types: [
      ...(launches ? ['authorization_code', 'refresh_token'] : []),
      ...(jwks && structure !== undefined ? ['client_credentials'] : []),
    ],
    ...(jwks ? { token_endpoint_auth_method: 'private_key_jwt', jwks } : { token_endpoint_auth_method: 'none' }),
  };
}

export type ScopeContext = Pick<Context, 'oidc'>;

/** The scopes over resources that are asked for here: in the request (of a refresh, fewer than were granted: RFC 6749 §6), or in the code that it led to. */
export function askedScopes({ oidc }: ScopeContext, isServed: (scope: SmartScope) => boolean): string {
  const asked = oidc.entities?.AuthorizationCode?.scope ?? oidc.params?.['scope'] ?? oidc.entities?.RefreshToken?.scope;
  return String(asked ?? '')
    .split(' ')
    .filter((text) => {
      const scope = readSmartScope(text);
      return scope !== undefined && isServed(scope);
    })
    .join(' ');
}

export interface AuthorisationDeps extends PracticeDeps {
  db: Db;
  base: string;
  now: () => Date;
  whoIs: (cookies: string | undefined) => Promise<SignedIn | undefined>;
  patientOfNumber: (sql: Sql, number: string) => Promise<string | undefined>;
}

type Result = { login: { accountId: string; remember: boolean } } | { error: string; error_description: string };

/**
 * Settles who authorizes a software, and for which patient: that of the signed launch context, or what the person answers when the software opened by
 * itself.
 * @param step the interaction of the provider: what the person answers is kept under it
 * @returns `sign-in` when nobody is signed in yet, `ask` when the person has not answered yet
 */
export async function authoriseSoftware(
  { params, uid: step }: { params: Readonly<Record<string, unknown>>; uid: string },
  deps: AuthorisationDeps,
  cookies: string | undefined,
): Promise<Result | 'sign-in' | 'ask'> {
  const signedIn = await deps.whoIs(cookies);
  if (!signedIn) return 'sign-in';
  const { aud, launch, client_id: clientId } = params;
  const audience = fhirAudience(deps.base);
  if (aud !== audience) return { error: 'invalid_request', error_description: `aud must be ${audience}` };
  // Nobody is asked of a launch, since its user has just opened that patient: so it is of that patient alone, whoever signed it.
  if (typeof launch === 'string' && smartScopesOf(String(params['scope'] ?? '')).some(isOfMany))
    return {
      error: 'invalid_scope',
      error_description: 'a launch is of the patient in hand: patient/… scopes; user/… ones are asked without launch',
    };
  const consent = typeof launch === 'string' ? undefined : await consentOf(deps.db, step, signedIn, deps.now());
  if (typeof launch !== 'string' && !consent) return 'ask';
  if (consent?.isAllowed === false) return { error: 'access_denied', error_description: 'the person said no' };
  try {
    const patientId = typeof launch === 'string' ? await launchedOn(deps, signedIn, launch) : consent?.patientId;
    const id = randomUUID();
    const account: SmartAccount = {
      session: signedIn.session,
      clientId: String(clientId),
      sub: await subjectOf(deps, String(clientId), signedIn.person.id),
      launch: launchScopesOf(String(params['scope'] ?? '')),
      ...(patientId !== undefined && { patientId }),
    };
    const expiresAt = new Date(deps.now().getTime() + ACCOUNT_HOURS * 3_600_000);
    await upsertOidcItem(deps.db, { model: SMART_ACCOUNT, id, payload: { ...account }, expiresAt });
    return { login: { accountId: id, remember: false } };
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === 'store.unavailable') throw error;
    return { error: 'access_denied', error_description: error.message };
  }
}

const SMART_SUBJECT = 'SmartSubject';

/**
 * Under which name a software knows a person: always the same, never given to another, and another for each software, so that two of them cannot tell that
 * they know the same one (OpenID Connect Core §2 `sub`, §8.1 pairwise).
 */
async function subjectOf({ db, now }: Pick<AuthorisationDeps, 'db' | 'now'>, clientId: string, person: string): Promise<string> {
  const key = { model: SMART_SUBJECT, id: JSON.stringify([clientId, person]) };
  await takeOidcItem(db, { ...key, payload: { sub: randomUUID() }, expiresAt: null }, now());
  return ((await findOidcItem(db, key, now())) as { sub: string }).sub;
}

async function launchedOn(
  { db, base, now, findApp, findColleague, patientOfNumber }: AuthorisationDeps,
  { person }: SignedIn,
  launch: string,
): Promise<string> {
  const asked = { who: person, now: now() };
  const launched = await readLaunchContext(db, launch, { findApp, findColleague, audience: fhirAudience(base), ...asked });
  return patientInHand(db, launched, { ...asked, patientOfNumber });
}

const accountOf = async ({ db, now }: Pick<AuthorisationDeps, 'db' | 'now'>, id: string) =>
  (await findOidcItem(db, { model: SMART_ACCOUNT, id }, now())) as SmartAccount | undefined;

/** Who authorized, as the provider wants an account: `fhirUser` says who they are. */
export async function softwareAccount(deps: Pick<AuthorisationDeps, 'db' | 'now' | 'base'>, id: string) {
  const account = await accountOf(deps, id);
  if (!account) return undefined;
  const person = await readSessionByHash(deps.db, Buffer.from(account.session, 'hex'), { now: deps.now(), idleMinutes: 24 * 60 });
  if (!person) return undefined;
  return { accountId: id, claims: () => ({ sub: id, fhirUser: fhirUserOf(person, fhirAudience(deps.base)) }) };
}

/** The name of the person for the software, of one authorization (`pairwiseIdentifier` of the provider). */
export async function subjectOfAccount(deps: Pick<AuthorisationDeps, 'db' | 'now'>, id: string): Promise<string> {
  const account = await accountOf(deps, id);
  if (!account) throw new Error('no authorization stands behind this account');
  return account.sub;
}

const fhirUserOf = ({ id, patientId }: Pick<Principal, 'id' | 'patientId'>, audience: string): string =>
  `${audience}/${patientId === undefined ? `Practitioner/${id.replace(/^rpps:/, '')}` : `Patient/${patientId}`}`;

/** In the token itself: which authorization it came of, and the patient of the launch. */
export async function launchClaims(
  deps: Pick<AuthorisationDeps, 'db' | 'now'>,
  accountId: string | undefined,
): Promise<{ [AUTHORISATION]: string; patient?: string } | undefined> {
  const account = accountId === undefined ? undefined : await accountOf(deps, accountId);
  if (accountId === undefined || !account) return undefined;
  return { [AUTHORISATION]: accountId, ...(account.patientId !== undefined && { patient: account.patientId }) };
}

/** What is granted of the person and of the launch; the others are of resources. */
export const OF_THE_LAUNCH: readonly string[] = ['openid', 'fhirUser', 'launch', 'launch/patient', 'online_access'];

const launchScopesOf = (scope: string): string[] => OF_THE_LAUNCH.filter((one) => scope.split(' ').includes(one));

/** The patient in hand, whose name the software has to show: as the token endpoint tells it, and introspection. */
const toldOfPatient = (patient: string | undefined) => (patient === undefined ? {} : { patient, need_patient_banner: true });

/**
 * What introspection tells of a token: all that the token endpoint told with it, and of the person what the id_token did (SMART App Launch 2.2 §2.0.14).
 */
export function introspected(
  person: Principal,
  { account, claims }: Pick<TokenRead, 'account' | 'claims'>,
  { issuer, fhirAudience: audience }: { issuer: string; fhirAudience: string },
) {
  const { launch, sub, patientId } = account;
  const { scope, clientId, exp } = claims;
  return {
    active: true,
    scope: [...new Set([...launch, ...scope.split(' ')])].join(' ').trim(),
    client_id: clientId,
    exp,
    ...(launch.includes('openid') && { iss: issuer, sub }),
    ...(launch.includes('fhirUser') && { fhirUser: fhirUserOf(person, audience) }),
    ...toldOfPatient(patientId),
  };
}

/** The answer of the token endpoint names the patient, and all that was granted, beside the token (SMART App Launch 2.2 §2.0.11). */
export function tellGranted(context: Context): void {
  const body = context.body as
    | { access_token?: string; refresh_token?: string; scope?: string; patient?: string; need_patient_banner?: boolean }
    | undefined;
  const claims = body?.access_token?.split('.')[1];
  if (context.status !== 200 || body === undefined || claims === undefined) return;
  const { patient } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { patient?: string };
  Object.assign(body, toldOfPatient(patient));
  // All that was granted (SMART App Launch 2.2, "scope"): what is said of the person and of the launch too, of which the token itself says nothing.
  const { AuthorizationCode, RefreshToken } = context.oidc.entities ?? {};
  const granted = String(AuthorizationCode?.scope ?? context.oidc.params?.['scope'] ?? RefreshToken?.scope ?? '').split(' ');
  const own = OF_THE_LAUNCH.filter((scope) => granted.includes(scope) || (scope === 'online_access' && body.refresh_token !== undefined));
  if (AuthorizationCode || RefreshToken) body.scope = [...new Set([...own, ...(body.scope ?? '').split(' ')])].join(' ').trim();
}
