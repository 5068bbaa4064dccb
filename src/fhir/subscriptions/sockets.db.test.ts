import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { PEOPLE } from '../../../test/support/people.ts';
import { JEANNE, POTASSIUM, quantity } from '../../../test/support/reports.ts';
import { focusesOf, type Note, subscriptionBench, typeOf } from '../../../test/support/subscriptions.ts';
import { openEar } from './ear.ts';

const bench = subscriptionBench();
const { server, deposit, follow, followNoMore } = bench;
const HOOK = 'https://logiciel.example/hook';
const SEROLOGY = quantity('5196-1', 'Ag HBs', '1', '{ratio}');

describe('a websocket', () => {
  const payload = (valueCode: string) => ({
    _payload: {
      extension: [{ url: 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-payload-content', valueCode }],
    },
  });
  const ask = async (headers = bench.gp(), more: Record<string, unknown> = {}) => {
    const wish = { resourceType: 'Subscription', criteria: 'urn:cigogne:topic:new-report', channel: { type: 'websocket', ...more } };
    const answer = await server.app.inject({
      method: 'POST',
      url: '/fhir/Subscription',
      headers: { ...headers, 'content-type': 'application/fhir+json' },
      payload: JSON.stringify(wish),
    });
    return { status: answer.statusCode, id: (answer.json() as { id: string }).id, etag: answer.headers['etag'] };
  };
  const bindingOf = async (id: string, headers = bench.gp()) => {
    const answer = await server.app.inject({ url: `/fhir/Subscription/$get-ws-binding-token?id=${id}`, headers });
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
    const { status, id, etag } = await ask();
    const binding = await bindingOf(id);
    const socket = await bound(binding);
    expect([status, typeOf(await next(socket))]).toEqual([201, 'handshake']);
    // It is another since it is bound: who holds the one of before is told.
    const holdsFormer = { ...bench.gp(), 'if-none-match': String(etag) };
    const now = await server.app.inject({ url: `/fhir/Subscription/${id}`, headers: holdsFormer });
    expect([now.statusCode, (now.json() as { status: string }).status]).toEqual([200, 'active']);
    const same = { ...bench.gp(), 'if-none-match': String(now.headers['etag']) };
    expect((await server.app.inject({ url: `/fhir/Subscription/${id}`, headers: same })).statusCode).toBe(304);
    const told = next(socket);
    await deposit(JEANNE, [POTASSIUM, SEROLOGY]);
    expect([typeOf(await told), focusesOf(await told).length]).toEqual(['event-notification', 1]);
    const inject = async (path: string) =>
      (await server.app.inject({ url: `/fhir/Subscription/${path}`, headers: bench.gp() })).json() as Note;
    // It is kept as told once it has left: a client may ask a little before.
    const kept = async () => {
      const events = await inject(`${id}/$events?eventsSinceNumber=1`);
      return [typeOf(events), focusesOf(events)];
    };
    await expect.poll(kept).toEqual(['query-event', focusesOf(await told)]);
    expect(focusesOf(await inject(`${id}/$events?eventsSinceNumber=2`))).toEqual([]);
    await followNoMore();
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
    const ended = await server.app.inject({ method: 'DELETE', url: `/fhir/Subscription/${id}`, headers: bench.gp() });
    expect([ended.statusCode, (await closed)[0]]).toEqual([204, 1000]);
  });

  test('is given the report itself with its results when it wants it: a reading in the trail, and under the rights of each instant', async () => {
    const { status, id } = await ask(bench.gp(), payload('full-resource'));
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
    const read = await server.app.inject({ url: `/fhir/DiagnosticReport/${held[0]!.resource.id}`, headers: bench.gp() });
    expect(read.json()).toEqual(held[0]!.resource);
    const again = async () => {
      const events = await server.app.inject({ url: `/fhir/Subscription/${id}/$events`, headers: bench.gp() });
      return (events.json() as { entry: unknown[] }).entry.length;
    };
    await expect.poll(again).toBe(4);
    await followNoMore();
    expect(await again()).toBe(1);
    await follow();
    const closed = once(socket, 'close');
    await server.app.inject({ method: 'DELETE', url: `/fhir/Subscription/${id}`, headers: bench.gp() });
    await closed;
  });

  test('is woken by the database, by no other subscription’s news, and also after the line to the database fell', async () => {
    const { id } = await ask();
    const { id: ended } = await ask();
    const woken: string[] = [];
    const faults: unknown[] = [];
    const ear = openEar(server.database.db, (error) => faults.push(error));
    for (const one of [id, ended]) ear.hear(one, () => woken.push(one));
    await ear.open();
    await server.app.inject({ method: 'DELETE', url: `/fhir/Subscription/${ended}`, headers: bench.gp() });
    await expect.poll(() => woken, { timeout: 20_000 }).toEqual([ended]);
    await server.database.db.query(
      'fall',
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query = 'listen "cigogne_subscription"'`,
    );
    await expect.poll(() => faults.length, { timeout: 20_000 }).toBe(1);
    await ear.open();
    await deposit(JEANNE, [POTASSIUM]);
    await expect.poll(() => woken, { timeout: 20_000 }).toContain(id);
    expect(woken.filter((one) => one === ended)).toEqual([ended]);
    await ear.close();
    await server.app.inject({ method: 'DELETE', url: `/fhir/Subscription/${id}`, headers: bench.gp() });
  });

  test('ends when its user signs out', async () => {
    const doctor = await server.as(PEOPLE.gp);
    const { id } = await ask(doctor);
    const socket = await bound(await bindingOf(id, doctor));
    expect(typeOf(await next(socket))).toBe('handshake');
    const closed = once(socket, 'close', { signal: AbortSignal.timeout(20_000) });
    await server.app.inject({ method: 'POST', url: '/api/sign-out', headers: { ...doctor, 'sec-fetch-site': 'same-origin' } });
    expect((await closed)[0]).toBe(1000);
  });

  test('is nobody else’s, and is not for those who follow nobody', async () => {
    const { id } = await ask();
    const specialist = await server.as(PEOPLE.specialist);
    const token = '$get-ws-binding-token';
    for (const path of [`/fhir/Subscription/${id}`, `/fhir/Subscription/${id}/${token}`, `/fhir/Subscription/${token}?id=${id}`])
      expect((await server.app.inject({ url: path, headers: specialist })).statusCode).toBe(404);
    expect((await ask(await server.as(PEOPLE.operator))).status).toBe(403);
  });

  test.each<[string, Record<string, unknown>]>([
    ['another topic', { criteria: 'Observation?code=1' }],
    ['the report itself to a hook', { channel: { type: 'rest-hook', endpoint: HOOK, ...payload('full-resource') } }],
    ['half of the report', { channel: { type: 'websocket', ...payload('half') } }],
    ['mail', { channel: { type: 'email' } }],
    ['to be told in XML', { channel: { type: 'websocket', payload: 'application/fhir+xml' } }],
    ['an end that is past', { end: '2020-01-01T00:00:00Z' }],
    ['an end that is no instant', { end: '2099-01-01' }],
  ])('%s is refused', async (_, more) => {
    const wish = { resourceType: 'Subscription', criteria: 'urn:cigogne:topic:new-report', channel: { type: 'websocket' }, ...more };
    const headers = { ...bench.gp(), 'content-type': 'application/fhir+json' };
    const answer = await server.app.inject({ method: 'POST', url: '/fhir/Subscription', headers, payload: JSON.stringify(wish) });
    expect(answer.statusCode).toBe(400);
  });

  test('ends when its subscriber says, and never later than all do', async () => {
    const endOf = async (end: string) => {
      const wish = { resourceType: 'Subscription', criteria: 'urn:cigogne:topic:new-report', channel: { type: 'websocket' }, end };
      const headers = { ...bench.gp(), 'content-type': 'application/fhir+json' };
      const answer = await server.app.inject({ method: 'POST', url: '/fhir/Subscription', headers, payload: JSON.stringify(wish) });
      return (answer.json() as { end: string }).end;
    };
    const soon = new Date(Date.now() + 600_000).toISOString();
    expect(await endOf(soon)).toBe(soon);
    expect(Date.parse(await endOf('2199-01-01T00:00:00Z'))).toBeLessThan(Date.now() + 86_400_000);
  });

  test('a hook without a software has no registered address: refused', async () => {
    const payload = {
      resourceType: 'Subscription',
      criteria: 'urn:cigogne:topic:new-report',
      channel: { type: 'rest-hook', endpoint: HOOK },
    };
    const headers = { ...bench.gp(), 'content-type': 'application/fhir+json' };
    const answer = await server.app.inject({ method: 'POST', url: '/fhir/Subscription', headers, payload: JSON.stringify(payload) });
    expect(answer.statusCode).toBe(403);
  });
});
