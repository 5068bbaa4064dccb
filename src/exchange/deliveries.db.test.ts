import { describe, expect, test } from 'vitest';
import {
  PRESCRIBER,
  COLLEAGUE,
  WITHOUT_ADDRESS,
  OUTSIDE,
  HOUR,
  later,
  reportFor,
  exchangeBench,
  inboxDeps,
} from '../../test/support/exchange.ts';
import { LABORATORY, MARIE, quantity } from '../../test/support/reports.ts';
import { registerPlaceMailboxes } from '../directory/index.ts';
import { readXdm } from '../formats/index.ts';
import { openMailRelay } from '../transports/index.ts';
import { deliverDue } from './deliver.ts';
import { escalateDue } from './inbox/escalate.ts';
import { routeNext } from './route-document.ts';
import { takeDispatches } from './store-queue.ts';
import { noteEvents } from './worker.ts';

const bench = exchangeBench();

describe('a report that a laboratory deposits', () => {
  test('reaches the mailbox of its prescriber and of the copy, as an archive with the readable copy', async () => {
    await bench.deposit(reportFor(1, { prescribers: [PRESCRIBER], copies: [COLLEAGUE] }));
    await bench.routeAll();
    await bench.deliverAll();
    expect(bench.post.mails.map(({ to }) => to).toSorted()).toEqual(['anne@cabinet.mssante.example', 'karim@ch.mssante.example']);
    const { email } = bench.post.mails.find(({ to }) => to.startsWith('anne'))!;
    expect(email.subject).toBe("XDM/1.0/DDM+Compte rendu d'examens biologiques ESSAI-DURAND JEANNE 12/06/1955");
    const header = (key: string) => email.headers.find((one) => one.key === key)?.value;
    expect(header('x-mss-codecda')).toBe('11502-2');
    expect(header('x-mss-ins')).toBe('O');
    expect(header('x-mss-nil')).toBe('ESSAI-NIL');
    expect(header('disposition-notification-to')).toBe('cigogne@region.mssante.example');
    expect(email.attachments.map(({ mimeType }) => mimeType)).toEqual(['application/zip', 'application/pdf']);
    const [submission] = readXdm(new Uint8Array(email.attachments[0]!.content as ArrayBuffer)).submissions;
    expect(submission!.documents[0]).toMatchObject({ action: 'new', metadata: { uniqueId: { root: '1.2.250.1.999.7.990400101.1' } } });
    expect(await bench.steps('rpps:899700000011')).toEqual(['routed', 'prepared', 'sent']);
  });

  test('keeps what was sent byte for byte', async () => {
    await bench.deposit(reportFor(2, { prescribers: [PRESCRIBER] }));
    await bench.routeAll();
    await bench.deliverAll();
    const { createHash } = await import('node:crypto');
    const [kept] = await bench.db.query<{ sha256: string }>('', `select encode(sha256, 'hex') as sha256 from exchange.message`);
    // SMTP ends a message with a line break, whatever it ended with.
    const received = bench.post.mails[0]!.raw;
    const digests = [received, received.subarray(0, -2)].map((bytes) => createHash('sha256').update(bytes).digest('hex'));
    expect(digests).toContain(kept!.sha256);
  });

  test('whose recipient has no address, is unknown, or is outside of the trusted operators waits on the worklist, and nothing leaves', async () => {
    const unknown = { ...PRESCRIBER, rpps: '899700000999', family: 'INCONNU-DEMO' };
    await bench.deposit(reportFor(3, { prescribers: [WITHOUT_ADDRESS], copies: [unknown, OUTSIDE] }));
    await bench.routeAll();
    await bench.deliverAll();
    expect(bench.post.mails).toEqual([]);
    expect((await bench.deliveries()).map(({ recipient, state, reason }) => [recipient, state, reason])).toEqual([
      ['rpps:899700000033', 'held', 'address.none'],
      ['rpps:899700000044', 'held', 'address.outside'],
      ['rpps:899700000999', 'held', 'recipient.unknown'],
    ]);
  });

  test('that names nobody is a line of the worklist too', async () => {
    await bench.deposit(reportFor(4, {}));
    await bench.routeAll();
    expect(await bench.deliveries()).toMatchObject([{ recipient: 'nobody', state: 'held', reason: 'recipient.none', rule: 'R-09' }]);
  });

  test('whose mailbox the operator refuses is told with the words of the operator, and is not tried again', async () => {
    bench.post.answer.rcpt = () => ({ code: 550, text: '5.1.1 no such mailbox' });
    await bench.deposit(reportFor(5, { prescribers: [PRESCRIBER] }));
    await bench.routeAll();
    await bench.deliverAll();
    await bench.deliverAll({ now: later(100 * HOUR) });
    expect(await bench.deliveries()).toMatchObject([{ state: 'dead', reason: 'address.refused' }]);
    expect(await bench.steps('rpps:899700000011')).toEqual(['routed', 'prepared', 'dead']);
  });

  test('whose mailbox is full is tried again later, for three days', async () => {
    bench.post.answer.rcpt = () => ({ code: 452, text: '4.2.2 mailbox full' });
    await bench.deposit(reportFor(6, { prescribers: [PRESCRIBER] }));
    await bench.routeAll();
    await bench.deliverAll();
    expect(await bench.deliveries()).toMatchObject([{ state: 'waiting', reason: 'mailbox.full' }]);
    bench.post.answer.rcpt = () => undefined;
    await bench.deliverAll();
    expect(bench.post.mails).toEqual([]);
    await bench.deliverAll({ now: later(HOUR) });
    expect(bench.post.mails).toHaveLength(1);
    bench.post.answer.rcpt = () => ({ code: 452, text: '4.2.2 mailbox full' });
    await bench.deposit(reportFor(7, { prescribers: [COLLEAGUE] }));
    await bench.routeAll();
    await bench.deliverAll({ now: later(73 * HOUR) });
    expect((await bench.deliveries()).find(({ recipient }) => recipient.endsWith('22'))).toMatchObject({
      state: 'dead',
      reason: 'mailbox.full',
    });
  });
});

test('an operator whose mailboxes do not answer for a day is left alone, tried by one mail alone at a time, and gets all once it answers, in order; the others receive meanwhile', async () => {
  const asked: string[] = [];
  bench.post.answer.rcpt = (address) => {
    asked.push(address);
    return address.endsWith('@cabinet.mssante.example') ? { code: 451, text: '4.3.0 mail system not answering' } : undefined;
  };
  for (const n of [50, 51, 52, 53]) await bench.deposit(reportFor(n, { prescribers: [PRESCRIBER] }));
  await bench.routeAll();
  await bench.deposit(reportFor(54, { prescribers: [PRESCRIBER] }, { set: 50, version: 2, replaces: [50] }));
  await bench.deposit(reportFor(55, { prescribers: [COLLEAGUE] }));
  await bench.routeAll();
  // One after the other, as they become due: what fails together counts once.
  for (let round = 0; round < 7; round += 1) await deliverDue(bench.deps(), 1);
  const failing = asked.filter((address) => address.startsWith('anne')).length;
  expect(failing).toBe(3);
  expect(bench.post.mails.map(({ to }) => to)).toEqual(COLLEAGUE.mailboxes);
  expect(await bench.count('circuit', `destination = 'cabinet.mssante.example' and open_until > now()`)).toBe(1);
  asked.length = 0;
  for (let hour = 1; hour <= 24; hour += 1) expect(await deliverDue(bench.deps({ now: later(hour * HOUR) }), 8)).toBe(1);
  expect(asked).toEqual(Array.from({ length: 24 }, () => PRESCRIBER.mailboxes[0]));
  bench.post.answer.rcpt = () => undefined;
  for (let hour = 25; hour < 27; hour += 1) await bench.deliverAll({ now: later(hour * HOUR) });
  const documents = bench.post.mails
    .filter(({ to }) => to.startsWith('anne'))
    .map(({ email }) => readXdm(new Uint8Array(email.attachments[0]!.content as ArrayBuffer)).submissions[0]!.documents[0]!);
  const numbers = documents.map(({ metadata }) => metadata.uniqueId.root.split('.').at(-1));
  expect(numbers.toSorted()).toEqual(['50', '51', '52', '53', '54']);
  expect(numbers.indexOf('50')).toBeLessThan(numbers.indexOf('54'));
  expect(await bench.count('circuit', 'true')).toBe(0);
});

test('a critical result that nobody acknowledged in time is mailed to the practice (R-17), once, as the document that it is', async () => {
  const practice = PRESCRIBER.structures[0]!;
  const box = { address: 'accueil@cabinet.mssante.example', kind: 'ORG' as const, finess: practice, label: 'Cabinet ESSAI' };
  await registerPlaceMailboxes(bench.db, [box]);
  const potassium = quantity('2823-3', 'Potassium', '6.90', 'mmol/L', { interpretations: ['H'] });
  await bench.deposit(reportFor(70, { prescribers: [PRESCRIBER] }, { results: [potassium] }));
  await bench.routeAll();
  await bench.deliverAll();
  bench.post.mails.length = 0;
  for (const minutes of [29, 31, 61, 90]) {
    await escalateDue({ ...inboxDeps, db: bench.db, domains: bench.deps().domains }, new Date(Date.now() + minutes * 60_000));
    await bench.deliverAll({ now: later(minutes * 60_000) });
    expect(bench.post.mails).toHaveLength(minutes < 30 ? 0 : 1);
  }
  const [{ to, email }] = bench.post.mails as [(typeof bench.post.mails)[number]];
  expect(to).toBe(box.address);
  expect(email.subject).toContain('XDM/1.0/DDM+');
  const [submission] = readXdm(new Uint8Array(email.attachments[0]!.content as ArrayBuffer)).submissions;
  expect(submission!.documents[0]).toMatchObject({ action: 'new', metadata: { uniqueId: { root: '1.2.250.1.999.7.990400101.70' } } });
  expect((await bench.deliveries()).map(({ recipient, state, rule }) => [recipient, state, rule])).toEqual([
    [`finess:${practice}`, 'sent', 'R-17'],
    [`rpps:${PRESCRIBER.rpps}`, 'sent', 'R-02'],
  ]);
  await bench.db.query('', 'delete from directory.mailbox where address = $1', [box.address]);
});

describe('a corrected report', () => {
  test('goes to everyone that the first one went to, answers the first mail and asks to replace it', async () => {
    await bench.deposit(reportFor(20, { prescribers: [PRESCRIBER], copies: [COLLEAGUE] }, { set: 20 }));
    await bench.routeAll();
    await bench.deliverAll();
    const first = bench.post.mails.find(({ to }) => to.startsWith('karim'))!.email.messageId;
    bench.post.mails.length = 0;
    await bench.deposit(reportFor(21, { prescribers: [PRESCRIBER] }, { set: 20, version: 2, replaces: [20] }));
    await bench.routeAll();
    await bench.deliverAll();
    expect(bench.post.mails).toHaveLength(2);
    const { email } = bench.post.mails.find(({ to }) => to.startsWith('karim'))!;
    expect(email.inReplyTo).toBe(first);
    expect(email.subject).toContain('XDM/1.0/DDM+[Annule et remplace] ');
    const [submission] = readXdm(new Uint8Array(email.attachments[0]!.content as ArrayBuffer)).submissions;
    expect(submission!.documents[0]!.action).toBe('replace');
  });

  test('leaves after the first one, even when the operator was down for a day', async () => {
    const away = openMailRelay({ host: '127.0.0.1', port: 9, secure: false, plain: true });
    await bench.deposit(reportFor(22, { prescribers: [PRESCRIBER] }, { set: 22 }));
    await bench.deposit(reportFor(23, { prescribers: [PRESCRIBER] }, { set: 23 }));
    await bench.routeAll();
    for (let hour = 0; hour < 24; hour += 1) await deliverDue(bench.deps({ relay: away, now: later(hour * HOUR) }), 8);
    await bench.deposit(reportFor(24, { prescribers: [PRESCRIBER] }, { set: 22, version: 2, replaces: [22] }));
    await bench.routeAll();
    expect(bench.post.mails).toEqual([]);
    expect((await bench.deliveries()).map(({ state }) => state)).toEqual(['waiting', 'waiting', 'waiting']);
    await bench.deliverAll({ now: later(26 * HOUR) });
    away.close();
    const versions = bench.post.mails.map(
      ({ email }) => readXdm(new Uint8Array(email.attachments[0]!.content as ArrayBuffer)).submissions[0]!.documents[0]!,
    );
    const ids = versions.map(({ metadata }) => metadata.uniqueId.root.split('.').at(-1));
    expect(ids).toHaveLength(3);
    expect(ids.indexOf('22')).toBeLessThan(ids.indexOf('24'));
    expect(versions.find(({ metadata }) => metadata.uniqueId.root.endsWith('.24'))!.action).toBe('replace');
  });
});

test('two documents of one patient are never routed at once, nor the later one first; one that could not be routed does not hold back the next', async () => {
  const earlier = await bench.deposit(reportFor(25, { prescribers: [PRESCRIBER] }));
  const later = await bench.deposit(reportFor(26, { prescribers: [PRESCRIBER] }));
  await bench.db.transaction(async (tx) => {
    expect((await takeDispatches(tx, new Date(), 25)).map(({ documentId }) => documentId)).toEqual([earlier]);
    await bench.db.transaction(async (other) => expect(await takeDispatches(other, new Date(), 25)).toEqual([]));
  });
  await bench.db.query('', `update exchange.dispatch set next_at = now() + interval '1 hour' where document_id <> $1`, [later]);
  await bench.db.transaction(async (tx) => expect(await takeDispatches(tx, new Date(), 25)).toMatchObject([{ documentId: later }]));
});

test('documents of several patients are routed together; one that cannot be routed is tried again later, and holds back none of the others', async () => {
  const broken = await bench.deposit(reportFor(27, { prescribers: [PRESCRIBER] }));
  const whole = await bench.deposit(reportFor(28, { prescribers: [PRESCRIBER] }, { patient: MARIE }));
  await bench.db.query('', `update record.document set results = 'unreadable' where document_id = $1`, [broken]);
  await expect(routeNext(bench.deps(), new Date(), 25)).rejects.toThrow(SyntaxError);
  expect(
    await bench.count('dispatch', `document_id = $1 and routed_at is null and fault = 'fault' and tries = 1 and next_at > now()`, [broken]),
  ).toBe(1);
  expect(await bench.count('dispatch', 'document_id = $1 and routed_at is not null', [whole])).toBe(1);
  expect(await bench.count('delivery', 'document_id = $1', [whole])).toBe(1);
  await bench.db.query('', `update record.document set results = '[]' where document_id = $1`, [broken]);
  expect(await routeNext(bench.deps(), later(HOUR)(), 25)).toEqual({ taken: 1, leaves: new Set(['mail']) });
});

describe('a report whose patient was wrong', () => {
  test('is asked back from everyone that received it, with the document it names; what had not left does not leave', async () => {
    const documentId = await bench.deposit(reportFor(60, { prescribers: [PRESCRIBER] }));
    await bench.routeAll();
    await bench.deliverAll();
    bench.post.mails.length = 0;
    const [row] = await bench.db.query<{ patientId: string }>('', 'select patient_id as "patientId" from exchange.delivery');
    const event = { patientId: row!.patientId, eventId: documentId, documentId, structure: LABORATORY.finess, kind: 'report-withdrawn' };
    await noteEvents(bench.db, [event], new Date());
    await bench.routeAll();
    await bench.deliverAll();
    expect(bench.post.mails).toHaveLength(1);
    const { email } = bench.post.mails[0]!;
    expect(email.subject).toContain('XDM/1.0/DDM+[Annule] ');
    const [submission] = readXdm(new Uint8Array(email.attachments[0]!.content as ArrayBuffer)).submissions;
    expect(submission!.documents[0]).toMatchObject({ action: 'delete', metadata: { uniqueId: { root: '1.2.250.1.999.7.990400101.60' } } });
    expect(email.attachments).toHaveLength(1);
  });
});
