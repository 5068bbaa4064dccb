import { beforeEach, describe, expect, test } from 'vitest';
import { testLaboratory } from '../../test/support/laboratory.ts';
import { PEOPLE } from '../../test/support/people.ts';
import { JEANNE, LABORATORY, reportOf } from '../../test/support/reports.ts';
import { testServer } from '../../test/support/server.ts';
import { type Principal, registerLinks } from '../access/index.ts';
import { readHl7Message, writeFhir } from '../formats/index.ts';
import type { ChangeBody, IdentityView, OpenedPatient } from '../identity/contract.ts';
import { receiveAdt } from './index.ts';

const server = testServer();
const laboratory = testLaboratory(server);
const sender = { ...PEOPLE['laboratory-system'], structures: [LABORATORY.finess] };
const INS = JEANNE.ids[0]!;
let patientId = '';
let report = 900;

beforeEach(async () => {
  const { documentId } = await laboratory.deposit(reportOf((report += 1)));
  const { db } = server.database;
  const [row] = await db.query<{ id: string }>('', 'select patient_id as id from record.document where document_id = $1', [documentId]);
  patientId = row!.id;
  const since = new Date(Date.now() - 60_000);
  await registerLinks(db, [{ patientId, holder: { person: PEOPLE.gp.id }, kind: 'treating-doctor', since }], 'test');
  const { patient } = await identity();
  if (patient.deceasedOn !== undefined) await change({ kind: 'note-death', reason: 'erreur' });
});

/** What a hospital tells of her, under her INS. */
function adt(died: string, name = 'ESSAI-DURAND') {
  const at = `2026030108${String((report += 1)).slice(-2)}00`;
  const text = [
    `MSH|^~\\&|GAP|${LABORATORY.finess}|CIGOGNE|REGION|${at}||ADT^A08|${report}|P|2.5|||||FRA|UNICODE UTF-8`,
    `EVN||${at}||||${at}`,
    `PID|1||${INS.extension}^^^&${INS.root}&ISO^INS||${name}^JEANNE^JEANNE MARIE^^^^L||19550612|F|||^^^^^^BDL^^99042${'|'.repeat(18)}${died}`,
    'PV1|1|I|CARDIO^12^1',
  ].join('\r');
  const message = readHl7Message(Buffer.from(text));
  if (message.kind !== 'adt') throw new Error('not an ADT');
  return receiveAdt({ db: server.database.db, mode: 'demo' }, { message, sender, receivedAt: new Date() });
}
const as = async (who: Principal, method: 'GET' | 'POST', path: string, payload?: object) => {
  const headers = await server.as(who);
  return server.app.inject({ method, url: `/api${path}`, headers, ...(payload && { payload }) });
};
const cell = (method: 'GET' | 'POST', path: string, payload?: object) => as(PEOPLE['identity-cell'], method, path, payload);
const identity = async () => (await cell('GET', `/identities/${patientId}`)).json<IdentityView>();
const change = (body: ChangeBody) => cell('POST', `/identities/${patientId}/changes`, body);
const diedOn = async () => (await as(PEOPLE.gp, 'GET', `/patients/${patientId}`)).json<OpenedPatient>().patient.deceasedOn;

describe('a death', () => {
  test.each([
    ['with its day', '20260228', '2026-02-28'],
    ['with its month alone', '202602', '2026-02-00'],
    ['without a day', '|Y', '0000-00-00'],
  ])('that a hospital tells, %s, is noted on the record that the identity surely joins', async (_what, told, noted) => {
    await adt(told);
    expect(await diedOn()).toBe(noted);
    const [event] = (await identity()).events;
    expect(event).toMatchObject({ kind: 'death-noted', who: LABORATORY.finess, reason: 'sender:death', isUndoable: true });
  });

  test('told of an identity that is not sure, still to come, or denied, notes nothing', async () => {
    await adt('20260228', 'AUTRE-NOM');
    await adt('20990101');
    await adt('|N');
    expect(await diedOn()).toBeUndefined();
  });

  test('closes the account of the patient, consents and emergencies; those who treated still read, and results still arrive', async () => {
    const patient = { ...PEOPLE.patient, patientId };
    const stranger = PEOPLE.specialist;
    const answers = async () => [
      (await as(patient, 'GET', `/patients/${patientId}/biology`)).statusCode,
      (await as(stranger, 'POST', `/patients/${patientId}/care-link`)).statusCode,
      (await as(stranger, 'POST', `/patients/${patientId}/break-glass`, { reason: 'perte de connaissance' })).statusCode,
      (await as(PEOPLE.gp, 'GET', `/patients/${patientId}/biology`)).statusCode,
      (await as(PEOPLE.gp, 'GET', `/patients/${patientId}/documents`)).statusCode,
      (await laboratory.deposit(reportOf((report += 1)))).status,
    ];
    expect((await change({ kind: 'note-death', deceasedOn: '2026-02-28', reason: 'acte de décès' })).statusCode).toBe(200);
    expect(await answers()).toEqual([403, 403, 403, 200, 200, 201]);
    expect(await as(patient, 'GET', `/patients/${patientId}/biology`).then((answer) => answer.json())).toMatchObject({ at: 'deceased' });
    expect((await change({ kind: 'note-death', reason: 'erreur de personne' })).statusCode).toBe(200);
    expect(await answers()).toEqual([200, 200, 200, 200, 200, 201]);
  });

  test('is not noted before its day', async () => {
    expect((await change({ kind: 'note-death', deceasedOn: '2099-01-01', reason: 'erreur' })).statusCode).toBe(400);
  });

  test('that a system tells by FHIR is noted too', async () => {
    const bundle = JSON.parse(writeFhir(reportOf(1))) as { entry: { resource: Record<string, unknown> }[] };
    const { resource: written } = bundle.entry.find(({ resource: { resourceType } }) => resourceType === 'Patient')!;
    const number = { system: 'https://sil.example/ipp', value: `IPP-${report}` };
    const { id: _, ...traits } = written;
    const resource = { ...traits, identifier: [...(traits['identifier'] as object[]), number], deceasedBoolean: true };
    const headers = { authorization: `Bearer ${await laboratory.token()}`, 'content-type': 'application/fhir+json' };
    const answer = await server.app.inject({ method: 'POST', url: '/fhir/Patient', headers, payload: JSON.stringify(resource) });
    expect(answer.statusCode).toBe(201);
    expect(await diedOn()).toBe('0000-00-00');
  });
});
