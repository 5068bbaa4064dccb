import { serializerCompiler, validatorCompiler } from '@fastify/type-provider-zod';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { accessPlugin, openSession, registerLinks } from '#access';
import { Refusal, REFUSALS, refusalBody, uuidv7 } from '#kernel';
import { testDatabase } from '../../test/support/database.ts';
import { PEOPLE } from '../../test/support/people.ts';
import type { Traits } from './contract.ts';
import { INS_OIDS } from './ins.ts';
import { matricule, ODETTE, withoutIns } from './people.fixture.ts';
import { registerPatients } from './register-patients.ts';
import { identityRoutes } from './routes.ts';
import { traitsOf } from './traits.ts';
import { keepWaiting } from './worklist.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';

const database = testDatabase();
const now = new Date('2026-11-22T09:00:00Z');
const LAB = { finess: '990000001', name: 'LABO TEST' };
const odette = traitsOf(ODETTE) as Traits;
const ODETTE_ID = '0190c000-0000-7000-8000-000000000001';
const TWIN_ID = '0190c000-0000-7000-8000-000000000002';
const FILED_ID = '0190c000-0000-7000-8000-0000000000f1';
const LUCAS_ID = '0190c000-0000-7000-8000-000000000003';
const resumed: string[] = [];
const refused: string[] = [];
const withdrawn: string[] = [];
let app: FastifyInstance;

beforeAll(async () => {
  app = Fastify();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) =>
    error instanceof Refusal
      ? reply.code(REFUSALS[error.code].http).send(refusalBody(error))
      : reply.code(error.statusCode ?? 500).send(error),
  );
  const dataFolder = temporaryFolder('identity');
  const findClient = async () => undefined;
  await app.register(accessPlugin, { db: database.db, mode: 'demo', dataFolder, sessionIdleMinutes: 60, now: () => now, findClient });
  await identityRoutes(app, {
    db: database.db,
    mode: 'demo',
    now: () => now,
    resume: async (_, depositId, patientId) => void resumed.push(`${depositId} ${patientId}`),
    refuse: async (_, depositId) => void refused.push(depositId),
    withdraw: async (_, depositId, patientId) => void withdrawn.push(`${depositId} ${patientId}`),
    arrivalOf: async (_, depositId) => ({ depositId, sender: LAB, patient: ODETTE, receivedAt: now }),
    corrections: async () => [],
    filedIn: async (_, patientIds) =>
      patientIds.includes(ODETTE_ID)
        ? [{ depositId: FILED_ID, patientId: ODETTE_ID, sender: LAB.name, receivedAt: now.toISOString() }]
        : [],
    arrivals: async () => 200,
  });
  const lucas = { birthFamily: 'ÉPREUVE', birthGivens: 'LUCAS', firstBirthGiven: 'LUCAS', sex: 'M', birthDate: '2026-03-00' } as const;
  await registerPatients(
    database.db,
    [
      { patientId: ODETTE_ID, traits: odette, status: 'qualified', ins: { oid: INS_OIDS.test, value: matricule('2550699042042') } },
      { patientId: TWIN_ID, traits: { ...odette, birthGivens: 'COLETTE ANNE', firstBirthGiven: 'COLETTE' }, status: 'validated' },
      { patientId: LUCAS_ID, traits: lucas, status: 'provisional' },
    ],
    now,
  );
  await registerLinks(
    database.db,
    [{ patientId: ODETTE_ID, holder: { person: PEOPLE.gp.id }, kind: 'treating-doctor', since: now }],
    'source:test',
  );
});
afterAll(() => app.close());
beforeEach(() => {
  for (const list of [resumed, refused, withdrawn]) list.length = 0;
});

async function ask(role: keyof typeof PEOPLE, method: 'GET' | 'POST', url: string, payload?: object) {
  const session = await openSession(database.db, PEOPLE[role], now);
  const answer = await app.inject({ method, url, cookies: { cigogne: session }, ...(payload && { payload }) });
  return { status: answer.statusCode, body: answer.json() };
}
const search = (role: keyof typeof PEOPLE, q: string) => ask(role, 'GET', `/api/patients?${new URLSearchParams({ q })}`);
const found = async (role: keyof typeof PEOPLE, q: string) =>
  ((await search(role, q)).body.patients as { patientId: string }[]).map(({ patientId }) => patientId);
const events = async (action: string) =>
  (await database.db.query('', 'select 1 from access.audit_event where action = $1', [action])).length;

describe('searching a patient', () => {
  test.each([
    'essai-marchand 14/06/1955',
    '14061955 Marchand',
    'ODÉTTE essai 1955-06-14',
    '14.06.1955 marc odet',
    'essai marchand odette 14/06/1955',
  ])('“%s” finds her', async (q) => {
    expect(await found('gp', q)).toContain(ODETTE_ID);
  });
  test('by her matricule finds her alone', async () => {
    expect(await found('nurse', matricule('2550699042042').replace(/(.{3})/g, '$1 '))).toEqual([ODETTE_ID]);
  });
  test('by a given name and a date alone finds nobody: a family name is needed', async () => {
    expect(await found('gp', 'odette 14/06/1955')).toEqual([]);
  });
  test('with another date finds nobody', async () => {
    expect(await found('gp', 'essai-marchand 15/06/1955')).toEqual([]);
  });
  test('finds someone whose day of birth is unknown', async () => {
    expect(await found('gp', 'epreuve 11/03/2026')).toEqual([LUCAS_ID]);
  });
  test('by a name without date looks among one’s own patients, and for the identity cell everywhere', async () => {
    expect(await found('gp', 'essai')).toEqual([ODETTE_ID]);
    expect(await found('nurse', 'essai')).toEqual([]);
    expect((await found('identity-cell', 'essai')).toSorted()).toEqual([ODETTE_ID, TWIN_ID]);
  });
  test('with too little typed finds nobody and asks for more', async () => {
    expect((await search('gp', '14/06/1955')).body).toEqual({ patients: [], more: true });
  });
  test('shows of a patient one does not follow neither matricule, nor birthplace, nor other given names', async () => {
    const { body } = await search('nurse', 'essai-marchand odette 14/06/1955');
    expect(body.patients).toMatchObject([{ patientId: ODETTE_ID, linked: false, attributes: ['TWIN'], traits: { birthGivens: 'ODETTE' } }]);
    expect(JSON.stringify(body)).not.toMatch(/2550699|99042|LOUISE/);
    const { body: own } = await search('gp', 'essai-marchand odette 14/06/1955');
    expect(own.patients).toMatchObject([
      { linked: true, ins: { value: matricule('2550699042042') }, traits: { birthGivens: 'ODETTE MARIE LOUISE' } },
    ]);
  });
  test('writes one event in the trail, without what was typed', async () => {
    const before = await events('patient.search');
    await search('gp', 'essai-marchand 14/06/1955');
    expect(await events('patient.search')).toBe(before + 1);
    const trail = await database.db.query('', "select to_jsonb(e)::text as text from access.audit_event e where action = 'patient.search'");
    expect(JSON.stringify(trail)).not.toMatch(/MARCHAND|1955/i);
  });
  test.each(['operator', 'patient', 'laboratory-system'] as const)('is not for the role %s, and the attempt is written', async (role) => {
    const before = await events('patient.search');
    expect((await search(role, 'essai 14/06/1955')).status).toBe(403);
    expect(await events('patient.search')).toBe(before + 1);
  });
  test('stops for a minute the person who leafs through the register by program, and nobody else', async () => {
    const answers: number[] = [];
    for (let i = 0; i < 121; i++) answers.push((await search('midwife', `es ${10 + (i % 18)}/06/1955`)).status);
    expect(answers.filter((status) => status === 200)).toHaveLength(120);
    expect(answers.at(-1)).toBe(429);
    expect((await search('gp', 'essai')).status).toBe(200);
  });
  test('is not for those who have not signed in', async () => {
    expect((await app.inject({ url: '/api/patients?q=essai' })).statusCode).toBe(401);
  });
});

describe('a patient', () => {
  test('is named to those who treat them, with the reason why', async () => {
    expect((await ask('gp', 'GET', `/api/patients/${ODETTE_ID}`)).body).toMatchObject({
      patient: { patientId: ODETTE_ID, status: 'qualified' },
      link: { kind: 'treating-doctor' },
      because: { fr: 'Vous êtes son médecin traitant' },
    });
    expect((await ask('nurse', 'GET', `/api/patients/${ODETTE_ID}`)).body).toMatchObject({ code: 'access.denied', at: 'no-care-link' });
  });
  test('is in the list of those who follow them', async () => {
    expect((await ask('gp', 'GET', '/api/patients/mine')).body.patients).toMatchObject([{ patientId: ODETTE_ID, linked: true }]);
    expect((await ask('nurse', 'GET', '/api/patients/mine')).body).toEqual({ patients: [], more: false });
  });
});

describe('the worklist', () => {
  const arrive = async (localId: string, birthFamily = 'ESSAI-MARCHAND') => {
    const depositId = uuidv7();
    const patient = { ...withoutIns(ODETTE, localId), birthFamily };
    const arrival = { depositId, sender: LAB, patient, receivedAt: now, doubt: { reason: 'no-ins' } } as const;
    const { waitingId } = await database.db.transaction((tx) => keepWaiting(tx, arrival));
    return { depositId, waitingId };
  };
  const decide = (role: keyof typeof PEOPLE, waitingId: string, verb: string, payload: object) =>
    ask(role, 'POST', `/api/worklists/identity/${waitingId}/${verb}`, payload);

  test('is read by the identity cell, and by nobody else', async () => {
    await arrive('A-0');
    const { body } = await ask('identity-cell', 'GET', '/api/worklists/identity');
    expect(body.waiting[0]).toMatchObject({
      sender: LAB,
      reason: 'no-ins',
      candidates: [{ patientId: ODETTE_ID, score: 100 }, { patientId: TWIN_ID }],
    });
    for (const role of ['gp', 'biologist', 'secretary', 'operator', 'patient'] as const) {
      expect((await ask(role, 'GET', '/api/worklists/identity')).status).toBe(403);
    }
  });
  test('files an arrival, and the others of the same number with it', async () => {
    const [first, second] = [await arrive('A-1'), await arrive('A-1')];
    const { body } = await decide('identity-cell', first.waitingId, 'link', { patientId: ODETTE_ID, reason: 'vu sur papier' });
    expect(body).toEqual({ state: 'linked', patientId: ODETTE_ID, alsoFiled: 1 });
    expect(resumed).toEqual([`${first.depositId} ${ODETTE_ID}`, `${second.depositId} ${ODETTE_ID}`]);
  });
  test('creates, refuses, takes back', async () => {
    const created = await arrive('A-2', 'NOUVELLE-TEST');
    const { body } = await decide('identity-cell', created.waitingId, 'create', { reason: 'autre personne' });
    expect(body).toMatchObject({ state: 'created' });
    expect(resumed).toEqual([`${created.depositId} ${body.patientId}`]);
    expect((await decide('identity-cell', created.waitingId, 'undo', { reason: 'erreur' })).body).toMatchObject({ state: 'waiting' });
    expect(withdrawn).toEqual([`${created.depositId} ${body.patientId}`]);
    expect((await decide('identity-cell', created.waitingId, 'refuse', { reason: 'inconnue' })).body).toMatchObject({ state: 'refused' });
    expect(refused).toEqual([created.depositId]);
  });
  test('takes no decision without a reason, without the right, on nothing, or for nobody', async () => {
    const { waitingId } = await arrive('A-3');
    expect((await decide('identity-cell', waitingId, 'link', { patientId: ODETTE_ID, reason: ' ' })).status).toBe(400);
    expect((await decide('gp', waitingId, 'link', { patientId: ODETTE_ID, reason: 'moi' })).status).toBe(403);
    expect((await decide('identity-cell', uuidv7(), 'link', { patientId: ODETTE_ID, reason: 'vu' })).status).toBe(404);
    expect((await decide('identity-cell', waitingId, 'link', { patientId: uuidv7(), reason: 'vu' })).status).toBe(404);
    expect(resumed).toEqual([]);
  });
});
