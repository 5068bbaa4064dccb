import { beforeAll, describe, expect, test } from 'vitest';
import { PEOPLE } from '../../../test/support/people.ts';
import { JEANNE, POTASSIUM, quantity, reportOf } from '../../../test/support/reports.ts';
import { smartRegion } from '../../../test/support/smart-region.ts';
import { writeCda } from '../../formats/index.ts';

const { server, patients, tokensFor, get } = smartRegion();

/** A token of the doctor with these scopes. */
const tokenOf = async (scope: string) => (await tokensFor(PEOPLE.gp, scope)).access_token;
const entriesOf = async (path: string, token: string) =>
  ((await get(path, token)).body.entry ?? []).map(({ resource }) => resource as { id: string; status: string });
const ofJeanne = () => `patient=${patients.jeanne}`;
let id = '';

beforeAll(async () => {
  const results = [
    { ...POTASSIUM, value: { type: 'quantity' as const, value: '4.10', unit: 'mmol/L' } },
    quantity('2951-2', 'Sodium', '140', 'mmol/L'),
  ];
  const secret = 'a-secret-of-the-tests-only';
  await server.app.inject({
    method: 'POST',
    url: '/api/deposits',
    headers: { authorization: `Bearer ${await server.tokenOf('lis', secret)}`, 'content-type': 'application/xml' },
    payload: writeCda({
      ...reportOf(8, { patient: JEANNE, results }),
      setId: reportOf(1).setId ?? reportOf(1).id,
      version: 2,
      replaces: [reportOf(1).id],
    }),
  });
  const token = await tokenOf('user/Observation.rs');
  const corrected = await entriesOf(`/Observation?${ofJeanne()}&status=corrected`, token);
  id = corrected[0]!.id;
});

describe('a scope that a search narrows', () => {
  test('is held against every version, in each of the histories', async () => {
    const whole = await tokenOf('user/Observation.rs');
    expect((await entriesOf(`/Observation/${id}/_history`, whole)).map(({ status }) => status)).toEqual(['corrected', 'final']);
    const token = await tokenOf('user/Observation.rs?status=corrected');
    for (const path of [`/Observation/${id}/_history`, `/Observation/_history?${ofJeanne()}`, `/_history?${ofJeanne()}`])
      expect([path, ...new Set((await entriesOf(path, token)).map(({ status }) => status))]).toEqual([path, 'corrected']);
    const first = (await get(`/Observation/${id}/_history/1`, whole)).status;
    expect([first, (await get(`/Observation/${id}/_history/1`, token)).status]).toEqual([200, 404]);
  });

  test('is not granted when nothing can be held against it, nor of a type that is not served: it would answer that there is nothing', async () => {
    const asked = ['user/Observation.rs?foo=bar', 'user/Observation.rs?_has:DiagnosticReport:result:status=final', 'user/Foo.rs'];
    const { scope } = await tokensFor(PEOPLE.gp, [...asked, 'user/Encounter.rs'].join(' '));
    expect(scope.split(' ').filter((one) => one.includes('/'))).toEqual(['user/Encounter.rs']);
  });
});

describe('to read is one thing, to search another (SMART 2.2)', () => {
  test('the history of one is of who may read it, that of a type or of all of who may search it', async () => {
    const [reading, searching] = [await tokenOf('user/Observation.r'), await tokenOf('user/Observation.s')];
    const statuses = async (path: string) => [(await get(path, reading)).status, (await get(path, searching)).status];
    expect(await statuses(`/Observation/${id}/_history`)).toEqual([200, 403]);
    expect(await statuses(`/Observation/_history?${ofJeanne()}`)).toEqual([403, 200]);
    expect(await statuses(`/_history?${ofJeanne()}`)).toEqual([403, 200]);
  });

  test('one event of the trail is read by who may read, the trail searched by who may search', async () => {
    const whole = await tokenOf('user/AuditEvent.rs');
    const [event] = await entriesOf(`/AuditEvent?${ofJeanne()}`, whole);
    const [reading, searching] = [await tokenOf('user/AuditEvent.r'), await tokenOf('user/AuditEvent.s')];
    const statuses = async (path: string) => [(await get(path, reading)).status, (await get(path, searching)).status];
    expect(await statuses(`/AuditEvent/${event?.id}`)).toEqual([200, 403]);
    expect(await statuses(`/AuditEvent?${ofJeanne()}`)).toEqual([403, 200]);
  });
});

test('a software that is refused for its scopes, or for its token, is told so as OAuth says it (RFC 6750 §3.1)', async () => {
  const ask = async (token: string) =>
    (await server.app.inject({ url: `/fhir/Observation?${ofJeanne()}`, headers: { authorization: `Bearer ${token}` } })).headers[
      'www-authenticate'
    ];
  expect([await ask(await tokenOf('user/Encounter.rs')), await ask('any-token')]).toEqual([
    'Bearer error="insufficient_scope"',
    'Bearer error="invalid_token"',
  ]);
});
