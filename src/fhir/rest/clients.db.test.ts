/** Clients that others wrote, against the running server over HTTP: `fhirclient` (SMART Health IT) and `@medplum/core`. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MedplumClient, type WithId } from '@medplum/core';
import smart from 'fhirclient';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { laboratoryTransaction } from '../../../test/support/fhir-transaction.ts';
import { PEOPLE } from '../../../test/support/people.ts';
import { JEANNE, LABORATORY } from '../../../test/support/reports.ts';
import { testServer } from '../../../test/support/server.ts';
import { APP, registeredApps, signedLaunch } from '../../../test/support/smart-apps.ts';
import { registerLinks } from '../../access/index.ts';
import { registerSenders, registerStructures } from '../../directory/index.ts';

const SECRET = 'a-secret-of-the-tests-only';
const SCOPE = 'launch openid fhirUser patient/*.rs';
const callback = await listening();
const server = testServer({ listens: true, env: { SMART_CLIENTS_FILE: registeredApps([`${callback.url}/back`]) } });
const INS = `urn:oid:${JEANNE.ids[0]!.root}|${JEANNE.ids[0]!.extension}`;
let patientId = '';
let cookie = '';
let accessToken = '';

type SmartClient = Awaited<ReturnType<ReturnType<typeof smart>['ready']>>;
let launched: SmartClient;

beforeAll(async () => {
  const { db } = server.database;
  await registerStructures(db, [{ ...LABORATORY, kind: 'laboratory' }]);
  const lis = { clientId: 'lis', name: 'SIL', structures: [LABORATORY.finess], formats: ['fhir'], secret: SECRET };
  await registerSenders(db, [{ ...lis, state: 'production', connectedSince: new Date() }], 'demo');
  await medplum(await server.tokenOf('lis', SECRET)).executeBatch(laboratoryTransaction(1) as never);
  const [row] = await db.query<{ patient: string }>('whose', 'select patient_id as patient from record.document limit 1');
  patientId = row!.patient;
  const since = new Date(Date.now() - 1_000);
  await registerLinks(db, [{ patientId, holder: { person: PEOPLE.gp.id }, kind: 'treating-doctor', since }], 'test');
  cookie = (await server.as(PEOPLE.gp)).cookie;
  launched = await launch();
  accessToken = launched.state.tokenResponse!.access_token!;
});

afterAll(() => callback.server.close());

async function listening(): Promise<{ server: Server; url: string }> {
  const made = createServer().listen(0, '127.0.0.1');
  await once(made, 'listening');
  return { server: made, url: `http://127.0.0.1:${(made.address() as AddressInfo).port}` };
}

const medplum = (token: string) => new MedplumClient({ baseUrl: `${server.url}/`, fhirUrlPath: 'fhir', accessToken: token, cacheTime: 0 });

/**
 * The whole of an EHR launch: the practice software opens the address of the software with a signed context; `fhirclient` finds where to ask,
 * sends the browser there with PKCE, and takes the code back for a token.
 */
async function launch(): Promise<SmartClient> {
  const kept = new Map<string, unknown>();
  const storage = {
    get: async (key: string) => kept.get(key),
    set: async (key: string, value: unknown) => (kept.set(key, value), value),
    unset: async (key: string) => kept.delete(key),
  };
  const ready = new Promise<SmartClient>((resolve, reject) => {
    callback.server.removeAllListeners('request').on('request', (request, response) => {
      const api = smart(request, response, storage as never);
      if (request.url!.startsWith('/launch'))
        return void api.authorize({ clientId: APP, scope: SCOPE, redirectUri: `${callback.url}/back` }).catch(reject);
      response.end();
      api.ready().then(resolve, reject);
    });
  });
  const iss = `${server.url}/fhir`;
  await browse(`${callback.url}/launch?${new URLSearchParams({ iss, launch: await signedLaunch({ patient: INS, audience: iss }) })}`);
  return ready;
}

/** A browser in which the doctor is signed in: follows redirections, keeps the cookies of each place. */
async function browse(start: string): Promise<void> {
  const jar = new Map<string, string>([cookie.split('=') as [string, string]]);
  for (let url: string | undefined = start, step = 0; url !== undefined && step < 10; step++) {
    const headers = url.startsWith(server.url) ? { cookie: [...jar].map((pair) => pair.join('=')).join('; ') } : {};
    const answer: Response = await fetch(url, { headers, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      jar.set(name!, value!);
    }
    const location: string | null = answer.headers.get('location');
    url = location === null ? undefined : new URL(location, url).href;
  }
}

describe('fhirclient, of SMART Health IT', () => {
  test('is launched from the practice software on the patient in hand', async () => {
    expect(launched.patient.id).toBe(patientId);
    expect(launched.user.fhirUser).toBe('Practitioner/899700000011');
    expect(await launched.patient.read()).toMatchObject({ resourceType: 'Patient', id: patientId, birthDate: '1955-06-12' });
  });

  test('reads the results of that patient, page after page', async () => {
    const results = await launched.request(`Observation?patient=${patientId}&_sort=code&_count=2`, { pageLimit: 0, flat: true });
    expect((results as { code: { text: string } }[]).map(({ code }) => code.text)).toEqual(['Ag HBs', 'CRP', 'Potassium']);
  });

  test('follows the references of a report to its results', async () => {
    const reports = await launched.request(`DiagnosticReport?patient=${patientId}`, {
      flat: true,
      resolveReferences: ['result', 'subject'],
    });
    expect(reports).toMatchObject([{ subject: { id: patientId }, result: [{ resourceType: 'Observation' }, {}, {}] }]);
  });

  test('asks several things in one batch', async () => {
    const entry = [`Patient/${patientId}`, `Observation?patient=${patientId}`].map((url) => ({ request: { method: 'GET', url } }));
    const body = JSON.stringify({ resourceType: 'Bundle', type: 'batch', entry });
    const headers = { 'content-type': 'application/fhir+json' };
    const answer = await launched.request<{ entry: unknown[] }>({ url: '', method: 'POST', body, headers });
    expect(answer.entry).toMatchObject([{ resource: { resourceType: 'Patient' } }, { resource: { resourceType: 'Bundle', total: 3 } }]);
  });
});

describe('a hook that a software asks for', () => {
  const wish = (endpoint: string) => ({
    resourceType: 'Subscription',
    status: 'requested',
    reason: 'new results',
    criteria: 'urn:cigogne:topic:new-report',
    _criteria: {
      extension: [
        {
          url: 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-filter-criteria',
          valueString: `DiagnosticReport?patient=Patient/${patientId}`,
        },
      ],
    },
    channel: { type: 'rest-hook', endpoint, payload: 'application/fhir+json', header: ['Authorization: Bearer its-own-secret'] },
  });
  const create = (endpoint: string) => launched.create({ ...wish(endpoint) } as never);

  test('is at an address registered for that software, and at no other', async () => {
    const made = (await create(`${callback.url}/hook`)) as { id: string };
    const read = await launched.request(`Subscription/${made.id}`);
    expect(read).toMatchObject({ status: 'requested', channel: { endpoint: `${callback.url}/hook` } });
    expect(JSON.stringify(read)).not.toContain('its-own-secret');
    await expect(create('https://elsewhere.example/hook')).rejects.toMatchObject({ status: 403 });
    expect(await launched.request(`Subscription`)).toMatchObject({ total: 1 });
  });
});

describe('MedplumClient, of @medplum/core', () => {
  test('searches, reads, follows pages and history', async () => {
    const client = medplum(accessToken);
    const [potassium] = await client.searchResources('Observation', { patient: patientId, code: 'http://loinc.org|2823-3' });
    expect(potassium).toMatchObject({ status: 'final', valueQuantity: { value: 4.1, unit: 'mmol/L' } });
    const { id, meta } = potassium as WithId<NonNullable<typeof potassium>>;
    expect(await client.readResource('Observation', id)).toMatchObject({ id });
    expect(await client.readHistory('Observation', id)).toMatchObject({ type: 'history', total: 1 });
    expect(await client.readVersion('Observation', id, meta!.versionId!)).toMatchObject({ id });
    const [origin] = await client.searchResources('Provenance', { target: `Observation/${id}` });
    expect(origin).toMatchObject({ target: expect.arrayContaining([{ reference: `Observation/${id}` }]) });
    expect(await client.searchResources('Encounter', { patient: patientId })).toHaveLength(0);
    expect(await client.get('fhir/Observation/_history')).toMatchObject({ type: 'history', total: 3 });
    const pages: number[] = [];
    for await (const page of client.searchResourcePages('Observation', { patient: patientId, _count: '2' })) pages.push(page.length);
    expect(pages).toEqual([2, 1]);
  });

  test('reads everything of a patient, and a file', async () => {
    const client = medplum(accessToken);
    const all = (await client.readPatientEverything(patientId)) as { entry: { resource: { resourceType: string } }[] };
    expect(all.entry.map(({ resource }) => resource.resourceType)).toContain('DiagnosticReport');
    const [report] = await client.searchResources('DiagnosticReport', { patient: patientId });
    const pdf = await client.download(`${server.url}/fhir/${report!.presentedForm![0]!.url!}`, { headers: { accept: 'application/pdf' } });
    expect(
      Buffer.from(await pdf.arrayBuffer())
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-');
  });

  test('sends a laboratory report as one transaction, and is told what is wrong with another', async () => {
    const client = medplum(await server.tokenOf('lis', SECRET));
    const answer = (await client.executeBatch(laboratoryTransaction(2) as never)) as { entry: { response: { status: string } }[] };
    expect(answer.entry.map(({ response }) => response.status).slice(2)).toEqual(Array.from({ length: 6 }, () => '201 Created'));
    const wrong = laboratoryTransaction(3);
    delete wrong.entry.find(({ request }) => request.url === 'DiagnosticReport')!.resource['identifier'];
    await expect(client.executeBatch(wrong as never)).rejects.toMatchObject({ outcome: { resourceType: 'OperationOutcome' } });
  });

  test('writes a patient once, however often it is asked', async () => {
    const client = medplum(await server.tokenOf('lis', SECRET));
    const patient = { resourceType: 'Patient', identifier: [{ system: 'https://sil.example/ipp', value: 'IPP-77' }] } as const;
    const create = () => client.createResourceIfNoneExist(patient as never, 'identifier=https://sil.example/ipp|IPP-77');
    const first = (await create()) as { id: string };
    expect(await create()).toMatchObject({ id: first.id });
  });
});
