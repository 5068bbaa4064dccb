import * as openid from 'openid-client';
import { Refusal } from '#kernel';
import type { Principal } from './contract.ts';
import { BROWSER_CLIENT } from './provider.ts';

/** Where people sign in, when it is not the embedded provider: Pro Santé Connect, or the region's own. */
export interface IssuerConfig {
  url: string;
  clientId: string;
  clientSecret?: string | undefined;
  /** Pro Santé Connect wants `openid scope_all`. */
  scope?: string | undefined;
  /** Level asked for: Pro Santé Connect wants `eidas1`. */
  acrValues?: string | undefined;
}

/** What an issuer said of a person. */
export interface PersonClaims {
  issuer: string;
  sub: string;
  /** National identifier of the professional, from Pro Santé Connect's `SubjectNameID`: `8` and the RPPS number. */
  nationalId?: string;
}

export type FindPerson = (claims: PersonClaims) => Principal | undefined | Promise<Principal | undefined>;

/** What the browser keeps between leaving for the issuer and coming back, in a cookie of its own. */
export interface Departure {
  state: string;
  nonce: string;
  verifier: string;
  returnTo: string;
  /** Through which issuer: the embedded one (a card) or the configured one. */
  through: 'card' | 'issuer';
}

export type OpenidClient = openid.Configuration;

/** Reads the metadata of an issuer; `fetchInside` reaches the embedded one without leaving the process. */
export async function discoverIssuer(issuer: IssuerConfig, fetchInside?: openid.CustomFetch): Promise<OpenidClient> {
  const isPlain = new URL(issuer.url).protocol === 'http:';
  try {
    return await openid.discovery(
      new URL(issuer.url),
      issuer.clientId,
      fetchInside ? { id_token_signed_response_alg: 'ES256' } : undefined,
      issuer.clientSecret ? openid.ClientSecretPost(issuer.clientSecret) : openid.None(),
      { ...(isPlain ? { execute: [openid.allowInsecureRequests] } : {}), ...(fetchInside ? { [openid.customFetch]: fetchInside } : {}) },
    );
  } catch (error) {
    throw new Refusal('access.sign-in-unavailable', 'the sign-in service does not answer', { cause: error });
  }
}

export const browserIssuer = (issuer: string): IssuerConfig => ({ url: issuer, clientId: BROWSER_CLIENT });

/** Where to send the browser, and what it must bring back: authorization code with PKCE (RFC 7636), state and nonce. */
export async function depart(
  client: OpenidClient,
  options: { redirectUri: string; returnTo: string; card?: string; scope?: string | undefined; acrValues?: string | undefined },
): Promise<{ url: URL; departure: Departure }> {
  const departure: Departure = {
    state: openid.randomState(),
    nonce: openid.randomNonce(),
    verifier: openid.randomPKCECodeVerifier(),
    returnTo: options.returnTo,
    through: options.card === undefined ? 'issuer' : 'card',
  };
  const url = openid.buildAuthorizationUrl(client, {
    redirect_uri: options.redirectUri,
    scope: options.scope ?? 'openid',
    state: departure.state,
    nonce: departure.nonce,
    code_challenge: await openid.calculatePKCECodeChallenge(departure.verifier),
    code_challenge_method: 'S256',
    ...(options.card === undefined ? {} : { login_hint: options.card, prompt: 'login' }),
    ...(options.acrValues ? { acr_values: options.acrValues } : {}),
  });
  return { url, departure };
}

/** The issuer sent the browser back: exchanges the code and reads who it is. @throws Refusal `access.sign-in-failed` */
export async function comeBack(client: OpenidClient, current: URL, departure: Departure): Promise<PersonClaims> {
  try {
    const tokens = await openid.authorizationCodeGrant(client, current, {
      pkceCodeVerifier: departure.verifier,
      expectedState: departure.state,
      expectedNonce: departure.nonce,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (!claims) throw new Error('no identity token');
    const told = client.serverMetadata().userinfo_endpoint
      ? { ...claims, ...(await openid.fetchUserInfo(client, tokens.access_token, claims.sub)) }
      : claims;
    const nationalId = (told as Record<string, unknown>)['SubjectNameID'];
    return { issuer: claims.iss, sub: claims.sub, ...(typeof nationalId === 'string' ? { nationalId } : {}) };
  } catch (error) {
    throw new Refusal('access.sign-in-failed', 'the sign-in service did not confirm who you are', { cause: error });
  }
}

export function writeDeparture(departure: Departure): string {
  return Buffer.from(JSON.stringify(departure)).toString('base64url');
}

export function readDeparture(cookie: string | undefined): Departure | undefined {
  try {
    const read = JSON.parse(Buffer.from(cookie ?? '', 'base64url').toString()) as Record<string, unknown>;
    const fields = ['state', 'nonce', 'verifier', 'returnTo', 'through'];
    return fields.every((field) => typeof read[field] === 'string') ? (read as unknown as Departure) : undefined;
  } catch {
    return undefined;
  }
}

/** A path of our own pages to come back to: never another site's. */
export function safeReturn(path: unknown): string {
  return typeof path === 'string' && /^\/(?![/\\])[\x21-\x7e]*$/.test(path) ? path : '/';
}
