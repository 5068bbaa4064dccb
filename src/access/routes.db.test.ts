import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { tryEveryDoor } from '../../test/support/doors.ts';
import { OTHER_PATIENT_ID, PATIENT_ID, PEOPLE } from '../../test/support/people.ts';
import { Refusal, REFUSALS, refusalBody } from '../kernel/index.ts';
import { noteDeed } from './filed.ts';
import { accessesSchema, declaredLinkSchema, CLOSINGS, sharingSchema } from './contract.ts';
import { accessPlugin, accessRoutes, openSession, passDoor, type Principal, principalOf, registerLinks, requestToken } from './index.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';

const database = testDatabase();
let app: FastifyInstance;
let url = '';

function answerRefusal(error: unknown, _request: FastifyRequest, reply: FastifyReply) {
  if (!(error instanceof Refusal)) throw error;
  return reply.code(REFUSALS[error.code].http).send(refusalBody(error));
}

beforeAll(async () => {
  app = Fastify();
  app.setErrorHandler(answerRefusal);
  await app.register(accessPlugin, {
    db: database.db,
    mode: 'demo',
    dataFolder: temporaryFolder('access'),
    sessionIdleMinutes: 60,
    findClient: async (clientId) =>
      clientId === 'lab'
        ? { clientId, name: 'Serveur ESSAI', structures: ['990000101'], secret: 'a-demo-secret-of-32-characters-ok' }
        : undefined,
  });
  accessRoutes(app, {
    db: database.db,
    isPatient: async (_sql, patientId) => patientId === PATIENT_ID,
    nameOf: async (_sql, holder) => Object.values(PEOPLE).find(({ id }) => id === holder)?.name,
  });
  app.get('/api/systems', { config: { guard: 'system' } }, async (request) => ({ id: principalOf(request).id }));
  url = await app.listen({ port: 0 });
});
afterAll(() => app.close());

const as = async (person: Principal) => ({ cookie: `cigogne=${await openSession(database.db, person, new Date())}` });
const accesses = async (person: Principal, patientId = PATIENT_ID, more = '') =>
  app.inject({ url: `/api/patients/${patientId}/accesses${more}`, headers: await as(person) });

test('the patient reads who looked, by name and in plain words, their own reading included', async () => {
  await registerLinks(
    database.db,
    [{ patientId: PATIENT_ID, holder: { person: PEOPLE.gp.id }, kind: 'treating-doctor', since: new Date(0) }],
    'source:test',
  );
  const at = new Date();
  const request = { patientId: PATIENT_ID, action: 'biology.read', via: 'web', now: at } as const;
  await passDoor(database.db, { ...request, who: PEOPLE.gp }, async () => 0);
  await passDoor(database.db, { ...request, who: PEOPLE.nurse }, async () => 0).catch(() => {});
  const answer = await accesses(PEOPLE.patient);
  expect(answer.statusCode).toBe(200);
  const { accesses: lines } = accessesSchema.parse(answer.json());
  expect(lines.slice(0, 3)).toMatchObject([
    { who: 'Jeanne ESSAI', action: 'a consulté la liste des accès', rule: 'Vous, dans votre dossier' },
    { who: 'Rose MARTIN-DEMO', role: 'nurse', outcome: 'denied', rule: 'Refusé : aucun lien de soin avec vous' },
    {
      who: 'Dr Anne LEFEVRE-DEMO',
      organisation: 'Cabinet ESSAI',
      action: 'a consulté les résultats de biologie',
      outcome: 'allowed',
      rule: 'Votre médecin traitant',
      at: at.toISOString(),
    },
  ]);
});

test('the list is told in English to who asks for it', async () => {
  const { accesses: lines } = accessesSchema.parse((await accesses(PEOPLE.patient, PATIENT_ID, '?language=en')).json());
  expect(lines[0]!.action).toBe('read the list of accesses');
});

test('the treating doctor reads the list, another doctor does not', async () => {
  expect((await accesses(PEOPLE.gp)).statusCode).toBe(200);
  const refused = await accesses(PEOPLE.specialist);
  expect(refused.statusCode).toBe(403);
  expect(refused.json()).toMatchObject({ code: 'access.denied', at: 'not-treating-doctor' });
});

test('a long list is read page after page, without a line twice', async () => {
  const patientId = OTHER_PATIENT_ID;
  const who = { ...PEOPLE.patient, id: `patient:${patientId}`, patientId };
  for (let n = 0; n < 150; n += 1) {
    await passDoor(database.db, { who, action: 'report.read', patientId, object: `doc-${n}`, via: 'web', now: new Date() }, async () => 0);
  }
  const first = accessesSchema.parse((await accesses(who, patientId)).json());
  expect(first.accesses).toHaveLength(100);
  const second = accessesSchema.parse((await accesses(who, patientId, `?before=${first.next}`)).json());
  // 150 readings and two readings of the list itself, of which the second page's own comes after its start.
  expect(second.accesses).toHaveLength(51);
  expect(second.next).toBeNull();
  expect(first.next, 'where one page ends tells nothing of how many stand before it').toMatch(/^[\da-f]{32}$/);
  expect(accessesSchema.parse((await accesses(who, patientId, `?before=${'0'.repeat(32)}`)).json()).accesses).toEqual([]);
  expect((await accesses(who, patientId, '?before=51')).statusCode).toBe(400);
});

test('a page of it is as long as any other, whatever was done to documents that its reader does not see', async () => {
  const patientId = '0190a000-0000-7000-8000-0000000000b7';
  const who = { ...PEOPLE.patient, id: `patient:${patientId}`, patientId };
  const hidden = (n: number) => `0190a000-0000-7000-8000-${String(n).padStart(12, '0')}`;
  for (let n = 0; n < 130; n += 1) {
    const action = n % 2 === 0 ? ('deposit.send' as const) : ('announcement.remind' as const);
    const deed = { sender: { id: 'system:lis', name: 'SIL' }, action, object: hidden(n), via: 'deposit', rule: 'role' as const, patientId };
    if (n < 20) await noteDeed(database.db, deed, new Date());
    await passDoor(database.db, { who, action: 'biology.read', patientId, via: 'web', now: new Date() }, async () => 0);
  }
  const first = accessesSchema.parse((await accesses(who, patientId)).json());
  const second = accessesSchema.parse((await accesses(who, patientId, `?before=${first.next}`)).json());
  expect([first.accesses.length, second.accesses.length, second.next]).toEqual([100, 31, null]);
  expect(new Set([...first.accesses, ...second.accesses].map(({ actionId }) => actionId))).toEqual(
    new Set(['biology.read', 'accesses.read']),
  );
});

test('a consent declared opens the record and is shown to the patient', async () => {
  const declared = await app.inject({ method: 'POST', url: `/api/patients/${PATIENT_ID}/care-link`, headers: await as(PEOPLE.specialist) });
  expect(declared.statusCode).toBe(200);
  expect(declaredLinkSchema.parse(declared.json())).toMatchObject({ link: { kind: 'consent' } });
  const opened = await passDoor(
    database.db,
    { who: PEOPLE.specialist, action: 'patient.open', patientId: PATIENT_ID, via: 'web', now: new Date() },
    async (_tx, { link }) => link?.kind,
  );
  expect(opened).toBe('consent');
  const { accesses: lines } = accessesSchema.parse((await accesses(PEOPLE.patient)).json());
  expect(lines.find(({ actionId }) => actionId === 'care-link.declare')).toMatchObject({ who: 'Dr Karim BENALI-DEMO' });
});

test('a consent for a record that does not exist opens nothing', async () => {
  const declared = await app.inject({
    method: 'POST',
    url: `/api/patients/${OTHER_PATIENT_ID}/care-link`,
    headers: await as(PEOPLE.specialist),
  });
  expect(declared.statusCode).toBe(404);
  const [links] = await database.db.query<{ n: number }>('t-links', 'select count(*) as n from access.care_link where patient_id = $1', [
    OTHER_PATIENT_ID,
  ]);
  expect(links!.n).toBe(0);
});

test('an emergency is declared with its reason, which the patient reads', async () => {
  const send = async (person: Principal, reason: string) =>
    app.inject({ method: 'POST', url: `/api/patients/${PATIENT_ID}/break-glass`, headers: await as(person), payload: { reason } });
  expect((await send(PEOPLE.specialist, 'court')).statusCode).toBe(400);
  expect((await send(PEOPLE.specialist, 'Un octet nul\0 que la base ne peut garder')).statusCode).toBe(400);
  expect((await send(PEOPLE.pharmacist, 'Malaise dans la pharmacie')).statusCode).toBe(403);
  const declared = await send(PEOPLE.specialist, 'Patiente inconsciente, suspicion d’hémorragie');
  expect(declared.json()).toMatchObject({ link: { kind: 'break-glass' } });
  const { accesses: lines } = accessesSchema.parse((await accesses(PEOPLE.patient)).json());
  expect(lines.find(({ actionId, outcome }) => actionId === 'break-glass.declare' && outcome === 'allowed')).toMatchObject({
    who: 'Dr Karim BENALI-DEMO',
    mode: 'break-glass',
    reason: 'Patiente inconsciente, suspicion d’hémorragie',
    rule: 'A déclaré une urgence pour ouvrir votre dossier',
  });
});

test('a professional ends their own link', async () => {
  const who = { ...PEOPLE.nurse, id: 'rpps:899700005555' };
  await registerLinks(
    database.db,
    [{ patientId: PATIENT_ID, holder: { person: who.id }, kind: 'care-team', since: new Date(0) }],
    'source:test',
  );
  const end = async () => app.inject({ method: 'DELETE', url: `/api/patients/${PATIENT_ID}/care-link`, headers: await as(who) });
  expect((await end()).json()).toEqual({ ended: 1 });
  expect((await end()).statusCode).toBe(403);
});

test('the patient sees who may open the record, shuts someone out, and lets them in again', async () => {
  const headers = await as(PEOPLE.patient);
  const sharing = async () => sharingSchema.parse((await app.inject({ url: `/api/patients/${PATIENT_ID}/sharing`, headers })).json());
  const choose = async (payload: object) =>
    app.inject({ method: 'POST', url: `/api/patients/${PATIENT_ID}/sharing`, headers, payload: payload as Record<string, string> });
  expect((await sharing()).links).toContainEqual(
    expect.objectContaining({ holder: PEOPLE.gp.id, name: PEOPLE.gp.name, kind: 'treating-doctor' }),
  );

  const shut = await choose({ decision: 'block', holder: PEOPLE.gp.id });
  expect(sharingSchema.parse(shut.json()).blocked).toMatchObject([{ holder: PEOPLE.gp.id, name: PEOPLE.gp.name }]);
  expect((await accesses(PEOPLE.gp)).json()).toMatchObject({ code: 'access.denied', at: 'blocked' });
  await choose({ decision: 'unblock', holder: PEOPLE.gp.id });
  expect((await accesses(PEOPLE.gp)).statusCode).toBe(200);

  expect(sharingSchema.parse((await choose({ decision: 'refuse-break-glass' })).json()).refusesBreakGlass).toBe(true);
  expect(sharingSchema.parse((await choose({ decision: 'allow-break-glass' })).json()).refusesBreakGlass).toBe(false);
  expect((await choose({ decision: 'block', holder: 'everyone' })).statusCode).toBe(400);

  for (const closing of CLOSINGS) {
    expect(sharingSchema.parse((await choose({ decision: 'close', closing })).json()).closings).toEqual([closing]);
    expect((await accesses(PEOPLE.gp)).statusCode).toBe(closing === 'closed' || closing === 'opposes-consultation' ? 403 : 200);
    expect(sharingSchema.parse((await choose({ decision: 'reopen', closing })).json()).closings).toEqual([]);
  }
  expect((await accesses(PEOPLE.gp)).statusCode).toBe(200);
});

test('nobody decides in the patient’s place', async () => {
  const url = `/api/patients/${PATIENT_ID}/sharing`;
  for (const person of [PEOPLE.gp, PEOPLE.secretary, PEOPLE.operator, { ...PEOPLE.patient, patientId: OTHER_PATIENT_ID }]) {
    const answer = await app.inject({ method: 'POST', url, headers: await as(person), payload: { decision: 'refuse-break-glass' } });
    expect(answer.statusCode).toBe(403);
  }
});

test('a request whose host is no address is told so, whatever it asks', async () => {
  const asked = async (host: string) => (await app.inject({ url: '/api/session', headers: { host } })).statusCode;
  expect([await asked('a"b<script>'), await asked('a b'), await asked('a/b')]).toEqual([400, 400, 400]);
  expect([await asked('region.example'), await asked('localhost:8080'), await asked('[::1]:8080')]).not.toContain(400);
});

test('a system asks for its token over the network', async () => {
  const { token, seconds } = await requestToken({ url, clientId: 'lab', credential: { secret: 'a-demo-secret-of-32-characters-ok' } });
  expect(seconds).toBeGreaterThan(60);
  const known = await fetch(`${url}/api/systems`, { headers: { authorization: `Bearer ${token}` } });
  expect(await known.json()).toEqual({ id: 'system:lab' });
  await expect(requestToken({ url, clientId: 'lab', credential: { secret: 'wrong' } })).rejects.toMatchObject({
    code: 'access.unauthenticated',
  });
});

test('every door of this module refuses strangers and leaves exactly one event a passage', async () => {
  const faults = await tryEveryDoor({
    app,
    db: database.db,
    requestFor: ({ method, url: path }) => ({
      url: path.replace(':patientId', PATIENT_ID),
      ...(method === 'POST' ? { payload: { reason: 'Une urgence de test', decision: 'allow-break-glass' } } : {}),
    }),
    allowed: ({ url: path }) => ({ person: /accesses|sharing/.test(path) ? PEOPLE.patient : PEOPLE.specialist }),
    denied: () => ({ person: PEOPLE.operator }),
  });
  expect(faults).toEqual([]);
});

test('the test of doors sees a route that forgets its event', async () => {
  const careless = Fastify();
  careless.setErrorHandler(answerRefusal);
  await careless.register(accessPlugin, {
    db: database.db,
    mode: 'demo',
    dataFolder: temporaryFolder('access'),
    sessionIdleMinutes: 60,
    findClient: async () => undefined,
  });
  careless.get('/api/patients/:patientId/leak', { config: { guard: 'patient-data' } }, async () => ({ glucose: 5 }));
  const faults = await tryEveryDoor({
    app: careless,
    db: database.db,
    requestFor: ({ url: path }) => ({ url: path.replace(':patientId', PATIENT_ID) }),
    allowed: () => ({ person: PEOPLE.patient }),
    denied: () => ({ person: PEOPLE.operator }),
  });
  const leak = 'GET /api/patients/:patientId/leak';
  expect(faults).toEqual([
    `${leak}: a role without the right should get 403 and leave one denied event, got {"status":200,"allowedEvents":0,"deniedEvents":0}`,
    `${leak}: someone with the right should get an answer and leave one event, got {"status":200,"allowedEvents":0,"deniedEvents":0}`,
  ]);
  await careless.close();
});
