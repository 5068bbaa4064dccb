import { statSync } from 'node:fs';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessServers, BASE } from '../../test/support/access-server.ts';
import { browser } from '../../test/support/browser.ts';
import { testDatabase } from '../../test/support/database.ts';
import { startIssuer } from '../../test/support/openid-issuer.ts';
import { PEOPLE } from '../../test/support/people.ts';
import { accessPlugin, openSession, type PersonClaims, revokeSessions } from './index.ts';

const database = testDatabase();
const { server, dataFolder, clock, meanwhile } = accessServers(database);

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

  test('a page that is told what comes knows when its reader signed out elsewhere', async () => {
    const visitor = browser(app, BASE);
    await visitor.follow('/api/sign-in?card=gp');
    const other = browser(app, BASE);
    other.jar.set('cigogne', visitor.jar.get('cigogne')!);
    meanwhile.happens = () => other.request('POST', '/api/sign-out');
    expect((await visitor.request('GET', '/follow')).json()).toEqual([true, false]);
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
    // `__Host-`: a browser takes it over https alone, for this host alone, and no other site of the domain writes it.
    const kept = { secure: true, httpOnly: true, path: '/' };
    expect(departed.cookies[0]).toMatchObject({ name: '__Host-cigogne_sign_in', ...kept });
    expect(departed.cookies[0]).not.toHaveProperty('domain');
    const session = await openSession(database.db, PEOPLE.gp, new Date());
    const asked = async (name: string) => (await app.inject({ url: '/who', headers: { cookie: `${name}=${session}` } })).statusCode;
    expect([await asked('__Host-cigogne'), await asked('cigogne')]).toEqual([200, 401]);
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
