import { afterAll, beforeAll, beforeEach, expect, vi } from 'vitest';
import { registerPractitioners, registerSenders, registerStructures } from '../../src/directory/index.ts';
import { type DeliverDeps, deliverDue } from '../../src/exchange/deliver.ts';
import { compose } from '../../src/exchange/composing/compose.ts';
import { documentsInHand } from '../../src/exchange/documents-in-hand.ts';
import { readStages } from '../../src/exchange/inbox/escalation.ts';
import type { InboxDeps } from '../../src/exchange/inbox/fill.ts';
import { type RouteDeps, routeNext } from '../../src/exchange/route-document.ts';
import { type LabReport, writeCda } from '../../src/formats/index.ts';
import { type MailRelay, openMailRelay } from '../../src/transports/index.ts';
import { emptyTables } from './empty-tables.ts';
import { mailServer } from './mail-server.ts';
import { LABORATORY, reportOf } from './reports.ts';
import { testServer } from './server.ts';

/** Invented recipients: with an address, with one elsewhere, with none, with one that nobody trusts. */
export const PRESCRIBER = {
  rpps: '899700000011',
  family: 'LEFEVRE-DEMO',
  given: 'Anne',
  mailboxes: ['anne@cabinet.mssante.example'],
  structures: ['990000201'],
};
/** Works where the prescriber does. */
export const PARTNER = { rpps: '899700000055', family: 'BLANC-DEMO', given: 'Jules', mailboxes: [], structures: ['990000201'] };
const PRACTICE = { finess: '990000201', name: 'Cabinet ESSAI', kind: 'practice' as const, phone: '0261910001' };
export const COLLEAGUE = {
  rpps: '899700000022',
  family: 'BENALI-DEMO',
  given: 'Karim',
  mailboxes: ['karim@ch.mssante.example'],
  structures: [],
};
export const WITHOUT_ADDRESS = { rpps: '899700000033', family: 'MARTIN-DEMO', given: 'Rose', mailboxes: [], structures: [] };
export const OUTSIDE = { rpps: '899700000044', family: 'AILLEURS-DEMO', given: 'Zoé', mailboxes: ['zoe@mail.example'], structures: [] };
export const DOMAINS = new Set(['cabinet.mssante.example', 'ch.mssante.example']);
export const PATIENT_DOMAIN = 'patient.mssante.example';
export const HOUR = 3_600_000;
export const later = (ms: number) => () => new Date(Date.now() + ms);

const SECRET = 'a-secret-of-the-tests-only';

type Recipient = Pick<typeof PRESCRIBER, 'rpps' | 'family' | 'given'>;

const person = ({ rpps, family, given }: Recipient) => ({
  ids: [{ root: '1.2.250.1.71.4.2.1', extension: rpps }],
  name: { family, given, suffix: 'DR' },
});

/** Issued today: an old one is history. */
export function reportFor(
  n: number,
  to: { prescribers?: Recipient[]; copies?: Recipient[] },
  more: Parameters<typeof reportOf>[1] = {},
): LabReport {
  const createdAt = `${new Date().toISOString().slice(0, 10).replaceAll('-', '')}060000+0000`;
  const participants = (to.prescribers ?? []).map((one) => ({ ...person(one), type: 'REF', time: createdAt }));
  return { ...reportOf(n, more), createdAt, participants, recipients: (to.copies ?? []).map(person) };
}

export const inboxDeps: InboxDeps = {
  critical: new Map([['potassium.serum', { row: 'potassium.serum', unit: 'mmol/L', below: 2.5, above: 6.5 }]]),
  escalation: { critical: readStages('30min practice, 60min regulation', 'A'), abnormal: readStages('3d practice, 7d laboratory', 'B') },
};

/** The real server and the mail server of another; what is noted is routed and sent when the test says so. */
export function exchangeBench({ listens = false } = {}) {
  const server = testServer({ listens, env: { MSSANTE_DOMAINS: [...DOMAINS].join(',') } });
  let post: Awaited<ReturnType<typeof mailServer>> | undefined;
  let relay: MailRelay | undefined;
  let token = '';
  const faults: unknown[] = [];
  const inHand = documentsInHand();

  beforeAll(async () => {
    const { db } = server.database;
    await registerStructures(db, [{ ...LABORATORY, kind: 'laboratory' }, PRACTICE]);
    await registerPractitioners(db, [PRESCRIBER, PARTNER, COLLEAGUE, WITHOUT_ADDRESS, OUTSIDE]);
    const sender = { clientId: 'lis-essai', name: 'SIL des essais', structures: [LABORATORY.finess], formats: ['cda-cr-bio'] };
    await registerSenders(db, [{ ...sender, state: 'production', secret: SECRET, connectedSince: new Date() }], 'demo');
    token = await server.tokenOf('lis-essai', SECRET);
    post = await mailServer();
    relay = openMailRelay({ host: '127.0.0.1', port: post.port, secure: false, plain: true });
  });
  afterAll(async () => {
    relay?.close();
    await post?.stop();
  });
  beforeEach(async () => {
    post!.mails.length = 0;
    post!.answer.rcpt = () => undefined;
    faults.length = 0;
    await emptyTables(
      server.database.db,
      `exchange.dispatch, exchange.delivery, exchange.attempt, exchange.message, exchange.circuit, exchange.unmatched_receipt,
       exchange.rule_set, exchange.software_set, exchange.notice, exchange.inbox_line, exchange.inbox_step, exchange.absence, exchange.expected, exchange.awaited, exchange.own_correction`,
    );
  });

  const deps = (more: Partial<DeliverDeps> & Partial<RouteDeps> = {}): DeliverDeps & RouteDeps => ({
    db: server.database.db,
    relay: relay!,
    from: 'cigogne@region.mssante.example',
    nil: 'ESSAI-NIL',
    zone: 'Europe/Paris',
    sender: { name: 'Région ESSAI', software: 'Cigogne', version: '0.1.0', publisher: 'Cigogne' },
    now: () => new Date(),
    onError: (error) => faults.push(error),
    domains: DOMAINS,
    inHand,
    compose,
    ...inboxDeps,
    ...more,
  });

  const count = async (table: string, where: string, values: unknown[] = []) => {
    const [row] = await server.database.db.query<{ n: number }>(
      '',
      `select count(*)::int as n from exchange.${table} where ${where}`,
      values,
    );
    return row!.n;
  };

  return {
    server,
    faults,
    deps,
    count,
    get db() {
      return server.database.db;
    },
    get post() {
      return post!;
    },
    get relay() {
      return relay!;
    },
    get token() {
      return token;
    },
    /** By the real door; the exchange has heard of it when this ends. */
    async deposit(
      report: LabReport,
      as: { type: string; bytes: string } = { type: 'application/xml', bytes: writeCda(report) },
    ): Promise<string> {
      const answer = await server.app.inject({
        method: 'POST',
        url: '/api/deposits',
        headers: { authorization: `Bearer ${token}`, 'content-type': as.type },
        payload: as.bytes,
      });
      expect(answer.statusCode).toBe(201);
      const { documentId } = answer.json() as { documentId: string };
      const isHeard = async () => (await count('dispatch', 'document_id = $1', [documentId])) === 1;
      await vi.waitUntil(isHeard, { timeout: 20_000, interval: 10 });
      return documentId;
    },
    async routeAll(more: Partial<RouteDeps> = {}): Promise<void> {
      while ((await routeNext(deps(more), new Date(), 25)).taken > 0);
    },
    /** Rounds until nothing is due at that time. */
    async deliverAll(more: Partial<DeliverDeps> = {}): Promise<void> {
      while ((await deliverDue(deps(more), 8)) > 0);
    },
    deliveries: () =>
      server.database.db.query<{ recipient: string; state: string; reason: string | null; rule: string; address: string | null }>(
        '',
        'select recipient, state, reason, rule, address from exchange.delivery order by recipient, delivery_id',
      ),
    async steps(recipient: string): Promise<string[]> {
      const rows = await server.database.db.query<{ step: string }>(
        '',
        'select a.step from exchange.attempt a join exchange.delivery d using (patient_id, delivery_id) where d.recipient = $1 order by a.at, a.attempt_id',
        [recipient],
      );
      return rows.map(({ step }) => step);
    },
    async idOf(recipient: string): Promise<string> {
      const [row] = await server.database.db.query<{ id: string }>(
        '',
        'select delivery_id as id from exchange.delivery where recipient = $1',
        [recipient],
      );
      return row!.id;
    },
  };
}
