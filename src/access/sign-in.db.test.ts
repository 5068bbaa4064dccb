import { mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browser } from '../../test/support/browser.ts';
import { testDatabase } from '../../test/support/database.ts';
import { startIssuer } from '../../test/support/openid-issuer.ts';
import { PEOPLE } from '../../test/support/people.ts';
import { openDb, Refusal, REFUSALS, refusalBody } from '../kernel/index.ts';
import {
  type AccessOptions,
  accessPlugin,
  type PersonClaims,
  type Principal,
  principalOf,
  revokeSessions,
  type SystemClient,
} from './index.ts';

const database = testDatabase();
const dataFolder = mkdtempSync(join(tmpdir(), 'cigogne-access-'));
const clock = { now: new Date() };
const keyPair = await generateKeyPair('ES256', { extractable: true });
const clients = new Map<string, SystemClient>();
const BASE = 'http://demo.example:8080';

async function server(options: Partial<AccessOptions> = {}): Promise<FastifyInstance> {
  const app = Fastify();
  app.setErrorHandler((error, _request, reply) => {
    if (!(error instanceof Refusal)) throw error;
    return reply.code(REFUSALS[error.code].http).send(refusalBody(error));
  });
  await app.register(accessPlugin, {
    db: database.db,
    mode: 'demo',
    dataFolder,
    publicUrl: BASE,
    sessionIdleMinutes: 60,
    now: () => clock.now,
    findClient: async (clientId) => clients.get(clientId),
    demoAccounts: (card) => (Object.hasOwn(PEOPLE, card) ? (PEOPLE as Record<string, Principal>)[card] : undefined),
    ...options,
  });
  app.get('/who', { config: { guard: 'signed-in' } }, async (request) => ({ id: principalOf(request).id }));
  app.post('/change', { config: { guard: 'signed-in' } }, async () => ({ done: true }));
  app.get('/systems', { config: { guard: 'system' } }, async (request) => ({ structures: principalOf(request).structures }));
  await app.ready();
  return app;
}

describe('signing in to the demo region', () => {
  let app: FastifyInstance;
  beforeAll(async () => {
    app = await server();
  });
  afterAll(() => app.close());

  test('one click on a card opens a session, through the embedded OpenID provider', async () => {
    const visitor = browser(app, BASE);
    const answer = await visitor.follow('/api/sign-in?card=gp');
    expect(answer.headers.location).toBe('/');
    expect(visitor.visited).toContain('/oidc/auth');
    const session = await visitor.request('GET', '/api/session');
    expect(session.json()).toMatchObject({ mode: 'demo', person: { id: PEOPLE.gp.id, role: 'gp', organisation: { finess: '990000201' } } });
    expect((await visitor.request('GET', '/who')).json()).toEqual({ id: PEOPLE.gp.id });
  });

  test('the session cookie is unreadable by scripts, and the database holds no usable copy of it', async () => {
    const visitor = browser(app, BASE);
    const answer = await visitor.follow('/api/sign-in?card=nurse');
    const cookie = answer.cookies.find(({ name }) => name === 'cigogne')!;
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
    const rows = await database.db.query<{ found: boolean }>(
      't-hash',
      `select exists (select 1 from access.session where id_hash = sha256(convert_to($1, 'UTF8'))) as found`,
      [cookie.value],
    );
    expect(rows[0]!.found).toBe(true);
    const [plain] = await database.db.query<{ n: number }>(
      't-plain',
      `select count(*) as n from access.session where strpos(session::text, $1) > 0`,
      [cookie.value],
    );
    expect(plain!.n).toBe(0);
  });

  test('another card takes the place of the first, whoever was signed in before', async () => {
    const visitor = browser(app, BASE);
    await visitor.follow('/api/sign-in?card=gp');
    const first = visitor.jar.get('cigogne')!;
    await visitor.follow('/api/sign-in?card=operator');
    expect((await visitor.request('GET', '/api/session')).json().person.role).toBe('operator');
    visitor.jar.set('cigogne', first);
    expect((await visitor.request('GET', '/who')).statusCode).toBe(401);
  });

  test('signing out ends the session, and the old cookie opens nothing', async () => {
    const visitor = browser(app, BASE);
    await visitor.follow('/api/sign-in?card=gp');
    const old = visitor.jar.get('cigogne')!;
    expect((await visitor.request('POST', '/api/sign-out')).statusCode).toBe(204);
    visitor.jar.set('cigogne', old);
    expect((await visitor.request('GET', '/who')).statusCode).toBe(401);
  });

  test('a session ends when it stays idle, and lives on while it is used', async () => {
    const visitor = browser(app, BASE);
    const start = clock.now;
    await visitor.follow('/api/sign-in?card=gp');
    for (const minutes of [50, 100, 150]) {
      clock.now = new Date(start.getTime() + minutes * 60_000);
      expect((await visitor.request('GET', '/who')).statusCode).toBe(200);
    }
    clock.now = new Date(start.getTime() + 211 * 60_000);
    expect((await visitor.request('GET', '/who')).statusCode).toBe(401);
    clock.now = start;
  });

  test('every session of a person can be ended at once', async () => {
    const visitor = browser(app, BASE);
    await visitor.follow('/api/sign-in?card=specialist');
    expect(await revokeSessions(database.db, PEOPLE.specialist.id, clock.now)).toBeGreaterThan(0);
    expect((await visitor.request('GET', '/who')).statusCode).toBe(401);
  });

  test('an unknown card is refused', async () => {
    expect((await app.inject('/api/sign-in?card=director')).statusCode).toBe(404);
  });

  test('a return without departure is refused with a page that says so', async () => {
    const answer = await app.inject('/api/sign-in/callback?code=x&state=y');
    expect(answer.statusCode).toBe(400);
    expect(answer.body).toContain('Connexion refusée');
  });

  test('a step of a sign-in that nobody began, or that expired, is answered as such', async () => {
    expect((await app.inject('/oidc/interaction/of-nobody')).statusCode).toBe(400);
  });

  test('a return with another state is refused: someone else’s sign-in cannot be pushed on me', async () => {
    const mine = browser(app, BASE);
    const theirs = browser(app, BASE);
    const departed = await mine.request('GET', '/api/sign-in?card=gp');
    expect(departed.statusCode).toBe(302);
    let step = await theirs.request('GET', '/api/sign-in?card=nurse');
    while (!step.headers.location!.includes('/api/sign-in/callback')) step = await theirs.request('GET', step.headers.location!);
    const pushed = await mine.request('GET', step.headers.location!);
    expect(pushed.statusCode).toBe(403);
    expect(mine.jar.has('cigogne')).toBe(false);
  });

  test('a request that another site makes the browser send changes nothing', async () => {
    const visitor = browser(app, BASE);
    await visitor.follow('/api/sign-in?card=gp');
    expect((await visitor.request('POST', '/change', { origin: 'https://evil.example' })).statusCode).toBe(403);
    expect((await visitor.request('POST', '/change', { 'sec-fetch-site': 'cross-site' })).statusCode).toBe(403);
    expect((await visitor.request('POST', '/change', { origin: BASE })).statusCode).toBe(200);
  });

  test('one comes back to a page of ours and never to another site', async () => {
    const visitor = browser(app, BASE);
    const departed = await visitor.request('GET', '/api/sign-in?card=gp&return=//evil.example/');
    let step = departed;
    while (new URL(step.headers.location!, BASE).pathname !== '/') step = await visitor.request('GET', step.headers.location!);
    expect(step.headers.location).toBe('/');
  });

  test('every answer carries the headers that keep pages safe', async () => {
    const { headers } = await app.inject('/api/session');
    expect(headers['content-security-policy']).toMatch(/script-src 'self';.*frame-ancestors 'self'/);
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
  });

  test('the keys of the provider are readable by their owner alone', () => {
    expect(statSync(join(dataFolder, 'keys.json')).mode & 0o077).toBe(0);
  });
});

describe('a laboratory system', () => {
  let app: FastifyInstance;
  beforeAll(async () => {
    app = await server();
    const jwk = { ...(await exportJWK(keyPair.publicKey)), alg: 'ES256', use: 'sig', kid: 'k1' };
    clients.set('lab-key', { clientId: 'lab-key', name: 'Serveur ESSAI', structures: ['990000101'], jwks: { keys: [jwk] } });
    clients.set('lab-secret', {
      clientId: 'lab-secret',
      name: 'Serveur DEMO',
      structures: ['990000102'],
      secret: 'a-demo-secret-of-32-characters-ok',
    });
  });
  afterAll(() => app.close());

  const assertion = (overrides: { key?: CryptoKey; jti?: string } = {}) =>
    new SignJWT({})
      .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
      .setIssuer('lab-key')
      .setSubject('lab-key')
      .setAudience(`${BASE}/oidc/token`)
      .setJti(overrides.jti ?? crypto.randomUUID())
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(overrides.key ?? keyPair.privateKey);

  const ask = async (app: FastifyInstance, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    app.inject({
      method: 'POST',
      url: '/oidc/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded', host: 'demo.example:8080', ...headers },
      payload: new URLSearchParams({ grant_type: 'client_credentials', ...fields }).toString(),
    });

  const byKey = async (overrides = {}) => ({
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await assertion(overrides),
  });

  test('gets a token with its key, and is known with its structures', async () => {
    const answer = await ask(app, await byKey());
    expect(answer.statusCode).toBe(200);
    const { access_token: token, expires_in: seconds } = answer.json();
    expect(seconds).toBe(600);
    const known = await app.inject({ url: '/systems', headers: { authorization: `Bearer ${token}` } });
    expect(known.json()).toEqual({ structures: ['990000101'] });
  });

  test('is refused with another key, or with an assertion already used', async () => {
    const other = await generateKeyPair('ES256');
    expect((await ask(app, await byKey({ key: other.privateKey }))).statusCode).toBe(401);
    expect((await ask(app, await byKey({ jti: 'once' }))).statusCode).toBe(200);
    expect((await ask(app, await byKey({ jti: 'once' }))).statusCode).toBe(401);
  });

  test('is taken by one server alone when it shows the same assertion to several at the same instant', async () => {
    const others = await Promise.all([server(), server()]);
    for (const one of [app, ...others]) expect((await ask(one, await byKey())).statusCode).toBe(200);
    for (let round = 0; round < 5; round += 1) {
      const proof = await byKey();
      const answers = await Promise.all([app, ...others, app, ...others].map((one) => ask(one, proof)));
      expect(answers.map(({ statusCode }) => statusCode).toSorted()).toEqual([200, 401, 401, 401, 401, 401]);
      expect(answers.find(({ statusCode }) => statusCode === 401)!.json()).toMatchObject({ error: 'invalid_client' });
    }
    for (const one of others) await one.close();
  });

  test('is told to come back, and not that it is wrong, while the database is away', async () => {
    const away = openDb({ url: database.url, maxConnections: 2 });
    const cut = await server({ db: away });
    await away.close();
    const answer = await ask(cut, await byKey());
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('2');
    expect(answer.json()).toEqual({ error: 'temporarily_unavailable', error_description: 'the database does not answer: try again' });
    await cut.close();
  });

  test('struck off the register, it is refused at once even with a token still valid', async () => {
    clients.set('gone', { ...clients.get('lab-secret')!, clientId: 'gone' });
    const { access_token: token } = (
      await ask(app, {}, { authorization: `Basic ${btoa('gone:a-demo-secret-of-32-characters-ok')}` })
    ).json();
    expect((await app.inject({ url: '/systems', headers: { authorization: `Bearer ${token}` } })).statusCode).toBe(200);
    clients.delete('gone');
    expect((await app.inject({ url: '/systems', headers: { authorization: `Bearer ${token}` } })).statusCode).toBe(401);
  });

  test('may use a secret in a demo region, never in production', async () => {
    const basic = { authorization: `Basic ${btoa('lab-secret:a-demo-secret-of-32-characters-ok')}` };
    expect((await ask(app, {}, basic)).statusCode).toBe(200);
    const production = await server({ mode: 'production', demoAccounts: undefined });
    expect((await ask(production, {}, basic)).statusCode).toBe(401);
    expect((await ask(production, await byKey())).statusCode).toBe(200);
    await production.close();
  });

  test('is told apart from people: a person does not enter by its routes, nor a forged token', async () => {
    const visitor = browser(app, BASE);
    await visitor.follow('/api/sign-in?card=gp');
    expect((await visitor.request('GET', '/systems')).statusCode).toBe(403);
    const forged = await new SignJWT({ client_id: 'lab-key' })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
      .setAudience('urn:cigogne:api')
      .setExpirationTime('5m')
      .sign(keyPair.privateKey);
    expect((await app.inject({ url: '/systems', headers: { authorization: `Bearer ${forged}` } })).statusCode).toBe(401);
  });

  test('a token ends by itself', async () => {
    const { access_token: token } = (await ask(app, await byKey())).json();
    const start = clock.now;
    clock.now = new Date(start.getTime() + 11 * 60_000);
    expect((await app.inject({ url: '/systems', headers: { authorization: `Bearer ${token}` } })).statusCode).toBe(401);
    clock.now = start;
  });
});

describe('production', () => {
  test('has no card: neither account nor provider of people', async () => {
    await expect(server({ mode: 'production' })).rejects.toThrow('no demo account');
    const app = await server({ mode: 'production', demoAccounts: undefined });
    expect((await app.inject('/api/sign-in?card=gp')).statusCode).toBe(404);
    expect((await app.inject('/api/sign-in')).statusCode).toBe(503);
    const asked = await app.inject(
      `/oidc/auth?client_id=cigogne-browser&response_type=code&scope=openid&redirect_uri=${BASE}/api/sign-in/callback`,
    );
    expect(asked.statusCode).toBe(400);
    await app.close();
  });

  test('keeps its cookie for https alone', async () => {
    const app = await server({ publicUrl: 'https://demo.example' });
    expect((await app.inject('/api/session')).headers['strict-transport-security']).toContain('max-age');
    const departed = await app.inject('/api/sign-in?card=gp');
    expect(departed.cookies[0]).toMatchObject({ secure: true, httpOnly: true });
    await app.close();
  });
});

describe('signing in by Pro Santé Connect, or any OpenID issuer', () => {
  let app: FastifyInstance;
  let issuer: Awaited<ReturnType<typeof startIssuer>>;
  const seen: PersonClaims[] = [];
  beforeAll(async () => {
    issuer = await startIssuer({
      clientId: 'cigogne-region',
      secret: 'a-secret-of-the-region',
      redirectUri: `${BASE}/api/sign-in/callback`,
    });
    app = await server({
      mode: 'production',
      demoAccounts: undefined,
      issuer: {
        url: issuer.url,
        clientId: 'cigogne-region',
        clientSecret: 'a-secret-of-the-region',
        scope: 'openid scope_all',
        acrValues: 'eidas1',
      },
      findPerson: (claims) => {
        seen.push(claims);
        return `rpps:${claims.nationalId}` === PEOPLE.gp.id ? PEOPLE.gp : undefined;
      },
    });
  });
  afterAll(async () => {
    await app.close();
    await issuer.stop();
  });

  test('a professional of the directory enters by the national identifier that the issuer gives', async () => {
    issuer.state.nextPerson = '899700000011';
    const visitor = browser(app, BASE);
    const answer = await visitor.follow('/api/sign-in');
    expect(answer.headers.location).toBe('/');
    expect((await visitor.request('GET', '/api/session')).json()).toMatchObject({
      mode: 'production',
      person: { id: 'rpps:899700000011', role: 'gp' },
    });
    expect(seen.at(-1)).toMatchObject({ issuer: issuer.url, nationalId: '899700000011' });
    expect(issuer.state.asked).toMatchObject({ code_challenge_method: 'S256', scope: 'openid scope_all', acr_values: 'eidas1' });
    expect(issuer.state.asked['nonce']).toBeTypeOf('string');
  });

  test('someone whom the directory does not know is told so, and has no session', async () => {
    issuer.state.nextPerson = '899700000999';
    const visitor = browser(app, BASE);
    const answer = await visitor.follow('/api/sign-in');
    expect(answer.statusCode).toBe(403);
    expect(answer.body).toContain('vous n’êtes pas dans l’annuaire');
    expect(visitor.jar.has('cigogne')).toBe(false);
  });

  test('an issuer that does not answer is told as such, and asked again the next time', async () => {
    const unreachable = await server({ mode: 'production', demoAccounts: undefined, issuer: { url: 'http://127.0.0.1:1', clientId: 'x' } });
    for (let n = 0; n < 2; n += 1) {
      const answer = await unreachable.inject('/api/sign-in');
      expect(answer.statusCode).toBe(503);
      expect(answer.json()).toMatchObject({ code: 'access.sign-in-unavailable', retry: true });
    }
    await unreachable.close();
  });
});

describe('a route', () => {
  test('without a guard keeps the server from starting', async () => {
    const app = Fastify();
    await app.register(accessPlugin, {
      db: database.db,
      mode: 'demo',
      dataFolder,
      sessionIdleMinutes: 60,
      findClient: async () => undefined,
    });
    app.get('/open', async () => 'anyone');
    await expect(app.ready()).rejects.toThrow('GET /open');
  });

  test('declared before the guard keeps the server from starting', async () => {
    const app = Fastify();
    app.get('/early', { config: { guard: 'public' } }, async () => 'anyone');
    app.register(accessPlugin, { db: database.db, mode: 'demo', dataFolder, sessionIdleMinutes: 60, findClient: async () => undefined });
    await expect(app.ready()).rejects.toThrow('before any route');
  });
});
