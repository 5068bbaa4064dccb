import { describe, expect, test } from 'vitest';
import { COLLEAGUE, exchangeBench, PATIENT_DOMAIN, PRESCRIBER, reportFor } from '../../test/support/exchange.ts';
import { PEOPLE } from '../../test/support/people.ts';
import { JEANNE, LABORATORY, OTHER_LABORATORY } from '../../test/support/reports.ts';
import { writeCda } from '../formats/index.ts';
import type { RoutingPreview, RoutingRule, RulesInForce, RulesTrial } from './contract.ts';
import { DEFAULT_RULES } from './rule-set.ts';

const bench = exchangeBench();
const NO_COPIES: RoutingRule[] = [
  { id: 'R-40', words: 'Aucune copie de ce laboratoire.', when: { senders: [LABORATORY.finess], roles: ['copy'] }, effect: 'keep' },
  ...DEFAULT_RULES,
];

const call = async (method: 'GET' | 'POST', url: string, who: Parameters<typeof bench.server.as>[0], payload?: object) =>
  bench.server.app.inject({ method, url, headers: await bench.server.as(who), ...(payload && { payload }) });
const events = async () => (await bench.db.query<{ n: number }>('', 'select count(*)::int as n from access.audit_event'))[0]!.n;
const change = (rules: RoutingRule[], from = 0) =>
  call('POST', '/api/exchange/rules', PEOPLE.operator, { from, words: 'Essai de la région', rules });
const outcomes = ({ verdicts }: RoutingPreview) => verdicts.map(({ recipient, does, rule }) => [recipient, does, rule]);

async function preview(payload: string, token = bench.token): Promise<RoutingPreview> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/xml' };
  const answer = await bench.server.app.inject({ method: 'POST', url: '/api/exchange/preview', headers, payload });
  expect(answer.statusCode).toBe(200);
  return answer.json() as RoutingPreview;
}

describe('the rules of routing', () => {
  test('are read, and changed by the operator; the next document follows them and its trace says in which words', async () => {
    expect(await (await call('GET', '/api/exchange/rules', PEOPLE.operator)).json()).toMatchObject({ version: 0, history: [] });
    expect((await change(NO_COPIES)).json()).toEqual({ version: 1 });
    const read = (await call('GET', '/api/exchange/rules', PEOPLE.operator)).json() as RulesInForce;
    expect(read).toMatchObject({ version: 1, rules: NO_COPIES, history: [{ version: 1, byName: 'Eva REGION-DEMO' }] });
    const documentId = await bench.deposit(reportFor(1, { prescribers: [PRESCRIBER], copies: [COLLEAGUE] }));
    await bench.routeAll();
    expect((await bench.deliveries()).map(({ recipient }) => recipient)).toEqual(['rpps:899700000011']);
    await change(DEFAULT_RULES as RoutingRule[], 1);
    const trace = await call('GET', `/api/exchange/trace?id=${documentId}`, PEOPLE.operator);
    expect(trace.json()).toMatchObject({ rules: [{ rule: 'R-02' }, { rule: 'R-40', words: 'Aucune copie de ce laboratoire.' }] });
  });

  test('changed by two people at once are changed by the first', async () => {
    expect((await change(NO_COPIES)).statusCode).toBe(200);
    expect((await change(DEFAULT_RULES as RoutingRule[])).statusCode).toBe(412);
  });

  test('tell beforehand what a change would have done to what passed, by the facts of then, and change nothing', async () => {
    await bench.deposit(reportFor(10, { prescribers: [PRESCRIBER], copies: [COLLEAGUE] }));
    await bench.deposit(reportFor(11, { prescribers: [PRESCRIBER] }));
    await bench.routeAll();
    const tried = await call('POST', '/api/exchange/rules/trial', PEOPLE.operator, { rules: NO_COPIES });
    const trial = tried.json() as RulesTrial;
    expect(trial).toMatchObject({ seen: 2, changed: 1, lines: [{ structure: LABORATORY.finess }] });
    const [{ before, after, uniqueId }] = trial.lines as [RulesTrial['lines'][number]];
    expect(uniqueId).toBe('1.2.250.1.999.7.990400101.10');
    expect([before, after].map((verdicts) => verdicts.map(({ recipient, does }) => `${recipient} ${does}`))).toEqual([
      ['rpps:899700000011 mail', 'rpps:899700000022 mail'],
      ['rpps:899700000011 mail', 'rpps:899700000022 nothing'],
    ]);
    expect(tried.body).not.toContain('ESSAI-DURAND');
    expect(await bench.count('rule_set', 'true')).toBe(0);
    expect(await bench.deliveries()).toHaveLength(3);
  });

  test('are the operator’s alone, and each look is written once', async () => {
    for (const [method, url, payload] of [
      ['GET', '/api/exchange/rules', undefined],
      ['POST', '/api/exchange/rules', { from: 0, words: 'Essai', rules: NO_COPIES }],
      ['POST', '/api/exchange/rules/trial', { rules: NO_COPIES }],
    ] as const) {
      for (const who of [PEOPLE.gp, PEOPLE.biologist, PEOPLE.dpo]) expect((await call(method, url, who, payload)).statusCode).toBe(403);
      const before = await events();
      expect((await call(method, url, PEOPLE.operator, payload)).statusCode).toBe(200);
      expect((await events()) - before).toBe(1);
    }
  });
});

describe('what would happen to a document', () => {
  test('is told to its laboratory before it is deposited, is what then happens, and nothing is kept', async () => {
    const report = reportFor(20, { prescribers: [PRESCRIBER], copies: [COLLEAGUE] });
    const told = await preview(writeCda(report));
    expect(outcomes(told)).toEqual([
      ['rpps:899700000011', 'mail', 'R-02'],
      ['rpps:899700000022', 'mail', 'R-03'],
    ]);
    expect(await bench.count('dispatch', 'true')).toBe(0);
    expect(await bench.db.query('', `select 1 from record.document where unique_id like '%.20'`)).toEqual([]);
    const documentId = await bench.deposit(report);
    await bench.routeAll();
    expect((await bench.deliveries()).map(({ recipient, rule }) => [recipient, 'mail', rule])).toEqual(outcomes(told));
    const again = await call('GET', `/api/exchange/preview?id=${documentId}`, PEOPLE.operator);
    expect(outcomes(again.json() as RoutingPreview)).toEqual(outcomes(told));
    expect(again.body).not.toContain('ESSAI-DURAND');
  });

  test('whose patient nobody can tell says so: the identity cell is asked before anything leaves', async () => {
    const { ids: _, ...unnumbered } = JEANNE;
    const told = await preview(writeCda(reportFor(21, { prescribers: [PRESCRIBER] }, { patient: { ...unnumbered, ids: [] } })));
    expect(told.isIdentified).toBe(false);
  });

  test('of another laboratory is not told', async () => {
    const headers = { authorization: `Bearer ${bench.token}`, 'content-type': 'application/xml' };
    const payload = writeCda(reportFor(22, { prescribers: [PRESCRIBER] }, { laboratory: OTHER_LABORATORY }));
    const answer = await bench.server.app.inject({ method: 'POST', url: '/api/exchange/preview', headers, payload });
    expect([answer.statusCode, (answer.json() as { code: string }).code]).toEqual([403, 'deposit.wrong-structure']);
  });
});

describe('what the patient chose', () => {
  const ofJeanne = async () => {
    const [row] = await bench.db.query<{ patientId: string }>('', 'select patient_id as "patientId" from identity.patient limit 1');
    return row!.patientId;
  };
  const choose = async (kind: string, holder: string) =>
    bench.db.query(
      '',
      `insert into access.patient_choice (patient_id, kind, holder, since, declared_by) values ($1, $2, $3, now() - interval '1 minute', 'test')`,
      [await ofJeanne(), kind, holder],
    );

  test('a professional shut out gets no copy; a mailbox of patients is written to only when the identity is qualified and nothing was refused', async () => {
    await bench.deposit(reportFor(30, { prescribers: [PRESCRIBER], copies: [COLLEAGUE] }));
    await bench.db.query('', `update identity.patient set status = 'qualified'`);
    await bench.routeAll({ patientDomain: PATIENT_DOMAIN });
    expect((await bench.deliveries()).map(({ recipient, rule }) => [recipient, rule])).toEqual([
      ['patient', 'R-15'],
      ['rpps:899700000011', 'R-02'],
      ['rpps:899700000022', 'R-03'],
    ]);
    await bench.deliverAll();
    expect(bench.post.mails.map(({ to }) => to)).toContain(`${JEANNE.ids[0]!.extension}@${PATIENT_DOMAIN}`);
    const kept = await bench.db.query<{ facts: string; address: string }>(
      '',
      'select facts, address from exchange.dispatch join exchange.delivery using (patient_id, document_id)',
    );
    for (const row of kept) expect(JSON.stringify(row)).not.toContain(JEANNE.ids[0]!.extension);
    const trace = await call('GET', '/api/exchange/trace?id=1.2.250.1.999.7.990400101.30', PEOPLE.operator);
    expect(trace.statusCode).toBe(200);
    expect(trace.body).not.toContain(JEANNE.ids[0]!.extension);

    await choose('blocks', `rpps:${COLLEAGUE.rpps}`);
    await bench.deposit(reportFor(31, { prescribers: [PRESCRIBER], copies: [COLLEAGUE] }));
    // Refused between the deposit and its routing: a later deposit would be refused at the door.
    await choose('opposes-feeding', '');
    await bench.routeAll({ patientDomain: PATIENT_DOMAIN });
    const [row] = await bench.db.query<{ routed: string }>('', `select routed from exchange.dispatch order by noted_at desc limit 1`);
    const { destinations, kept: notSent } = JSON.parse(row!.routed) as { destinations: { rule: string }[]; kept: { rule: string }[] };
    expect([destinations.map(({ rule }) => rule), notSent.map(({ rule }) => rule)]).toEqual([['R-02'], ['R-13', 'R-16']]);
  });
});
