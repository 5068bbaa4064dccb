import { createHash } from 'node:crypto';
import { beforeAll } from 'vitest';
import { HOSPITAL, letterOf } from './letters.ts';
import { PEOPLE } from './people.ts';
import { testServer } from './server.ts';
import { registerLinks } from '../../src/access/index.ts';
import { registerSenders, registerStructures } from '../../src/directory/index.ts';
import { writeClinicalDocument } from '../../src/formats/index.ts';

const SECRET = 'a-secret-of-the-tests-only';

export const bytesOf = (n: number, more = {}) => Buffer.from(writeClinicalDocument(letterOf(n, more)));
export const sha1 = (bytes: Buffer, encoding: 'base64' | 'hex' = 'base64') => createHash('sha1').update(bytes).digest(encoding);
export const uniqueId = (n: number) => ({ system: 'urn:ietf:rfc:3986', value: `urn:oid:1.2.250.1.999.8.${HOSPITAL.finess}.${n}` });

export interface Fiche extends Record<string, unknown> {
  content: [{ attachment: Record<string, unknown> }];
}

/** A fiche that holds its document. */
export function ficheOf(n: number, letter = {}, more: Record<string, unknown> = {}): Fiche {
  const bytes = bytesOf(n, letter);
  return {
    resourceType: 'DocumentReference',
    masterIdentifier: uniqueId(n),
    status: 'current',
    type: { coding: [{ system: 'http://loinc.org', code: '11490-0' }] },
    securityLabel: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'N' }] }],
    content: [{ attachment: { contentType: 'application/xml', data: bytes.toString('base64'), size: bytes.length, hash: sha1(bytes) } }],
    ...more,
  };
}

export function submissionOf(n: number, letter = {}): { resourceType: string; type: string; entry: Record<string, unknown>[] } {
  const fiche = ficheOf(n, letter);
  const { data, ...attachment } = fiche.content[0].attachment;
  const [list, document, binary] = ['a', 'b', 'c'].map((letter) => `urn:uuid:00000000-0000-4000-8000-00000000000${letter}`);
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      {
        fullUrl: list,
        request: { method: 'POST', url: 'List' },
        resource: {
          resourceType: 'List',
          extension: [
            {
              url: 'https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-sourceId',
              valueIdentifier: { value: 'urn:oid:1.2.250.1.999.8' },
            },
          ],
          identifier: [{ use: 'usual', system: 'urn:ietf:rfc:3986', value: `urn:oid:1.2.250.1.999.88.${n}` }],
          status: 'current',
          mode: 'working',
          title: 'Sortie du service',
          code: { coding: [{ system: 'https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes', code: 'submissionset' }] },
          date: '2026-11-06T16:30:00+01:00',
          entry: [{ item: { reference: document } }],
        },
      },
      {
        fullUrl: document,
        request: { method: 'POST', url: 'DocumentReference' },
        resource: { ...fiche, content: [{ attachment: { ...attachment, url: binary } }] },
      },
      {
        fullUrl: binary,
        request: { method: 'POST', url: 'Binary' },
        resource: { resourceType: 'Binary', contentType: 'application/xml', data },
      },
    ],
  };
}

/** A region in which a hospital publishes letters of one patient, whom a doctor treats. Each file of tests has its own. */
export function publishedRegion() {
  const server = testServer();
  const region: { bearer: Record<string, string>; gp: Record<string, string>; patientId: string } = {
    bearer: {},
    gp: {},
    patientId: '',
  };

  beforeAll(async () => {
    const { db } = server.database;
    await registerStructures(db, [{ ...HOSPITAL, kind: 'hospital' }]);
    const dpi = { clientId: 'dpi', name: 'DPI des essais', structures: [HOSPITAL.finess], formats: ['cda'], state: 'production' as const };
    await registerSenders(db, [{ ...dpi, secret: SECRET, connectedSince: new Date() }], 'demo');
    region.bearer = { authorization: `Bearer ${await server.tokenOf('dpi', SECRET)}` };
    await publish(ficheOf(1));
    const [row] = await db.query<{ patient: string }>('whose', 'select patient_id as patient from record.document limit 1');
    region.patientId = row!.patient;
    await registerLinks(
      db,
      [{ patientId: region.patientId, holder: { person: PEOPLE.gp.id }, kind: 'treating-doctor', since: new Date(Date.now() - 1_000) }],
      'test',
    );
    region.gp = await server.as(PEOPLE.gp);
  });

  const ask = async (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    headers: Record<string, string>,
    body?: unknown,
  ) => {
    const answer = await server.app.inject({
      method,
      url: `/fhir${path}`,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/fhir+json' }) },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    });
    const isJson = String(answer.headers['content-type']).includes('json');
    const parsed = (isJson ? JSON.parse(answer.body) : {}) as {
      entry?: { resource: Record<string, unknown>; response?: { status: string; location?: string } }[];
      issue?: { details: { coding?: { code: string }[]; text: string }; expression?: string[]; location?: string[] }[];
    };
    return { status: answer.statusCode, body: parsed, text: answer.body, headers: answer.headers };
  };
  const publish = (fiche: unknown) => ask('POST', '/DocumentReference', region.bearer, fiche);
  const submit = (bundle: unknown) => ask('POST', '', region.bearer, bundle);
  const get = (path: string) => ask('GET', path, region.gp);
  return { server, region, ask, get, publish, submit };
}

export const resources = ({ body }: { body: { entry?: { resource: Record<string, unknown> }[] } }) =>
  (body.entry ?? []).map(({ resource }) => resource);
