import { beforeEach, describe, expect, test, vi } from 'vitest';
import { testLaboratory } from '../../test/support/laboratory.ts';
import { PEOPLE } from '../../test/support/people.ts';
import { JEANNE, LABORATORY, reportOf } from '../../test/support/reports.ts';
import { testServer } from '../../test/support/server.ts';
import type { PrintedPatient } from '../formats/index.ts';
import type { ChangeBody, Changed, IdentityView, Traits, Worklist } from '../identity/contract.ts';
import { insKey } from '../identity/index.ts';

const server = testServer();
const laboratory = testLaboratory(server);
let n = 700;
let person = 0;

/** Someone else in each test. */
let patient: PrintedPatient;
beforeEach(() => {
  person += 1;
  patient = {
    ...JEANNE,
    birthFamily: `ESSAI-${'ABCDEFGHIJ'[person]}ILLE`,
    ids: [{ root: JEANNE.ids[0]!.root, extension: matricule(`255069904250${person}`) }],
  };
});
const matricule = (first13: string) => `${first13}${insKey(first13)}`;
const traits = (): Traits => ({
  birthFamily: patient.birthFamily!,
  birthGivens: 'JEANNE MARIE',
  firstBirthGiven: 'JEANNE',
  sex: 'F',
  birthDate: '1955-06-12',
  birthPlace: { cog: '99042' },
});

const deposit = (printed: PrintedPatient) => {
  n += 1;
  return laboratory.deposit(reportOf(n, { patient: printed }));
};
const homeOf = async (depositId: string) => {
  const [row] = await server.database.db.query<{ id: string | null }>(
    '',
    'select patient_id as id from record.deposit where deposit_id = $1',
    [depositId],
  );
  return row!.id;
};
async function ask<T>(method: 'GET' | 'POST', url: string, payload?: object): Promise<{ status: number; body: T }> {
  const headers = await server.as(PEOPLE['identity-cell']);
  const answer = await server.app.inject({ method, url, headers, ...(payload && { payload }) });
  return { status: answer.statusCode, body: answer.json() as T };
}
type OfKind<Kind> = Extract<ChangeBody, { kind: Kind }>;
const change = <Kind extends ChangeBody['kind']>(patientId: string, kind: Kind, more: Omit<OfKind<Kind>, 'kind' | 'reason'>) =>
  ask<Changed>('POST', `/api/identities/${patientId}/changes`, { kind, reason: 'vu avec le laboratoire', ...more });
const view = async (patientId: string) => (await ask<IdentityView>('GET', `/api/identities/${patientId}`)).body;
const events = async (patientId: string) =>
  (await server.database.db.query('', 'select 1 from access.audit_event where patient_id = $1 and allowed', [patientId])).length;

describe('the identity cell', () => {
  test('reads who an identity is, its proofs and its life, and no clinical value; each reading is written once', async () => {
    const { depositId } = await deposit(patient);
    const patientId = (await homeOf(depositId))!;
    // That it was filed is told by the relay, a little later.
    await vi.waitUntil(async () => (await events(patientId)) > 0, { timeout: 20_000, interval: 10 });
    const before = await events(patientId);
    const seen = await view(patientId);
    expect((await events(patientId)) - before).toBe(1);
    expect(seen).toMatchObject({
      patient: { patientId, status: 'retrieved' },
      records: [{ patientId, filed: [{ depositId, patientId, sender: LABORATORY.name }] }],
      document: null,
      receivedFrom: LABORATORY.finess,
      service: { state: 'asked' },
      permits: ['automatic-filing', 'national-service', 'professional-mail'],
      events: [{ kind: 'created', who: 'ins' }],
    });
    expect(JSON.stringify(seen)).not.toMatch(/Potassium|5[.,]60|mmol/);
  });

  test('corrects the wrong first print of an INS: the true report that waited is filed at once', async () => {
    const wrong = await deposit({ ...patient, firstBirthGiven: 'JANINE', birthGivens: 'JANINE' });
    const patientId = (await homeOf(wrong.depositId))!;
    const waits = await deposit(patient);
    expect(waits.state).toBe('identity');
    const { status, body } = await change(patientId, 'correct-traits', { traits: traits(), document: 'CN' });
    expect([status, body]).toEqual([200, { patientId, filed: 1 }]);
    expect(await homeOf(waits.depositId)).toBe(patientId);
    const seen = await view(patientId);
    expect(seen).toMatchObject({ patient: { status: 'validated', traits: { firstBirthGiven: 'JEANNE' } }, document: 'CN' });
    const corrected = seen.events.find(({ kind }) => kind === 'traits-corrected');
    expect(corrected).toMatchObject({ kind: 'traits-corrected', who: PEOPLE['identity-cell'].name, isUndoable: true });
    expect((await change(patientId, 'undo', { eventId: corrected!.eventId })).status).toBe(200);
    expect((await view(patientId)).patient.traits.firstBirthGiven).toBe('JANINE');
    expect(await homeOf(waits.depositId), 'what was filed by the corrected traits waits again').toBeNull();
  });

  test('takes a document out of the wrong record, whatever filed it: it waits, no rule files it again, and a person gives it to its owner', async () => {
    const [kept, wrong] = [await deposit(patient), await deposit(patient)];
    const patientId = (await homeOf(kept.depositId))!;
    expect((await change(patientId, 'recall', { depositId: wrong.depositId })).status).toBe(200);
    expect([await homeOf(kept.depositId), await homeOf(wrong.depositId)]).toEqual([patientId, null]);
    expect((await view(patientId)).records[0]!.filed.map(({ depositId }) => depositId)).toEqual([kept.depositId]);
    const waiting = (await ask<Worklist>('GET', '/api/worklists/identity')).body.waiting.find(
      ({ depositId }) => depositId === wrong.depositId,
    )!;
    expect(waiting).toMatchObject({ reason: 'recalled', printed: { birthFamily: patient.birthFamily } });
    await change(patientId, 'check-document', { document: 'PA' });
    expect(await homeOf(wrong.depositId)).toBeNull();
    const other = await ask<Changed>('POST', '/api/identities', {
      traits: { ...traits(), birthFamily: 'AUTRE-ESSAI' },
      reason: 'appel du service',
    });
    const decision = { patientId: other.body.patientId, reason: 'étiquette échangée' };
    expect((await ask('POST', `/api/worklists/identity/${waiting.waitingId}/link`, decision)).status).toBe(200);
    expect(await homeOf(wrong.depositId)).toBe(other.body.patientId);
    expect((await view(patientId)).events.map(({ kind }) => kind)).toContain('worklist-recall');
  });

  test('merges two records and splits them back: each document stays at home in its own', async () => {
    const first = await deposit(patient);
    const second = await deposit({
      ...patient,
      birthFamily: `${patient.birthFamily}S`,
      ids: [{ root: patient.ids[0]!.root, extension: matricule(`255069977750${person}`) }],
    });
    const [survivor, merged] = [(await homeOf(first.depositId))!, (await homeOf(second.depositId))!];
    expect((await change(merged, 'merge', { into: survivor })).status).toBe(200);
    const together = await view(merged);
    expect(together.patient.patientId).toBe(survivor);
    expect(together.records.map(({ patientId, filed }) => [patientId, filed.map(({ depositId }) => depositId)])).toEqual([
      [survivor, [first.depositId]],
      [merged, [second.depositId]],
    ]);
    expect((await change(merged, 'split', {})).status).toBe(200);
    expect((await view(merged)).records.map(({ patientId }) => patientId)).toEqual([merged]);
    expect((await view(merged)).events.map(({ kind }) => kind).slice(0, 2)).toEqual(['split', 'merged']);
  });

  test('makes a record of someone new, never twice by mistake, and gives an INS only with its right key', async () => {
    const body = { traits: traits(), document: 'CN', reason: 'venue au laboratoire sans carte' };
    const { body: made } = await ask<Changed>('POST', '/api/identities', body);
    expect(await view(made.patientId)).toMatchObject({ patient: { status: 'validated' }, service: { state: 'asked' }, receivedFrom: null });
    expect((await ask('POST', '/api/identities', body)).status).toBe(409);
    expect((await ask('POST', '/api/identities', { ...body, isAnother: true })).status).toBe(200);
    expect((await change(made.patientId, 'attach-ins', { ins: '2550699042123 00' })).status).toBe(400);
    expect((await change(made.patientId, 'attach-ins', { ins: patient.ids[0]!.extension!.slice(0, 13) })).status).toBe(200);
    expect((await view(made.patientId)).patient.ins?.value).toBe(patient.ids[0]!.extension);
  });

  test('is told how many arrivals had to wait, of how many', async () => {
    const { share } = (await ask<Worklist>('GET', '/api/worklists/identity')).body;
    expect(share!.arrivals).toBeGreaterThan(share!.doubtful);
    expect((await server.app.inject('/metrics')).payload).toMatch(/^cigogne_identity_doubtful_arrivals \d+$/m);
  });
});

test('nobody but the identity cell reads or changes an identity, and each attempt is written', async () => {
  const { depositId } = await deposit(patient);
  const patientId = (await homeOf(depositId))!;
  for (const who of ['gp', 'biologist', 'operator', 'patient', 'secretary'] as const) {
    const headers = await server.as(PEOPLE[who]);
    const read = await server.app.inject({ url: `/api/identities/${patientId}`, headers });
    const payload = { kind: 'withdraw-ins', reason: 'curious' };
    const changed = await server.app.inject({ method: 'POST', url: `/api/identities/${patientId}/changes`, headers, payload });
    const made = await server.app.inject({
      method: 'POST',
      url: '/api/identities',
      headers,
      payload: { traits: traits(), reason: 'curious' },
    });
    expect([who, read.statusCode, changed.statusCode, made.statusCode]).toEqual([who, 403, 403, 403]);
  }
  const denied = await server.database.db.query('', 'select 1 from access.audit_event where patient_id = $1 and not allowed', [patientId]);
  expect(denied).toHaveLength(10);
});
