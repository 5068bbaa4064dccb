import { beforeAll, describe, expect, test, vi } from 'vitest';
import { laboratoryTransaction } from '../../test/support/fhir-transaction.ts';
import { HOSPITAL, letterOf, type LetterMore } from '../../test/support/letters.ts';
import { PEOPLE } from '../../test/support/people.ts';
import { LABORATORY, POTASSIUM, quantity, reportOf } from '../../test/support/reports.ts';
import { testServer } from '../../test/support/server.ts';
import { type Principal, registerLinks } from '../access/index.ts';
import { registerSenders, registerStructures } from '../directory/index.ts';
import { pdfOf, writeCda, writeClinicalDocument } from '../formats/index.ts';
import type { DocumentList, DocumentsFound } from './contract.ts';
import { FOUND_END, FOUND_START } from './store-text.ts';

const server = testServer();
const SECRET = 'a-secret-of-the-tests-only';
/** How soon is published by `bench/`, on a quiet machine: here it is only waited for. */
const LONGEST_WAIT = { timeout: 30_000, interval: 20 };
let patientId = '';
let token = '';
const ids = { heart: '', psychiatry: '', hiv: '' };
const letter = (n: number, more: LetterMore) => deposit(writeClinicalDocument(letterOf(n, more)));

beforeAll(async () => {
  const { db } = server.database;
  await registerStructures(db, [
    { ...HOSPITAL, kind: 'hospital' },
    { ...LABORATORY, kind: 'laboratory' },
  ]);
  const structures = [HOSPITAL.finess, LABORATORY.finess];
  const sender = { clientId: 'dpi-essai', name: 'DPI', structures, formats: ['cda', 'fhir'], state: 'production' as const };
  await registerSenders(db, [{ ...sender, secret: SECRET, connectedSince: new Date() }], 'demo');
  token = await server.tokenOf('dpi-essai', SECRET);
  ids.heart = await letter(1, { narrative: '<paragraph>Patient opéré d’une prothèse ; œdèmes résorbés sous diurétiques.</paragraph>' });
  const type = { code: '68599-0', display: 'Synthèse psychiatrique' };
  ids.psychiatry = await letter(2, { type, narrative: '<paragraph>Humeur anxieuse, diurétiques sans effet.</paragraph>' });
  ids.hiv = await deposit(writeCda(reportOf(3, { results: [POTASSIUM, quantity('99991-1', 'Sérologie VIH 1 et 2', '1', '{index}')] })));
  await registerLinks(
    db,
    [
      { patientId, holder: { person: PEOPLE.gp.id }, kind: 'treating-doctor', since: new Date(Date.now() - 60_000) },
      { patientId, holder: { person: PEOPLE.nurse.id }, kind: 'care-team', since: new Date(Date.now() - 60_000) },
    ],
    'test',
  );
  server.relay.wake();
  await vi.waitUntil(async () => (await queued()) === 0, LONGEST_WAIT);
});

async function queued(): Promise<number> {
  const [row] = await server.database.db.query<{ left: number }>(
    'left',
    'select (select count(*) from record.index_queue)::int + (select count(*) from record.outbox)::int as left',
  );
  return row!.left;
}

const isFound = (words: string, documentId: string) => vi.waitUntil(async () => (await idsFor(words)).includes(documentId), LONGEST_WAIT);

async function deposit(payload: string, type = 'application/xml'): Promise<string> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': type };
  const answer = await server.app.inject({ method: 'POST', url: '/api/deposits', headers, payload });
  expect(answer.statusCode).toBe(201);
  const { documentId } = answer.json() as { documentId: string };
  const [row] = await server.database.db.query<{ patient: string }>(
    'whose',
    'select patient_id as patient from record.document where document_id = $1',
    [documentId],
  );
  patientId = row!.patient;
  return documentId;
}

async function search(q: string, who: Principal = PEOPLE.gp): Promise<DocumentsFound['found']> {
  const url = `/api/patients/${patientId}/documents/search?${new URLSearchParams({ q })}`;
  const answer = await server.app.inject({ url, headers: await server.as(who) });
  expect(answer.statusCode).toBe(200);
  return (answer.json() as DocumentsFound).found;
}
const idsFor = async (q: string, who?: Principal) => (await search(q, who)).map(({ documentId }) => documentId);

describe('the text of documents', () => {
  test('is found by its French words, whatever their ending, with accents or without', async () => {
    for (const words of ['opéré', 'opérée', 'opere', 'opérations', 'PROTHESES', 'prothèse', 'oedemes', 'œdème', 'diuretique'])
      expect([words, await idsFor(words)]).toEqual([words, expect.arrayContaining([ids.heart])]);
    expect(await idsFor('prothèse fracture')).toEqual([]);
    expect(await idsFor('potassium')).toEqual([ids.hiv]);
  });

  test('comes with the words around those that were found', async () => {
    const [found] = await search('prothèse');
    expect(found!.excerpt).toContain(`${FOUND_START}prothèse${FOUND_END}`);
  });

  test('is searched among what is open to the reader, and nothing else: neither psychiatry nor a report with a hidden result', async () => {
    expect((await idsFor('diurétiques')).toSorted()).toEqual([ids.heart, ids.psychiatry].toSorted());
    expect(await idsFor('diurétiques', PEOPLE.nurse)).toEqual([ids.heart]);
    expect(await idsFor('sérologie')).toEqual([ids.hiv]);
    expect(await idsFor('sérologie', PEOPLE.nurse)).toEqual([]);
    // The potassium of that report is open to the nurse, its text is not: what was hidden would show in the excerpt.
    expect(await idsFor('potassium', PEOPLE.nurse)).toEqual([]);
  });

  test('is that of its PDF when the document is nothing else', async () => {
    const { bytes } = await pdfOf(letterOf(40, { narrative: '<paragraph>Coronarographie sans sténose.</paragraph>' }), 'Europe/Paris');
    const arrived = await letter(41, { pdf: Buffer.from(bytes) });
    expect(await isFound('coronarographie', arrived)).toBe(true);
  });

  test('is what the results of a report say when nothing is narrated, and later the words of its PDF too', async () => {
    const report = laboratoryTransaction(42);
    const { bytes } = await pdfOf(letterOf(43, { narrative: '<paragraph>Sérum lactescent, à recontrôler.</paragraph>' }), 'Europe/Paris');
    const file = report.entry.find(({ resource }) => resource['resourceType'] === 'Binary')!;
    file.resource['data'] = Buffer.from(bytes).toString('base64');
    const arrived = await deposit(JSON.stringify(report), 'application/fhir+json');
    for (const words of ['potassium 4,10', 'CRP <0,50', 'Ag HBs negative', 'lactescent'])
      expect([words, await isFound(words, arrived)]).toEqual([words, true]);
  });

  test('takes any question for words: quotes, operators and signs break nothing', async () => {
    for (const words of ['"patient opéré"', "l'été & (", ':*', '--', 'a'.repeat(200), 'ou -prothèse', '\\'.repeat(4)])
      expect(Array.isArray(await search(words))).toBe(true);
  });

  test('leaves the answers with the very act that hides it, and comes back with the one that shows it: rights never lag', async () => {
    const change = async (act: 'hide' | 'show') => {
      const url = `/api/patients/${patientId}/documents/${ids.heart}/visibility`;
      const headers = await server.as({ ...PEOPLE.patient, patientId });
      expect((await server.app.inject({ method: 'POST', url, headers, payload: { act, mask: 'MASQUE_PS' } })).statusCode).toBe(204);
    };
    expect(await idsFor('prothèse', PEOPLE.nurse)).toEqual([ids.heart]);
    await change('hide');
    expect(await idsFor('prothèse', PEOPLE.nurse)).toEqual([]);
    expect(await idsFor('prothèse')).toEqual([ids.heart]);
    await change('show');
    expect(await idsFor('prothèse', PEOPLE.nurse)).toEqual([ids.heart]);
  });

  test('is found by itself after its deposit, and what it concludes stands in the list of those to whom it is open whole', async () => {
    const arrived = await letter(9, { narrative: '<paragraph>Fistule artérioveineuse fonctionnelle.</paragraph>' });
    expect(await isFound('fistule', arrived)).toBe(true);
    const conclusionsFor = async (who: Principal) => {
      const answer = await server.app.inject({ url: `/api/patients/${patientId}/documents?period=all`, headers: await server.as(who) });
      return (answer.json() as DocumentList).conclusions;
    };
    expect(await conclusionsFor(PEOPLE.gp)).toMatchObject({
      [arrived]: 'Fistule artérioveineuse fonctionnelle.',
      [ids.psychiatry]: 'Humeur anxieuse, diurétiques sans effet.',
    });
    const nurse = await conclusionsFor(PEOPLE.nurse);
    expect(nurse[arrived]).toBe('Fistule artérioveineuse fonctionnelle.');
    expect(JSON.stringify(nurse)).not.toMatch(/anxieuse|VIH/);
  });
});
