import { afterEach, describe, expect, test } from 'vitest';
import { letterOf } from '../../../test/support/letters.ts';
import { PEOPLE } from '../../../test/support/people.ts';
import { JEANNE, MARIE, POTASSIUM } from '../../../test/support/reports.ts';
import { focusesOf, type Note, subscriptionBench, typeOf } from '../../../test/support/subscriptions.ts';
import { writeClinicalDocument } from '../../formats/index.ts';
import { uuidv7 } from '../../kernel/index.ts';
import { callDueHook } from './call-hooks.ts';
import { deleteSubscription, insertSubscription, subscriptionById } from './store.ts';
import type { Topic } from './subscription.ts';

const bench = subscriptionBench();
const { server, deposit, depositXml, follow, followNoMore, settled } = bench;
const HOOK = 'https://logiciel.example/hook';
const trail = async () =>
  (
    await server.database.db.query<{ n: number }>(
      'follows',
      `select count(*) as n from access.audit_event where action = 'biology.follow' and allowed and via <> 'web'`,
    )
  )[0]!.n;

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
    expect(JSON.stringify(called)).not.toMatch(/ESSAI|Potassium|mmol|"value":/);
    expect(await trail()).toBe(before + 1);
    const read = await server.app.inject({ url: new URL(focus!).pathname, headers: bench.gp() });
    expect([read.statusCode, read.json().resourceType]).toEqual([200, 'DiagnosticReport']);
    expect([await callAll(), (await state())!.events]).toEqual([[], 1]);
  });

  test('is told nothing of a patient whom its doctor does not follow, nor of one that another follows no more', async () => {
    await ask();
    await callAll();
    await deposit(MARIE);
    await followNoMore();
    await deposit();
    await settled();
    await follow();
    now = new Date();
    expect(await callAll()).toEqual([]);
  });

  test('hears nothing of a right that ended between the report and its telling', async () => {
    await ask({ about: bench.jeanne() });
    await callAll();
    await deposit();
    await settled();
    await followNoMore();
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

  test('hears by a narrowed scope of the reports that it is of, and no number of the others', async () => {
    await ask({ scope: 'user/DiagnosticReport.rs?status=cancelled' });
    await callAll();
    await deposit();
    await settled();
    now = new Date();
    expect([await callAll(), (await state())!.events]).toEqual([[], 0]);
    await deleteSubscription(server.database.db, id);
    await ask({ scope: 'user/DiagnosticReport.rs?status=final' });
    await callAll();
    await deposit();
    await settled();
    now = new Date();
    expect(await callAll()).toEqual(['event-notification']);
  });

  test('hears nothing of a report that is withdrawn before it is told, nor that something came', async () => {
    await ask({ heartbeatSeconds: 60 });
    await callAll();
    await deposit(JEANNE, [POTASSIUM]);
    const [row] = await server.database.db.query<{ d: string }>(
      'last',
      'select document_id as d from record.document order by received_at desc, document_id desc limit 1',
    );
    await server.database.db.query(
      'hide',
      `insert into record.document_event (patient_id, event_id, document_id, kind, mask, at, actor, actor_name, role, owner, owner_name, due_at, remind_at)
       values ($1, $2, $3, 'delete', null, now(), 'system:lis', 'SIL', 'laboratory-system', null, null, null, null)`,
      [bench.jeanne(), uuidv7(), row!.d],
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
      const read = await server.app.inject({ url: new URL(focus).pathname, headers: bench.gp() });
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
