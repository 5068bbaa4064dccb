import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { PEOPLE } from '../../test/support/people.ts';
import { testServer } from '../../test/support/server.ts';
import type { Directory } from './contract.ts';
import { registerSenders, registerStructures } from './register.ts';
import { anySender, findSender } from './store.ts';

const server = testServer();
const since = new Date('2026-03-01T08:00:00Z');

beforeAll(async () => {
  const { db } = server.database;
  await registerStructures(db, [
    { finess: '990000001', name: 'Labo ESSAI Nord', kind: 'laboratory', group: 'ESSAI' },
    { finess: '990000002', name: 'Labo ESSAI Sud', kind: 'laboratory' },
  ]);
  const system = { clientId: 'lis-essai', name: 'Système ESSAI', software: 'LIS-TEST', formats: ['cda-cr-bio'], structures: ['990000001'] };
  await registerSenders(db, [{ ...system, state: 'production', secret: 'never-to-be-shown', connectedSince: since }], 'demo');
});

const ask = async (role: keyof typeof PEOPLE) =>
  server.app.inject({ url: '/api/directory/structures', headers: await server.as(PEOPLE[role]) });

test('the operator of the region reads which places send, by which system, and never a secret', async () => {
  const answer = await ask('operator');
  expect(answer.json<Directory>()).toEqual({
    structures: [
      { finess: '990000001', name: 'Labo ESSAI Nord', kind: 'laboratory', group: 'ESSAI', senders: ['lis-essai'] },
      { finess: '990000002', name: 'Labo ESSAI Sud', kind: 'laboratory', senders: [] },
    ],
    senders: [
      {
        clientId: 'lis-essai',
        name: 'Système ESSAI',
        structures: ['990000001'],
        software: 'LIS-TEST',
        formats: ['cda-cr-bio'],
        state: 'production',
        keys: 0,
        mailboxes: [],
        connectedSince: since.toISOString(),
      },
    ],
  });
  expect(answer.body).not.toContain('never-to-be-shown');
});

test.each(['gp', 'patient', 'identity-cell'] as const)('the register of senders is not for the role %s', async (role) => {
  expect((await ask(role)).statusCode).toBe(403);
});

describe('the operator keeps the register of senders', () => {
  const keep = async (role: keyof typeof PEOPLE, clientId: string, body: object) =>
    server.app.inject({ method: 'PUT', url: `/api/directory/senders/${clientId}`, headers: await server.as(PEOPLE[role]), payload: body });
  const system = { name: 'SIL ESSAI neuf', structures: ['990000002'], formats: ['hl7v2-oru'], state: 'test', contact: '01 99 00 00 00' };
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'essai-1' }] };

  test('adds one being tried, then puts it in production with its key, which is never shown', async () => {
    expect((await keep('operator', 'sil-neuf', system)).json()).toMatchObject({
      clientId: 'sil-neuf',
      state: 'test',
      keys: 0,
      mailboxes: [],
      contact: '01 99 00 00 00',
    });
    expect((await keep('operator', 'sil-neuf', { ...system, state: 'production' })).json()).toMatchObject({
      code: 'request.invalid',
      at: 'jwks',
    });
    const answer = await keep('operator', 'sil-neuf', { ...system, state: 'production', jwks });
    expect(answer.json()).toMatchObject({ state: 'production', keys: 1 });
    expect(answer.body).not.toContain(jwks.keys[0]!.x!);
  });
  test('closes it: it is nobody from then on, and its first connection stays known', async () => {
    await keep('operator', 'sil-neuf', { ...system, state: 'closed' });
    expect(await findSender(server.database.db, 'sil-neuf')).toBeUndefined();
    expect(await anySender(server.database.db, 'sil-neuf')).toMatchObject({ state: 'closed', jwks });
  });
  test('says where its reports are read at the laboratory, or nowhere any more; another kind of address is refused', async () => {
    const resultsUrl = 'https://resultats.labo-essai.example/{dossier}';
    expect((await keep('operator', 'lis-lien', { ...system, resultsUrl })).json()).toMatchObject({ resultsUrl });
    expect((await keep('operator', 'lis-lien', { ...system, resultsUrl: 'http://labo-essai.example/{dossier}' })).statusCode).toBe(400);
    expect((await keep('operator', 'lis-lien', { ...system, resultsUrl: '' })).json()).not.toHaveProperty('resultsUrl');
    expect(await anySender(server.database.db, 'lis-lien')).not.toHaveProperty('resultsUrl');
  });

  test('may not invent a structure', async () => {
    const answer = await keep('operator', 'sil-autre', { ...system, structures: ['990000002', '999999999'] });
    expect(answer.json()).toMatchObject({ code: 'request.invalid', at: 'structures' });
  });
  test.each(['gp', 'biologist', 'identity-cell'] as const)('not the role %s, and the refusal is written once', async (role) => {
    const count = async () =>
      (await server.database.db.query<{ n: number }>('', `select count(*) as n from access.audit_event where action = 'senders.write'`))[0]!
        .n;
    const before = await count();
    expect((await keep(role, 'sil-neuf', system)).statusCode).toBe(403);
    expect(await count()).toBe(before + 1);
  });
});
