import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import MailComposer from 'nodemailer/lib/mail-composer';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerPractitioners, registerSenders, registerStructures } from '../src/directory/index.ts';
import { type ExchangeDeps, startExchange, takeReceipt } from '../src/exchange/index.ts';
import { writeCda, writeHprim } from '../src/formats/index.ts';
import { readConfig } from '../src/kernel/index.ts';
import { sendReceipts, sendWaiting, writeMail } from '../src/mail/send-mail.ts';
import { markRead } from '../src/mail/store.ts';
import { openMailDoor } from '../src/server/mail-door.ts';
import { readMailboxes } from '../src/server/read-mailboxes.ts';
import { type MailRelay, openMailRelay, readMailbox } from '../src/transports/index.ts';
import { inboxDeps } from './support/exchange.ts';
import { LABORATORY, reportOf } from './support/reports.ts';
import { noSecureMail, type SecureMail, startSecureMail } from './support/secure-mail.ts';
import { testServer } from './support/server.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const server = testServer();
const SECRET = 'a-secret-of-the-tests-only';
const REGION = 'resultats@region.mssante.example';
const ANNE = { rpps: '899700000011', family: 'LEFEVRE-DEMO', given: 'Anne', mailboxes: ['anne@cabinet.mssante.example'], structures: [] };
/** In the directory, not at the operator's. */
const GONE = { rpps: '899700000022', family: 'PARTI-DEMO', given: 'Paul', mailboxes: ['paul@cabinet.mssante.example'], structures: [] };
/** Of a laboratory whose software sends by secure mail only. */
const LAB_BOX = 'labo@lbm.mssante.example';
const ANNE_BOX = ANNE.mailboxes[0]!;

describe.skipIf(noSecureMail)('through a real Postfix and a real Dovecot', () => {
  let post: SecureMail;
  let relay: MailRelay;
  const stops: (() => Promise<void>)[] = [];
  const faults: unknown[] = [];
  let token = '';

  beforeAll(async () => {
    const { db } = server.database;
    await registerStructures(db, [{ ...LABORATORY, kind: 'laboratory' }]);
    await registerPractitioners(db, [ANNE, GONE]);
    const sender = { clientId: 'lis-essai', name: 'SIL des essais', structures: [LABORATORY.finess], formats: ['cda-cr-bio'] };
    await registerSenders(db, [{ ...sender, state: 'production', secret: SECRET, connectedSince: new Date() }], 'demo');
    token = await server.tokenOf('lis-essai', SECRET);
    await registerSenders(
      db,
      [{ ...sender, clientId: 'sil-courriel', state: 'production', connectedSince: new Date(), mailboxes: [LAB_BOX] }],
      'demo',
    );
    post = await startSecureMail([REGION, ANNE_BOX, LAB_BOX]);
    const { ca, client, smtpPort: port } = post;
    relay = openMailRelay({ host: 'localhost', port, secure: true, certificate: client, ca });
    const deps: ExchangeDeps = {
      db,
      relay,
      from: REGION,
      zone: 'Europe/Paris',
      sender: { name: 'Région ESSAI', software: 'Cigogne', version: '0.1.0', publisher: 'Cigogne' },
      ...inboxDeps,
      domains: new Set(['cabinet.mssante.example']),
      now: () => new Date(),
      onError: (error) => faults.push(error),
    };
    stops.push(await startExchange(deps));
    const journey = { db, relay: server.relay, tables: server.tables, mode: 'demo' as const, zone: 'Europe/Paris' };
    const domains = new Set(['lbm.mssante.example']);
    const door = await openMailDoor({ config: readConfig({}), journey, ours: REGION, domains, onError: (error) => faults.push(error) });
    const box = { host: 'localhost', port: post.imapPort, secure: true, user: REGION, password: post.password, ca };
    stops.push(
      readMailbox(
        box,
        async (raw) => (await takeReceipt(db, raw, new Date())) > 0 || (await door.takeDelivered(raw)),
        (error) => faults.push(error),
      ),
    );
  }, 120_000);
  afterAll(async () => {
    for (const stop of stops) await stop();
    relay?.close();
    await post?.stop();
  });

  async function deposit(n: number, prescriber: typeof ANNE): Promise<string> {
    const createdAt = `${new Date().toISOString().slice(0, 10).replaceAll('-', '')}060000+0000`;
    const name = { family: prescriber.family, given: prescriber.given, suffix: 'DR' };
    const participants = [{ type: 'REF', ids: [{ root: '1.2.250.1.71.4.2.1', extension: prescriber.rpps }], name, time: createdAt }];
    const answer = await server.app.inject({
      method: 'POST',
      url: '/api/deposits',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/xml' },
      payload: writeCda({ ...reportOf(n), createdAt, participants }),
    });
    expect(answer.statusCode).toBe(201);
    return (answer.json() as { documentId: string }).documentId;
  }

  const stateOf = async (documentId: string) => {
    const [row] = await server.database.db.query<{ state: string; reason: string | null }>(
      '',
      'select state, reason from exchange.delivery where document_id = $1',
      [documentId],
    );
    return row;
  };
  const eventually = { timeout: 30_000, interval: 50 };

  test('a report is in the mailbox of its prescriber, and the notification that the server sends back is matched', async () => {
    const documentId = await deposit(1, ANNE);
    await expect.poll(() => post.mailsOf(ANNE_BOX).length, eventually).toBe(1);
    expect(post.mailsOf(ANNE_BOX)[0]!.toString('latin1')).toMatch(/^X-MSS-CODECDA: 11502-2\r?$/im);
    await expect.poll(() => stateOf(documentId), eventually).toMatchObject({ state: 'delivered' });
  }, 60_000);

  test('a mailbox that the operator does not know is told at once, with what to do', async () => {
    const documentId = await deposit(2, GONE);
    await expect.poll(() => stateOf(documentId), eventually).toEqual({ state: 'dead', reason: 'address.refused' });
  }, 60_000);

  test('an operator that is down receives everything once it is up again, once each', async () => {
    await post.stopSmtp();
    const documentId = await deposit(3, ANNE);
    await expect.poll(() => stateOf(documentId), eventually).toMatchObject({ state: 'waiting', reason: 'relay.unreachable' });
    await post.startSmtp();
    await expect.poll(() => stateOf(documentId), eventually).toMatchObject({ state: 'delivered' });
    await wait(500);
    expect(post.mailsOf(ANNE_BOX)).toHaveLength(2);
  }, 90_000);

  test('a laboratory that writes to the mailbox of the region has deposited, and reads in its own what became of each document', async () => {
    const raw = await new MailComposer({
      from: LAB_BOX,
      to: REGION,
      subject: 'Résultats',
      text: 'Voir ci-joint',
      attachments: [{ filename: 'resultat.hpr', content: Buffer.from(writeHprim(reportOf(9))) }],
    })
      .compile()
      .build();
    expect(await relay.send({ from: LAB_BOX, to: REGION, raw, envelopeId: 'x' })).toMatchObject({ kind: 'accepted' });
    await expect.poll(() => post.mailsOf(LAB_BOX).filter((mail) => mail.includes('accuse.json')).length, eventually).toBe(1);
    const [deposit] = await server.database.db.query('', `select state from record.deposit where sender_id = 'system:sil-courriel'`);
    // HPRIM knows no INS: the identity cell says whose it is.
    expect(deposit).toEqual({ state: 'identity' });
  }, 60_000);

  test('a doctor without mail software writes through the operator, reads by IMAP what it delivered, and sees that their mail was delivered, then read', async () => {
    const { db } = server.database;
    const folder = temporaryFolder('mailboxes');
    writeFileSync(join(folder, 'password'), post.password);
    const mailboxes = [{ address: ANNE_BOX, imap: `imaps://localhost:${post.imapPort}`, passwordFile: join(folder, 'password') }];
    writeFileSync(join(folder, 'mailboxes.json'), JSON.stringify(mailboxes));
    const config = readConfig({ MSSANTE_MAILBOXES_FILE: join(folder, 'mailboxes.json') });
    stops.push(readMailboxes(config, db, { ca: post.ca }, (error) => faults.push(error)));
    const who = { id: `rpps:${ANNE.rpps}`, name: 'Dr Anne LEFEVRE-DEMO', role: 'gp' as const };
    const mail = { box: ANNE_BOX, to: ANNE_BOX, subject: 'Avis', words: 'Que penser de ce potassium ?' };
    const domains = new Set(['cabinet.mssante.example']);
    await db.transaction((tx) => writeMail(tx, { domains }, { who, mail, before: undefined, now: new Date() }));
    expect(await sendWaiting({ db, relay, domains, now: () => new Date() })).toBe(1);
    const came = () =>
      db.query('', `select words, state from mail.message where box = $1 and direction = 'in' and subject = 'Avis'`, [ANNE_BOX]);
    await expect
      .poll(came, eventually)
      .toMatchObject([{ words: expect.stringContaining('Que penser de ce potassium'), state: 'received' }]);
    // What Postfix says of it comes back to the mailbox of who wrote, and so does the reader's software.
    const state = async () => (await db.query<{ state: string }>('', `select state from mail.message where direction = 'out'`))[0]?.state;
    await expect.poll(state, eventually).toBe('delivered');
    const [thread] = await db.query<{ thread: string }>('', `select thread from mail.message where direction = 'in' and subject = 'Avis'`);
    await markRead(db, { box: ANNE_BOX, thread: thread!.thread }, { by: who.id, tells: true, now: new Date() });
    expect(await sendReceipts({ db, relay, domains, now: () => new Date() })).toBe(1);
    await expect.poll(state, eventually).toBe('read');
    // No notification is a message that somebody would have to read.
    expect(await db.query('', `select box, direction, other, subject, state from mail.message where subject ~* 'delivery|lu$'`)).toEqual(
      [],
    );
  }, 60_000);

  test('without our certificate, or with one of another authority, the operator takes nothing: it is told as ours to mend, and the mail waits', async () => {
    for (const certificate of [undefined, post.stranger]) {
      const stranger = openMailRelay({
        host: 'localhost',
        port: post.smtpPort,
        secure: true,
        ca: post.ca,
        ...(certificate && { certificate }),
      });
      const outcome = await stranger.send({ from: REGION, to: ANNE_BOX, raw: Buffer.from('Subject: x\r\n\r\nx'), envelopeId: 'x' });
      stranger.close();
      expect(outcome).toMatchObject({ kind: 'later', scope: 'relay' });
    }
  }, 60_000);

  test('a server whose certificate nobody we trust signed is not spoken to', async () => {
    const trusting = openMailRelay({ host: 'localhost', port: post.smtpPort, secure: true, certificate: post.client });
    const outcome = await trusting.send({ from: REGION, to: ANNE_BOX, raw: Buffer.from('Subject: x\r\n\r\nx'), envelopeId: 'x' });
    trusting.close();
    expect(outcome).toMatchObject({ kind: 'later', scope: 'relay' });
  }, 60_000);
});
