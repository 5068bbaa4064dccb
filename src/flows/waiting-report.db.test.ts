import { beforeAll, describe, expect, test } from 'vitest';
import { PEOPLE } from '../../test/support/people.ts';
import { testLaboratory } from '../../test/support/laboratory.ts';
import { JEANNE, LABORATORY, quantity, reportOf } from '../../test/support/reports.ts';
import { testServer } from '../../test/support/server.ts';
import { registerSenders, registerStructures } from '../directory/index.ts';
import { type LabReport, writeCda, writeOru } from '../formats/index.ts';
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

describe('a report that comes by another channel while its first copy waits', () => {
  const other = testLaboratory(server, 'lis-essai-bis');
  const arrivals = (documentId: string) =>
    server.database.db.query<{ channel: string; sender: string }>(
      '',
      'select channel, sender_id as sender from record.arrival where document_id = $1 order by sender_id',
      [documentId],
    );

  test('is one item of the worklist; filed, it is one document that came by each of them', async () => {
    const report = reportOf(531, { patient: withoutIns('IPP-531') });
    const first = await deposit(report);
    const [sameBytes, otherForm] = [await other.deposit(report), await other.deposit(writeOru(report), 'application/hl7-v2')];
    for (const again of [sameBytes, otherForm]) expect(again).toMatchObject({ status: 202, state: 'identity', depositId: first.depositId });
    expect(await other.deposit(writeOru(report), 'application/hl7-v2')).toMatchObject({ status: 202, depositId: first.depositId });
    expect((await worklist()).waiting.filter((one) => one.depositId === first.depositId)).toHaveLength(1);
    expect(await other.receipt(first.depositId)).toMatchObject({ state: 'identity' });

    const { patientId } = await cell('POST', `/${await waitingOf(first.depositId)}/create`, { reason: 'personne inconnue' });
    const [documentId, ...none] = await documents(patientId);
    expect(none).toEqual([]);
    expect(await arrivals(documentId!)).toEqual([1, 2].map(() => ({ channel: 'deposit', sender: 'system:lis-essai-bis' })));
    expect(await other.receipt(first.depositId)).toMatchObject({ state: 'stored', documentId });
  });

  test('with other results under the same identifier is refused', async () => {
    const report = reportOf(532, { patient: withoutIns('IPP-532') });
    await deposit(report);
    const other532 = reportOf(532, { patient: withoutIns('IPP-532'), results: [quantity('2951-2', 'Sodium', '140', 'mmol/L')] });
    expect(await other.deposit(writeOru(other532), 'application/hl7-v2')).toMatchObject({
      status: 409,
      code: 'deposit.conflicting-bytes',
    });
  });

  test('even when this channel says surely whose it is: the person who decides the first decides both', async () => {
    const report = reportOf(533, { patient: withoutIns('IPP-533') });
    const first = await deposit(report);
    expect(await other.deposit(writeOru({ ...report, patient: JEANNE }), 'application/hl7-v2')).toMatchObject({
      status: 202,
      depositId: first.depositId,
    });
  });

  test('refused by the identity cell, is refused to each of its senders', async () => {
    const report = reportOf(534, { patient: withoutIns('IPP-534') });
    const first = await deposit(report);
    await other.deposit(report);
    await cell('POST', `/${await waitingOf(first.depositId)}/refuse`, { reason: 'patient inconnu du laboratoire' });
    expect(await other.receipt(first.depositId)).toMatchObject({ state: 'refused', refusal: { code: 'patient.refused' } });
  });
});
