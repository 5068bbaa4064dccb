import { describe, expect, test } from 'vitest';
import { testLaboratory } from '../../test/support/laboratory.ts';
import { PEOPLE } from '../../test/support/people.ts';
import { JEANNE, OTHER_LABORATORY, reportOf } from '../../test/support/reports.ts';
import { testServer } from '../../test/support/server.ts';
import { accessesSchema, type SharingDecision } from '../access/contract.ts';
import { registerLinks } from '../access/index.ts';

const server = testServer();
const laboratory = testLaboratory(server);

const patientIdOf = async () => {
  const [row] = await server.database.db.query<{ id: string }>('', 'select patient_id as id from record.document limit 1');
  return row!.id;
};
const decide = async (patientId: string, payload: SharingDecision) => {
  const headers = await server.as({ ...PEOPLE.patient, patientId });
  const answer = await server.app.inject({ method: 'POST', url: `/api/patients/${patientId}/sharing`, headers, payload });
  expect(answer.statusCode).toBe(200);
};
const accesses = async (patientId: string, who: keyof typeof PEOPLE = 'patient') => {
  const headers = await server.as({ ...PEOPLE[who], patientId });
  const answer = await server.app.inject({ url: `/api/patients/${patientId}/accesses`, headers });
  return accessesSchema.parse(answer.json()).accesses;
};
const count = async (query: string) => (await server.database.db.query<{ n: number }>('', `select (${query})::int as n`))[0]!.n;
const documents = () => count('select count(*) from record.document');
const bytesHeld = () => count('select coalesce(sum(length(bytes)), 0) from record.quarantine');

describe('a patient who opposes that their record be fed', () => {
  test('receives no report of a laboratory: it is told what to do, nothing is kept, the patient alone reads that it came', async () => {
    await laboratory.deposit(reportOf(601));
    const patientId = await patientIdOf();
    const since = new Date(Date.now() - 1_000);
    await registerLinks(server.database.db, [{ patientId, holder: { person: PEOPLE.gp.id }, kind: 'treating-doctor', since }], 'test');
    for (const closing of ['opposes-feeding', 'closed'] as const) {
      await decide(patientId, { decision: 'close', closing });
      const refused = await laboratory.deposit(reportOf(closing === 'closed' ? 603 : 602));
      expect(refused).toMatchObject({ status: 403, code: 'deposit.patient-opposes', retry: false });
      expect(JSON.stringify(refused)).toContain('by your own means');
      await decide(patientId, { decision: 'reopen', closing });
    }
    expect([await documents(), await bytesHeld()]).toEqual([1, 0]);

    const told = (lines: Awaited<ReturnType<typeof accesses>>) =>
      lines.filter(({ actionId, outcome }) => actionId === 'deposit.send' && outcome === 'denied').map(({ ruleId }) => ruleId);
    expect(told(await accesses(patientId))).toEqual(['record-closed', 'opposes-feeding']);
    expect(told(await accesses(patientId, 'gp'))).toEqual([]);

    expect(await laboratory.deposit(reportOf(602))).toMatchObject({ status: 201, state: 'stored' });
  });

  test('receives no report that waited for the identity cell either', async () => {
    const patientId = await patientIdOf();
    const before = await documents();
    const waiting = await laboratory.deposit(
      reportOf(611, { patient: { ...JEANNE, ids: [{ root: '1.2.250.1.999.1', extension: 'IPP-611' }] } }),
    );
    expect(waiting).toMatchObject({ status: 202, state: 'identity' });
    await decide(patientId, { decision: 'close', closing: 'opposes-feeding' });
    const headers = await server.as(PEOPLE['identity-cell']);
    const list = (await server.app.inject({ url: '/api/worklists/identity', headers })).json<{
      waiting: { waitingId: string; depositId: string }[];
    }>();
    const { waitingId } = list.waiting.find((one) => one.depositId === waiting.depositId)!;
    const payload = { patientId, reason: 'vu avec le laboratoire' };
    const linked = await server.app.inject({ method: 'POST', url: `/api/worklists/identity/${waitingId}/link`, headers, payload });
    expect(linked.statusCode).toBe(200);
    expect(await documents()).toBe(before);
    expect(await laboratory.receipt(waiting.depositId)).toMatchObject({ state: 'refused', refusal: { code: 'deposit.patient-opposes' } });
    expect(await count('select count(*) from record.waiting_original')).toBe(0);
    await decide(patientId, { decision: 'reopen', closing: 'opposes-feeding' });
  });
});

describe('every deposit leaves one event of the audit', () => {
  const eventsOf = (depositId: string) =>
    server.database.db.query<{ rule: string; allowed: boolean; patient: string | null; actor: string }>(
      '',
      'select rule, allowed, patient_id as patient, actor from access.audit_event where object = $1',
      [depositId],
    );

  test.each<[string, string, Parameters<typeof laboratory.deposit>[0], string]>([
    ['that cannot be read', 'deposit-refused', '<nothing/>', 'report.not-a-document'],
    ['of another structure', 'other-structure', reportOf(621, { laboratory: OTHER_LABORATORY }), 'deposit.wrong-structure'],
  ])('one %s, without any patient', async (_what, rule, sent, code) => {
    const refused = await laboratory.deposit(sent);
    expect(refused).toMatchObject({ code });
    expect(await eventsOf(refused.depositId)).toEqual([{ rule, allowed: false, patient: null, actor: expect.stringMatching(/^system:/) }]);
  });

  test('one that waits for a person, without any patient; the document filed later is another', async () => {
    const waiting = await laboratory.deposit(
      reportOf(622, { patient: { ...JEANNE, ids: [{ root: '1.2.250.1.999.1', extension: 'IPP-622' }] } }),
    );
    expect(await eventsOf(waiting.depositId)).toMatchObject([{ rule: 'deposit-waits', allowed: true, patient: null }]);
  });

  test('one stored, in the chain of its patient', async () => {
    const { documentId } = await laboratory.deposit(reportOf(623));
    await expect.poll(() => eventsOf(documentId!)).toMatchObject([{ rule: 'own-structure', allowed: true, patient: await patientIdOf() }]);
  });

  test('the officer reads them in words, without a patient', async () => {
    const headers = await server.as(PEOPLE.dpo);
    const page = (await server.app.inject({ url: '/api/audit?outcome=denied', headers })).json<{
      events: { rule: string; who: string }[];
    }>();
    expect(page.events.map(({ rule }) => rule)).toContain('Refusé : document qui ne peut être reçu');
  });
});
