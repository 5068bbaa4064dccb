import { beforeAll, vi } from 'vitest';
import { endCareLink, registerLinks } from '../../src/access/index.ts';
import { registerSenders, registerStructures } from '../../src/directory/index.ts';
import { writeCda } from '../../src/formats/index.ts';
import { HOSPITAL } from './letters.ts';
import { PEOPLE } from './people.ts';
import { JEANNE, LABORATORY, POTASSIUM, reportOf } from './reports.ts';
import { testServer } from './server.ts';

const SECRET = 'a-secret-of-the-tests-only';

/** A notification of the R5 backport, as far as tests read it. */
export interface Note {
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
export const typeOf = ({ entry: [{ resource }] }: Note) => resource.parameter.find(({ name }) => name === 'type')!.valueCode;
export const focusesOf = ({ entry: [{ resource }] }: Note) =>
  resource.parameter.flatMap(({ part = [] }) => part.flatMap(({ valueReference }) => valueReference?.reference ?? []));

/** The real server, a laboratory that deposits, and a doctor who follows Jeanne. */
export function subscriptionBench() {
  const server = testServer({ listens: true });
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
  const followNoMore = () => endCareLink(server.database.db, { patientId: jeanne, holder: PEOPLE.gp.id, now: new Date(), endedBy: 'test' });

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
      interval: 10,
    });

  return {
    server,
    follow,
    followNoMore,
    deposit,
    depositXml,
    settled,
    gp: () => gp,
    jeanne: () => jeanne,
  };
}
