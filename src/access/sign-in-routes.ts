import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { CustomFetch } from 'openid-client';
import { z } from 'zod';
import { Refusal } from '#kernel';
import type { AccessContext } from './context.ts';
import { cookieSite } from './headers.ts';
import { sendRefusalPage } from './refusal-page.ts';
import { closeSession, openSession } from './sessions.ts';
import {
  browserIssuer,
  comeBack,
  type Departure,
  depart,
  discoverIssuer,
  type OpenidClient,
  type PersonClaims,
  readDeparture,
  safeReturn,
  writeDeparture,
} from './sign-in.ts';

/** Over https no other host of the domain can write it: nobody is signed in as someone else by a departure that is not theirs. */
const departureCookie = (base: string) => (base.startsWith('https:') ? '__Host-cigogne_sign_in' : 'cigogne_sign_in');
const DEPARTURE_SECONDS = 600;
const CALLBACK = '/api/sign-in/callback';

const querySchema = z.object({ card: z.string().max(64).optional(), return: z.string().max(2_000).optional() });

const open = (summary: string) => ({ config: { guard: 'public' as const }, schema: { summary, tags: ['access'] } });

/** Signing in: away to the issuer with what must come back, and back from it with a session. */
export function signInRoutes(app: FastifyInstance, context: AccessContext, mayTry: (address: string, now: Date) => boolean): void {
  const clientFor = issuerClients(app, context);

  app.get('/api/sign-in', open('Starts signing in: by the configured issuer, or by a demo card'), async (request, reply) => {
    if (!mayTry(request.ip, context.now())) throw new Refusal('access.too-many', 'too many sign-ins from this address');
    const query = querySchema.safeParse(request.query);
    if (!query.success) throw new Refusal('request.invalid', 'an unknown way to sign in', { at: 'query' });
    const { card } = query.data;
    if (card !== undefined && !context.demoAccounts?.(card))
      throw new Refusal('request.not-found', 'there is no such card', { at: 'query.card' });
    const base = context.baseOf(request);
    const client = await clientFor(card === undefined ? 'issuer' : 'card', request);
    const { url, departure } = await depart(client, {
      redirectUri: base + CALLBACK,
      returnTo: safeReturn(query.data.return),
      ...(card === undefined ? { scope: context.issuer?.scope, acrValues: context.issuer?.acrValues } : { card }),
    });
    return reply
      .setCookie(departureCookie(base), writeDeparture(departure), {
        path: '/',
        httpOnly: true,
        ...cookieSite(request, base.startsWith('https:'), context.embedders),
        maxAge: DEPARTURE_SECONDS,
      })
      .redirect(url.href);
  });

  app.get(CALLBACK, open('Where the issuer sends the browser back'), async (request, reply) => {
    const base = context.baseOf(request);
    const cookie = departureCookie(base);
    const departure = readDeparture(request.cookies[cookie]);
    reply.clearCookie(cookie, { path: '/', ...cookieSite(request, base.startsWith('https:'), context.embedders) });
    if (!departure) return sendRefusalPage(reply, 400, 'expired');
    let claims: PersonClaims;
    try {
      claims = await comeBack(await clientFor(departure.through, request), new URL(request.url, base), departure);
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'access.sign-in-failed') throw error;
      request.log.warn({ reason: (error.cause as { code?: string })?.code }, 'a sign-in was not confirmed');
      return sendRefusalPage(reply, 403, 'failed');
    }
    const person = departure.through === 'card' ? context.demoAccounts?.(claims.sub) : await context.findPerson?.(claims);
    if (!person) return sendRefusalPage(reply, 403, 'unknown-person');
    // Who signs in again leaves the session that this browser had.
    const former = request.cookies[context.cookieName(request)];
    if (former) await closeSession(context.db, former, context.now());
    const sessionId = await openSession(context.db, person, context.now());
    return reply
      .setCookie(context.cookieName(request), sessionId, {
        path: '/',
        httpOnly: true,
        ...cookieSite(request, base.startsWith('https:'), context.embedders),
      })
      .redirect(safeReturn(departure.returnTo));
  });
}

/** The OpenID client of each issuer, its metadata read at the first sign-in and kept for an hour. */
function issuerClients(app: FastifyInstance, context: AccessContext) {
  const known = new Map<string, { client: Promise<OpenidClient>; until: number }>();
  return async (through: Departure['through'], request: FastifyRequest): Promise<OpenidClient> => {
    const now = context.now().getTime();
    const base = context.baseOf(request);
    const key = through === 'card' ? base : 'issuer';
    const ready = known.get(key);
    if (ready && ready.until > now) return ready.client;
    const client = through === 'card' ? embedded(app, context, base) : configured(context);
    if (known.size > 16) known.clear();
    known.set(key, { client, until: now + 3_600_000 });
    client.catch(() => known.delete(key));
    return client;
  };
}

function configured({ issuer }: AccessContext): Promise<OpenidClient> {
  if (!issuer) throw new Refusal('access.sign-in-unavailable', 'no sign-in service is configured (OIDC_ISSUER)');
  return discoverIssuer(issuer);
}

async function embedded(app: FastifyInstance, context: AccessContext, base: string): Promise<OpenidClient> {
  const { issuer } = await context.provider(base);
  const host = new URL(base).host;
  // The provider is in this process: no network, so it works whatever stands between the browser and the server.
  const fetchInside: CustomFetch = async (url, { method, headers, body }) => {
    const { pathname, search } = new URL(url);
    const answer = await app.inject({
      method: method as 'GET' | 'POST',
      url: pathname + search,
      headers: { ...Object.fromEntries(new Headers(headers)), host },
      ...(body ? { payload: String(body) } : {}),
    });
    return new Response(new Uint8Array(answer.rawPayload), {
      status: answer.statusCode,
      headers: { 'content-type': String(answer.headers['content-type'] ?? 'text/plain') },
    });
  };
  return discoverIssuer(browserIssuer(issuer), fetchInside);
}
