import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { letterOf } from '../../test/support/letters.ts';
import { PATIENT_ID, PEOPLE } from '../../test/support/people.ts';
import { JEANNE } from '../../test/support/reports.ts';
import { testServer } from '../../test/support/server.ts';
import { type Principal, registerLinks } from '../access/index.ts';
import { pdfOf, readClinicalDocument, writeClinicalDocument } from '../formats/index.ts';
import { registerPatients } from '../identity/index.ts';
import type { DocumentFiling, DocumentItem, DocumentList, DocumentView } from '../record/contract.ts';

const server = testServer();
const PDF = Buffer.from((await pdfOf(letterOf(1), 'Europe/Paris')).bytes);
const ABOUT = { type: '11488-4', title: 'Consultation du genou', day: '2026-11-20' };
const doctor: Principal = { ...PEOPLE.gp, organisation: { finess: '990100001', name: 'Cabinet des Essais' } };
const nurse: Principal = { ...PEOPLE.nurse, organisation: { finess: '990100002', name: 'Infirmiers des Essais' } };
const patient: Principal = { id: `patient:${PATIENT_ID}`, name: 'Jeanne ESSAI', role: 'patient', patientId: PATIENT_ID };

const [ins] = JEANNE.ids;
const INS = { oid: ins!.root, value: ins!.extension! };

beforeAll(async () => {
  const names = { birthFamily: 'ESSAI-DURAND', birthGivens: 'JEANNE MARIE', firstBirthGiven: 'JEANNE' };
  const traits = { ...names, sex: 'F' as const, birthDate: '1955-06-12', birthPlace: { cog: '99042' } };
  await registerPatients(server.database.db, [{ patientId: PATIENT_ID, traits, status: 'qualified', ins: INS }], new Date());
  const since = new Date(Date.now() - 60_000);
  await registerLinks(
    server.database.db,
    [
      { patientId: PATIENT_ID, holder: { person: doctor.id }, kind: 'treating-doctor', since },
      { patientId: PATIENT_ID, holder: { person: nurse.id }, kind: 'care-team', since },
    ],
    'test',
  );
});

const pdf = (about: Partial<DocumentFiling['about']> = {}, more: Partial<DocumentFiling> = {}): DocumentFiling => ({
  filingId: randomUUID(),
  mediaType: 'application/pdf',
  file: PDF.toString('base64'),
  about: { ...ABOUT, ...about },
  ...more,
});
const cda = (text: string): DocumentFiling => ({
  filingId: randomUUID(),
  mediaType: 'application/xml',
  file: Buffer.from(text).toString('base64'),
});

const file = async (who: Principal, filing: DocumentFiling) => {
  const url = `/api/patients/${PATIENT_ID}/documents`;
  const answer = await server.app.inject({ method: 'POST', url, headers: await server.as(who), payload: filing });
  return { status: answer.statusCode, ...(answer.json() as { documentId: string; isNew: boolean; code?: string; at?: string }) };
};
const read = async (who: Principal, path = '?period=all') =>
  server.app.inject({ url: `/api/patients/${PATIENT_ID}/documents${path}`, headers: await server.as(who) });
const listOf = async (who: Principal) => (await read(who)).json() as DocumentList;
const itemOf = async (who: Principal, id: string): Promise<DocumentItem | undefined> =>
  (await listOf(who)).documents.find(({ documentId }) => documentId === id);
const traceOf = (documentId: string) =>
  server.database.db.query<{ action: string; allowed: boolean }>(
    'trace',
    `select action, allowed from access.audit_event where object = $1 and action = 'document.feed'`,
    [documentId],
  );

describe('a PDF filed by a doctor in the record that is open', () => {
  test('is a document of that patient, with its national metadata, read by the care team, written once in the trail', async () => {
    const filed = await file(doctor, pdf());
    expect([filed.status, filed.isNew]).toEqual([201, true]);
    expect(await itemOf(nurse, filed.documentId)).toMatchObject({
      title: ABOUT.title,
      type: { code: '11488-4', system: '2.16.840.1.113883.6.1' },
      class: { code: '10' },
      format: { code: 'urn:ihe:iti:xds-sd:pdf:2008' },
      category: 'hospital-report',
      servedAt: '2026-11-19T23:00:00.000Z',
      structure: doctor.organisation,
      authors: [{ name: doctor.name, id: doctor.id }],
      filedBy: { id: doctor.id, name: doctor.name },
      joinedBy: 'opened',
      channel: 'screen',
      hasPdf: true,
      current: true,
    });
    expect(await traceOf(filed.documentId)).toEqual([{ action: 'document.feed', allowed: true }]);
    const [kept] = [await read(nurse, `/${filed.documentId}/pdf`)];
    expect(kept!.rawPayload.equals(PDF)).toBe(true);
  });

  test('is kept as the level 1 CDA that the region exchanges, with the INS of the patient', async () => {
    const { documentId } = await file(doctor, pdf({ author: 'Dr Paul ANCIEN-DEMO' }));
    const original = readClinicalDocument((await read(doctor, `/${documentId}/original`)).rawPayload);
    expect(original).toMatchObject({
      format: 'cda-n1',
      authors: [{ name: { family: 'ANCIEN-DEMO', given: 'Paul', suffix: 'DR' } }],
      dataEnterer: { ids: [{ root: '1.2.250.1.71.4.2.1' }] },
    });
    expect(original.patient.ids).toEqual([{ root: INS.oid, extension: INS.value }]);
    expect((await itemOf(doctor, documentId))?.authors).toEqual([{ name: 'Dr Paul ANCIEN-DEMO' }]);
  });

  test('sent twice, even at once, is one document; the same file about something else is another', async () => {
    const filing = pdf();
    const [one, two] = await Promise.all([file(doctor, filing), file(doctor, filing)]);
    expect(one.documentId).toBe(two.documentId);
    expect([one.isNew, two.isNew].toSorted()).toEqual([false, true]);
    expect((await file(doctor, pdf({ title: 'Autre consultation' }))).documentId).not.toBe(one.documentId);
  });

  test('replaces one that the same person filed; another’s cannot be replaced', async () => {
    const first = await file(doctor, pdf());
    const second = await file(doctor, pdf({ title: 'Consultation du genou, corrigée' }, { replaces: first.documentId }));
    expect(await itemOf(doctor, first.documentId)).toMatchObject({ current: false, supersededBy: second.documentId });
    expect(((await read(doctor, `/${second.documentId}`)).json() as DocumentView).versions.map(({ version }) => version)).toEqual([2, 1]);
    expect(await file(nurse, pdf({}, { replaces: second.documentId }))).toMatchObject({ status: 404, at: 'body.replaces' });
  });

  test('that is no PDF, or says no type of the list, is refused in words', async () => {
    expect(await file(doctor, pdf({}, { file: Buffer.from('not a PDF').toString('base64') }))).toMatchObject({
      code: 'report.unreadable',
    });
    expect(await file(doctor, pdf({ type: 'X-99' }))).toMatchObject({ code: 'document.type-unknown' });
  });

  test('about an anonymous test is kept out', async () => {
    expect(await file(doctor, pdf({ title: 'Dépistage anonyme et gratuit' }))).toMatchObject({ status: 422, code: 'deposit.kept-out' });
  });
});

describe('rights to file', () => {
  test('a nurse is offered no certificate, and is refused one; the refusal is written', async () => {
    expect((await listOf(nurse)).mayFile.map(({ code }) => code)).not.toContain('CERT_DECL');
    expect((await listOf(doctor)).mayFile.map(({ code }) => code)).toContain('CERT_DECL');
    expect(await file(nurse, pdf({ type: 'CERT_DECL' }))).toMatchObject({ status: 403, code: 'access.denied' });
  });

  test('patients file their wishes in their own record, and no hospital report', async () => {
    expect((await listOf(patient)).mayFile.map(({ code }) => code)).toEqual(['EXPPAT_3', 'EXPPAT_1', 'DOCPAT09']);
    const filed = await file(patient, pdf({ type: 'EXPPAT_3', title: 'Mes directives anticipées' }));
    expect(filed.status).toBe(201);
    expect(await itemOf(doctor, filed.documentId)).toMatchObject({
      category: 'advance-directives',
      structure: { name: patient.name },
      authors: [{ name: 'Jeanne ESSAI', id: patient.id }],
    });
    expect(await file(patient, pdf({ type: '34112-3' }))).toMatchObject({ status: 403 });
  });
});

describe('a CDA filed by hand', () => {
  test('of another patient, or of another structure, is refused and nothing is kept', async () => {
    const before = (await listOf(doctor)).documents.length;
    const text = writeClinicalDocument(letterOf(50));
    expect(await file(doctor, cda(text))).toMatchObject({ status: 403, code: 'deposit.wrong-structure' });
    const custodian = { ids: [{ root: '1.2.250.1.71.4.2.2', extension: '1990100001' }], name: 'Cabinet des Essais' };
    const other = writeClinicalDocument({
      ...letterOf(51, { patient: { ...JEANNE, ids: [{ root: '1.2.250.1.999.1', extension: 'IPP-51' }] } }),
      custodian,
    });
    expect(await file(doctor, cda(other))).toMatchObject({ status: 422, code: 'document.other-patient' });
    expect((await listOf(doctor)).documents.length).toBe(before);
  });

  test('of the patient is filed with what it says of itself; filed again, it is the same document', async () => {
    const { documentId } = await file(doctor, pdf());
    const { patient: named, custodian } = readClinicalDocument((await read(doctor, `/${documentId}/original`)).rawPayload);
    const text = writeClinicalDocument({ ...letterOf(52), patient: named, custodian });
    const filed = await file(doctor, cda(text));
    expect(filed).toMatchObject({ status: 201 });
    expect(await itemOf(doctor, filed.documentId)).toMatchObject({ group: 'discharge', channel: 'screen', joinedBy: 'opened' });
    expect(await file(doctor, cda(text))).toMatchObject({ status: 200, documentId: filed.documentId, isNew: false });
  });
});

describe('what a person filed', () => {
  const act = async (who: Principal, documentId: string, body: { act: string; reason: string }) => {
    const url = `/api/patients/${PATIENT_ID}/documents/${documentId}/status`;
    return (await server.app.inject({ method: 'POST', url, headers: await server.as(who), payload: body })).statusCode;
  };
  const statusOf = async (who: Principal, documentId: string) => (await itemOf(who, documentId))?.status;
  const actsOf = async (who: Principal, documentId: string) => ((await read(who, `/${documentId}`)).json() as DocumentView).may.status;
  const reason = 'versé par erreur';

  test('they withdraw: nobody reads it any more, they themselves bring it back, and each act is written with its reason', async () => {
    const { documentId } = await file(doctor, pdf());
    expect(await actsOf(doctor, documentId)).toEqual(['archive', 'delete']);
    expect(await act(doctor, documentId, { act: 'delete', reason })).toBe(204);
    expect([await statusOf(doctor, documentId), await statusOf(nurse, documentId)]).toEqual([undefined, undefined]);
    expect((await read(nurse, `/${documentId}/pdf`)).statusCode).toBe(404);
    expect(await act(nurse, documentId, { act: 'restore', reason })).toBe(404);
    expect(await act(doctor, documentId, { act: 'restore', reason: 'retrait annulé' })).toBe(204);
    expect(await statusOf(nurse, documentId)).toBe('current');
    const trace = await server.database.db.query<{ reason: string; allowed: boolean }>(
      'status-trace',
      `select reason, allowed from access.audit_event where object = $1 and action = 'document.status' order by sequence`,
      [documentId],
    );
    expect(trace.map(({ reason: said, allowed }) => [said, allowed])).toEqual([
      [reason, true],
      [reason, false],
      ['retrait annulé', true],
    ]);
  });

  test('they archive, and the patient too: it stays readable, out of the list of two years', async () => {
    const { documentId } = await file(doctor, pdf());
    expect(await actsOf(patient, documentId)).toEqual(['archive']);
    expect(await act(patient, documentId, { act: 'archive', reason: 'ancien' })).toBe(204);
    const recent = ((await read(doctor, '?period=recent')).json() as DocumentList).documents;
    expect(recent.map((item) => item.documentId)).not.toContain(documentId);
    expect(await statusOf(doctor, documentId)).toBe('archived');
    expect(await act(doctor, documentId, { act: 'restore', reason: 'encore utile' })).toBe(204);
    expect(await statusOf(nurse, documentId)).toBe('current');
  });

  test('another professional neither archives nor withdraws, nor does the patient withdraw it', async () => {
    const { documentId } = await file(doctor, pdf());
    expect(await actsOf(nurse, documentId)).toEqual([]);
    expect(await act(nurse, documentId, { act: 'archive', reason })).toBe(403);
    expect(await act(patient, documentId, { act: 'delete', reason })).toBe(403);
    expect(await statusOf(nurse, documentId)).toBe('current');
  });
});
