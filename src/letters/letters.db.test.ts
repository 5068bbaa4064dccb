import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { regionDay, typedLetter } from '../../test/support/discharge-letter.ts';
import { HOSPITAL } from '../../test/support/letters.ts';
import { PATIENT_ID, PEOPLE } from '../../test/support/people.ts';
import { JEANNE } from '../../test/support/reports.ts';
import { testServer } from '../../test/support/server.ts';
import { type Principal, registerLinks } from '../access/index.ts';
import { registerPractitioners, registerStructures } from '../directory/index.ts';
import { type AdtMessage, letterOf, readClinicalDocument, treatmentChanges, validateAny } from '../formats/index.ts';
import { noteSourceIdentity, registerPatients } from '../identity/index.ts';
import type { DocumentView } from '../record/contract.ts';
import type { DayZeroShare, LetterContent, LetterDesk } from './contract.ts';
import { emptyContent } from './empty-content.ts';

const server = testServer();
const doctor: Principal = { ...PEOPLE.specialist, organisation: HOSPITAL };
const colleague: Principal = { ...doctor, id: 'rpps:899700000023', name: 'Dr Nora VOISIN-DEMO' };
const GP = { id: PEOPLE.gp.id, name: 'Dr Anne LEFEVRE-DEMO', as: 'treating-doctor' } as const;
const [ins] = JEANNE.ids;

beforeAll(async () => {
  const { db } = server.database;
  const names = { birthFamily: 'ESSAI-DURAND', birthGivens: 'JEANNE MARIE', firstBirthGiven: 'JEANNE' };
  const traits = { ...names, sex: 'F' as const, birthDate: '1955-06-12', birthPlace: { cog: '99042' } };
  const INS = { oid: ins!.root, value: ins!.extension! };
  await registerPatients(db, [{ patientId: PATIENT_ID, traits, status: 'qualified', ins: INS }], new Date());
  await registerStructures(db, [{ ...HOSPITAL, kind: 'hospital' }]);
  await registerPractitioners(db, [
    { rpps: GP.id.slice(5), family: 'LEFEVRE-DEMO', given: 'Anne', title: 'DR', structures: [], mailboxes: [] },
  ] as never);
  const since = new Date(Date.now() - 60_000);
  const link = (person: string, kind: 'treating-doctor' | 'care-team') => ({ patientId: PATIENT_ID, holder: { person }, kind, since });
  await registerLinks(db, [link(GP.id, 'treating-doctor'), link(doctor.id, 'care-team'), link(colleague.id, 'care-team')], 'test');
});

const whole = (more: Partial<LetterContent> = {}) => typedLetter([GP], more);

const url = (rest = '') => `/api/patients/${PATIENT_ID}/letters${rest}`;
const keep = async (who: Principal, draftId: string, content: LetterContent, replaces?: string) =>
  (
    await server.app.inject({
      method: 'PUT',
      url: url(`/${draftId}`),
      headers: await server.as(who),
      payload: { content, ...(replaces !== undefined && { replaces }) },
    })
  ).statusCode;
const finish = async (who: Principal, draftId: string) => {
  const answer = await server.app.inject({ method: 'POST', url: url(`/${draftId}/finish`), headers: await server.as(who) });
  return { status: answer.statusCode, ...(answer.json() as { documentId: string; isNew: boolean; message?: string; code?: string }) };
};
const desk = async (who: Principal) => (await server.app.inject({ url: url(), headers: await server.as(who) })).json() as LetterDesk;
const original = async (documentId: string) =>
  (await server.app.inject({ url: `/api/patients/${PATIENT_ID}/documents/${documentId}/original`, headers: await server.as(PEOPLE.gp) }))
    .rawPayload;
const sign = async (content: LetterContent, replaces?: string) => {
  const draftId = randomUUID();
  expect(await keep(doctor, draftId, content, replaces)).toBe(204);
  return { draftId, ...(await finish(doctor, draftId)) };
};

describe('a letter being written', () => {
  test('is kept for its author alone, with the treating doctor proposed, and can be given up', async () => {
    const draftId = randomUUID();
    expect((await desk(doctor)).suggested).toEqual([GP]);
    expect(await keep(doctor, draftId, emptyContent())).toBe(204);
    expect(await keep(doctor, draftId, { ...emptyContent(), reason: 'Chute' })).toBe(204);
    expect((await desk(doctor)).drafts).toMatchObject([{ draftId, content: { reason: 'Chute' } }]);
    expect((await desk(colleague)).drafts).toEqual([]);
    expect(await keep(colleague, draftId, emptyContent())).toBe(404);
    expect((await finish(colleague, draftId)).status).toBe(404);
    const dropped = await server.app.inject({ method: 'DELETE', url: url(`/${draftId}`), headers: await server.as(doctor) });
    expect([dropped.statusCode, (await desk(doctor)).drafts]).toEqual([204, []]);
  });

  test('is not signed while a heading lacks: each one is named', async () => {
    const refused = await sign({ ...whole(), synthesis: ' ', germs: '', hasNoPlan: false, plan: [] });
    expect(refused).toMatchObject({
      status: 422,
      code: 'letter.incomplete',
      message: 'the discharge letter lacks: synthesis, germs, plan',
    });
    expect((await desk(doctor)).finished).toEqual([]);
  });
});

describe('a letter signed', () => {
  test('is a document of the national model that says every heading, and breaks no rule of it', async () => {
    const signed = await sign(whole({ place: 'SA04' }));
    expect([signed.status, signed.isNew]).toEqual([201, true]);
    const bytes = await original(signed.documentId);
    expect(validateAny(bytes, 'application/xml')).toEqual([]);
    const document = readClinicalDocument(bytes);
    expect(document.encounter?.facility?.code).toMatchObject({ code: 'SA04', display: 'Etablissement privé non PSPH' });
    expect(letterOf(document)).toMatchObject({
      isApproved: true,
      reason: 'Décompensation cardiaque',
      admission: 'emergency',
      resistantGerms: { isSearched: true, found: 'Aucun' },
      results: 'Résultats attendus à la sortie :\n- Ferritine (prélevé le 04/10/2026)',
    });
    expect(
      treatmentChanges(document).map(({ treatment, change, reasons }) => [treatment.name ?? treatment.words, change, reasons]),
    ).toEqual([
      ['BISOPROLOL ESSAI 2,5 mg', 'continued', []],
      ['RAMIPRIL ESSAI 2,5 mg', 'started', ['Fraction d’éjection à 35 %']],
      ['FUROSEMIDE ESSAI 40 mg', 'changed', ['Surcharge']],
      ['IBUPROFENE ESSAI 400 mg', 'stopped', ['Insuffisance rénale']],
    ]);
    // As data, whoever reads it: the speciality or its class, and the way that it is given.
    expect(
      letterOf(document).dischargeTreatments?.map(({ product, route }) => [product?.code ?? product?.translations?.[0]?.code, route?.code]),
    ).toEqual([
      [undefined, undefined],
      ['C09AA05', '20053000'],
      ['60123456', undefined],
    ]);
    const view = await server.app.inject({
      url: `/api/patients/${PATIENT_ID}/documents/${signed.documentId}`,
      headers: await server.as(PEOPLE.gp),
    });
    const told = (view.json() as DocumentView).structured.map(({ kind, lines }) => ({ kind, lines: lines.map(({ words }) => words) }));
    expect(told).toEqual([
      { kind: 'treatments-started', lines: ['RAMIPRIL ESSAI 2,5 mg — Fraction d’éjection à 35 %'] },
      {
        kind: 'treatments-changed',
        lines: ['FUROSEMIDE ESSAI 40 mg : 1 comprimé 1 fois par jour → 2 comprimés 1 fois par jour — Surcharge'],
      },
      { kind: 'treatments-stopped', lines: ['IBUPROFENE ESSAI 400 mg — Insuffisance rénale'] },
      { kind: 'treatments-continued', lines: ['BISOPROLOL ESSAI 2,5 mg'] },
      { kind: 'plannedCare', lines: ['Médecin traitant sous 7 jours'] },
    ]);
    expect(document.recipients).toMatchObject([{ ids: [{ extension: GP.id.slice(5) }] }]);
    expect(await finish(doctor, signed.draftId)).toMatchObject({ status: 200, documentId: signed.documentId, isNew: false });
  });

  test('is corrected by its author in a later version that replaces it, once', async () => {
    const first = await sign(whole());
    const { finished } = await desk(doctor);
    expect(finished.map(({ documentId }) => documentId)).toContain(first.documentId);
    const second = await sign(whole({ synthesis: 'Évolution favorable. Poids de sortie 71 kg.' }), first.documentId);
    const [before, after] = [
      readClinicalDocument(await original(first.documentId)),
      readClinicalDocument(await original(second.documentId)),
    ];
    expect([after.version, after.setId, after.replaces]).toEqual([2, before.setId, [before.id]]);
    expect((await desk(doctor)).finished.map(({ documentId }) => documentId)).not.toContain(first.documentId);
    expect((await sign(whole(), first.documentId)).status).toBe(404);
  });

  test('names nobody when the patient refuses that it be sent: it is in the record all the same', async () => {
    const signed = await sign(whole({ isSendingRefused: true }));
    expect(readClinicalDocument(await original(signed.documentId)).recipients ?? []).toEqual([]);
  });
});

describe('the share of letters that left on the day', () => {
  let told = 0;
  const adt = (event: 'A01' | 'A03', happenedAt: string, stay: { number: string; ward: string; ipp?: string }) => {
    told += 1;
    const { ipp = 'IPP-1' } = stay;
    const message: AdtMessage = {
      kind: 'adt',
      event,
      header: { controlId: `D${told}`, type: 'ADT', sendingFacility: {} } as AdtMessage['header'],
      happenedAt,
      patient: ipp === 'IPP-1' ? JEANNE : { ...JEANNE, ids: [], birthFamily: 'PERSONNE' },
      identifiers: [{ root: '1.2.3', extension: ipp }, ...(ipp === 'IPP-1' ? JEANNE.ids : [])] as AdtMessage['identifiers'],
      cleared: [],
      reliability: [],
      merges: [],
      consents: [],
      visit: { ids: [{ root: '1.2.4', extension: stay.number }] as never, class: 'I', ward: stay.ward },
      warnings: [],
    };
    return server.database.db.transaction((tx) =>
      noteSourceIdentity(tx, { message, senderFiness: HOSPITAL.finess, receivedAt: new Date() }),
    );
  };
  const hl7 = (daysAgo: number, clock: string) => regionDay(new Date(Date.now() - daysAgo * 86_400_000)).replaceAll('-', '') + clock;
  const share = async (who: Principal) => {
    const answer = await server.app.inject({ url: '/api/letters/day-zero', headers: await server.as(who) });
    return { status: answer.statusCode, body: answer.body, units: (answer.json() as DayZeroShare).units };
  };

  test('is told by unit from the stays that the hospital ended, to the hospital and the region, and names nobody', async () => {
    await adt('A01', hl7(20, '080000'), { number: 'S1', ward: 'Chirurgie' });
    await adt('A03', hl7(12, '160000'), { number: 'S1', ward: 'Chirurgie' });
    await adt('A01', hl7(9, '080000'), { number: 'S2', ward: 'Cardiologie' });
    await adt('A03', hl7(0, '000000'), { number: 'S2', ward: 'Cardiologie' });
    await adt('A03', hl7(3, '160000'), { number: 'S3', ward: 'Cardiologie', ipp: 'IPP-2' });
    await sign(whole());
    const { units, body } = await share(doctor);
    const none = { structure: HOSPITAL.finess, name: HOSPITAL.name, unidentified: 0, filed: 0, sent: 0, written: 0 };
    expect(units).toEqual([
      { ...none, unit: 'Cardiologie', discharges: 2, unidentified: 1, filed: 1, written: 1 },
      { ...none, unit: 'Chirurgie', discharges: 1 },
    ]);
    expect(body).not.toMatch(/ESSAI-DURAND|IPP|0190a000/);
    expect((await share(PEOPLE.operator)).units).toEqual(units);
    expect((await share({ ...colleague, organisation: { finess: '990200399', name: 'Un autre' } })).units).toEqual([]);
    expect((await share(PEOPLE.nurse)).status).toBe(403);
    // The stay of the letter is what a new letter begins with.
    expect((await desk(doctor)).stays[0]).toMatchObject({ unit: 'Cardiologie', kind: 'inpatient', exit: regionDay(new Date()) });
  });
});
