import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { mailServer } from '../../test/support/mail-server.ts';
import { PEOPLE } from '../../test/support/people.ts';
import { LABORATORY, OTHER_LABORATORY, reportOf } from '../../test/support/reports.ts';
import { testServer } from '../../test/support/server.ts';
import { registerPractitioners, registerSenders, registerStructures } from '../directory/index.ts';
import { type LabReport, readXdm, writeCda } from '../formats/index.ts';
import { type MailRelay, openMailRelay } from '../transports/index.ts';
import { type DeliverDeps, deliverDue } from './deliver.ts';
import { routeNext } from './route-document.ts';
import { takeReceipt } from './take-receipt.ts';
import { noteEvents } from './worker.ts';

const server = testServer({ env: { MSSANTE_DOMAINS: 'cabinet.mssante.example,ch.mssante.example' } });
const SECRET = 'a-secret-of-the-tests-only';
const PRESCRIBER = {
  rpps: '899700000011',
  family: 'LEFEVRE-DEMO',
  given: 'Anne',
  mailboxes: ['anne@cabinet.mssante.example'],
  structures: [],
};
const COLLEAGUE = { rpps: '899700000022', family: 'BENALI-DEMO', given: 'Karim', mailboxes: ['karim@ch.mssante.example'], structures: [] };
const WITHOUT_ADDRESS = { rpps: '899700000033', family: 'MARTIN-DEMO', given: 'Rose', mailboxes: [], structures: [] };
const OUTSIDE = { rpps: '899700000044', family: 'AILLEURS-DEMO', given: 'Zoé', mailboxes: ['zoe@mail.example'], structures: [] };
const DOMAINS = new Set(['cabinet.mssante.example', 'ch.mssante.example']);

let post: Awaited<ReturnType<typeof mailServer>>;
let relay: MailRelay;
let token = '';

beforeAll(async () => {
  const { db } = server.database;
  await registerStructures(db, [{ ...LABORATORY, kind: 'laboratory' }]);
  await registerPractitioners(db, [PRESCRIBER, COLLEAGUE, WITHOUT_ADDRESS, OUTSIDE]);
  const sender = { clientId: 'lis-essai', name: 'SIL des essais', structures: [LABORATORY.finess], formats: ['cda-cr-bio'] };
  await registerSenders(db, [{ ...sender, state: 'production', secret: SECRET, connectedSince: new Date() }], 'demo');
  token = await server.tokenOf('lis-essai', SECRET);
  post = await mailServer();
  relay = openMailRelay({ host: '127.0.0.1', port: post.port, secure: false, plain: true });
});
afterAll(async () => {
  relay.close();
  await post.stop();
});
beforeEach(async () => {
  post.mails.length = 0;
  post.answer.rcpt = () => undefined;
  await server.database.db.script(
    'truncate exchange.dispatch, exchange.delivery, exchange.attempt, exchange.message, exchange.circuit, exchange.unmatched_receipt',
  );
});

const person = ({ rpps, family, given }: typeof PRESCRIBER) => ({
  ids: [{ root: '1.2.250.1.71.4.2.1', extension: rpps }],
  name: { family, given, suffix: 'DR' },
});

/** Issued today: an old one is history. */
function reportFor(
  n: number,
  to: { prescribers?: (typeof PRESCRIBER)[]; copies?: (typeof PRESCRIBER)[] },
  more: Parameters<typeof reportOf>[1] = {},
): LabReport {
  const createdAt = `${new Date().toISOString().slice(0, 10).replaceAll('-', '')}060000+0000`;
  const participants = (to.prescribers ?? []).map((one) => ({ ...person(one), type: 'REF', time: createdAt }));
  return { ...reportOf(n, more), createdAt, participants, recipients: (to.copies ?? []).map(person) };
}

async function deposit(report: LabReport): Promise<string> {
  const answer = await server.app.inject({
    method: 'POST',
    url: '/api/deposits',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/xml' },
    payload: writeCda(report),
  });
  expect(answer.statusCode).toBe(201);
  const { documentId } = answer.json() as { documentId: string };
  await expect.poll(() => count('dispatch', 'document_id = $1', [documentId]), { timeout: 15_000 }).toBe(1);
  return documentId;
}

async function count(table: string, where: string, values: unknown[] = []): Promise<number> {
  const [row] = await server.database.db.query<{ n: number }>(
    '',
    `select count(*)::int as n from exchange.${table} where ${where}`,
    values,
  );
  return row!.n;
}

const deliveries = () =>
  server.database.db.query<{ recipient: string; state: string; reason: string | null; rule: string; address: string | null }>(
    '',
    'select recipient, state, reason, rule, address from exchange.delivery order by recipient, delivery_id',
  );
const steps = async (recipient: string) =>
  (
    await server.database.db.query<{ step: string }>(
      '',
      'select a.step from exchange.attempt a join exchange.delivery d using (patient_id, delivery_id) where d.recipient = $1 order by a.at, a.attempt_id',
      [recipient],
    )
  ).map(({ step }) => step);

const faults: unknown[] = [];
const deps = (more: Partial<DeliverDeps> = {}): DeliverDeps & { domains: Set<string> } => ({
  db: server.database.db,
  relay,
  from: 'cigogne@region.mssante.example',
  nil: 'ESSAI-NIL',
  zone: 'Europe/Paris',
  sender: { name: 'Région ESSAI', software: 'Cigogne', version: '0.1.0', publisher: 'Cigogne' },
  now: () => new Date(),
  onError: (error) => faults.push(error),
  domains: DOMAINS,
  ...more,
});

async function routeAll(): Promise<void> {
  while (await routeNext(deps(), new Date()));
}

/** Rounds until nothing is due at that time. */
async function deliverAll(more: Partial<DeliverDeps> = {}): Promise<void> {
  while ((await deliverDue(deps(more), 8)) > 0);
}

const later = (ms: number) => () => new Date(Date.now() + ms);
const HOUR = 3_600_000;

describe('a report that a laboratory deposits', () => {
  test('reaches the mailbox of its prescriber and of the copy, as an archive with the readable copy', async () => {
    await deposit(reportFor(1, { prescribers: [PRESCRIBER], copies: [COLLEAGUE] }));
    await routeAll();
    await deliverAll();
    expect(post.mails.map(({ to }) => to).toSorted()).toEqual(['anne@cabinet.mssante.example', 'karim@ch.mssante.example']);
    const { email } = post.mails.find(({ to }) => to.startsWith('anne'))!;
    expect(email.subject).toBe("XDM/1.0/DDM+Compte rendu d'examens biologiques ESSAI-DURAND JEANNE 12/06/1955");
    const header = (key: string) => email.headers.find((one) => one.key === key)?.value;
    expect(header('x-mss-codecda')).toBe('11502-2');
    expect(header('x-mss-ins')).toBe('O');
    expect(header('x-mss-nil')).toBe('ESSAI-NIL');
    expect(header('disposition-notification-to')).toBe('cigogne@region.mssante.example');
    expect(email.attachments.map(({ mimeType }) => mimeType)).toEqual(['application/zip', 'application/pdf']);
    const [submission] = readXdm(new Uint8Array(email.attachments[0]!.content as ArrayBuffer)).submissions;
    expect(submission!.documents[0]).toMatchObject({ action: 'new', metadata: { uniqueId: { root: '1.2.250.1.999.7.990400101.1' } } });
    expect(await steps('rpps:899700000011')).toEqual(['routed', 'prepared', 'sent']);
  });

  test('keeps what was sent byte for byte', async () => {
    await deposit(reportFor(2, { prescribers: [PRESCRIBER] }));
    await routeAll();
    await deliverAll();
    const { createHash } = await import('node:crypto');
    const [kept] = await server.database.db.query<{ sha256: string }>('', `select encode(sha256, 'hex') as sha256 from exchange.message`);
    // SMTP ends a message with a line break, whatever it ended with.
    const received = post.mails[0]!.raw;
    const digests = [received, received.subarray(0, -2)].map((bytes) => createHash('sha256').update(bytes).digest('hex'));
    expect(digests).toContain(kept!.sha256);
  });

  test('whose recipient has no address, is unknown, or is outside of the trusted operators waits on the worklist, and nothing leaves', async () => {
    const unknown = { ...PRESCRIBER, rpps: '899700000999', family: 'INCONNU-DEMO' };
    await deposit(reportFor(3, { prescribers: [WITHOUT_ADDRESS], copies: [unknown, OUTSIDE] }));
    await routeAll();
    await deliverAll();
    expect(post.mails).toEqual([]);
    expect((await deliveries()).map(({ recipient, state, reason }) => [recipient, state, reason])).toEqual([
      ['rpps:899700000033', 'held', 'address.none'],
      ['rpps:899700000044', 'held', 'address.outside'],
      ['rpps:899700000999', 'held', 'recipient.unknown'],
    ]);
  });

  test('that names nobody is a line of the worklist too', async () => {
    await deposit(reportFor(4, {}));
    await routeAll();
    expect(await deliveries()).toMatchObject([{ recipient: 'nobody', state: 'held', reason: 'recipient.none', rule: 'R-09' }]);
  });

  test('whose mailbox the operator refuses is told with the words of the operator, and is not tried again', async () => {
    post.answer.rcpt = () => ({ code: 550, text: '5.1.1 no such mailbox' });
    await deposit(reportFor(5, { prescribers: [PRESCRIBER] }));
    await routeAll();
    await deliverAll();
    await deliverAll({ now: later(100 * HOUR) });
    expect(await deliveries()).toMatchObject([{ state: 'dead', reason: 'address.refused' }]);
    expect(await steps('rpps:899700000011')).toEqual(['routed', 'prepared', 'dead']);
  });

  test('whose mailbox is full is tried again later, for three days', async () => {
    post.answer.rcpt = () => ({ code: 452, text: '4.2.2 mailbox full' });
    await deposit(reportFor(6, { prescribers: [PRESCRIBER] }));
    await routeAll();
    await deliverAll();
    expect(await deliveries()).toMatchObject([{ state: 'waiting', reason: 'mailbox.full' }]);
    post.answer.rcpt = () => undefined;
    await deliverAll();
    expect(post.mails).toEqual([]);
    await deliverAll({ now: later(HOUR) });
    expect(post.mails).toHaveLength(1);
    post.answer.rcpt = () => ({ code: 452, text: '4.2.2 mailbox full' });
    await deposit(reportFor(7, { prescribers: [COLLEAGUE] }));
    await routeAll();
    await deliverAll({ now: later(73 * HOUR) });
    expect((await deliveries()).find(({ recipient }) => recipient.endsWith('22'))).toMatchObject({ state: 'dead', reason: 'mailbox.full' });
  });
});

describe('a corrected report', () => {
  test('goes to everyone that the first one went to, answers the first mail and asks to replace it', async () => {
    await deposit(reportFor(20, { prescribers: [PRESCRIBER], copies: [COLLEAGUE] }, { set: 20 }));
    await routeAll();
    await deliverAll();
    const first = post.mails.find(({ to }) => to.startsWith('karim'))!.email.messageId;
    post.mails.length = 0;
    await deposit(reportFor(21, { prescribers: [PRESCRIBER] }, { set: 20, version: 2, replaces: [20] }));
    await routeAll();
    await deliverAll();
    expect(post.mails).toHaveLength(2);
    const { email } = post.mails.find(({ to }) => to.startsWith('karim'))!;
    expect(email.inReplyTo).toBe(first);
    expect(email.subject).toContain('XDM/1.0/DDM+[Annule et remplace] ');
    const [submission] = readXdm(new Uint8Array(email.attachments[0]!.content as ArrayBuffer)).submissions;
    expect(submission!.documents[0]!.action).toBe('replace');
  });

  test('leaves after the first one, even when the operator was down for a day', async () => {
    const away = openMailRelay({ host: '127.0.0.1', port: 9, secure: false, plain: true });
    await deposit(reportFor(22, { prescribers: [PRESCRIBER] }, { set: 22 }));
    await deposit(reportFor(23, { prescribers: [PRESCRIBER] }, { set: 23 }));
    await routeAll();
    for (let hour = 0; hour < 24; hour += 1) await deliverDue(deps({ relay: away, now: later(hour * HOUR) }), 8);
    await deposit(reportFor(24, { prescribers: [PRESCRIBER] }, { set: 22, version: 2, replaces: [22] }));
    await routeAll();
    expect(post.mails).toEqual([]);
    expect((await deliveries()).map(({ state }) => state)).toEqual(['waiting', 'waiting', 'waiting']);
    await deliverAll({ now: later(26 * HOUR) });
    away.close();
    const versions = post.mails.map(
      ({ email }) => readXdm(new Uint8Array(email.attachments[0]!.content as ArrayBuffer)).submissions[0]!.documents[0]!,
    );
    const ids = versions.map(({ metadata }) => metadata.uniqueId.root.split('.').at(-1));
    expect(ids).toHaveLength(3);
    expect(ids.indexOf('22')).toBeLessThan(ids.indexOf('24'));
    expect(versions.find(({ metadata }) => metadata.uniqueId.root.endsWith('.24'))!.action).toBe('replace');
  });
});

describe('a notification that comes back', () => {
  const notification = (type: string, from: string, lines: string[]) =>
    Buffer.from(
      [
        `From: ${from}`,
        `Content-Type: multipart/report; report-type=x; boundary=b`,
        '',
        '--b',
        `Content-Type: ${type}`,
        '',
        ...lines,
        '--b--',
        '',
      ].join('\r\n'),
    );
  const delivered = (envelopeId: string, address: string, action = 'delivered', status = '2.0.0') =>
    notification('message/delivery-status', 'postmaster@x.example', [
      `Original-Envelope-Id: ${envelopeId}`,
      '',
      `Final-Recipient: rfc822; ${address}`,
      `Action: ${action}`,
      `Status: ${status}`,
    ]);
  const read = (messageId: string, from: string) =>
    notification('message/disposition-notification', from, [
      `Final-Recipient: rfc822; ${from}`,
      `Original-Message-ID: ${messageId}`,
      'Disposition: manual-action/MDN-sent-manually; displayed',
    ]);
  const sentMail = async () => {
    const [row] = await server.database.db.query<{ id: string; messageId: string }>(
      '',
      'select delivery_id as id, message_id as "messageId" from exchange.message',
    );
    return row!;
  };
  const take = (raw: Buffer) => takeReceipt(server.database.db, raw, new Date());

  test('tells that the mail arrived, then that its recipient read it; the same again, or out of order, changes nothing', async () => {
    await deposit(reportFor(50, { prescribers: [PRESCRIBER] }));
    await routeAll();
    await deliverAll();
    const { id, messageId } = await sentMail();
    await take(delivered(id, PRESCRIBER.mailboxes[0]!));
    expect(await deliveries()).toMatchObject([{ state: 'delivered' }]);
    for (let again = 0; again < 2; again += 1) await take(read(messageId, PRESCRIBER.mailboxes[0]!));
    await take(delivered(id, PRESCRIBER.mailboxes[0]!));
    expect(await deliveries()).toMatchObject([{ state: 'read' }]);
    expect(await steps('rpps:899700000011')).toEqual(['routed', 'prepared', 'sent', 'delivered', 'read']);
  });

  test('that the mailbox does not exist puts the mail on the worklist, with the reason', async () => {
    await deposit(reportFor(51, { prescribers: [PRESCRIBER] }));
    await routeAll();
    await deliverAll();
    await take(delivered((await sentMail()).id, PRESCRIBER.mailboxes[0]!, 'failed', '5.1.1'));
    expect(await deliveries()).toMatchObject([{ state: 'dead', reason: 'address.refused' }]);
  });

  test('from anyone else, or about no mail of ours, is kept apart and moves nothing', async () => {
    await deposit(reportFor(52, { prescribers: [PRESCRIBER] }));
    await routeAll();
    await deliverAll();
    await take(read((await sentMail()).messageId, 'someone@else.example'));
    await take(read('<unknown@region.example>', PRESCRIBER.mailboxes[0]!));
    expect(await deliveries()).toMatchObject([{ state: 'sent' }]);
    expect(await count('unmatched_receipt', 'true')).toBe(2);
  });

  test('and overtakes the word that the mail was accepted is not lost', async () => {
    await deposit(reportFor(53, { prescribers: [PRESCRIBER] }));
    await routeAll();
    const overtaken: DeliverDeps['relay'] = {
      async send(mail) {
        const outcome = await relay.send(mail);
        await take(delivered(mail.envelopeId, mail.to));
        return outcome;
      },
    };
    await deliverAll({ relay: overtaken });
    expect(await deliveries()).toMatchObject([{ state: 'delivered' }]);
  });

  test('at the very instant of that word is not lost either', async () => {
    for (let n = 530; n < 536; n += 1) await deposit(reportFor(n, { prescribers: [PRESCRIBER] }));
    await routeAll();
    const notified: Promise<number>[] = [];
    const atOnce: DeliverDeps['relay'] = {
      async send(mail) {
        const outcome = await relay.send(mail);
        notified.push(take(delivered(mail.envelopeId, mail.to)));
        return outcome;
      },
    };
    await deliverAll({ relay: atOnce });
    await Promise.all(notified);
    expect(new Set((await deliveries()).map(({ state }) => state))).toEqual(new Set(['delivered']));
  });
});

describe('a report whose patient was wrong', () => {
  test('is asked back from everyone that received it, with the document it names; what had not left does not leave', async () => {
    const documentId = await deposit(reportFor(60, { prescribers: [PRESCRIBER] }));
    await routeAll();
    await deliverAll();
    post.mails.length = 0;
    const [row] = await server.database.db.query<{ patientId: string }>('', 'select patient_id as "patientId" from exchange.delivery');
    const event = { patientId: row!.patientId, eventId: documentId, documentId, structure: LABORATORY.finess, kind: 'report-withdrawn' };
    await noteEvents(server.database.db, [event], new Date());
    await routeAll();
    await deliverAll();
    expect(post.mails).toHaveLength(1);
    const { email } = post.mails[0]!;
    expect(email.subject).toContain('XDM/1.0/DDM+[Annule] ');
    const [submission] = readXdm(new Uint8Array(email.attachments[0]!.content as ArrayBuffer)).submissions;
    expect(submission!.documents[0]).toMatchObject({ action: 'delete', metadata: { uniqueId: { root: '1.2.250.1.999.7.990400101.60' } } });
    expect(email.attachments).toHaveLength(1);
  });
});

describe('a worker that is killed', () => {
  test.each([
    'prepare',
    'keep',
    'send',
    'settle',
  ] as const)('before it can %s loses nothing, and what the receiver gets bears one Message-ID', async (step) => {
    const n = 30 + ['prepare', 'keep', 'send', 'settle'].indexOf(step);
    await deposit(reportFor(n, { prescribers: [PRESCRIBER] }));
    await routeAll();
    faults.length = 0;
    const beforeStep = (now: string) => {
      if (now === step) throw new Error(`killed before ${step}`);
    };
    await deliverDue(deps({ beforeStep }), 8);
    expect(faults).toMatchObject([{ message: `killed before ${step}` }]);
    await deliverAll();
    expect(post.mails.length).toBe(step === 'settle' ? 1 : 0);
    await deliverAll({ now: later(3 * 60_000) });
    expect(new Set(post.mails.map(({ email }) => email.messageId)).size).toBe(1);
    expect(new Set(post.mails.map(({ raw }) => raw.toString('latin1'))).size).toBe(1);
    expect(await deliveries()).toMatchObject([{ state: 'sent' }]);
  });

  test('while it routes leaves no half of the destinations', async () => {
    await deposit(reportFor(40, { prescribers: [PRESCRIBER], copies: [COLLEAGUE] }));
    const { db } = server.database;
    const dying = {
      ...db,
      transaction: <T>(work: Parameters<typeof db.transaction<T>>[0]) =>
        db.transaction<T>((tx) =>
          work({
            query: (name, text, values) =>
              name === 'exchange-routed' ? Promise.reject(new Error('killed')) : tx.query(name, text, values),
          }),
        ),
    };
    await expect(routeNext({ db: dying, domains: DOMAINS }, new Date())).rejects.toThrow('killed');
    expect(await deliveries()).toEqual([]);
    while (await routeNext(deps(), later(HOUR)()));
    expect(await deliveries()).toHaveLength(2);
  });
});

describe('following a message', () => {
  const biologist = { id: 'rpps:899700000077', name: 'Dr Iris TUBE-DEMO', role: 'biologist' as const, organisation: LABORATORY };
  const other = { ...biologist, id: 'rpps:899700000088', organisation: OTHER_LABORATORY };
  const get = async (url: string, who: Parameters<typeof server.as>[0]) => server.app.inject({ url, headers: await server.as(who) });
  const events = async () => (await server.database.db.query<{ n: number }>('', 'select count(*)::int as n from access.audit_event'))[0]!.n;
  const replayed = async (deliveryIds: string[], who: Parameters<typeof server.as>[0] = biologist) =>
    (
      await server.app.inject({ method: 'POST', url: '/api/exchange/replay', headers: await server.as(who), payload: { deliveryIds } })
    ).json() as unknown;
  const idOf = async (recipient: string) =>
    (
      await server.database.db.query<{ id: string }>('', 'select delivery_id as id from exchange.delivery where recipient = $1', [
        recipient,
      ])
    )[0]!.id;

  test('its laboratory sees every step, by any identifier it has in hand, and each look is written once', async () => {
    const documentId = await deposit(reportFor(70, { prescribers: [PRESCRIBER] }));
    await routeAll();
    await deliverAll();
    const { messageId } = post.mails[0]!.email;
    for (const id of ['1.2.250.1.999.7.990400101.70', documentId, messageId, await idOf('rpps:899700000011')]) {
      const before = await events();
      const answer = await get(`/api/exchange/trace?id=${encodeURIComponent(id!)}`, biologist);
      expect(answer.statusCode).toBe(200);
      expect(answer.json()).toMatchObject({
        documentId,
        patient: { name: 'ESSAI-DURAND JEANNE' },
        rules: [{ rule: 'R-02' }],
        deliveries: [
          { state: 'sent', recipientName: 'Dr Anne LEFEVRE-DEMO', steps: [{ step: 'routed' }, { step: 'prepared' }, { step: 'sent' }] },
        ],
      });
      expect((await events()) - before).toBe(1);
    }
    const mail = await get(`/api/exchange/deliveries/${await idOf('rpps:899700000011')}/mail`, biologist);
    expect(post.mails[0]!.raw.subarray(0, mail.rawPayload.length).equals(mail.rawPayload)).toBe(true);
  });

  test('an operator sees the journey and no patient, and opens no mail; another laboratory and a doctor see nothing', async () => {
    await deposit(reportFor(71, { prescribers: [PRESCRIBER] }));
    await routeAll();
    await deliverAll();
    const address = '/api/exchange/trace?id=1.2.250.1.999.7.990400101.71';
    const seen = await get(address, PEOPLE.operator);
    expect(seen.statusCode).toBe(200);
    expect(seen.body).not.toContain('ESSAI-DURAND');
    const mail = `/api/exchange/deliveries/${await idOf('rpps:899700000011')}/mail`;
    expect((await get(mail, PEOPLE.operator)).statusCode).toBe(403);
    expect((await get(address, other)).statusCode).toBe(404);
    expect((await get(mail, other)).statusCode).toBe(404);
    for (const url of [address, mail, '/api/exchange/to-mend']) expect((await get(url, PEOPLE.gp)).statusCode).toBe(403);
  });

  test('a document that the rules sent nowhere tells by which rule', async () => {
    const documentId = await deposit({ ...reportFor(72, { prescribers: [PRESCRIBER] }), createdAt: '20200302110000+0100' });
    await routeAll();
    const answer = await get(`/api/exchange/trace?id=${documentId}`, biologist);
    expect(answer.json()).toMatchObject({ deliveries: [], rules: [{ rule: 'R-07' }] });
  });

  test('what did not leave is listed with what to do, and leaves when it is replayed once the directory knows the address', async () => {
    await deposit(reportFor(73, { prescribers: [WITHOUT_ADDRESS] }));
    await routeAll();
    const listed = (await get('/api/exchange/to-mend', biologist)).json() as { deliveryId: string }[];
    expect(listed).toMatchObject([{ reason: 'address.none', recipientName: 'Dr Rose MARTIN-DEMO' }]);
    expect((await get('/api/exchange/to-mend', other)).json()).toEqual([]);
    const ids = listed.map(({ deliveryId }) => deliveryId);
    expect(await replayed(ids)).toEqual({ replayed: 0, held: 1, superseded: 0 });
    await registerPractitioners(server.database.db, [{ ...WITHOUT_ADDRESS, mailboxes: ['rose@cabinet.mssante.example'] }]);
    expect(await replayed(ids, other)).toEqual({ replayed: 0, held: 0, superseded: 0 });
    expect(await replayed(ids)).toEqual({ replayed: 1, held: 0, superseded: 0 });
    await deliverAll();
    expect(post.mails.map(({ to }) => to)).toEqual(['rose@cabinet.mssante.example']);
    await registerPractitioners(server.database.db, [WITHOUT_ADDRESS]);
  });

  test('an older version is never replayed after its correction left', async () => {
    post.answer.rcpt = () => ({ code: 550, text: '5.1.1 no such mailbox' });
    await deposit(reportFor(74, { prescribers: [COLLEAGUE] }, { set: 74 }));
    await routeAll();
    await deliverAll();
    const first = await idOf('rpps:899700000022');
    post.answer.rcpt = () => undefined;
    await deposit(reportFor(75, { prescribers: [COLLEAGUE] }, { set: 74, version: 2, replaces: [74] }));
    await routeAll();
    await deliverAll();
    expect(await replayed([first])).toEqual({ replayed: 0, held: 0, superseded: 1 });
    await deliverAll();
    expect(post.mails).toHaveLength(1);
  });
});
