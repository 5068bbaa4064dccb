import { beforeAll, describe, expect, test } from 'vitest';
import { testLaboratory } from '../../test/support/laboratory.ts';
import { HOSPITAL, letterOf } from '../../test/support/letters.ts';
import { PEOPLE } from '../../test/support/people.ts';
import { LABORATORY, reportOf } from '../../test/support/reports.ts';
import { testServer } from '../../test/support/server.ts';
import { type Principal, registerLinks } from '../access/index.ts';
import { writeClinicalDocument } from '../formats/index.ts';
import type { Announcements, DocumentList, VisibilityChange } from './contract.ts';

const server = testServer();
const laboratory = testLaboratory(server, 'lis-essai', [LABORATORY, HOSPITAL]);
const author: Principal = PEOPLE.specialist;
const DAY_MS = 86_400_000;
let patientId = '';
let letter = '';

beforeAll(async () => {
  const filed = await laboratory.deposit(writeClinicalDocument(letterOf(1)));
  letter = filed.documentId!;
  await laboratory.deposit(reportOf(1));
  const { db } = server.database;
  const [row] = await db.query<{ id: string }>('', 'select patient_id as id from record.document where document_id = $1', [letter]);
  patientId = row!.id;
  const since = new Date(Date.now() - 60_000);
  const link = { patientId, kind: 'care-team' as const, since };
  await registerLinks(
    db,
    [author, PEOPLE.nurse].map(({ id }) => ({ ...link, holder: { person: id } })),
    'test',
  );
});

const get = async (who: Principal, path: string) => server.app.inject({ url: `/api${path}`, headers: await server.as(who) });
const toTell = async (who: Principal = author) => (await get(who, '/announcements')).json<Announcements>().announcements;
const listed = async (who: Principal) =>
  (await get(who, `/patients/${patientId}/documents?period=all`)).json<DocumentList>().documents.map(({ documentId }) => documentId);
const change = async (payload: VisibilityChange) =>
  server.app.inject({
    method: 'POST',
    url: `/api/patients/${patientId}/documents/${letter}/visibility`,
    headers: await server.as(author),
    payload,
  });
const patient = () => ({ ...PEOPLE.patient, patientId });

describe('a document hidden from its patient until they are told', () => {
  test('needs a day, and stands among what its owner has to tell, until it is told', async () => {
    expect((await change({ act: 'hide', mask: 'INVISIBLE_PATIENT' })).statusCode).toBe(400);
    const dueAt = new Date(Date.now() + 10 * DAY_MS).toISOString();
    expect((await change({ act: 'hide', mask: 'INVISIBLE_PATIENT', dueAt })).statusCode).toBe(204);
    expect(await listed(patient())).not.toContain(letter);
    expect(await toTell()).toMatchObject([
      { patientId, documentId: letter, dueAt, state: 'waiting', patient: { name: expect.stringContaining('ESSAI') } },
    ]);
    expect(await toTell(PEOPLE.gp)).toEqual([]);
  });

  test('is recalled to its owner from the day before, then as late; it never opens by itself', async () => {
    const { db } = server.database;
    const move = (due: string, remind: string) =>
      db.query(
        '',
        `update record.document_event set due_at = now() + $1::interval, remind_at = now() + $2::interval where mask is not null`,
        [due, remind],
      );
    await move('20 hours', '-4 hours');
    expect(await toTell()).toMatchObject([{ state: 'due' }]);
    await move('-1 day', '-2 days');
    expect(await toTell()).toMatchObject([{ state: 'late' }]);
    expect(await listed(patient())).not.toContain(letter);
  });

  test('does not name its patient to an owner who follows them no more', async () => {
    const { db } = server.database;
    const cut = `update access.care_link set until = $1 where holder = $2`;
    await db.query('', cut, [new Date(Date.now() - 1_000), author.id]);
    const [one] = await toTell();
    expect(one).not.toHaveProperty('patient');
    await db.query('', cut, [null, author.id]);
  });

  test('is told once a professional shows it: the patient reads it, nothing is left to tell', async () => {
    expect((await change({ act: 'show', mask: 'INVISIBLE_PATIENT' })).statusCode).toBe(204);
    expect(await toTell()).toEqual([]);
    expect(await listed(patient())).toContain(letter);
  });

  test('is asked by those who tell patients alone', async () => {
    for (const who of [PEOPLE.nurse, patient(), PEOPLE.secretary]) expect((await get(who, '/announcements')).statusCode).toBe(403);
  });
});

describe('a document that its sender hides', () => {
  test.each([
    ['MASQUE_PS', false, true, 0],
    ['INVISIBLE_PATIENT', true, false, 1],
    ['INVISIBLE_REPRESENTANTS_LEGAUX', true, true, 0],
  ] as const)('by %s is hidden from the moment it arrives', async (mask, nurse, holder, told) => {
    const { receiveDocument } = await import('../flows/index.ts');
    const journey = { db: server.database.db, relay: server.relay, mode: 'demo' as const, zone: 'Europe/Paris', tables: server.tables };
    const n = { MASQUE_PS: 11, INVISIBLE_PATIENT: 12, INVISIBLE_REPRESENTANTS_LEGAUX: 13 }[mask];
    const sender = { ...PEOPLE['laboratory-system'], structures: [HOSPITAL.finess] };
    const bytes = Buffer.from(writeClinicalDocument(letterOf(n)));
    const { receipt } = await receiveDocument(journey, {
      bytes,
      mediaType: 'application/xml',
      sender,
      receivedAt: new Date(),
      masks: [mask],
    });
    expect([await listed(PEOPLE.nurse), await listed(patient())].map((ids) => ids.includes(receipt.documentId!))).toEqual([nurse, holder]);
    expect((await toTell()).filter(({ documentId, state }) => documentId === receipt.documentId && state === 'waiting')).toHaveLength(told);
  });
});
