import { once } from 'node:events';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { HOSPITAL, letterOf } from '../../../test/support/letters.ts';
import { PEOPLE } from '../../../test/support/people.ts';
import { JEANNE, LABORATORY, MARIE, POTASSIUM, quantity, reportOf } from '../../../test/support/reports.ts';
import { testServer } from '../../../test/support/server.ts';
import { endCareLink, registerLinks } from '../../access/index.ts';
import { registerSenders, registerStructures } from '../../directory/index.ts';
import { writeCda, writeClinicalDocument } from '../../formats/index.ts';
import { uuidv7 } from '../../kernel/index.ts';
import { callDueHook } from './call-hooks.ts';
import { deleteSubscription, insertSubscription, subscriptionById } from './store.ts';
import type { Topic } from './subscription.ts';

const server = testServer({ listens: true });
const SECRET = 'a-secret-of-the-tests-only';
const HOOK = 'https://logiciel.example/hook';
const SEROLOGY = quantity('5196-1', 'Ag HBs', '1', '{ratio}');
let gp: Record<string, string> = {};
let authorization = '';
let jeanne = '';
let n = 0;

beforeAll(async () => {
  const { db } = server.database;
  await registerStructures(db, [
    { ...LABORATORY, kind: 'laboratory' },
    { ...HOSPITAL, kind: 'hospital' },
  ]);
  const lis = { clientId: 'lis', name: 'SIL', structures: [LABORATORY.finess, HOSPITAL.finess], formats: ['cda'], secret: SECRET };
  await registerSenders(db, [{ ...lis, state: 'production', connectedSince: new Date() }], 'demo');
  authorization = `Bearer ${await server.tokenOf('lis', SECRET)}`;
  jeanne = await deposit();
  await follow();
  gp = await server.as(PEOPLE.gp);
  await settled();
});

const link = () => ({
  patientId: jeanne,
  holder: { person: PEOPLE.gp.id },
  kind: 'treating-doctor' as const,
  since: new Date(Date.now() - 1_000),
});
const follow = () => registerLinks(server.database.db, [link()], 'test');

/** @returns its patient */
async function deposit(patient = JEANNE, results = [POTASSIUM]): Promise<string> {
  n += 1;
  return depositXml(writeCda(reportOf(n, { patient, results })));
}

async function depositXml(payload: string): Promise<string> {
  const answer = await server.app.inject({
    method: 'POST',
    url: '/api/deposits',
    headers: { authorization, 'content-type': 'application/xml' },
    payload,
  });
  const { documentId } = answer.json() as { documentId: string };
  const query = 'select patient_id as patient from record.document where document_id = $1';
  return (await server.database.db.query<{ patient: string }>('whose', query, [documentId]))[0]!.patient;
}

/** The relay has told of all that was stored. */
const settled = () =>
  vi.waitUntil(async () => (await server.database.db.query('outbox', 'select from record.outbox limit 1')).length === 0, {
    timeout: 25_000,
  });
const trail = async () =>
  (
    await server.database.db.query<{ n: number }>(
      'follows',
      `select count(*) as n from access.audit_event where action = 'biology.follow' and allowed and via <> 'web'`,
    )
  )[0]!.n;

interface Note {
  entry: [
    {
      resource: {
        parameter: {
          name: string;
          valueCode?: string;
          valueString?: string;
          part?: { name: string; valueReference?: { reference: string } }[];
        }[];
      };
    },
  ];
}
const typeOf = ({ entry: [{ resource }] }: Note) => resource.parameter.find(({ name }) => name === 'type')!.valueCode;
const focusesOf = ({ entry: [{ resource }] }: Note) =>
  resource.parameter.flatMap(({ part = [] }) => part.flatMap(({ valueReference }) => valueReference?.reference ?? []));

describe('a hook', () => {
  const called: Note[] = [];
  let answer = 200;
  let id = '';
  let now = new Date();
  const deps = () => ({
    db: server.database.db,
    zone: 'Europe/Paris',
    base: `${server.url}/fhir`,
    isRegistered: async (clientId: string) => clientId === 'logiciel-essai',
    onError: (error: unknown) => {
      throw error;
    },
    fetch: (async (_: string, { body }: RequestInit) => {
      called.push(JSON.parse(String(body)) as Note);
      return new Response(null, { status: answer });
    }) as unknown as typeof fetch,
  });
  /** All that is due at this instant. */
  const callAll = async () => {
    called.length = 0;
    for (let times = 0; times < 10 && (await callDueHook(deps(), now)); times++);
    return called.map(typeOf);
  };
  const ask = async (
    more: { about?: string; scope?: string; heartbeatSeconds?: number; clientId?: string; topic?: Topic; content?: 'empty' } = {},
  ) => {
    const { scope = 'user/*.rs', clientId = 'logiciel-essai', ...wish } = more;
    id = uuidv7();
    now = new Date();
    const principal = { ...PEOPLE.gp, software: { clientId, scope } };
    const endsAt = new Date(now.getTime() + 86_400_000);
    await insertSubscription(server.database.db, {
      subscriptionId: id,
      principal,
      wish: { topic: 'urn:cigogne:topic:new-report', content: 'id-only', channel: 'rest-hook', endpoint: HOOK, headers: [], ...wish },
      now,
      endsAt,
    });
  };
  const state = () => subscriptionById(server.database.db, id);
  afterEach(async () => {
    answer = 200;
    await deleteSubscription(server.database.db, id);
  });

  test('is greeted, then told of each new report of a patient whom its doctor follows, by its name alone; each telling is in the trail', async () => {
    await ask();
    expect(await callAll()).toEqual(['handshake']);
    const before = await trail();
    await deposit();
    await settled();
    now = new Date();
    expect(await callAll()).toEqual(['event-notification']);
    const [focus] = focusesOf(called[0]!);
    expect(JSON.stringify(called)).not.toMatch(/ESSAI|Potassium|5\.6/);
    expect(await trail()).toBe(before + 1);
    const read = await server.app.inject({ url: new URL(focus!).pathname, headers: gp });
    expect([read.statusCode, read.json().resourceType]).toEqual([200, 'DiagnosticReport']);
    expect([await callAll(), (await state())!.events]).toEqual([[], 1]);
  });

  test('is told nothing of a patient whom its doctor does not follow, nor of one that another follows no more', async () => {
    await ask();
    await callAll();
    await deposit(MARIE);
    await endCareLink(server.database.db, { patientId: jeanne, holder: PEOPLE.gp.id, now: new Date(), endedBy: 'test' });
    await deposit();
    await settled();
    await follow();
    now = new Date();
    expect(await callAll()).toEqual([]);
  });

  test('hears nothing of a right that ended between the report and its telling', async () => {
    await ask({ about: jeanne });
    await callAll();
    await deposit();
    await settled();
    await endCareLink(server.database.db, { patientId: jeanne, holder: PEOPLE.gp.id, now: new Date(), endedBy: 'test' });
    now = new Date();
    expect(await callAll()).toEqual([]);
    await follow();
  });

  test('hears nothing outside of its scopes', async () => {
    await ask({ scope: 'user/Patient.rs' });
    await callAll();
    await deposit();
    await settled();
    now = new Date();
    expect(await callAll()).toEqual([]);
  });

  test('hears nothing of a report that is withdrawn before it is told, nor that something came', async () => {
    await ask({ heartbeatSeconds: 60 });
    await callAll();
    await deposit(JEANNE, [POTASSIUM]);
    const [row] = await server.database.db.query<{ d: string }>(
      'last',
      'select document_id as d from record.document order by received_at desc limit 1',
    );
    await server.database.db.query(
      'hide',
      `insert into record.document_event (patient_id, event_id, document_id, kind, mask, at, actor, actor_name, role, owner, owner_name, due_at, remind_at)
       values ($1, $2, $3, 'delete', null, now(), 'system:lis', 'SIL', 'laboratory-system', null, null, null, null)`,
      [jeanne, uuidv7(), row!.d],
    );
    await settled();
    now = new Date();
    expect([await callAll(), (await state())!.events]).toEqual([[], 0]);
  });

  test('that fails is tried again later and later, is in error meanwhile, told of what waited when it answers', async () => {
    await ask();
    await callAll();
    await deposit();
    await settled();
    answer = 500;
    now = new Date();
    expect(await callAll()).toEqual(['event-notification']);
    expect(await state()).toMatchObject({ status: 'error', error: 'the hook answered 500', failures: 1, events: 0 });
    expect(await callAll()).toEqual([]);
    answer = 200;
    now = new Date(now.getTime() + 60_000);
    expect([await callAll(), (await state())!.status, (await state())!.events]).toEqual([['event-notification'], 'active', 1]);
  });

  test('that never answers is off', async () => {
    await ask();
    answer = 503;
    for (let hours = 0; (await state())!.status !== 'off' && hours < 40; hours++) {
      await callAll();
      now = new Date(now.getTime() + 30 * 60_000);
    }
    expect(await state()).toMatchObject({ status: 'off', failures: 12 });
  });

  test('is told of any new document when it asks for that, and of its name only when it wants it', async () => {
    await ask({ topic: 'urn:cigogne:topic:new-document' });
    await callAll();
    await deposit();
    await depositXml(writeClinicalDocument(letterOf(700)));
    await settled();
    now = new Date();
    await callAll();
    const types = called.flatMap(focusesOf).map(async (focus) => {
      const read = await server.app.inject({ url: new URL(focus).pathname, headers: gp });
      return (read.json() as { type: { coding: [{ code: string }] } }).type.coding[0].code;
    });
    expect((await Promise.all(types)).toSorted()).toEqual(['11490-0', '11502-2']);
    await deleteSubscription(server.database.db, id);
    await ask({ content: 'empty' });
    await callAll();
    await deposit();
    await settled();
    now = new Date();
    expect([await callAll(), focusesOf(called[0]!)]).toEqual([['event-notification'], []]);
  });

  test('gets a heartbeat when nothing comes', async () => {
    await ask({ heartbeatSeconds: 60 });
    expect(await callAll()).toEqual(['handshake']);
    now = new Date(now.getTime() + 61_000);
    expect([await callAll(), (await state())!.events]).toEqual([['heartbeat'], 0]);
  });

  test('of a software that is not registered any more is off', async () => {
    await ask({ clientId: 'logiciel-parti' });
    expect([await callAll(), (await state())!.status]).toEqual([[], 'off']);
  });
});

describe('a websocket', () => {
  const payload = (valueCode: string) => ({
    _payload: {
      extension: [{ url: 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-payload-content', valueCode }],
    },
  });
  const ask = async (headers = gp, more: Record<string, unknown> = {}) => {
    const wish = { resourceType: 'Subscription', criteria: 'urn:cigogne:topic:new-report', channel: { type: 'websocket', ...more } };
    const answer = await server.app.inject({
      method: 'POST',
      url: '/fhir/Subscription',
      headers: { ...headers, 'content-type': 'application/fhir+json' },
      payload: JSON.stringify(wish),
    });
    return { status: answer.statusCode, id: (answer.json() as { id: string }).id };
  };
  const bindingOf = async (id: string) => {
    const answer = await server.app.inject({ url: `/fhir/Subscription/${id}/$get-ws-binding-token`, headers: gp });
    const { parameter } = answer.json() as { parameter: { name: string; valueString?: string; valueUrl?: string }[] };
    const given = new Map(parameter.map(({ name, valueString, valueUrl }) => [name, valueString ?? valueUrl]));
    return { token: given.get('token')!, url: given.get('websocket-url')! };
  };
  const next = async (socket: WebSocket) =>
    JSON.parse(String((await once(socket, 'message', { signal: AbortSignal.timeout(20_000) }))[0])) as Note;
  const bound = async ({ token, url }: { token: string; url: string }) => {
    const socket = new WebSocket(url);
    await once(socket, 'open');
    socket.send(`bind-with-token ${token}`);
    return socket;
  };

  test('is bound once by its token, greeted, and told within a second or two', async () => {
    const { status, id } = await ask();
    const binding = await bindingOf(id);
    const socket = await bound(binding);
    expect([status, typeOf(await next(socket))]).toEqual([201, 'handshake']);
    const told = next(socket);
    await deposit(JEANNE, [POTASSIUM, SEROLOGY]);
    expect([typeOf(await told), focusesOf(await told).length]).toEqual(['event-notification', 1]);
    const inject = async (path: string) => (await server.app.inject({ url: `/fhir/Subscription/${path}`, headers: gp })).json() as Note;
    // It is kept as told once it has left: a client may ask a little before.
    const kept = async () => {
      const events = await inject(`${id}/$events?eventsSinceNumber=1`);
      return [typeOf(events), focusesOf(events)];
    };
    await expect.poll(kept).toEqual(['query-event', focusesOf(await told)]);
    expect(focusesOf(await inject(`${id}/$events?eventsSinceNumber=2`))).toEqual([]);
    await endCareLink(server.database.db, { patientId: jeanne, holder: PEOPLE.gp.id, now: new Date(), endedBy: 'test' });
    const [since] = (await inject(`${id}/$events`)).entry[0].resource.parameter.filter(({ name }) => name === 'notification-event');
    expect(since!.part!.map(({ name }) => name)).toEqual(['event-number', 'timestamp']);
    await follow();
    expect((await inject(`$status?id=${id}`)).entry[0].resource.parameter.find(({ name }) => name === 'status')!.valueCode).toBe('active');
    const again = await bound(binding);
    expect((await once(again, 'close'))[0]).toBe(1008);
    // The line falls, or the server starts again: what comes meanwhile waits in the database for the next binding.
    socket.close();
    await once(socket, 'close');
    await deposit(JEANNE, [POTASSIUM]);
    const anew = await bound(await bindingOf(id));
    const heard: (string | undefined)[] = [];
    anew.on('message', (data) => heard.push(typeOf(JSON.parse(String(data)) as Note)));
    await expect.poll(() => heard, { timeout: 20_000 }).toEqual(['handshake', 'event-notification']);
    const closed = once(anew, 'close');
    const ended = await server.app.inject({ method: 'DELETE', url: `/fhir/Subscription/${id}`, headers: gp });
    expect([ended.statusCode, (await closed)[0]]).toEqual([204, 1000]);
  });

  test('is given the report itself with its results when it wants it: a reading in the trail, and under the rights of each instant', async () => {
    const { status, id } = await ask(gp, payload('full-resource'));
    const socket = await bound(await bindingOf(id));
    expect([status, typeOf(await next(socket))]).toEqual([201, 'handshake']);
    const readings = async () =>
      (
        await server.database.db.query<{ n: number }>(
          'readings',
          `select count(*) as n from access.audit_event where action = 'record.software' and allowed`,
        )
      )[0]!.n;
    const before = await readings();
    const told = next(socket);
    await deposit(JEANNE, [POTASSIUM, quantity('2951-2', 'Sodium', '140', 'mmol/L')]);
    const [, ...held] = (await told).entry as unknown as { resource: { resourceType: string; id: string }; request: { method: string } }[];
    expect(held.map(({ resource, request }) => [resource.resourceType, request.method])).toEqual([
      ['DiagnosticReport', 'POST'],
      ['Observation', 'POST'],
      ['Observation', 'POST'],
    ]);
    expect([focusesOf(await told)[0]!.endsWith(held[0]!.resource.id), (await readings()) - before]).toEqual([true, 1]);
    const read = await server.app.inject({ url: `/fhir/DiagnosticReport/${held[0]!.resource.id}`, headers: gp });
    expect(read.json()).toEqual(held[0]!.resource);
    const again = async () => {
      const events = await server.app.inject({ url: `/fhir/Subscription/${id}/$events`, headers: gp });
      return (events.json() as { entry: unknown[] }).entry.length;
    };
    await expect.poll(again).toBe(4);
    await endCareLink(server.database.db, { patientId: jeanne, holder: PEOPLE.gp.id, now: new Date(), endedBy: 'test' });
    expect(await again()).toBe(1);
    await follow();
    const closed = once(socket, 'close');
    await server.app.inject({ method: 'DELETE', url: `/fhir/Subscription/${id}`, headers: gp });
    await closed;
  });

  test('is nobody else’s, and is not for those who follow nobody', async () => {
    const { id } = await ask();
    const specialist = await server.as(PEOPLE.specialist);
    for (const path of [`/fhir/Subscription/${id}`, `/fhir/Subscription/${id}/$get-ws-binding-token`])
      expect((await server.app.inject({ url: path, headers: specialist })).statusCode).toBe(404);
    expect((await ask(await server.as(PEOPLE.operator))).status).toBe(403);
  });

  test.each<[string, Record<string, unknown>]>([
    ['another topic', { criteria: 'Observation?code=1' }],
    ['the report itself to a hook', { channel: { type: 'rest-hook', endpoint: HOOK, ...payload('full-resource') } }],
    ['half of the report', { channel: { type: 'websocket', ...payload('half') } }],
    ['mail', { channel: { type: 'email' } }],
  ])('%s is refused', async (_, more) => {
    const wish = { resourceType: 'Subscription', criteria: 'urn:cigogne:topic:new-report', channel: { type: 'websocket' }, ...more };
    const headers = { ...gp, 'content-type': 'application/fhir+json' };
    const answer = await server.app.inject({ method: 'POST', url: '/fhir/Subscription', headers, payload: JSON.stringify(wish) });
    expect(answer.statusCode).toBe(400);
  });

  test('a hook without a software has no registered address: refused', async () => {
    const payload = {
      resourceType: 'Subscription',
      criteria: 'urn:cigogne:topic:new-report',
      channel: { type: 'rest-hook', endpoint: HOOK },
    };
    const headers = { ...gp, 'content-type': 'application/fhir+json' };
    const answer = await server.app.inject({ method: 'POST', url: '/fhir/Subscription', headers, payload: JSON.stringify(payload) });
    expect(answer.statusCode).toBe(403);
  });
});
