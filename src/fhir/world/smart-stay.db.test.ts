import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { PEOPLE } from '../../../test/support/people.ts';
import { JEANNE } from '../../../test/support/reports.ts';
import { APP } from '../../../test/support/smart-apps.ts';
import { revokeSessions } from '../../access/index.ts';
import type { Principal } from '../../access/index.ts';
import { launchOf, numberOf, smartRegion, type Tokens } from '../../../test/support/smart-region.ts';

const { get, patients, server, tokensFor } = smartRegion();

describe('a software that stays beyond an hour (refresh tokens)', () => {
  const refresh = async (token: string, headers: Record<string, string> = {}, more: Record<string, string> = {}) => {
    const answer = await server.app.inject({
      method: 'POST',
      url: '/oidc/token',
      headers: { host: 'localhost', 'content-type': 'application/x-www-form-urlencoded', ...headers },
      payload: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token, client_id: APP, ...more }).toString(),
    });
    return { status: answer.statusCode, headers: answer.headers, ...(answer.json() as Tokens) };
  };
  const launched = async (scope: string, person: Principal = PEOPLE.gp) =>
    tokensFor(person, scope, { launch: await launchOf(numberOf(JEANNE)) });

  test('is renewed for the same patient and the same scopes; a token used twice ends them all', async () => {
    const first = await launched('launch patient/Observation.rs online_access');
    const second = await refresh(first.refresh_token!);
    expect([second.status, second.patient, second.scope]).toEqual([200, patients.jeanne, first.scope]);
    expect((await get(`/Observation?patient=${patients.jeanne}`, second.access_token)).body.total).toBe(2);
    expect((await get(`/Observation?patient=${patients.marie}`, second.access_token)).status).toBe(403);
    expect((await refresh(first.refresh_token!)).error).toBe('invalid_grant');
    expect((await refresh(second.refresh_token!)).error).toBe('invalid_grant');
    expect((await get(`/Observation?patient=${patients.jeanne}`, second.access_token)).status).toBe(401);
  });

  test('may be renewed for fewer scopes, and for no other', async () => {
    const first = await launched('openid launch patient/Observation.rs patient/Patient.r online_access');
    const fewer = await refresh(first.refresh_token!, {}, { scope: 'patient/Patient.r' });
    expect([fewer.status, fewer.scope.split(' ').toSorted()]).toEqual([200, ['online_access', 'patient/Patient.r']]);
    expect((await get(`/Observation?patient=${patients.jeanne}`, fewer.access_token)).status).toBe(403);
    expect((await get(`/Patient/${patients.jeanne}`, fewer.access_token)).status).toBe(200);
    const all = await refresh(fewer.refresh_token!);
    expect([all.status, all.scope]).toEqual([200, first.scope]);
    expect((await refresh(all.refresh_token!, {}, { scope: 'patient/Condition.rs' })).error).toBe('invalid_scope');
  });

  test('is for who asks for it, and never without the person: offline is granted as online', async () => {
    expect((await launched('launch patient/*.rs')).refresh_token).toBeUndefined();
    const offline = await launched('launch patient/*.rs offline_access');
    expect([offline.scope.split(' ').includes('offline_access'), offline.scope.includes('online_access')]).toEqual([false, true]);
    expect(offline.refresh_token).toBeDefined();
  });

  test('ends with the session of its user', async () => {
    const { refresh_token: token, access_token: access } = await launched('launch patient/*.rs online_access');
    const read = async () => (await get(`/Observation?patient=${patients.jeanne}`, access)).status;
    // Known by then, and asked for again each time.
    expect([await read(), await read(), await read()]).toEqual([200, 200, 200]);
    await revokeSessions(server.database.db, PEOPLE.gp.id, new Date());
    expect((await refresh(token!)).error).toBe('invalid_grant');
    expect(await read()).toBe(401);
  });

  test('whose authorization is gone reads nothing, though its session is open', async () => {
    const { access_token: access } = await launched('launch patient/*.rs');
    const read = async () => (await get(`/Observation?patient=${patients.jeanne}`, access)).status;
    expect([await read(), await read()]).toEqual([200, 200]);
    const [, claims = ''] = access.split('.');
    const { authorization } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { authorization: string };
    await server.database.db.query('test-forget', `delete from access.oidc_item where model = 'SmartAccount' and id = $1`, [authorization]);
    expect(await read()).toBe(401);
  });

  test('whose authorization is gone is told nothing more by its socket, though its session is open', async () => {
    const { access_token: access, refresh_token: token } = await launched('launch patient/*.rs online_access');
    const asked = await server.app.inject({
      method: 'POST',
      url: '/fhir/Subscription',
      headers: { authorization: `Bearer ${access}`, 'content-type': 'application/fhir+json' },
      payload: JSON.stringify({
        resourceType: 'Subscription',
        criteria: 'urn:cigogne:topic:new-report',
        _criteria: {
          extension: [
            {
              url: 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-filter-criteria',
              valueString: `DiagnosticReport?patient=Patient/${patients.jeanne}`,
            },
          ],
        },
        channel: { type: 'websocket' },
      }),
    });
    const { id } = asked.json() as { id: string };
    const { body } = await get(`/Subscription/${id}/$get-ws-binding-token`, access);
    const [{ valueString: binding }] = (body as unknown as { parameter: [{ valueString: string }] }).parameter;
    await server.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = server.app.server.address() as AddressInfo;
    const socket = new WebSocket(`ws://127.0.0.1:${port}/fhir/websocket`);
    await once(socket, 'open');
    const closed = once(socket, 'close', { signal: AbortSignal.timeout(20_000) });
    socket.send(`bind-with-token ${binding}`);
    const [greeting] = (await once(socket, 'message', { signal: AbortSignal.timeout(20_000) })) as [Buffer];
    expect(JSON.parse(greeting.toString())).toMatchObject({ resourceType: 'Bundle' });
    // A token used twice was stolen: all that it was renewed from ends.
    await refresh(token!);
    await refresh(token!);
    const [, why] = (await closed) as [number, Buffer];
    expect(why.toString()).toMatch(/not authorized any more/);
  });

  test('from a page of the software, and of no other origin (CORS)', async () => {
    const ask = (origin: string) => refresh('nothing', { origin });
    expect((await ask('http://localhost:4000')).headers['access-control-allow-origin']).toBe('http://localhost:4000');
    expect((await ask('https://evil.example')).headers['access-control-allow-origin']).toBeUndefined();
  });
});
