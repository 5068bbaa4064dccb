import { beforeEach, describe, expect, test } from 'vitest';
import { hasOpenssl, selfSigned } from '../../test/support/certificate.ts';
import { testDatabase } from '../../test/support/database.ts';
import { registerPractitioners, registerSenders, registerStructures } from './register.ts';
import { admittedSender, findSender, notConnected, practitioner, type Sender, senders, structure, structures } from './store.ts';

const database = testDatabase();
const since = new Date('2026-03-01T08:00:00Z');
const PLACES = [
  { finess: '990000001', name: 'Labo ESSAI Nord', kind: 'laboratory', group: 'ESSAI', place: 'Ville-Test' },
  { finess: '990000002', name: 'Labo ESSAI Sud', kind: 'laboratory', group: 'ESSAI' },
  { finess: '9A0000003', name: 'CH TEST', kind: 'hospital' },
] as const;
const LIS: Sender = {
  clientId: 'lis-essai',
  name: 'Système ESSAI',
  structures: ['990000001'],
  software: 'LIS-TEST',
  softwareVersion: '1.2',
  formats: ['cda'],
  state: 'production',
  secret: 'for-the-demo',
  connectedSince: since,
};

beforeEach(async () => {
  await registerStructures(database.db, PLACES);
  await registerSenders(database.db, [LIS], 'demo');
});

describe('the directory', () => {
  test('gives a structure by its FINESS, and all of them', async () => {
    expect(await structure(database.db, '990000001')).toEqual(PLACES[0]);
    expect(await structure(database.db, '999999999')).toBeUndefined();
    expect((await structures(database.db)).map(({ name }) => name)).toEqual(['CH TEST', 'Labo ESSAI Nord', 'Labo ESSAI Sud']);
  });
  test('takes the same again without a change, and a change replaces', async () => {
    await registerStructures(database.db, [{ ...PLACES[1], name: 'Labo ESSAI Midi' }]);
    expect(await structure(database.db, '990000002')).toEqual({ ...PLACES[1], name: 'Labo ESSAI Midi' });
    expect(await structures(database.db)).toHaveLength(3);
  });
  test('refuses a structure that is no FINESS, and names which', async () => {
    await expect(registerStructures(database.db, [PLACES[0], { ...PLACES[1], finess: '99' }])).rejects.toThrow(
      expect.objectContaining({ code: 'request.invalid', at: 'structures[1].finess' }),
    );
  });
  test('knows a professional with the places where they work', async () => {
    const anne = {
      rpps: '899700000011',
      family: 'LEFEVRE-DEMO',
      given: 'Anne',
      title: 'DR',
      mailboxes: [],
      structures: ['990000001', '9A0000003'],
    };
    await registerPractitioners(database.db, [anne]);
    await registerPractitioners(database.db, [{ ...anne, structures: ['9A0000003'] }]);
    expect(await practitioner(database.db, '899700000011')).toEqual({ ...anne, structures: ['9A0000003'] });
    expect(await practitioner(database.db, '899700000029')).toBeUndefined();
  });
});

describe('a system that deposits', () => {
  test('is found by its client id with the structures it may deposit for', async () => {
    expect(await findSender(database.db, 'lis-essai')).toEqual(LIS);
    expect(await findSender(database.db, 'unknown')).toBeUndefined();
  });
  test('keeps the date of its first connection', async () => {
    await registerSenders(database.db, [{ ...LIS, connectedSince: new Date('2027-01-01T00:00:00Z') }], 'demo');
    expect((await senders(database.db)).map(({ connectedSince }) => connectedSince)).toEqual([since]);
  });
  test('may not deposit any more once closed', async () => {
    await registerSenders(database.db, [{ ...LIS, state: 'closed' }], 'demo');
    expect(await findSender(database.db, 'lis-essai')).toBeUndefined();
  });
  test('that is only being tried may deposit in a demo region, never in production', async () => {
    await registerSenders(database.db, [{ ...LIS, state: 'test' }], 'demo');
    expect(await admittedSender(database.db, 'lis-essai', 'demo')).toMatchObject({ state: 'test' });
    expect(await admittedSender(database.db, 'lis-essai', 'production')).toBeUndefined();
    await registerSenders(database.db, [LIS], 'demo');
    expect(await admittedSender(database.db, 'lis-essai', 'production')).toEqual(LIS);
  });
  test.skipIf(!hasOpenssl)('may be known by its certificate, which is that of its key', async () => {
    const { jwk } = selfSigned('lis-essai');
    const certified: Sender = { ...LIS, proof: 'certificate', jwks: { keys: [jwk] } };
    await registerSenders(database.db, [certified], 'demo');
    expect(await findSender(database.db, 'lis-essai')).toEqual(certified);
    const { x5c: _, ...bare } = jwk;
    const wrong = [[], [bare], [{ ...selfSigned('other').jwk, x5c: jwk['x5c'] }], [jwk, { ...jwk, x5c: ['bm90aGluZw=='] }]];
    for (const keys of wrong)
      await expect(registerSenders(database.db, [{ ...certified, jwks: { keys } }], 'demo')).rejects.toThrow(
        expect.objectContaining({ at: 'senders[0].jwks' }),
      );
  });
  test('has no secret in production', async () => {
    await expect(registerSenders(database.db, [LIS], 'production')).rejects.toThrow(expect.objectContaining({ at: 'senders[0].secret' }));
  });
});

describe('a laboratory for which nobody sends yet', () => {
  test('is named, so that a record never looks complete without it', async () => {
    expect(await notConnected(database.db)).toEqual(['Labo ESSAI Sud']);
  });
  test('is still named when its system is only being tried, or was closed', async () => {
    await registerSenders(database.db, [{ ...LIS, structures: ['990000001', '990000002'] }], 'demo');
    expect(await notConnected(database.db)).toEqual([]);
    await registerSenders(database.db, [{ ...LIS, structures: ['990000001', '990000002'], state: 'test' }], 'demo');
    expect(await notConnected(database.db)).toEqual(['Labo ESSAI Nord', 'Labo ESSAI Sud']);
  });
});
