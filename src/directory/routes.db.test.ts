import { beforeAll, expect, test } from 'vitest';
import { PEOPLE } from '../../test/support/people.ts';
import { testServer } from '../../test/support/server.ts';
import type { Directory } from './contract.ts';
import { registerSenders, registerStructures } from './register.ts';

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
        software: 'LIS-TEST',
        formats: ['cda-cr-bio'],
        state: 'production',
        connectedSince: since.toISOString(),
      },
    ],
  });
  expect(answer.body).not.toContain('never-to-be-shown');
});

test.each(['gp', 'patient', 'identity-cell'] as const)('the register of senders is not for the role %s', async (role) => {
  expect((await ask(role)).statusCode).toBe(403);
});
