import { beforeAll, describe, expect, test } from 'vitest';
import { HOSPITAL, letterOf } from '../../test/support/letters.ts';
import { PEOPLE } from '../../test/support/people.ts';
import { LABORATORY, reportOf } from '../../test/support/reports.ts';
import { testServer } from '../../test/support/server.ts';
import { type Principal, registerLinks } from '../access/index.ts';
import { registerSenders, registerStructures } from '../directory/index.ts';
import { writeCda, writeClinicalDocument } from '../formats/index.ts';
import { uuidv7 } from '../kernel/index.ts';
import type { DocumentList, DocumentView, Mask } from './contract.ts';

const server = testServer();
const SECRET = 'a-secret-of-the-tests-only';
const PSYCHIATRY = { code: '68599-0', display: 'Synthèse psychiatrique' };
/** Author of the letters: `letterOf`. */
const author: Principal = PEOPLE.specialist;
let patientId = '';
let patient: Principal;
let token = '';
const ids = { letter: '', old: '', psychiatry: '', report: '', corrected: '' };

beforeAll(async () => {
  const { db } = server.database;
  await registerStructures(db, [
    { ...HOSPITAL, kind: 'hospital' },
    { ...LABORATORY, kind: 'laboratory' },
  ]);
  const structures = [HOSPITAL.finess, LABORATORY.finess];
  const sender = { clientId: 'dpi-essai', name: 'DPI', structures, formats: ['cda'], state: 'production' as const };
  await registerSenders(db, [{ ...sender, secret: SECRET, connectedSince: new Date() }], 'demo');
  token = await server.tokenOf('dpi-essai', SECRET);
  ids.report = await deposit(writeCda(reportOf(1)));
  ids.letter = await deposit(writeClinicalDocument(letterOf(1)));
  ids.corrected = await deposit(writeClinicalDocument(letterOf(2, { set: 1, version: 2, replaces: [1] })));
  ids.psychiatry = await deposit(writeClinicalDocument(letterOf(3, { type: PSYCHIATRY })));
  await deposit(writeClinicalDocument(letterOf(4, { addsTo: [3], title: 'Complément' })));
  patient = { id: `patient:${patientId}`, name: 'Jeanne ESSAI', role: 'patient', patientId };
  const since = new Date(Date.now() - 60_000);
  await registerLinks(
    db,
    [
      { patientId, holder: { person: PEOPLE.gp.id }, kind: 'treating-doctor', since },
      { patientId, holder: { person: PEOPLE.nurse.id }, kind: 'care-team', since },
      { patientId, holder: { person: author.id }, kind: 'care-team', since },
    ],
    'test',
  );
});

async function deposit(payload: string): Promise<string> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/xml' };
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

const get = async (who: Principal, path = '') =>
  server.app.inject({ url: `/api/patients/${patientId}/documents${path}`, headers: await server.as(who) });
const listOf = async (who: Principal, period = 'all') => (await get(who, `?period=${period}`)).json() as DocumentList;
const seenBy = async (who: Principal) => (await listOf(who)).documents.map(({ documentId }) => documentId);
const change = async (who: Principal, documentId: string, body: { act: 'hide' | 'show'; mask: Mask; reason?: string; dueAt?: string }) =>
  (
    await server.app.inject({
      method: 'POST',
      url: `/api/patients/${patientId}/documents/${documentId}/visibility`,
      headers: await server.as(who),
      payload: body,
    })
  ).statusCode;
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

describe('the list of documents', () => {
  test('holds letters and reports of biology together, latest first, with why the reader sees them', async () => {
    const { documents, why, from, lastVisit } = await listOf(PEOPLE.gp);
    expect(documents.map(({ group }) => group).toSorted()).toEqual(['biology', 'discharge', 'discharge', 'discharge', 'report']);
    expect(documents.at(-1)?.documentId).toBe(ids.report);
    expect(why).toMatchObject({ rule: 'treating-doctor', link: { kind: 'treating-doctor' } });
    expect([from, lastVisit]).toEqual([null, undefined]);
  });

  test('leaves out what is older than two years, and says how many', async () => {
    const recent = await listOf(PEOPLE.gp, 'recent');
    const all = await listOf(PEOPLE.gp);
    expect(Date.parse(recent.from!)).toBeLessThan(Date.now() - 729 * 86_400_000);
    expect(recent.documents.length + recent.olderCount).toBe(all.documents.length);
  });

  test('shows a nurse no psychiatry, and nothing that would tell of it', async () => {
    const answer = await get(PEOPLE.nurse, '?period=all');
    expect(answer.body).not.toContain(ids.psychiatry);
    expect(answer.body).not.toMatch(/psychiatr/i);
    const complement = (answer.json() as DocumentList).documents.find(({ title }) => title === 'Complément');
    expect(complement?.relations).toEqual([]);
    expect((await get(PEOPLE.nurse, `/${ids.psychiatry}`)).json()).toEqual((await get(PEOPLE.nurse, `/${uuidv7()}`)).json());
    expect((await get(PEOPLE.gp, `/${ids.psychiatry}`)).statusCode).toBe(200);
  });
});

describe('one document opened', () => {
  test('gives its headings safe to show, its versions, and what the reader may do', async () => {
    const view = (await get(PEOPLE.gp, `/${ids.corrected}`)).json() as DocumentView;
    expect(view.sections).toEqual([
      { title: 'Synthèse médicale du séjour', html: expect.stringContaining('Décompensation cardiaque'), depth: 0 },
    ]);
    expect(view.versions.map(({ version, current }) => [version, current])).toEqual([
      [2, true],
      [1, false],
    ]);
    expect(view.why.rule).toBe('treating-doctor');
    expect(view.may).toEqual({ hide: ['INVISIBLE_PATIENT', 'INVISIBLE_REPRESENTANTS_LEGAUX'], show: [], status: [], replace: false });
  });

  test('is a report of biology as well, read as its laboratory printed it', async () => {
    const view = (await get(PEOPLE.gp, `/${ids.report}`)).json() as DocumentView;
    expect(view.document).toMatchObject({ kind: 'laboratory-report', detail: 'BIOCHIMIE' });
    expect(view.sections[0]?.title).toBe('BIOCHIMIE');
  });

  test('gives its bytes back, never shown inside our origin', async () => {
    const answer = await get(PEOPLE.gp, `/${ids.corrected}/original`);
    expect(answer.headers['content-type']).toBe('application/octet-stream');
    expect(answer.body).toContain('<ClinicalDocument');
    expect((await get(PEOPLE.gp, `/${ids.corrected}/pdf`)).statusCode).toBe(404);
  });
});

describe('hiding and showing again', () => {
  test('the patient hides a letter from professionals: its author and the treating doctor alone see it, and each act is kept', async () => {
    expect(await change(patient, ids.corrected, { act: 'hide', mask: 'MASQUE_PS', reason: 'personnel' })).toBe(204);
    expect(await seenBy(PEOPLE.nurse)).not.toContain(ids.corrected);
    expect(await seenBy(PEOPLE.gp)).toContain(ids.corrected);
    expect(await seenBy(author)).toContain(ids.corrected);
    // A professional does not show again what the patient hid.
    expect(await change(author, ids.corrected, { act: 'show', mask: 'MASQUE_PS' })).toBe(403);
    expect(await change(PEOPLE.nurse, ids.corrected, { act: 'show', mask: 'MASQUE_PS' })).toBe(403);
    expect(await change(patient, ids.corrected, { act: 'show', mask: 'MASQUE_PS' })).toBe(204);
    expect(await seenBy(PEOPLE.nurse)).toContain(ids.corrected);
    const kept = await server.database.db.query<{ kind: string; reason: string | null }>(
      'kept',
      'select kind, reason from record.document_event where document_id = $1 order by at, event_id',
      [ids.corrected],
    );
    expect(kept).toEqual([
      { kind: 'hide', reason: 'personnel' },
      { kind: 'show', reason: null },
    ]);
  });

  test('the hidden first version hides with the second, and replacing shows nothing', async () => {
    await change(patient, ids.letter, { act: 'hide', mask: 'MASQUE_PS' });
    const seen = await seenBy(PEOPLE.nurse);
    expect([seen.includes(ids.letter), seen.includes(ids.corrected)]).toEqual([false, false]);
    await change(patient, ids.corrected, { act: 'show', mask: 'MASQUE_PS' });
    expect(await seenBy(PEOPLE.nurse)).toContain(ids.letter);
  });

  test('a doctor makes a result wait for the telling, by a day that they choose; the patient does not see it until told', async () => {
    expect(await change(author, ids.corrected, { act: 'hide', mask: 'INVISIBLE_PATIENT' })).toBe(400);
    expect(await change(author, ids.corrected, { act: 'hide', mask: 'INVISIBLE_PATIENT', dueAt: inDays(400) })).toBe(400);
    expect(await change(author, ids.corrected, { act: 'hide', mask: 'INVISIBLE_PATIENT', dueAt: inDays(10) })).toBe(204);
    expect(await seenBy(patient)).not.toContain(ids.corrected);
    expect((await get(patient, `/${ids.corrected}`)).statusCode).toBe(404);
    const item = (await listOf(PEOPLE.gp)).documents.find(({ documentId }) => documentId === ids.corrected);
    expect(item?.masks[0]?.announcement).toMatchObject({ owner: author.id, ownerName: author.name });
    expect(await change(patient, ids.corrected, { act: 'show', mask: 'INVISIBLE_PATIENT' })).toBe(404);
    expect(await change(author, ids.corrected, { act: 'show', mask: 'INVISIBLE_PATIENT' })).toBe(204);
    expect(await seenBy(patient)).toContain(ids.corrected);
  });

  test('what changed since the last visit is told by when it changed', async () => {
    const item = (await listOf(PEOPLE.gp)).documents.find(({ documentId }) => documentId === ids.corrected);
    expect(Date.parse(item!.changedAt!)).toBeGreaterThan(Date.now() - 60_000);
  });
});

describe('each reading of documents', () => {
  test('leaves one event, the refused ones too', async () => {
    const { db } = server.database;
    const count = async () =>
      (
        await db.query<{ events: number }>('count', 'select count(*)::int as events from access.audit_event where patient_id = $1', [
          patientId,
        ])
      )[0]!.events;
    for (const [who, path, status] of [
      [PEOPLE.gp, '', 200],
      [PEOPLE.gp, `/${ids.letter}`, 200],
      [PEOPLE.gp, `/${ids.letter}/original`, 200],
      [PEOPLE.nurse, `/${ids.psychiatry}`, 404],
      [PEOPLE.dentist, '', 403],
      [PEOPLE.operator, '', 403],
    ] as const) {
      const before = await count();
      expect([path, (await get(who, path)).statusCode, (await count()) - before]).toEqual([path, status, 1]);
    }
  });
});
