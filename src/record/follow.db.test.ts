import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { testLaboratory } from '../../test/support/laboratory.ts';
import { HOSPITAL, letterOf } from '../../test/support/letters.ts';
import { PEOPLE } from '../../test/support/people.ts';
import { LABORATORY, quantity, reportOf } from '../../test/support/reports.ts';
import { testServer } from '../../test/support/server.ts';
import { type Principal, registerLinks } from '../access/index.ts';
import { writeClinicalDocument } from '../formats/index.ts';
import type { PatientEvent, VisibilityChange } from './contract.ts';

const server = testServer();
const laboratory = testLaboratory(server, 'lis-essai', [LABORATORY, HOSPITAL]);
let patientId = '';
let patient: Principal;

beforeAll(async () => {
  const { documentId } = await laboratory.deposit(writeClinicalDocument(letterOf(1)));
  const { db } = server.database;
  const [row] = await db.query<{ id: string }>('', 'select patient_id as id from record.document where document_id = $1', [documentId]);
  patientId = row!.id;
  patient = { ...PEOPLE.patient, patientId };
  const since = new Date(Date.now() - 60_000);
  const link = { patientId, kind: 'care-team' as const, since };
  const holders = [PEOPLE.nurse, PEOPLE.gp].map(({ id }) => ({ ...link, holder: { person: id } }));
  await registerLinks(db, holders, 'test');
});

/** What was stored before. The relay tells pages a little after it has taken an event: one that opens just then may hear it, and knows what it shows. */
let before = new Set<string>();

/** What was stored before has been told, and is no longer told to pages that open now. */
beforeEach(async () => {
  const { db } = server.database;
  await vi.waitUntil(async () => (await db.query('', 'select from record.outbox')).length === 0, { timeout: 20_000, interval: 10 });
  await db.query('', `update record.document set received_at = now() - interval '1 hour'`);
  before = new Set((await db.query<{ id: string }>('', 'select document_id as id from record.document')).map(({ id }) => id));
});

/** An open page of the documents, or of the biology, of the patient. */
async function follow(who: Principal, what: 'documents/events' | 'events' = 'documents/events') {
  const answer = await server.app.inject({
    url: `/api/patients/${patientId}/${what}`,
    headers: await server.as(who),
    payloadAsStream: true,
  });
  expect(answer.statusCode).toBe(200);
  const heard: PatientEvent[] = [];
  answer.stream().on('data', (chunk: Buffer) => {
    for (const [, json] of chunk.toString().matchAll(/^data: (.*)$/gm)) {
      const event = JSON.parse(json!) as PatientEvent;
      if (!event.kind.endsWith('-stored') || !before.has(event.documentId)) heard.push(event);
    }
  });
  return { heard, leave: () => void answer.stream().destroy() };
}
const change = async (who: Principal, documentId: string, payload: VisibilityChange) => {
  const url = `/api/patients/${patientId}/documents/${documentId}/visibility`;
  expect((await server.app.inject({ method: 'POST', url, headers: await server.as(who), payload })).statusCode).toBe(204);
};

describe('an open page of documents', () => {
  test('hears of each new document, of every kind, that its reader may see; the page of biology hears of reports alone', async () => {
    const pages = { documents: await follow(PEOPLE.nurse), biology: await follow(PEOPLE.nurse, 'events') };
    const letter = await laboratory.deposit(writeClinicalDocument(letterOf(2)));
    const report = await laboratory.deposit(reportOf(2));
    const kinds = (heard: PatientEvent[]) => heard.map(({ kind, documentId }) => [kind, documentId]);
    await expect
      .poll(() => kinds(pages.documents.heard))
      .toEqual([
        ['document-stored', letter.documentId],
        ['report-stored', report.documentId],
      ]);
    await expect.poll(() => kinds(pages.biology.heard), { timeout: 20_000 }).toEqual([['report-stored', report.documentId]]);
    for (const page of Object.values(pages)) page.leave();
  });

  test('hears nothing of a document that comes hidden from its reader, nor of sensitive results alone', async () => {
    const pages = { nurse: await follow(PEOPLE.nurse), patient: await follow(patient) };
    const hidden = await laboratory.deposit(
      writeClinicalDocument({
        ...letterOf(3),
        confidentiality: { code: 'V', system: '2.16.840.1.113883.5.25', display: 'Very restricted' },
      }),
    );
    const HIV = quantity('99991-1', 'Sérologie VIH 1 et 2', '1', '{index}');
    await laboratory.deposit(reportOf(3, { results: [HIV] }));
    const seen = await laboratory.deposit(writeClinicalDocument(letterOf(4)));
    await expect
      .poll(() => pages.patient.heard.map(({ documentId }) => documentId), { timeout: 20_000 })
      .toEqual([hidden.documentId, seen.documentId]);
    await expect.poll(() => pages.nurse.heard.map(({ documentId }) => documentId), { timeout: 20_000 }).toEqual([seen.documentId]);
    for (const page of Object.values(pages)) page.leave();
  });

  test('hears that a document it shows was hidden, and then nothing more of it until it is shown again', async () => {
    const page = await follow(PEOPLE.nurse);
    const { documentId } = await laboratory.deposit(writeClinicalDocument(letterOf(5)));
    await expect.poll(() => page.heard, { timeout: 20_000 }).toMatchObject([{ kind: 'document-stored', documentId }]);
    await change(patient, documentId!, { act: 'hide', mask: 'MASQUE_PS' });
    await expect.poll(() => page.heard, { timeout: 20_000 }).toMatchObject([{}, { kind: 'document-changed', documentId }]);
    await change(patient, documentId!, { act: 'hide', mask: 'INVISIBLE_REPRESENTANTS_LEGAUX' });
    await change(patient, documentId!, { act: 'show', mask: 'MASQUE_PS' });
    await expect.poll(() => page.heard.length, { timeout: 20_000 }).toBe(3);
    page.leave();
  });

  test('of biology hears at once that a report it shows was hidden, in the same words as that it is shown again, and nothing of letters', async () => {
    const [page, doctor] = [await follow(PEOPLE.nurse, 'events'), await follow(PEOPLE.gp, 'events')];
    const letter = await laboratory.deposit(writeClinicalDocument(letterOf(6)));
    const { documentId } = await laboratory.deposit(reportOf(6));
    await expect.poll(() => page.heard, { timeout: 20_000 }).toMatchObject([{ kind: 'report-stored', documentId }]);
    await change(patient, letter.documentId!, { act: 'hide', mask: 'MASQUE_PS' });
    await change(patient, documentId!, { act: 'hide', mask: 'MASQUE_PS' });
    await expect.poll(() => page.heard, { timeout: 20_000 }).toMatchObject([{}, { kind: 'document-changed', documentId }]);
    await change(patient, documentId!, { act: 'hide', mask: 'INVISIBLE_REPRESENTANTS_LEGAUX' });
    await change(patient, documentId!, { act: 'show', mask: 'MASQUE_PS' });
    await expect.poll(() => page.heard.length, { timeout: 20_000 }).toBe(3);
    expect(page.heard[2]).toEqual(page.heard[1]);
    expect(doctor.heard).toEqual(page.heard);
    for (const one of [page, doctor]) one.leave();
  });
});
