import { randomUUID } from 'node:crypto';
import { type Db, Refusal, type Sql } from '#kernel';
import type { Context } from 'oidc-provider';
import { consentOf, type SignedIn } from './consent.ts';
import { patientInHand, readLaunchContext, type SmartClient } from './launch-context.ts';
import { SMART_ACCOUNT, type SmartAccount } from './person-token.ts';
import type { PracticeDeps } from './practice-token.ts';
import { readSessionByHash } from './sessions.ts';
import { isOfMany, readSmartScope, smartScopesOf } from './smart-scopes.ts';
import { findOidcItem, upsertOidcItem } from './store-sessions.ts';

/** How the embedded provider authorizes a software in the name of who is signed in (SMART App Launch 2.2, OAuth 2.0 with PKCE). */

/** Seconds: a consultation. The session of the person ends it sooner. */
export const SOFTWARE_TOKEN_SECONDS = 3_600;
/** An authorization is remembered as long as a session can last. */
const ACCOUNT_HOURS = 12;

export const fhirAudience = (base: string): string => `${base}/fhir`;

/** A registered software as oidc-provider wants a client: public with PKCE, or known by its key. */
export function softwareMetadata({ clientId, redirectUris, jwks, structure }: SmartClient): Record<string, unknown> {
  const launches = redirectUris.length > 0;
  return {
    client_id: clientId,
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

/** The scopes over resources that are asked for here: in the request, or in the code that it led to. */
export function askedScopes({ oidc }: ScopeContext): string {
  const asked = oidc.entities?.AuthorizationCode?.scope ?? oidc.entities?.RefreshToken?.scope ?? oidc.params?.['scope'];
  return String(asked ?? '')
    .split(' ')
    .filter((scope) => readSmartScope(scope) !== undefined)
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
    const account: SmartAccount = { session: signedIn.session, clientId: String(clientId), ...(patientId !== undefined && { patientId }) };
    const expiresAt = new Date(deps.now().getTime() + ACCOUNT_HOURS * 3_600_000);
    await upsertOidcItem(deps.db, { model: SMART_ACCOUNT, id, payload: { ...account }, expiresAt });
    return { login: { accountId: id, remember: false } };
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === 'store.unavailable') throw error;
    return { error: 'access_denied', error_description: error.message };
  }
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
  const fhirUser = person.patientId !== undefined ? `Patient/${person.patientId}` : `Practitioner/${person.id.replace(/^rpps:/, '')}`;
  return { accountId: id, claims: () => ({ sub: id, fhirUser: `${fhirAudience(deps.base)}/${fhirUser}` }) };
}

/** The patient of the launch, in the token itself. */
export async function patientClaim(
  deps: Pick<AuthorisationDeps, 'db' | 'now'>,
  accountId: string | undefined,
): Promise<{ patient: string } | undefined> {
  const account = accountId === undefined ? undefined : await accountOf(deps, accountId);
  return account?.patientId === undefined ? undefined : { patient: account.patientId };
}

/** What is granted of the person and of the launch; the others are of resources. */
export const OF_THE_LAUNCH: readonly string[] = ['openid', 'fhirUser', 'launch', 'launch/patient', 'online_access'];

/** The answer of the token endpoint names the patient, and all that was granted, beside the token (SMART App Launch 2.2 §2.0.11). */
export function tellGranted(context: Context): void {
  const body = context.body as
    | { access_token?: string; refresh_token?: string; scope?: string; patient?: string; need_patient_banner?: boolean }
    | undefined;
  const claims = body?.access_token?.split('.')[1];
  if (context.status !== 200 || body === undefined || claims === undefined) return;
  const { patient } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { patient?: string };
  if (patient !== undefined) Object.assign(body, { patient, need_patient_banner: true });
  // All that was granted (SMART App Launch 2.2, "scope"): what is said of the person and of the launch too, of which the token itself says nothing.
  const { AuthorizationCode, RefreshToken } = context.oidc.entities ?? {};
  const granted = (AuthorizationCode ?? RefreshToken)?.scope?.split(' ') ?? [];
  const own = OF_THE_LAUNCH.filter((scope) => granted.includes(scope) || (scope === 'online_access' && body.refresh_token !== undefined));
  if (granted.length > 0) body.scope = [...new Set([...own, ...(body.scope ?? '').split(' ')])].join(' ').trim();
}
