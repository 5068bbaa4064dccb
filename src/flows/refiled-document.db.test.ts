import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { letterOf } from '../../test/support/letters.ts';
import { PEOPLE } from '../../test/support/people.ts';
import { JEANNE } from '../../test/support/reports.ts';
import { testServer } from '../../test/support/server.ts';
import { type Principal, registerLinks } from '../access/index.ts';
import { pdfOf, readClinicalDocument } from '../formats/index.ts';
import type { IdentityView, Worklist } from '../identity/contract.ts';
import { insKey, registerPatients } from '../identity/index.ts';
import type { DocumentFiling, DocumentList } from '../record/contract.ts';

const server = testServer();
const PDF = Buffer.from((await pdfOf(letterOf(1), 'Europe/Paris')).bytes);
const doctor: Principal = { ...PEOPLE.gp, organisation: { finess: '990100001', name: 'Cabinet des Essais' } };
const [JEANNE_ID, PAULE_ID] = ['0190a000-0000-7000-8000-0000000000a1', '0190a000-0000-7000-8000-0000000000a2'];
const OID = JEANNE.ids[0]!.root;
const INS = { oid: OID, value: JEANNE.ids[0]!.extension! };
const HERS = { oid: OID, value: `2550699042666${insKey('2550699042666')}` };
const patient: Principal = { id: `patient:${JEANNE_ID}`, name: 'Jeanne ESSAI', role: 'patient', patientId: JEANNE_ID };

beforeAll(async () => {
  const { db } = server.database;
  const traits = {
    birthFamily: 'ESSAI-DURAND',
    birthGivens: 'JEANNE MARIE',
    firstBirthGiven: 'JEANNE',
    sex: 'F' as const,
    birthDate: '1955-06-12',
  };
  const born = { ...traits, birthPlace: { cog: '99042' } };
  await registerPatients(
    db,
    [
      { patientId: JEANNE_ID, traits: born, status: 'qualified', ins: INS },
      {
        patientId: PAULE_ID,
        traits: { ...born, birthFamily: 'ESSAI-AUTRE', birthGivens: 'PAULE', firstBirthGiven: 'PAULE' },
        status: 'qualified',
        ins: HERS,
      },
    ],
    new Date(),
  );
  const since = new Date(Date.now() - 60_000);
  const link = (patientId: string) => ({ patientId, holder: { person: doctor.id }, kind: 'treating-doctor' as const, since });
  await registerLinks(db, [link(JEANNE_ID), link(PAULE_ID)], 'test');
});

async function call<T>(
  who: Principal,
  method: 'GET' | 'POST',
  url: string,
  payload?: object,
): Promise<{ status: number; body: T; bytes: Buffer }> {
  const answer = await server.app.inject({ method, url, headers: await server.as(who), ...(payload && { payload }) });
  const isJson = String(answer.headers['content-type']).includes('json');
  return { status: answer.statusCode, body: (isJson ? answer.json() : undefined) as T, bytes: answer.rawPayload };
}
const file = async (who: Principal, more: Partial<DocumentFiling> = {}, about: Partial<DocumentFiling['about']> = {}) => {
  const said = { type: '11488-4', title: 'Consultation du genou', day: '2026-11-20', ...about };
  const filing = { filingId: randomUUID(), mediaType: 'application/pdf', file: PDF.toString('base64'), about: said, ...more };
  return (await call<{ documentId: string }>(who, 'POST', `/api/patients/${JEANNE_ID}/documents`, filing)).body.documentId;
};
const cell = PEOPLE['identity-cell'];
const depositOf = async (documentId: string) =>
  (
    await server.database.db.query<{ id: string }>('', 'select deposit_id as id from record.deposit where document_id = $1', [documentId])
  )[0]!.id;
/** The identity cell takes a document out of Jeanne's record, and says whose it is. */
async function refile(documentId: string, to: string): Promise<void> {
  const depositId = await depositOf(documentId);
  const recall = { kind: 'recall', reason: 'un autre patient', depositId };
  expect((await call(cell, 'POST', `/api/identities/${JEANNE_ID}/changes`, recall)).status).toBe(200);
  const { body } = await call<Worklist>(cell, 'GET', '/api/worklists/identity');
  const { waitingId } = body.waiting.find((one) => one.depositId === depositId)!;
  const link = await call(cell, 'POST', `/api/worklists/identity/${waitingId}/link`, { patientId: to, reason: 'vu avec le médecin' });
  expect([link.status, link.body]).toMatchObject([200, { state: 'linked' }]);
}
const documentsOf = async (patientId: string) =>
  (await call<DocumentList>(doctor, 'GET', `/api/patients/${patientId}/documents?period=all`)).body.documents;
const originalOf = async (patientId: string, documentId: string) =>
  (await call(doctor, 'GET', `/api/patients/${patientId}/documents/${documentId}/original`)).bytes;

describe('a PDF filed from the screen in the wrong record, given to whom it is of by the identity cell', () => {
  test('names its new patient and no longer the first: INS, traits, identifier; the PDF is the same', async () => {
    await refile(await file(doctor), PAULE_ID);
    expect(await documentsOf(JEANNE_ID)).toEqual([]);
    const [moved] = await documentsOf(PAULE_ID);
    const bytes = await originalOf(PAULE_ID, moved!.documentId);
    expect(readClinicalDocument(bytes).patient).toMatchObject({ ids: [{ root: OID, extension: HERS.value }], birthFamily: 'ESSAI-AUTRE' });
    expect(bytes.includes(INS.value)).toBe(false);
    expect(bytes.includes('DURAND')).toBe(false);
    const { bytes: pdf } = await call(doctor, 'GET', `/api/patients/${PAULE_ID}/documents/${moved!.documentId}/pdf`);
    expect(pdf.equals(PDF)).toBe(true);
  });

  test('is still of whoever filed it, who may replace it there', async () => {
    const [moved] = await documentsOf(PAULE_ID);
    const own = { id: doctor.id, name: doctor.name };
    expect(moved).toMatchObject({
      filedBy: own,
      authors: [{ ...own, institution: 'Cabinet des Essais' }],
      channel: 'screen',
      joinedBy: 'worklist',
    });
  });

  test('with the version that it replaced, when that one is given too: they stay one document in two versions', async () => {
    const first = await file(doctor, {}, { title: 'Première' });
    const second = await file(doctor, { replaces: first }, { title: 'Seconde' });
    await refile(first, PAULE_ID);
    await refile(second, PAULE_ID);
    const [one, two] = ['Première', 'Seconde'].map((title) =>
      documentsOf(PAULE_ID).then((all) => all.find((item) => item.title === title)!),
    );
    expect([(await one!).current, (await two!).current]).toEqual([false, true]);
    expect((await one!).supersededBy).toBe((await two!).documentId);
  });

  test('given back to its first patient, it is as it was', async () => {
    const documentId = await file(doctor, {}, { title: 'Rendue' });
    const before = await originalOf(JEANNE_ID, documentId);
    await refile(documentId, JEANNE_ID);
    const back = (await documentsOf(JEANNE_ID)).find(({ title }) => title === 'Rendue')!;
    expect((await originalOf(JEANNE_ID, back.documentId)).equals(before)).toBe(true);
  });

  test('filed by a patient in their own record, it leaves their INS behind, and stays in their name', async () => {
    const wishes = await file(patient, {}, { type: 'EXPPAT_3', title: 'Mes directives anticipées' });
    await refile(wishes, PAULE_ID);
    const moved = (await documentsOf(PAULE_ID)).find(({ title }) => title === 'Mes directives anticipées')!;
    expect(moved.filedBy).toEqual({ id: patient.id, name: patient.name });
    expect((await originalOf(PAULE_ID, moved.documentId)).includes(INS.value)).toBe(false);
  });
});

test('the identity cell lists what is filed and reads nothing of it', async () => {
  const { body } = await call<IdentityView>(cell, 'GET', `/api/identities/${PAULE_ID}`);
  expect(body.records[0]!.filed.length).toBeGreaterThan(2);
  expect(JSON.stringify(body)).not.toContain('genou');
});
