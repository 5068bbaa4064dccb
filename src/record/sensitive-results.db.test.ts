import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { PEOPLE } from '../../test/support/people.ts';
import { JEANNE, LABORATORY, POTASSIUM, quantity, reportOf } from '../../test/support/reports.ts';
import { testServer } from '../../test/support/server.ts';
import { accessesSchema } from '../access/contract.ts';
import { openSession, type Principal, registerLinks, settleFamilies, verifyChain } from '../access/index.ts';
import { registerSenders, registerStructures } from '../directory/index.ts';
import { type LabReport, writeCda } from '../formats/index.ts';
import { uuidv7 } from '../kernel/index.ts';
import { readFamilyTables } from '../terminology/index.ts';
import type { PatientReports, ReportView } from './contract.ts';
import { writeDocumentEvent } from './store-registry.ts';
import { heardBy, withItems } from './heard-events.ts';

const server = testServer();
const SECRET = 'a-secret-of-the-tests-only';
const HIV = quantity('99991-1', 'Sérologie VIH 1 et 2', '1', '{index}');
const LEIDEN = quantity('99992-2', 'Mutation facteur V Leiden', '1', '1');

const biologist: Principal = { ...PEOPLE.biologist, organisation: LABORATORY };
const prescriber: Principal = PEOPLE.specialist;
let patient: Principal;
let parent: Principal;
let patientId = '';
let token = '';
const documents: Record<'whole' | 'hivOnly' | 'genetics' | 'plain', string> = { whole: '', hivOnly: '', genetics: '', plain: '' };

const withPrescriber = (report: LabReport): LabReport => ({
  ...report,
  participants: [
    {
      type: 'REF',
      ids: [{ root: '1.2.250.1.71.4.2.1', extension: prescriber.id.slice('rpps:'.length) }],
      name: { given: 'Karim', family: 'BENALI-DEMO' },
    },
  ],
});

const concluding = (report: LabReport): LabReport => ({
  ...report,
  sections: [...report.sections, { kind: 'comment', title: 'Conclusion', narrative: 'Bilan à revoir.', entries: [], sections: [] }],
});

beforeAll(async () => {
  const { db } = server.database;
  await registerStructures(db, [{ ...LABORATORY, kind: 'laboratory' }]);
  const sender = {
    clientId: 'lis-essai',
    name: 'SIL',
    structures: [LABORATORY.finess],
    formats: ['cda-cr-bio'],
    state: 'production' as const,
    resultsUrl: 'https://resultats.labo-essai.example/ouvrir?dossier={dossier}',
  };
  await registerSenders(db, [{ ...sender, secret: SECRET, connectedSince: new Date() }], 'demo');
  token = await server.tokenOf('lis-essai', SECRET);
  documents.whole = await deposit(concluding(withPrescriber(reportOf(1, { results: [POTASSIUM, HIV] }))));
  documents.hivOnly = await deposit(reportOf(2, { results: [HIV] }));
  documents.genetics = await deposit(withPrescriber(reportOf(3, { results: [POTASSIUM, LEIDEN] })));
  documents.plain = await deposit(reportOf(4));
  patient = { id: `patient:${patientId}`, name: 'Jeanne ESSAI', role: 'patient', patientId };
  const otherId = uuidv7();
  parent = { id: `patient:${otherId}`, name: 'Pierre ESSAI', role: 'patient', patientId: otherId };
  const since = new Date(Date.now() - 60_000);
  await registerLinks(
    db,
    [
      { patientId, holder: { person: PEOPLE.gp.id }, kind: 'treating-doctor', since },
      { patientId, holder: { person: PEOPLE.nurse.id }, kind: 'care-team', since },
      { patientId, holder: { person: prescriber.id }, kind: 'care-team', since },
      { patientId, holder: { structure: LABORATORY.finess }, kind: 'producer', since },
      { patientId, holder: { person: parent.id }, kind: 'representative', since },
    ],
    'test',
  );
});

async function deposit(report: LabReport): Promise<string> {
  const answer = await server.app.inject({
    method: 'POST',
    url: '/api/deposits',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/xml' },
    payload: writeCda({ ...report, patient: JEANNE }),
  });
  const { documentId } = answer.json() as { documentId: string };
  const [row] = await server.database.db.query<{ patient: string }>(
    'whose',
    'select patient_id as patient from record.document where document_id = $1',
    [documentId],
  );
  patientId = row!.patient;
  return documentId;
}

const get = async (who: Principal, path: string) =>
  server.app.inject({ url: `/api/patients/${patientId}${path}`, headers: await headersOf(who) });
const headersOf = async (who: Principal) => ({
  cookie: `cigogne=${await openSession(server.database.db, who, new Date())}`,
  'sec-fetch-site': 'same-origin',
});

async function labelsSeenBy(who: Principal): Promise<string[]> {
  const { reports } = (await get(who, '/biology')).json() as PatientReports;
  return reports.flatMap(({ results }) => results.map(({ label }) => label)).toSorted();
}

const POTASSIUMS = ['Potassium', 'Potassium', 'Potassium'];
const VIH = 'Sérologie VIH 1 et 2';
const GENE = 'Mutation facteur V Leiden';

describe('sensitive results, one by one', () => {
  test('each professional sees those that the law leaves open to them, and all the rest of the same reports', async () => {
    expect(await labelsSeenBy(biologist)).toEqual([GENE, ...POTASSIUMS, VIH, VIH]);
    expect(await labelsSeenBy(PEOPLE.gp)).toEqual([...POTASSIUMS, VIH, VIH]);
    expect(await labelsSeenBy(prescriber)).toEqual([GENE, ...POTASSIUMS, VIH]);
    expect(await labelsSeenBy(PEOPLE.nurse)).toEqual(POTASSIUMS);
  });

  test('what a report concludes is told to who sees all of it, since it is drawn from all', async () => {
    const conclusionToldTo = async (who: Principal) =>
      ((await get(who, '/biology')).json() as PatientReports).reports.find(({ documentId }) => documentId === documents.whole)!.conclusion;
    expect(await conclusionToldTo(PEOPLE.gp)).toEqual({ text: 'Bilan à revoir.' });
    expect(await conclusionToldTo(PEOPLE.nurse)).toBeUndefined();
  });

  test('who deposited is told to the patient, but not of a report that they may not know of yet', async () => {
    const { db } = server.database;
    const filed = () =>
      db.query('filed', `select object from access.audit_event where chain = $1 and action = 'deposit.send' order by sequence`, [
        patientId,
      ]);
    await expect.poll(async () => (await filed()).length).toBe(4);
    expect((await verifyChain(db, patientId)).fault).toBeUndefined();
    const depositsToldTo = async (who: Principal) =>
      accessesSchema.parse((await get(who, '/accesses')).json()).accesses.filter(({ actionId }) => actionId === 'deposit.send');
    const told = await depositsToldTo(patient);
    expect(told.map(({ who, rule }) => [who, rule])).toEqual(
      Array.from({ length: 3 }, () => [LABORATORY.name, 'Le laboratoire qui a produit le document']),
    );
    expect(await depositsToldTo(PEOPLE.gp)).toHaveLength(4);
  });

  test('that someone read a report hidden from the patient is told as a reading of the record', async () => {
    expect((await get(PEOPLE.gp, `/reports/${documents.hivOnly}`)).statusCode).toBe(200);
    expect((await get(patient, `/reports/${documents.hivOnly}`)).statusCode).toBe(404);
    expect((await get(patient, `/reports/${uuidv7()}`)).statusCode).toBe(404);
    const { accesses } = accessesSchema.parse((await get(patient, '/accesses')).json());
    const [own, absent, hidden, gp] = accesses;
    expect(own!.actionId).toBe('accesses.read');
    expect({ ...hidden, at: '' }).toEqual({ ...absent, at: '' });
    expect([gp!.who, gp!.actionId]).toEqual([PEOPLE.gp.name, 'patient.open']);
  });

  test('the patient sees them once told, a representative never', async () => {
    expect(await labelsSeenBy(patient)).toEqual(POTASSIUMS);
    const tell = async (who: Principal, documentId: string) =>
      server.app.inject({ method: 'POST', url: `/api/patients/${patientId}/reports/${documentId}/told`, headers: await headersOf(who) });
    const announced = async (who: Principal) => {
      const { mayTell, told } = (await get(who, `/reports/${documents.hivOnly}`)).json() as ReportView;
      return [mayTell, told?.by];
    };
    expect(await announced(PEOPLE.gp)).toEqual([true, undefined]);
    expect((await tell(PEOPLE.gp, documents.hivOnly)).statusCode).toBe(204);
    expect(await announced(PEOPLE.gp)).toEqual([true, PEOPLE.gp.name]);
    expect(await announced(patient)).toEqual([false, PEOPLE.gp.name]);
    expect(await labelsSeenBy(patient)).toEqual([...POTASSIUMS, VIH]);
    expect((await tell(biologist, documents.genetics)).statusCode).toBe(204);
    expect(await labelsSeenBy(patient)).toEqual([...POTASSIUMS, VIH]);
    expect((await tell(prescriber, documents.genetics)).statusCode).toBe(204);
    expect(await labelsSeenBy(patient)).toEqual([GENE, ...POTASSIUMS, VIH]);
    expect(await labelsSeenBy(parent)).toEqual(POTASSIUMS);
    expect((await tell(PEOPLE.nurse, documents.hivOnly)).statusCode).toBe(404);
  });

  test('nothing of the answer tells that something was left out', async () => {
    const text = (await get(PEOPLE.nurse, '/biology')).body;
    for (const trace of ['VIH', 'Leiden', 'hiv', 'genetics', 'families', documents.hivOnly])
      expect([trace, text.includes(trace)]).toEqual([trace, false]);
    const { completeness, reports } = JSON.parse(text) as PatientReports;
    expect(completeness.laboratories).toEqual([{ ...LABORATORY, reports: 3 }]);
    expect(reports.map(({ chapters }) => chapters)).toEqual([['BIOCHIMIE'], ['BIOCHIMIE'], ['BIOCHIMIE']]);
  });

  test('a report opened says of the results left what it says of any, in narrative and numbers', async () => {
    const view = (await get(PEOPLE.nurse, `/reports/${documents.whole}`)).json() as ReportView;
    expect(view.results.map(({ label }) => label)).toEqual(['Potassium']);
    expect(view.sections).toEqual([{ title: 'BIOCHIMIE', html: expect.stringContaining('5,60 mmol/L'), depth: 0 }]);
    expect(JSON.stringify(view)).not.toMatch(/VIH|hiv/i);
    const whole = (await get(PEOPLE.gp, `/reports/${documents.whole}`)).json() as ReportView;
    expect(JSON.stringify(whole)).toContain('VIH');
  });

  test('who sees all of a report is led to it at its laboratory, by its number there: neither who sees a part of it, nor the patient', async () => {
    const ledTo = async (who: Principal, documentId: string) =>
      ((await get(who, `/reports/${documentId}`)).json() as ReportView).atLaboratory;
    expect(await ledTo(PEOPLE.gp, documents.whole)).toMatch(/^https:\/\/resultats\.labo-essai\.example\/ouvrir\?dossier=[\w.%-]+$/);
    expect([await ledTo(PEOPLE.nurse, documents.whole), await ledTo(patient, documents.plain)]).toEqual([undefined, undefined]);
  });

  test('a hidden report, its files and the files of a report partly hidden are answered as what does not exist', async () => {
    const absent = await get(PEOPLE.nurse, `/reports/${uuidv7()}`);
    const hidden = [
      `/reports/${documents.hivOnly}`,
      `/reports/${documents.hivOnly}/original`,
      `/reports/${documents.whole}/original`,
      `/reports/${documents.whole}/pdf`,
    ];
    for (const path of hidden) {
      const answer = await get(PEOPLE.nurse, path);
      expect([path, answer.statusCode, answer.json()]).toEqual([path, 404, absent.json()]);
    }
    expect((await get(PEOPLE.nurse, `/reports/${documents.plain}/original`)).statusCode).toBe(200);
    expect((await get(biologist, `/reports/${documents.whole}/original`)).statusCode).toBe(200);
  });

  test('pages are told of the results that their reader may see, counted without the others', async () => {
    const events = await withItems(
      server.database.db,
      Object.values(documents).map((documentId) => ({
        patientId,
        kind: 'report-stored' as const,
        documentId,
        laboratory: LABORATORY.name,
        results: documentId === documents.whole || documentId === documents.genetics ? 2 : 1,
        isCorrection: false,
      })),
    );
    const told = (reader: Parameters<typeof heardBy>[0]) =>
      Object.fromEntries(events.flatMap((event) => heardBy(reader, event) ?? []).map(({ documentId, results }) => [documentId, results]));
    const doctor = { id: 'rpps:1', profession: 'doctor', laboratory: undefined } as const;
    expect(told({ ...doctor, standsAs: 'treating-doctor' })).toEqual({
      [documents.whole]: 2,
      [documents.hivOnly]: 1,
      [documents.genetics]: 1,
      [documents.plain]: 1,
    });
    const plainOnly = { [documents.whole]: 1, [documents.genetics]: 1, [documents.plain]: 1 };
    expect(told({ ...doctor, standsAs: 'linked' })).toEqual(plainOnly);
    expect(told({ ...doctor, profession: 'patient', standsAs: 'holder' })).toEqual(plainOnly);
  });

  test('a report that the patient hid is open to the treating doctor and to its laboratory alone', async () => {
    const { db } = server.database;
    const mask = {
      patientId,
      documentId: documents.plain,
      mask: 'MASQUE_PS' as const,
      actor: patient.id,
      actorName: patient.name,
      role: 'patient',
    };
    await writeDocumentEvent(db, { ...mask, kind: 'hide', eventId: uuidv7(), at: new Date().toISOString() });
    expect(await labelsSeenBy(PEOPLE.nurse)).toHaveLength(2);
    expect(await labelsSeenBy(PEOPLE.gp)).toContain('Potassium');
    expect((await get(PEOPLE.nurse, `/reports/${documents.plain}`)).statusCode).toBe(404);
    expect((await get(biologist, `/reports/${documents.plain}`)).statusCode).toBe(200);
    await writeDocumentEvent(db, { ...mask, kind: 'show', eventId: uuidv7(), at: new Date(Date.now() + 1).toISOString() });
    expect(await labelsSeenBy(PEOPLE.nurse)).toHaveLength(3);
  });
});

describe('a region that settles its own table of sensitive families', () => {
  const table = (from: string) =>
    readFamilyTables(
      [
        `version\tDélibération 12\tfrom\t${from}`,
        'family\tprofessionals\tpatient\tpushed\trepresentatives\tbasis',
        'hiv\tcare-team\tafter-told\tno\tno\tDélibération 12 du comité d’éthique',
      ].join('\n'),
    );
  afterEach(() => settleFamilies([]));

  test('opens to the care team what it says and nothing else, and the trail keeps by which table', async () => {
    settleFamilies(table('2026-01-01'));
    expect(await labelsSeenBy(PEOPLE.nurse)).toEqual([...POTASSIUMS, VIH, VIH]);
    expect(await labelsSeenBy(parent)).not.toContain(VIH);
    const [last] = await server.database.db.query<{ version: string }>(
      '',
      `select rights_version as version from access.audit_event where chain = $1 and actor = $2 order by sequence desc limit 1`,
      [patientId, PEOPLE.nurse.id],
    );
    expect(last!.version).toMatch(/^\d{4}-\d{2}-\d{2}\+Délibération 12$/);
  });

  test('opens nothing before its day', async () => {
    settleFamilies(table('2999-01-01'));
    expect(await labelsSeenBy(PEOPLE.nurse)).toEqual(POTASSIUMS);
  });
});
