import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JWK } from 'jose';
import type { Context, Provider } from 'oidc-provider';
import type { Db, Sql } from '#kernel';
import type { CertificateOf } from './certificate.ts';
import type { SignedIn } from './consent.ts';
import { type OwnKeys, publicPart } from './keys.ts';
import type { SmartClient } from './launch-context.ts';
import {
  OF_THE_LAUNCH,
  askedScopes,
  authoriseSoftware,
  fhirAudience,
  launchClaims,
  SOFTWARE_TOKEN_SECONDS,
  softwareAccount,
  subjectOfAccount,
  softwareMetadata,
  tellGranted,
} from './software.ts';
import { type FindColleague, nameClaim, nameProfessional, readingScopes } from './practice-token.ts';
import type { SmartScope } from './smart-scopes.ts';
import { oauthError, RETRY_AFTER_SECONDS } from './oauth-error.ts';
import type { TokenRead } from './person-token.ts';
import { oidcItems, type SystemClient, systemClientMetadata } from './oidc-items.ts';

/** The browser's own client of the embedded provider: public, with PKCE. */
export const BROWSER_CLIENT = 'cigogne-browser';

export const MOUNT = '/oidc';
/** The address where an authorization begins, as the library reads it: in any case, with or without its last slash. */
const AUTHORISATION = /^\/auth\/?\?/i;
/** The page on which a person answers a software; in no frame but our own. */
export const CONSENT_PAGE = '/authorise/';

/** What a system's token is for: the interfaces of this server, whatever host name it is called by. */
const AUDIENCE = 'urn:cigogne:api';

/** Seconds. A system asks again when its token ends; a right withdrawn is seen at once anyway, the register being read at each request. */
const SYSTEM_TOKEN_SECONDS = 600;
/** How a client may sign who it is: those of SMART backend services (RS384, ES384) with those that laboratories had before. */
export const ASSERTION_ALGORITHMS = ['ES256', 'ES384', 'RS256', 'RS384', 'PS256'];
/** Five minutes (SMART backend services), and what two clocks may differ by. */
const LONGEST_ASSERTION_MS = 330_000;
const SESSION_COOKIE = 'cigogne_oidc';
const CODE_SECONDS = 60;
const INTERACTION_SECONDS = 600;
const DEMO_SESSION_SECONDS = 600;
/** However long a software stays: the session of its user is over by then. */
const SOFTWARE_SESSION_SECONDS = 43_200;

export interface ProviderOptions {
  db: Db;
  /** Address of the server as its callers see it, without trailing slash: the issuer is this and `/oidc`. */
  base: string;
  mode: 'demo' | 'production';
  keys: OwnKeys;
  now: () => Date;
  findClient: (clientId: string) => Promise<SystemClient | undefined>;
  /** Where a proxy brings the certificates of systems: how to read that of a request. */
  certificateOf?: CertificateOf | undefined;
  /** Is any software registered? Without, nobody authorizes anything here in production. */
  hasApps: boolean;
  /** Software that its users may launch. */
  findApp: (clientId: string) => Promise<SmartClient | undefined>;
  findColleague: FindColleague;
  /** No scope but these is granted. */
  isScopeServed: (scope: SmartScope) => boolean;
  /** Who is signed in, by the cookies of a browser. */
  whoIs: (cookies: string | undefined) => Promise<SignedIn | undefined>;
  /** The record of a patient's number. */
  patientOfNumber: (sql: Sql, number: string) => Promise<string | undefined>;
  /** Demo only: is there a card of this name? */
  isCard?: (card: string) => boolean;
}

/** Tokens whose signature was verified, by their text: a laboratory sends thousands of reports with one. */
type VerifiedTokens = Map<string, VerifiedToken>;

export interface VerifiedToken {
  clientId: string;
  endsAtMs: number;
  /** `x5t#S256` of the certificate that must come with it. */
  boundTo?: string;
}

export interface EmbeddedProvider {
  issuer: string;
  /** What access tokens are for: their audience. */
  audience: string;
  /** What the tokens of software are for: the FHIR interface of this server. */
  fhirAudience: string;
  /** Verifies the tokens it signs. */
  publicKey: JWK;
  /** Its tokens verified not long ago. */
  verified: VerifiedTokens;
  /** Those of people who came by a software, with what they were found to stand for. */
  lately: Map<string, TokenRead>;
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/**
 * The embedded OpenID provider. Systems get their tokens from it (client credentials, RFC 6749 §4.4, with private_key_jwt,
 * RFC 7523, or the certificate of their connection, RFC 8705); in a demo region it also signs people in by a card, in one click and without
 * password. In production it knows no person.
 */
export async function embeddedProvider(options: ProviderOptions): Promise<EmbeddedProvider> {
  const { Provider, interactionPolicy } = await loadLibrary();
  const issuer = `${options.base}${MOUNT}`;
  const provider = new Provider(issuer, configuration(options, askedEachTime(interactionPolicy)));
  provider.proxy = true;
  provider.use(async (context, next) => {
    await next();
    tellGranted(context);
    if (context.status === 503) context.set('retry-after', String(RETRY_AFTER_SECONDS));
  });
  const answer = provider.callback();
  const { host, protocol } = new URL(options.base);
  return {
    issuer,
    audience: AUDIENCE,
    fhirAudience: fhirAudience(options.base),
    publicKey: publicPart(options.keys.signing),
    verified: new Map(),
    lately: new Map(),
    async handle(request, response) {
      // The provider believes the configured address, whatever host or scheme the request claims.
      request.headers['x-forwarded-host'] = host;
      request.headers['x-forwarded-proto'] = protocol.slice(0, -1);
      const path = onlineAsked((request.url ?? '').slice(MOUNT.length)) || '/';
      if (path.startsWith('/interaction/')) return enter(provider, request, response, options);
      if (AUTHORISATION.test(path)) forgetFormerPerson(request, response);
      Object.assign(request, { originalUrl: `${MOUNT}${path}`, url: path });
      await answer(request, response);
    },
  };
}

/**
 * Loaded at the first use: it is a large library, which no start needs before someone signs in. It takes every Node newer than itself for
 * unsupported and warns whoever looks at the terminal: that one sentence is held back, and no other.
 */
async function loadLibrary(): Promise<typeof import('oidc-provider')> {
  const { warn } = console;
  console.warn = (...words: unknown[]) => {
    if (!String(words[0]).includes('oidc-provider WARNING: Unsupported runtime')) warn(...words);
  };
  try {
    return await import('oidc-provider');
  } finally {
    console.warn = warn;
  }
}

/** Each sign-in starts from nobody: the provider would otherwise have the former person sign out on a page of its own. */
function forgetFormerPerson(request: IncomingMessage, response: ServerResponse): void {
  delete request.headers.cookie;
  const names = [SESSION_COOKIE, `${SESSION_COOKIE}.sig`];
  response.setHeader(
    'set-cookie',
    names.map((name) => `${name}=; path=/; max-age=0; httponly; samesite=lax`),
  );
}

async function enter(provider: Provider, request: IncomingMessage, response: ServerResponse, options: ProviderOptions): Promise<void> {
  try {
    const details = await provider.interactionDetails(request, response);
    const { params, uid } = details;
    if (params['client_id'] !== BROWSER_CLIENT) {
      const result = await authoriseSoftware(details, options, request.headers.cookie);
      if (typeof result !== 'string') return await provider.interactionFinished(request, response, result);
      if (result === 'ask') {
        response.writeHead(302, { location: `${CONSENT_PAGE}${uid}` }).end();
        return;
      }
      const card = String(params['login_hint'] ?? '');
      const back = new URLSearchParams({ ...(options.isCard?.(card) && { card }), return: `${MOUNT}/interaction/${uid}` });
      response.writeHead(302, { location: `/api/sign-in?${back}` }).end();
      return;
    }
    const card = String(params['login_hint'] ?? '');
    const result = options.isCard?.(card) ? { login: { accountId: card } } : { error: 'access_denied' };
    await provider.interactionFinished(request, response, result);
  } catch (error) {
    // Outside the provider's own routes nobody else answers: a step that expired (400), the database away (503).
    const { statusCode = 500, message } = error as { statusCode?: number; message: string };
    if (statusCode === 500) throw error;
    if (statusCode === 503) response.setHeader('retry-after', RETRY_AFTER_SECONDS);
    response.writeHead(statusCode, { 'content-type': 'text/plain; charset=utf-8' }).end(message);
  }
}

/** Whoever authorized something before, and however the address is written: nothing is authorized but by the answer that was just given. */
function askedEachTime({ base, Check }: typeof import('oidc-provider').interactionPolicy): unknown {
  const policy = base();
  const check = new Check('each_time', 'each authorization is asked for', 'login_required', ({ oidc }) => oidc.result?.login === undefined);
  policy.get('login').checks.add(check);
  return policy;
}

function configuration(options: ProviderOptions, policy: unknown): Record<string, unknown> {
  const { base, mode, keys, now, db, certificateOf } = options;
  const fhir = fhirAudience(base);
  const apps = new Set<string>();
  const hasApps = options.hasApps;
  const isDemo = mode === 'demo' && options.isCard !== undefined;
  const resourceServer = {
    scope: '',
    audience: AUDIENCE,
    accessTokenFormat: 'jwt',
    accessTokenTTL: SYSTEM_TOKEN_SECONDS,
    jwt: { sign: { alg: 'ES256' } },
  };
  return {
    adapter: oidcItems(db, {
      now,
      findClient: async (clientId) => {
        if (clientId === BROWSER_CLIENT) return isDemo ? browserClient(base) : undefined;
        const app = await options.findApp(clientId);
        if (app) {
          apps.add(clientId);
          return softwareMetadata(app);
        }
        const client = await options.findClient(clientId);
        return client && systemClientMetadata(client, { mode, certificates: certificateOf !== undefined });
      },
    }),
    jwks: { keys: [keys.signing] },
    cookies: { keys: [keys.cookie], names: { session: SESSION_COOKIE, interaction: 'cigogne_oidc_step', resume: 'cigogne_oidc_resume' } },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    enabledJWA: { clientAuthSigningAlgValues: ASSERTION_ALGORITHMS },
    assertJwtClientAuthClaimsAndHeader: async (
      context: Context,
      claims: Record<string, unknown>,
      _: unknown,
      { clientId }: SystemClient,
    ) => {
      if (Number(claims['exp'] ?? 0) * 1_000 > now().getTime() + LONGEST_ASSERTION_MS)
        throw oauthError(401, 'invalid_client', 'an assertion lasts five minutes at most');
      await nameProfessional(context, claims, clientId, options);
    },
    clientBasedCORS: (_: unknown, origin: string, client: { clientId: string; redirectUris?: string[] }) =>
      client.clientId !== BROWSER_CLIENT && (client.redirectUris ?? []).some((uri) => new URL(uri).origin === origin),
    clientAuthMethods: [
      'private_key_jwt',
      ...(certificateOf ? ['self_signed_tls_client_auth'] : []),
      ...(mode === 'demo' || hasApps ? ['none'] : []),
      ...(mode === 'demo' ? ['client_secret_basic', 'client_secret_post'] : []),
    ],
    allowOmittingSingleRegisteredRedirectUri: false,
    responseTypes: isDemo || hasApps ? ['code'] : [],
    scopes: [...OF_THE_LAUNCH],
    claims: { openid: ['sub'], fhirUser: ['fhirUser'] },
    conformIdTokenClaims: false,
    extraParams: ['aud', 'launch'],
    extraTokenClaims: (context: unknown, token: { accountId?: string }) => nameClaim(context) ?? launchClaims(options, token.accountId),
    pkce: { required: () => true },
    issueRefreshToken: async (_: unknown, client: { clientId: string }, source: { scopes: Set<string> }) =>
      client.clientId !== BROWSER_CLIENT && source.scopes.has('online_access'),
    rotateRefreshToken: true,
    // The session of the person ends them: `softwareAccount` finds nobody then.
    expiresWithSession: async () => false,
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      // What SMART needs (`aud`) would not be in it.
      pushedAuthorizationRequests: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      clientCredentials: { enabled: true },
      ...(certificateOf ? { mTLS: mutualTls(certificateOf, now) } : {}),
      resourceIndicators: {
        enabled: true,
        defaultResource: (context: { oidc: { client: { clientId: string } } }) =>
          context.oidc.client.clientId === BROWSER_CLIENT ? undefined : apps.has(context.oidc.client.clientId) ? fhir : AUDIENCE,
        useGrantedResource: () => true,
        getResourceServerInfo: (context: Context, resource: string) =>
          resource === fhir ? { ...resourceServer, audience: fhir, ...softwareTokens(context, options.isScopeServed) } : resourceServer,
      },
    },
    interactions: { policy, url: (_: unknown, interaction: { uid: string }) => `${MOUNT}/interaction/${interaction.uid}` },
    subjectTypes: ['public', 'pairwise'],
    sectorIdentifierUriValidate: () => false,
    pairwiseIdentifier: (_: unknown, accountId: string) => subjectOfAccount(options, accountId),
    findAccount: (_: unknown, sub: string) =>
      options.isCard?.(sub) ? { accountId: sub, claims: () => ({ sub }) } : softwareAccount(options, sub),
    loadExistingGrant: (context: import('oidc-provider').Context) => grantSilently(context, fhir, options.isScopeServed),
    renderError: (context: { type: string; body: unknown }, out: { error: string; error_description?: string }) => {
      context.type = 'text/plain; charset=utf-8';
      context.body = `${out.error}: ${out.error_description ?? ''}`;
    },
    ttl: {
      AccessToken: SYSTEM_TOKEN_SECONDS,
      AuthorizationCode: CODE_SECONDS,
      ClientCredentials: SYSTEM_TOKEN_SECONDS,
      Grant: SOFTWARE_SESSION_SECONDS,
      IdToken: CODE_SECONDS,
      Interaction: INTERACTION_SECONDS,
      RefreshToken: SOFTWARE_SESSION_SECONDS,
      Session: DEMO_SESSION_SECONDS,
    },
  };
}

/** Of a person who is there, what they authorize; of the software of a practice, reading alone, for as long as any system. */
function softwareTokens(context: Context, isServed: ProviderOptions['isScopeServed']) {
  const asked = askedScopes(context, isServed);
  return context.oidc.params?.['grant_type'] === 'client_credentials'
    ? { scope: readingScopes(asked) }
    : { scope: asked, accessTokenTTL: SOFTWARE_TOKEN_SECONDS };
}

/** RFC 8705: systems known by their certificate (§2.2), whose tokens are worth nothing without it (§3). */
function mutualTls(certificateOf: CertificateOf, now: () => Date): Record<string, unknown> {
  return {
    enabled: true,
    selfSignedTlsClientAuth: true,
    certificateBoundAccessTokens: true,
    getCertificate: ({ req }: { req: IncomingMessage }) => certificateOf(req, now()),
  };
}

/**
 * A professional’s software reads in their name while they are there: access without them is never granted, so who asks for it (`offline_access`) is
 * granted access for the length of their session (`online_access`), and the answer says so.
 */
const onlineAsked = (path: string) => (AUTHORISATION.test(path) ? path.replace(/\boffline_access\b/g, 'online_access') : path);

function browserClient(base: string): Record<string, unknown> {
  return {
    client_id: BROWSER_CLIENT,
    redirect_uris: [`${base}/api/sign-in/callback`],
    response_types: ['code'],
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: 'none',
  };
}

/**
 * Nobody is asked twice: signing in to a demo needs no consent, and a software was opened by the person's own practice software, or they have just said yes
 * on our page.
 */
async function grantSilently(context: import('oidc-provider').Context, fhir: string, isServed: ProviderOptions['isScopeServed']) {
  const { provider, client, session } = context.oidc;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope(OF_THE_LAUNCH.join(' '));
  const scopes = askedScopes(context, isServed);
  if (client.clientId !== BROWSER_CLIENT && scopes !== '') grant.addResourceScope(fhir, scopes);
  await grant.save();
  return grant;
}
