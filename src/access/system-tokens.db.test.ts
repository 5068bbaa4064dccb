import type { FastifyInstance } from 'fastify';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessServers, BASE } from '../../test/support/access-server.ts';
import { browser } from '../../test/support/browser.ts';
import { testDatabase } from '../../test/support/database.ts';
import { openDb } from '../kernel/index.ts';

const database = testDatabase();
const { server, clock, clients } = accessServers(database);
const keyPair = await generateKeyPair('ES256', { extractable: true });
const stronger = await generateKeyPair('ES384', { extractable: true });

describe('a laboratory system', () => {
  let app: FastifyInstance;
  beforeAll(async () => {
    app = await server();
    const jwk = { ...(await exportJWK(keyPair.publicKey)), alg: 'ES256', use: 'sig', kid: 'k1' };
    const other = { ...(await exportJWK(stronger.publicKey)), alg: 'ES384', use: 'sig', kid: 'ES384' };
    clients.set('lab-key', { clientId: 'lab-key', name: 'Serveur ESSAI', structures: ['990000101'], jwks: { keys: [jwk, other] } });
    clients.set('lab-secret', {
      clientId: 'lab-secret',
      name: 'Serveur DEMO',
      structures: ['990000102'],
      secret: 'a-demo-secret-of-32-characters-ok',
    });
  });
  afterAll(() => app.close());

  const assertion = (overrides: { key?: CryptoKey; jti?: string; alg?: string; lasts?: string } = {}) =>
    new SignJWT({})
      .setProtectedHeader({ alg: overrides.alg ?? 'ES256', kid: overrides.alg ?? 'k1' })
      .setIssuer('lab-key')
      .setSubject('lab-key')
      .setAudience(`${BASE}/oidc/token`)
      .setJti(overrides.jti ?? crypto.randomUUID())
      .setIssuedAt()
      .setExpirationTime(overrides.lasts ?? '1m')
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

  test('gets a token as a SMART backend service asks for it: ES384, scopes of a system, five minutes at most', async () => {
    const asked = { alg: 'ES384', key: stronger.privateKey };
    const answer = await ask(app, { ...(await byKey(asked)), scope: 'system/Patient.rs system/DocumentReference.cruds' });
    expect([answer.statusCode, answer.json().token_type]).toEqual([200, 'Bearer']);
    const long = await ask(app, await byKey({ ...asked, lasts: '10m' }));
    expect([long.statusCode, long.json().error]).toEqual([401, 'invalid_client']);
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
