import { beforeAll, describe, expect, test } from 'vitest';
import { PEOPLE } from '../../test/support/people.ts';
import { JEANNE, LABORATORY, POTASSIUM, quantity, reportOf } from '../../test/support/reports.ts';
import { testServer } from '../../test/support/server.ts';
import { type Principal, registerLinks } from '../access/index.ts';
import { registerSenders, registerStructures } from '../directory/index.ts';
import { type LabReport, writeCda } from '../formats/index.ts';
import type { FollowUp, NewTarget } from './contract.ts';

const server = testServer();
const SECRET = 'a-secret-of-the-tests-only';
const HIV = quantity('99991-1', 'Sérologie VIH 1 et 2', '1', '{index}');
let token = '';
let patientId = '';
let plain = '';
let withHiv = '';

beforeAll(async () => {
  const { db } = server.database;
  await registerStructures(db, [{ ...LABORATORY, kind: 'laboratory' }]);
  const sender = {
    clientId: 'lis-essai',
    name: 'SIL',
    structures: [LABORATORY.finess],
    formats: ['cda-cr-bio'],
    state: 'production' as const,
  };
  await registerSenders(db, [{ ...sender, secret: SECRET, connectedSince: new Date() }], 'demo');
  token = await server.tokenOf('lis-essai', SECRET);
  plain = await deposit(reportOf(1));
  withHiv = await deposit(reportOf(2, { results: [POTASSIUM, HIV] }));
  const since = new Date(Date.now() - 60_000);
  const link = (who: Principal, kind: 'treating-doctor' | 'care-team') => ({ patientId, holder: { person: who.id }, kind, since });
  await registerLinks(db, [link(PEOPLE.gp, 'treating-doctor'), link(PEOPLE.nurse, 'care-team')], 'test');
});

async function deposit(report: LabReport): Promise<string> {
  const answer = await server.app.inject({
    method: 'POST',
    url: '/api/deposits',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/xml' },
    payload: writeCda({ ...report, patient: JEANNE }),
  });
  const { documentId } = answer.json() as { documentId: string };
  const rows = await server.database.db.query<{ patient: string }>(
    'whose',
    'select patient_id as patient from record.document where document_id = $1',
    [documentId],
  );
  patientId = rows[0]!.patient;
  return documentId;
}

async function followUp(who: Principal): Promise<FollowUp> {
  const answer = await server.app.inject({ url: `/api/patients/${patientId}/follow-up`, headers: await server.as(who) });
  expect(answer.statusCode).toBe(200);
  return answer.json() as FollowUp;
}

async function post(who: Principal, path: string, payload: object): Promise<number> {
  const url = `/api/patients/${patientId}${path}`;
  return (await server.app.inject({ method: 'POST', url, headers: await server.as(who), payload })).statusCode;
}

const auditCount = async (action: string) =>
  (
    await server.database.db.query<{ n: number }>(
      'count-action',
      'select count(*)::int as n from access.audit_event where action = $1 and patient_id = $2 and allowed',
      [action, patientId],
    )
  )[0]!.n;

describe('what is noted beside the results', () => {
  test('a report seen by one is known as seen by the whole team, once for each of them', async () => {
    expect(await post(PEOPLE.gp, `/reports/${plain}/notes`, { kind: 'seen' })).toBe(204);
    expect(await post(PEOPLE.gp, `/reports/${plain}/notes`, { kind: 'seen' })).toBe(204);
    const { notes } = await followUp(PEOPLE.nurse);
    expect(notes).toMatchObject([{ documentId: plain, kind: 'seen', byName: PEOPLE.gp.name }]);
    expect(await post(PEOPLE.nurse, `/reports/${plain}/notes`, { kind: 'seen' })).toBe(204);
    expect((await followUp(PEOPLE.gp)).notes.map(({ byName }) => byName)).toEqual([PEOPLE.gp.name, PEOPLE.nurse.name]);
  });

  test('a task stays to be done until somebody notes that it is', async () => {
    expect(await post(PEOPLE.gp, `/reports/${plain}/notes`, { kind: 'task', words: 'Contrôler le potassium' })).toBe(204);
    const task = (await followUp(PEOPLE.gp)).notes.find(({ kind }) => kind === 'task')!;
    expect(task.words).toBe('Contrôler le potassium');
    expect(await post(PEOPLE.nurse, `/reports/${plain}/notes`, { kind: 'done', about: task.noteId })).toBe(204);
    expect((await followUp(PEOPLE.gp)).notes.at(-1)).toMatchObject({ kind: 'done', about: task.noteId, byName: PEOPLE.nurse.name });
    expect(await post(PEOPLE.nurse, `/reports/${withHiv}/notes`, { kind: 'done', about: task.noteId })).toBe(404);
    expect(await post(PEOPLE.nurse, `/reports/${plain}/notes`, { kind: 'done' })).toBe(400);
    expect(await post(PEOPLE.nurse, `/reports/${plain}/notes`, { kind: 'comment' })).toBe(400);
  });

  test('words about a report of which a part is hidden from a reader are hidden from them too', async () => {
    expect(await post(PEOPLE.gp, `/reports/${withHiv}/notes`, { kind: 'comment', words: 'Annoncer la sérologie VIH' })).toBe(204);
    expect((await followUp(PEOPLE.gp)).notes.some(({ words }) => words?.includes('VIH'))).toBe(true);
    expect(JSON.stringify(await followUp(PEOPLE.nurse))).not.toContain('VIH');
  });

  test('the patient and people without a care link read no note', async () => {
    const patient: Principal = { id: `patient:${patientId}`, name: 'Jeanne ESSAI', role: 'patient', patientId };
    for (const who of [patient, PEOPLE.specialist]) {
      const answer = await server.app.inject({ url: `/api/patients/${patientId}/follow-up`, headers: await server.as(who) });
      expect([who.role, answer.statusCode]).toEqual([who.role, 403]);
    }
  });

  test('each reading and each note leaves one event', async () => {
    const [read, noted] = [await auditCount('follow-up.read'), await auditCount('follow-up.note')];
    await followUp(PEOPLE.gp);
    await post(PEOPLE.gp, `/reports/${plain}/notes`, { kind: 'call' });
    expect([await auditCount('follow-up.read'), await auditCount('follow-up.note')]).toEqual([read + 1, noted + 1]);
  });
});

describe('a target', () => {
  const set = (who: Principal, target: NewTarget) => post(who, '/targets', target);

  test('the last one set is in force, until it is lifted', async () => {
    expect(await set(PEOPLE.gp, { row: 'hba1c.blood', unit: '%', high: 7.5 })).toBe(204);
    expect(await set(PEOPLE.gp, { row: 'hba1c.blood', unit: '%', low: 6.5, high: 7 })).toBe(204);
    expect((await followUp(PEOPLE.nurse)).targets).toMatchObject([
      { row: 'hba1c.blood', unit: '%', low: 6.5, high: 7, byName: PEOPLE.gp.name },
    ]);
    expect(await set(PEOPLE.gp, { row: 'hba1c.blood' })).toBe(204);
    expect((await followUp(PEOPLE.gp)).targets).toEqual([]);
  });

  test('is set by those who prescribe, with limits in order', async () => {
    expect(await set(PEOPLE.nurse, { row: 'inr.blood', low: 2, high: 3 })).toBe(403);
    expect(await set(PEOPLE.gp, { row: 'inr.blood', low: 3, high: 2 })).toBe(400);
  });
});
