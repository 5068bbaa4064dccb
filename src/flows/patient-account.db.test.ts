import { beforeAll, expect, test } from 'vitest';
import { testLaboratory } from '../../test/support/laboratory.ts';
import { JEANNE, reportOf } from '../../test/support/reports.ts';
import { testServer } from '../../test/support/server.ts';
import type { Principal, SessionInfo } from '../access/contract.ts';
import { insKey, mergePatients, splitPatient } from '../identity/index.ts';
import type { PatientReports } from '../record/contract.ts';

const server = testServer();
const laboratory = testLaboratory(server);
const again = (first13: string, birthFamily: string) => ({
  ...JEANNE,
  birthFamily,
  ids: [{ root: JEANNE.ids[0]!.root, extension: `${first13}${insKey(first13)}` }],
});
/** Three records: two of one woman, and a stranger's. */
const records: string[] = [];
const documents: string[] = [];
const headers: Record<string, string>[] = [];

beforeAll(async () => {
  const { db } = server.database;
  for (const [n, patient] of [JEANNE, again('2550699042777', 'ESSAI-DURANT'), again('2550699042888', 'ESSAI-AUTRE')].entries()) {
    const { documentId } = await laboratory.deposit(reportOf(701 + n, { patient }));
    const [row] = await db.query<{ id: string }>('', 'select patient_id as id from record.document where document_id = $1', [documentId]);
    records.push(row!.id);
    documents.push(documentId!);
    const account: Principal = { id: `patient:${row!.id}`, name: 'Jeanne ESSAI', role: 'patient', patientId: row!.id };
    headers.push(await server.as(account));
  }
});

const change = { who: { id: 'staff:1', name: 'Sonia DEMO' }, reason: 'one person, papers seen' };
const merge = (one: number, into: number) =>
  server.database.db.transaction((tx) => mergePatients(tx, { patientId: records[one]!, into: records[into]!, ...change, now: new Date() }));
const split = (one: number) =>
  server.database.db.transaction((tx) => splitPatient(tx, { patientId: records[one]!, ...change, now: new Date() }));
const asked = async (account: number, path: string) => {
  const answer = await server.app.inject({ url: path, headers: headers[account]! });
  return { status: answer.statusCode, body: answer.json() as unknown };
};
/** What the account of a record reads of a record: its documents, or how it is refused. */
const reads = async (account: number, record: number) => {
  const { status, body } = await asked(account, `/api/patients/${records[record]}/biology`);
  return status === 200 ? (body as PatientReports).reports.map(({ documentId }) => documentId).toSorted() : status;
};
const home = async (account: number) => ((await asked(account, '/api/session')).body as SessionInfo).person!.patientId;
const of = (...n: number[]) => n.map((one) => documents[one]!).toSorted();

test('a patient’s account opens their own record, and no other', async () => {
  expect([await reads(0, 0), await reads(0, 1), await reads(0, 2)]).toEqual([of(0), 403, 403]);
});

test('once their record is merged into another of theirs, either account opens both as one, with what only the patient decides', async () => {
  await merge(1, 0);
  for (const account of [0, 1]) {
    expect(await home(account)).toBe(records[0]);
    expect([await reads(account, 0), await reads(account, 1), await reads(account, 2)]).toEqual([of(0, 1), of(0, 1), 403]);
    for (const page of ['sharing', 'accesses']) expect((await asked(account, `/api/patients/${records[0]}/${page}`)).status).toBe(200);
  }
  expect(await reads(2, 0), 'a stranger still opens nothing of it').toBe(403);
});

test('a split gives each account its own record back, and nothing of the other', async () => {
  await split(1);
  expect([await home(0), await home(1)]).toEqual([records[0], records[1]]);
  expect([await reads(0, 0), await reads(0, 1)]).toEqual([of(0), 403]);
  expect([await reads(1, 1), await reads(1, 0)]).toEqual([of(1), 403]);
});

test('through two merges, the account of the first is that of the last', async () => {
  await merge(1, 0);
  await merge(0, 2);
  expect(await reads(1, 2)).toEqual(of(0, 1, 2));
  await split(0);
  expect([await reads(1, 0), await reads(1, 2)]).toEqual([of(0, 1), 403]);
  await split(1);
});

test('a page open on the merged record is closed when it is split: it comes back as who its person is', async () => {
  await merge(1, 0);
  const answer = await server.app.inject({ url: `/api/patients/${records[0]}/events`, headers: headers[1]!, payloadAsStream: true });
  let isOpen = true;
  answer
    .stream()
    .on('end', () => {
      isOpen = false;
    })
    .resume();
  expect([answer.statusCode, isOpen]).toEqual([200, true]);
  await split(1);
  await expect.poll(() => isOpen).toBe(false);
  expect((await asked(1, `/api/patients/${records[0]}/events`)).status).toBe(403);
});
