import { beforeAll, describe, expect, test } from 'vitest';
import { PEOPLE } from '../../test/support/people.ts';
import { JEANNE, LABORATORY, reportOf } from '../../test/support/reports.ts';
import { testServer } from '../../test/support/server.ts';
import { registerSenders, registerStructures } from '../directory/index.ts';
import { type LabReport, writeCda } from '../formats/index.ts';
import type { Worklist } from '../identity/contract.ts';

const server = testServer();
const SECRET = 'a-secret-of-the-tests-only';
let token = '';

beforeAll(async () => {
  const { db } = server.database;
  await registerStructures(db, [{ ...LABORATORY, kind: 'laboratory' }]);
  const system = { clientId: 'lis-essai', name: 'SIL des essais', structures: [LABORATORY.finess], formats: ['cda-cr-bio'] };
  await registerSenders(db, [{ ...system, state: 'production', secret: SECRET, connectedSince: new Date() }], 'demo');
  token = await server.tokenOf('lis-essai', SECRET);
});

const deposit = async (report: LabReport) => {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/xml' };
  const answer = await server.app.inject({ method: 'POST', url: '/api/deposits', headers, payload: writeCda(report) });
  return { status: answer.statusCode, ...(answer.json() as { depositId: string; state: string; documentId: string | null }) };
};
const cell = async (method: 'GET' | 'POST', path: string, payload?: object) => {
  const headers = await server.as(PEOPLE['identity-cell']);
  const answer = await server.app.inject({ method, url: `/api/worklists/identity${path}`, headers, ...(payload && { payload }) });
  expect(answer.statusCode).toBe(200);
  return answer.json();
};
const worklist = async (): Promise<Worklist> => cell('GET', '');
const waitingOf = async (depositId: string) => (await worklist()).waiting.find((one) => one.depositId === depositId)!.waitingId;
const documents = async (patientId: string): Promise<string[]> => {
  const rows = await server.database.db.query<{ id: string }>('', 'select document_id as id from record.document where patient_id = $1', [
    patientId,
  ]);
  return rows.map(({ id }) => id);
};

/** The same woman without INS, under one number of the laboratory. */
const withoutIns = (localId: string) => ({ ...JEANNE, ids: [{ root: '1.2.250.1.999.1', extension: localId }] });

describe('a report that waits for the identity cell', () => {
  test('once linked is stored; the next of the same number is filed by the link; taking the link back takes both out', async () => {
    const known = await deposit(reportOf(501));
    expect(known.state).toBe('stored');
    const first = await deposit(reportOf(502, { patient: withoutIns('IPP-501') }));
    expect([first.status, first.state]).toEqual([202, 'identity']);

    const waitingId = await waitingOf(first.depositId);
    const [candidate] = (await worklist()).waiting.find((one) => one.waitingId === waitingId)!.candidates;
    const { patientId } = candidate!;
    await cell('POST', `/${waitingId}/link`, { patientId, reason: 'vu avec le laboratoire' });
    const next = await deposit(reportOf(503, { patient: withoutIns('IPP-501') }));
    expect([next.status, next.state]).toEqual([201, 'stored']);
    expect(await documents(patientId)).toHaveLength(3);

    await cell('POST', `/${waitingId}/undo`, { reason: 'erreur de personne' });
    expect(await documents(patientId)).toEqual([known.documentId]);
    const waiting = (await worklist()).waiting.map((one) => one.depositId);
    expect(waiting).toEqual(expect.arrayContaining([first.depositId, next.depositId]));
    const last = await deposit(reportOf(504, { patient: withoutIns('IPP-501') }));
    expect(last.state).toBe('identity');
  });

  test('sent again after its link filed it is stored and remembered once', async () => {
    const { db } = server.database;
    const stranger = { ...withoutIns('IPP-511'), birthFamily: 'AUTRE-ESSAI' };
    const first = await deposit(reportOf(511, { patient: stranger }));
    const waitingId = await waitingOf(first.depositId);
    const { patientId } = await cell('POST', `/${waitingId}/create`, { reason: 'autre personne' });
    const linked = reportOf(512, { patient: stranger });
    const [once, again] = [await deposit(linked), await deposit(linked)];
    expect([once.status, again.status]).toEqual([201, 200]);
    expect(await documents(patientId)).toHaveLength(2);
    const remembered = await db.query('', 'select 1 from identity.waiting where patient_id = $1', [patientId]);
    expect(remembered).toHaveLength(2);
  });
});
