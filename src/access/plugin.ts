import cookie from '@fastify/cookie';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from '#kernel';
import type { AccessContext, AccessOptions } from './context.ts';
import type { Principal, SessionInfo } from './contract.ts';
import { copiesFile, copyAnchor } from './anchor-copies.ts';
import { startAnchoring } from './anchoring.ts';
import { certificateReader, thumbprint } from './certificate.ts';
import { answerCors } from './cors.ts';
import { collectGuards, enforceGuard, type GuardedRoute } from './guard.ts';
import { keepCookiesInFrame, rateLimit, refuseCrossSite, writeSecurityHeaders } from './headers.ts';
import { keyFile, loadKeys, type OwnKeys } from './keys.ts';
import { CONSENT_PAGE, type EmbeddedProvider, embeddedProvider, MOUNT } from './provider.ts';
import type { SignedIn } from './consent.ts';
import { consentRoutes } from './consent-routes.ts';
import { closeSession, confirm, hashOf, isStillSignedIn, personLately, readSession } from './sessions.ts';
import { signInRoutes } from './sign-in-routes.ts';
import { personOfTokenLately, readPersonToken } from './person-token.ts';
import { smartRoutes } from './smart-routes.ts';
import { readSystemToken } from './system-token.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route with its guard, for the test that tries every door. */
    guardedRoutes: () => GuardedRoute[];
  }
}

/** However many names a server is called by, this many providers are kept ready. */
const MAX_BASES = 16;

/**
 * Who is asking, and may they come in: sessions, sign-in, systems' tokens, guards, security headers. Register it first and await it:
 * it refuses to start when a route was declared before it, or is declared without a guard.
 */
async function plugin(app: FastifyInstance, options: AccessOptions): Promise<void> {
  if (options.mode === 'production' && options.demoAccounts) throw new Error('a production instance has no demo account');
  if (app.printRoutes() !== '(empty tree)') throw new Error('accessPlugin must be registered, and awaited, before any route');
  const context = contextOf(options);
  if (!app.hasRequestDecorator('cookies')) await app.register(cookie);
  app.decorateRequest('principal', null);
  app.decorateRequest('isStillSignedIn', async function isStill(this: FastifyRequest) {
    return this.principal !== null && (await isStillSignedIn(context.db, this.principal, context.now()));
  });
  app.decorate('guardedRoutes', collectGuards(app));

  app.addHook('onRequest', async (request, reply) => {
    const base = context.baseOf(request);
    // Nobody is made to say yes in the frame of a software.
    writeSecurityHeaders(reply, base.startsWith('https:'), request.url.startsWith(CONSENT_PAGE) ? [] : context.embedders);
    if (answerCors(request, reply, context.appOrigins)) return reply;
    if (request.url.startsWith(`${MOUNT}/`)) return;
    refuseCrossSite(request, base);
    request.principal = await whoAsks(context, request);
    enforceGuard(request);
  });
  // Whatever way the answer took, it goes to nobody whose session was not found open. A fault tells nothing of anybody, and has to be told when the database,
  // which would say whose session is open, is what failed.
  app.addHook('onSend', async ({ principal }, { statusCode }, payload) => {
    if (principal && statusCode !== 401 && statusCode < 500) await confirm(principal, context.db);
    return payload;
  });

  anchorWhileOpen(app, context);
  sessionRoutes(app, context);
  signInRoutes(app, context, rateLimit(options.signInsPerMinute ?? 600));
  smartRoutes(app, context);
  consentRoutes(app, context);
  await app.register(providerRoutes(context));
}

/** Its hooks and decorations must reach every route of the server, not only its own (Fastify, "Plugins: skip-override"). */
export const accessPlugin = Object.assign(plugin, { [Symbol.for('skip-override')]: true });

function contextOf(options: AccessOptions): AccessContext {
  const now = options.now ?? (() => new Date());
  const publicBase = options.publicUrl?.replace(/\/+$/, '');
  const baseOf = (request: FastifyRequest) => publicBase ?? `${request.protocol}://${hostOf(request)}`;
  const keys = keysOnce(keyFile(options.dataFolder));
  const providers = new Map<string, Promise<EmbeddedProvider>>();
  const context: AccessContext = {
    ...options,
    zone: options.zone ?? 'Europe/Paris',
    embedders: options.embedders ?? [],
    appOrigins: new Set(options.appOrigins),
    hasApps: options.findApp !== undefined,
    findApp: options.findApp ?? (async () => undefined),
    findColleague: options.findColleague ?? (async () => undefined),
    patientOfNumber: options.patientOfNumber ?? (async () => undefined),
    isScopeServed: options.isScopeServed ?? (() => true),
    now,
    keys,
    baseOf,
    certificateOf: options.certificateHeader && certificateReader(options.certificateHeader),
    cookieName: (request) => cookieNameAt(baseOf(request)),
    provider(base) {
      let provider = providers.get(base);
      if (!provider) {
        provider = keys().then((loaded) => embeddedProvider({ ...providerOptions(context, base), base, keys: loaded }));
        if (providers.size >= MAX_BASES) providers.clear();
        providers.set(base, provider);
        provider.catch(() => providers.delete(base));
      }
      return provider;
    },
  };
  return context;
}

/** Over https, one that no other site of the same domain can write. */
const cookieNameAt = (base: string): string => (base.startsWith('https:') ? '__Host-cigogne' : 'cigogne');

/** Read at the first need, and again after a failure. */
function keysOnce(file: string): () => Promise<OwnKeys> {
  let keys: Promise<OwnKeys> | undefined;
  return () => {
    keys ??= loadKeys(file).catch((error: unknown) => {
      keys = undefined;
      throw error;
    });
    return keys;
  };
}

/** The chains of the audit are anchored for as long as the server runs. */
function anchorWhileOpen(app: FastifyInstance, { db, now, keys, dataFolder }: AccessContext): void {
  let stop = async () => {};
  app.addHook('onReady', async () => {
    stop = startAnchoring(db, {
      now,
      key: async () => (await keys()).audit,
      onAnchor: (anchor) => copyAnchor(copiesFile(dataFolder), anchor),
      onError: (error) => app.log.error({ err: error }, 'the audit could not be anchored'),
    });
  });
  app.addHook('onClose', () => stop());
}

function providerOptions(context: AccessContext, base: string) {
  const { db, mode, now, findClient, certificateOf, demoAccounts, findApp, patientOfNumber, sessionIdleMinutes: idleMinutes } = context;
  // Under another name, it is a page of a neighbouring site that wrote it.
  const ownCookie = new RegExp(`(?:^|;\\s*)${cookieNameAt(base)}=([\\w-]+)`);
  return {
    findApp,
    findColleague: context.findColleague,
    hasApps: context.hasApps,
    isScopeServed: context.isScopeServed,
    patientOfNumber,
    /** Who is signed in, in the browser of this request. */
    async whoIs(cookies: string | undefined): Promise<SignedIn | undefined> {
      const [, sessionId] = ownCookie.exec(cookies ?? '') ?? [];
      const person = sessionId === undefined ? null : await readSession(db, sessionId, { now: now(), idleMinutes });
      return person && sessionId !== undefined ? { person, session: hashOf(sessionId).toString('hex') } : undefined;
    },
    db,
    mode,
    now,
    findClient,
    certificateOf,
    ...(demoAccounts ? { isCard: (card: string) => demoAccounts(card) !== undefined } : {}),
  };
}

async function whoAsks(context: AccessContext, request: FastifyRequest): Promise<Principal | null> {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const bearer = /^Bearer ([\w.~+/-]+=*)$/i.exec(authorization)?.[1];
    const provider = await context.provider(context.baseOf(request));
    const options = { now: context.now(), idleMinutes: context.sessionIdleMinutes };
    const likely = bearer && request.routeOptions.config.readsByDoor ? personOfTokenLately(provider, bearer, options) : undefined;
    if (likely) return likely;
    const certificate = context.certificateOf?.(request.raw, context.now());
    const shown = certificate && thumbprint(certificate);
    const system = bearer ? await readSystemToken(provider, bearer, { ...context, shown }) : undefined;
    const person = bearer && !system ? await readPersonToken(provider, bearer, { ...context, ...options }) : undefined;
    if (person) return person;
    if (!system) throw new Refusal('access.unauthenticated', 'the bearer token is unknown, expired or withdrawn');
    return system;
  }
  const sessionId = request.cookies[context.cookieName(request)];
  if (!sessionId) return null;
  const options = { now: context.now(), idleMinutes: context.sessionIdleMinutes };
  const likely = request.routeOptions.config.readsByDoor ? personLately(sessionId, options) : undefined;
  return likely ?? readSession(context.db, sessionId, options);
}

const open = (summary: string) => ({ config: { guard: 'public' as const }, schema: { summary, tags: ['access'] } });

function sessionRoutes(app: FastifyInstance, context: AccessContext): void {
  app.get('/api/session', open('Who I am (sessionSchema)'), async (request): Promise<SessionInfo> => {
    const { principal } = request;
    const { mode, zone, sessionIdleMinutes: idleMinutes } = context;
    if (!principal) return { mode, zone, idleMinutes, person: null };
    const { id, name, role, organisation, patientId } = principal;
    return {
      mode,
      zone,
      idleMinutes,
      person: { id, name, role, ...(organisation ? { organisation } : {}), ...(patientId ? { patientId } : {}) },
    };
  });

  app.post('/api/sign-out', open('Ends my session'), async (request, reply) => {
    const name = context.cookieName(request);
    const sessionId = request.cookies[name];
    if (sessionId) await closeSession(context.db, sessionId, context.now());
    return reply.clearCookie(name, { path: '/' }).code(204).send();
  });
}

/** Hands everything under `/oidc` to the embedded provider, bodies unread. */
function providerRoutes(context: AccessContext) {
  return async (scope: FastifyInstance): Promise<void> => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.all(`${MOUNT}/*`, { config: { guard: 'public' }, schema: { hide: true } }, async (request, reply) => {
      const provider = await context.provider(context.baseOf(request));
      reply.hijack();
      for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) reply.raw.setHeader(name, value);
      keepCookiesInFrame(request, reply.raw, context.embedders);
      await provider.handle(request.raw, reply.raw).catch((error: unknown) => {
        request.log.error({ err: error, requestId: request.id }, 'bug');
        if (!reply.raw.headersSent) reply.raw.writeHead(500);
        reply.raw.end();
      });
    });
  };
}

/** The host that a request names, of which addresses are made; HTTP/1.0 names none. @throws Refusal `request.invalid` for what is none (RFC 9110 §7.2) */
function hostOf({ host }: FastifyRequest): string {
  if (!host) return 'localhost';
  if (!/^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(host)) throw new Refusal('request.invalid', 'no such host', { at: 'Host' });
  return host;
}
