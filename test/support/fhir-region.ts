import { beforeAll, vi } from 'vitest';
import { registerLinks } from '../../src/access/index.ts';
import { registerPractitioners, registerSenders, registerStructures } from '../../src/directory/index.ts';
import { laboratoryTransaction } from './fhir-transaction.ts';
import { PEOPLE } from './people.ts';
import { LABORATORY, OTHER_LABORATORY } from './reports.ts';
import { testServer } from './server.ts';

export interface Answer {
  resourceType: string;
  id: string;
  total?: number;
  entry?: {
    fullUrl: string;
    resource: Record<string, unknown> & { id: string; resourceType: string };
    search?: { mode: string };
    response?: { status: string; location?: string; outcome?: unknown };
  }[];
  link?: { relation: string; url: string }[];
  issue?: { details: { text: string; coding?: { code: string }[] }; expression?: string[]; location?: string[] }[];
  [key: string]: unknown;
}

export interface Asked {
  headers?: Record<string, string>;
  body?: unknown;
  type?: string;
}

type Told = { body: Answer };
export const refusalOf = ({ body }: Told) => body.issue?.[0]?.details.coding?.[0]?.code;
export const resources = ({ body }: Told) => (body.entry ?? []).map(({ resource }) => resource);
export const matches = ({ body }: Told) =>
  (body.entry ?? []).filter(({ search }) => search?.mode === 'match').map(({ resource }) => resource);
export const loinc = (code: string) => encodeURIComponent(`http://loinc.org|${code}`);

const SECRET = 'a-secret-of-the-tests-only';
const sender = { name: 'SIL des essais', formats: ['fhir'], state: 'production' as const, secret: SECRET, connectedSince: new Date() };

/** A server with two laboratories that write by FHIR, one report of one patient, already told of, and their treating doctor. */
export function fhirRegion() {
  const server = testServer();
  const region = { server, token: '', patientId: '', gp: {} as Record<string, string> };
  beforeAll(async () => {
    const { db } = server.database;
    await registerStructures(db, [
      { ...LABORATORY, kind: 'laboratory', place: 'Fictiville' },
      { ...OTHER_LABORATORY, kind: 'laboratory' },
    ]);
    await registerPractitioners(db, [
      { rpps: '899700000011', family: 'LEFEVRE-DEMO', given: 'Anne', title: 'DR', structures: [LABORATORY.finess], mailboxes: [] },
    ]);
    await registerSenders(
      db,
      [
        { ...sender, clientId: 'lis-fhir', structures: [LABORATORY.finess] },
        { ...sender, clientId: 'lis-other', structures: [OTHER_LABORATORY.finess] },
      ],
      'demo',
    );
    region.token = await tokenOf('lis-fhir');
    await post('', laboratoryTransaction(1));
    const [row] = await db.query<{ patient: string }>('whose', 'select patient_id as patient from record.document limit 1');
    region.patientId = row!.patient;
    const since = new Date(Date.now() - 1_000);
    await registerLinks(db, [{ patientId: region.patientId, holder: { person: PEOPLE.gp.id }, kind: 'treating-doctor', since }], 'test');
    region.gp = await server.as(PEOPLE.gp);
    await vi.waitUntil(async () => (await db.query('outbox', 'select from record.outbox limit 1')).length === 0, {
      timeout: 20_000,
      interval: 10,
    });
  });
  const tokenOf = (clientId: string) => server.tokenOf(clientId, SECRET);
  const ask = async (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, options: Asked = {}) => {
    const { body, type = 'application/fhir+json' } = options;
    const answer = await server.app.inject({
      method,
      url: `/fhir${path}`,
      headers: { ...(options.headers ?? region.gp), ...(body === undefined ? {} : { 'content-type': type }) },
      ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const isJson = /[/+]json\b/.test(String(answer.headers['content-type']));
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: (isJson ? JSON.parse(answer.body) : {}) as Answer,
      text: answer.body,
    };
  };
  const get = (path: string, headers?: Record<string, string>) => ask('GET', path, headers ? { headers } : {});
  const post = (path: string, body: unknown, bearer = region.token) =>
    ask('POST', path, { body, headers: { authorization: `Bearer ${bearer}` } });
  return {
    region,
    server,
    tokenOf,
    ask,
    get,
    post,
    search: (type: string, query: string) => get(`/${type}?patient=${region.patientId}&${query}`),
    deposit: (body: string) =>
      server.app.inject({
        method: 'POST',
        url: '/api/deposits',
        headers: { authorization: `Bearer ${region.token}`, 'content-type': 'application/xml' },
        payload: body,
      }),
    events: async (): Promise<number> =>
      (await server.database.db.query<{ n: number }>('count-events', 'select count(*) as n from access.audit_event'))[0]!.n,
  };
}
