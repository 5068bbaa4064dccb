import { beforeAll, expect, test } from 'vitest';
import { testLaboratory } from '../../test/support/laboratory.ts';
import { PEOPLE } from '../../test/support/people.ts';
import { JEANNE, reportOf } from '../../test/support/reports.ts';
import { testServer } from '../../test/support/server.ts';
import { registerLinks } from '../access/index.ts';
import { insKey, mergePatients, splitPatient } from '../identity/index.ts';
import type { PatientReports, ReportView } from '../record/contract.ts';

const server = testServer();
const laboratory = testLaboratory(server);
/** The same woman, known a second time: another hospital, another spelling, a number given to her when she came to France. */
const JEANNE_AGAIN = {
  ...JEANNE,
  birthFamily: 'ESSAI-DURANT',
  ids: [{ root: JEANNE.ids[0]!.root, extension: `2550699042777${insKey('2550699042777')}` }],
};
let merged = '';
let survivor = '';
const documents: Record<string, string> = {};

beforeAll(async () => {
  const { db } = server.database;
  const deposit = async (n: number, patient = JEANNE) => {
    const documentId = (await laboratory.deposit(reportOf(n, { patient }))).documentId!;
    const [row] = await db.query<{ id: string }>('', 'select patient_id as id from record.document where document_id = $1', [documentId]);
    documents[row!.id] = documentId;
    return row!.id;
  };
  survivor = await deposit(601);
  merged = await deposit(602, JEANNE_AGAIN);
  const since = new Date(Date.now() - 60_000);
  const link = (patientId: string, person: string) => ({ patientId, holder: { person }, kind: 'care-team' as const, since });
  await registerLinks(
    db,
    [link(merged, PEOPLE.gp.id), link(survivor, PEOPLE.specialist.id), link(survivor, PEOPLE.nurse.id), link(merged, PEOPLE.nurse.id)],
    'test',
  );
  await db.query(
    '',
    `insert into access.patient_choice (patient_id, kind, holder, since, declared_by) values ($1, 'blocks', $2, $3, 'test')`,
    [merged, PEOPLE.nurse.id, since],
  );
});

type Reader = 'gp' | 'specialist' | 'nurse';
const read = async (who: Reader, patientId: string) => {
  const answer = await server.app.inject({ url: `/api/patients/${patientId}/biology`, headers: await server.as(PEOPLE[who]) });
  const { reports, ...body } = answer.json() as PatientReports;
  return { status: answer.statusCode, of: body.patientId, documents: reports?.map(({ documentId }) => documentId).toSorted() };
};
const open = async (who: Reader, patientId: string, documentId: string) => {
  const url = `/api/patients/${patientId}/reports/${documentId}`;
  const answer = await server.app.inject({ url, headers: await server.as(PEOPLE[who]) });
  return answer.statusCode === 200 ? (answer.json() as ReportView).report.documentId : answer.statusCode;
};
const decision = { who: { id: 'staff:1', name: 'Sonia DEMO' }, reason: 'one person, papers seen' };
const both = () => Object.values(documents).toSorted();

test('two records of one person, once merged, are read as one under either number, by those who followed either', async () => {
  expect(merged).not.toBe(survivor);
  await server.database.db.transaction((tx) => mergePatients(tx, { patientId: merged, into: survivor, ...decision, now: new Date() }));
  for (const patientId of [merged, survivor]) {
    expect(await read('gp', patientId)).toEqual({ status: 200, of: survivor, documents: both() });
    expect(await read('specialist', patientId)).toEqual({ status: 200, of: survivor, documents: both() });
    expect(await open('specialist', patientId, documents[merged]!)).toBe(documents[merged]);
  }
});

test('whom the patient had shut out of one of the two records is shut out of both', async () => {
  expect((await read('nurse', survivor)).status).toBe(403);
  expect((await read('nurse', merged)).status).toBe(403);
});

test('a split gives each record its own documents and its own readers back', async () => {
  await server.database.db.transaction((tx) => splitPatient(tx, { patientId: merged, ...decision, now: new Date() }));
  expect(await read('gp', merged)).toEqual({ status: 200, of: merged, documents: [documents[merged]] });
  expect((await read('gp', survivor)).status).toBe(403);
  expect(await read('specialist', survivor)).toEqual({ status: 200, of: survivor, documents: [documents[survivor]] });
  expect(await open('specialist', survivor, documents[merged]!)).toBe(404);
  expect((await read('specialist', merged)).status).toBe(403);
  expect((await read('nurse', survivor)).status).toBe(200);
  expect((await read('nurse', merged)).status).toBe(403);
});

test('a link taken back on the survivor while they were merged stays taken back after the split', async () => {
  const { db } = server.database;
  await db.transaction((tx) => mergePatients(tx, { patientId: merged, into: survivor, ...decision, now: new Date() }));
  expect((await read('gp', survivor)).status).toBe(200);
  const headers = await server.as(PEOPLE.gp);
  await server.app.inject({ method: 'DELETE', url: `/api/patients/${survivor}/care-link`, headers });
  expect((await read('gp', survivor)).status).toBe(403);
  await db.transaction((tx) => splitPatient(tx, { patientId: merged, ...decision, now: new Date() }));
  expect((await read('gp', merged)).status).toBe(403);
});
