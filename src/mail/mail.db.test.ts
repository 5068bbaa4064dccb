import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { emptyTables } from '../../test/support/empty-tables.ts';
import { HOSPITAL, letterOf } from '../../test/support/letters.ts';
import { mailServer } from '../../test/support/mail-server.ts';
import { PATIENT_ID, PEOPLE } from '../../test/support/people.ts';
import { JEANNE } from '../../test/support/reports.ts';
import { testServer } from '../../test/support/server.ts';
import { type Principal, registerLinks } from '../access/index.ts';
import { registerPractitioners, registerStructures } from '../directory/index.ts';
import { pdfOf, readAny, writeAs, writeClinicalDocument } from '../formats/index.ts';
import { registerPatients } from '../identity/index.ts';
import { openMailRelay } from '../transports/index.ts';
import type { MailList, MailThread } from './contract.ts';
import { sendReceipts, sendWaiting } from './send-mail.ts';
import { takeMail } from './take-mail.ts';
import MailComposer from 'nodemailer/lib/mail-composer';

const PATIENT_DOMAIN = 'patient.mssante.example';
const DOMAINS = ['cabinet.mssante.example', 'ch.mssante.example'];
const server = testServer({ env: { MSSANTE_DOMAINS: DOMAINS.join(','), MSSANTE_PATIENT_DOMAIN: PATIENT_DOMAIN } });
const [ins] = JEANNE.ids;
const ANNE = 'anne@cabinet.mssante.example';
const KARIM = 'karim@ch.mssante.example';
const patient: Principal = { ...PEOPLE.patient };
const partner: Principal = { ...PEOPLE.gp, id: 'rpps:899700000055', name: 'Dr Jules BLANC-DEMO' };

beforeAll(async () => {
  const { db } = server.database;
  const names = { birthFamily: 'ESSAI-DURAND', birthGivens: 'JEANNE MARIE', firstBirthGiven: 'JEANNE' };
  const traits = { ...names, sex: 'F' as const, birthDate: '1955-06-12', birthPlace: { cog: '99042' } };
  await registerPatients(
    db,
    [{ patientId: PATIENT_ID, traits, status: 'qualified', ins: { oid: ins!.root, value: ins!.extension! } }],
    new Date(),
  );
  await registerStructures(db, [
    { finess: PEOPLE.gp.organisation.finess, name: 'Cabinet ESSAI', kind: 'practice' },
    { ...HOSPITAL, kind: 'hospital' },
  ]);
  const structures = [PEOPLE.gp.organisation.finess];
  await registerPractitioners(db, [
    { rpps: '899700000011', family: 'LEFEVRE-DEMO', given: 'Anne', title: 'DR', mailboxes: [ANNE], structures },
    { rpps: '899700000055', family: 'BLANC-DEMO', given: 'Jules', mailboxes: [], structures },
    { rpps: '899700000022', family: 'BENALI-DEMO', given: 'Karim', mailboxes: [KARIM], structures: [] },
  ]);
  const since = new Date(Date.now() - 60_000);
  await registerLinks(db, [{ patientId: PATIENT_ID, holder: { person: PEOPLE.gp.id }, kind: 'treating-doctor', since }], 'test');
});
beforeEach(() => emptyTables(server.database.db, 'mail.message, mail.delegate, mail.template'));

const call = async (who: Principal, method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object) =>
  server.app.inject({ method, url, headers: await server.as(who), ...(payload && { payload }) });
const list = async (who: Principal, box = '') =>
  (await call(who, 'GET', `/api/mail${box && `?box=${encodeURIComponent(box)}`}`)).json() as MailList;
const open = async (who: Principal, messageId: string) => (await call(who, 'GET', `/api/mail/messages/${messageId}`)).json() as MailThread;
const deps = () => ({ db: server.database.db, mode: 'demo' as const, patientDomain: PATIENT_DOMAIN });
const take = (address: string, raw: Buffer) => takeMail(deps(), { address, raw, now: new Date() });
const compose = (more: ConstructorParameters<typeof MailComposer>[0]) =>
  new MailComposer({ from: `Dr Karim BENALI-DEMO <${KARIM}>`, to: ANNE, subject: 'Bonjour', text: 'Merci de votre avis.', ...more })
    .compile()
    .build();
const eventsOf = async (action: string) =>
  server.database.db.query<{ patient: string | null }>(
    '',
    'select patient_id as patient from access.audit_event where action = $1 order by at',
    [action],
  );

/** Sends what waits through an SMTP server on loopback. @returns the mails that it took */
async function sendAll() {
  const post = await mailServer();
  const relay = openMailRelay({ host: '127.0.0.1', port: post.port, secure: false, plain: true });
  const sending = { ...deps(), domains: new Set(DOMAINS), relay, now: () => new Date() };
  await sendWaiting(sending);
  await sendReceipts(sending);
  relay.close();
  await post.stop();
  return post.mails;
}

/** What the operator of a recipient says of a mail (RFC 3464). */
const deliveryOf = (raw: Buffer, recipient: string, action: string) => {
  const messageId = /^message-id:\s*(\S+)/im.exec(raw.toString())![1]!;
  const part = (type: string, words: string) => `--b\r\nContent-Type: ${type}\r\n\r\n${words}\r\n`;
  const status = `Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; ${recipient}\r\nAction: ${action}\r\nStatus: ${action === 'failed' ? '5.1.1' : '2.0.0'}`;
  return Buffer.from(
    `From: postmaster@ch.mssante.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n` +
      `${part('text/plain', 'Remis.')}${part('message/delivery-status', status)}${part('text/rfc822-headers', `Message-ID: ${messageId}\r\n`)}--b--\r\n`,
  );
};

const xdm = (n: number) => {
  const { contents } = readAny(Buffer.from(writeClinicalDocument(letterOf(n))));
  const sender = { name: 'CH', software: 'S', version: '1', publisher: 'P' };
  return writeAs(contents[0]!, 'xdm', { now: new Date(), zone: 'Europe/Paris', sender, action: 'new', visibility: [] } as never).bytes;
};

describe('a mail with a document', () => {
  test('is tied to the patient whom the document names by INS, shown as safe text, and filed in the record with one gesture, once', async () => {
    const raw = await compose({
      subject: 'XDM/1.0/DDM+Lettre ESSAI JEANNE',
      attachments: [{ filename: 'IHE_XDM.ZIP', content: Buffer.from(xdm(41)) }],
    });
    expect(await take(ANNE, raw)).toBe('kept');
    expect(await take(ANNE, raw)).toBe('known');
    const { threads, boxes } = await list(PEOPLE.gp);
    expect(boxes).toMatchObject([{ box: ANNE, kind: 'personal', unread: 1 }]);
    expect(threads).toMatchObject([{ subject: 'Lettre ESSAI JEANNE', unread: true, patientName: 'ESSAI-DURAND JEANNE' }]);
    const { messageId } = threads[0]!;
    const before = (await eventsOf('mail.read')).length;
    const thread = await open(PEOPLE.gp, messageId);
    expect((await eventsOf('mail.read')).slice(before)).toEqual([{ patient: PATIENT_ID }]);
    expect(thread.patient).toMatchObject({ patientId: PATIENT_ID });
    const [document] = thread.messages[0]!.documents;
    expect(document?.sections.map(({ html }) => html).join('')).not.toContain('<script');
    const url = `/api/mail/messages/${messageId}/attachments/0/file`;
    const [first, again] = [await call(PEOPLE.gp, 'POST', url, { part: 0 }), await call(PEOPLE.gp, 'POST', url, { part: 0 })];
    expect([first.statusCode, again.statusCode, again.json()]).toEqual([201, 200, { ...first.json(), isNew: false }]);
    expect((await open(PEOPLE.gp, messageId)).messages[0]!.documents[0]!.documentId).toBe(
      (first.json() as { documentId: string }).documentId,
    );
    expect((await list(PEOPLE.gp)).threads[0]!.unread).toBe(false);
  });

  test('is nobody else’s: neither a colleague nor a patient opens it, nor who runs the region', async () => {
    await take(ANNE, await compose({}));
    const { messageId } = (await list(PEOPLE.gp)).threads[0]!;
    expect((await call(partner, 'GET', `/api/mail/messages/${messageId}`)).statusCode).toBe(404);
    expect((await call(patient, 'GET', `/api/mail/messages/${messageId}`)).statusCode).toBe(404);
    expect((await call(PEOPLE.operator, 'GET', '/api/mail')).statusCode).toBe(403);
  });

  test('that names nobody is tied by hand, by who treats the patient', async () => {
    await take(ANNE, await compose({}));
    const { messageId } = (await list(PEOPLE.gp)).threads[0]!;
    const tie = (who: Principal) => call(who, 'POST', `/api/mail/messages/${messageId}/patient`, { patientId: PATIENT_ID });
    expect((await tie(partner)).statusCode).toBe(403);
    expect((await tie(PEOPLE.gp)).statusCode).toBe(204);
    expect((await open(PEOPLE.gp, messageId)).patient?.patientId).toBe(PATIENT_ID);
  });
});

describe('a mail written here', () => {
  test('leaves by SMTP from the mailbox, and its answer joins the thread; an address that nobody trusts is refused', async () => {
    const mail = { box: ANNE, to: KARIM, subject: 'Avis', words: 'Que penses-tu de ce potassium ?' };
    expect((await call(PEOPLE.gp, 'POST', '/api/mail/messages', { ...mail, to: 'zoe@mail.example' })).statusCode).toBe(400);
    expect((await call(PEOPLE.gp, 'POST', '/api/mail/messages', mail)).statusCode).toBe(201);
    const [sent] = await sendAll();
    expect(sent).toMatchObject({ to: KARIM, email: { from: { address: ANNE }, subject: 'Avis' } });
    await take(KARIM, sent!.raw);
    const { messageId } = (await list(PEOPLE.specialist)).threads[0]!;
    const answer = { box: KARIM, answers: messageId, subject: 'Re: Avis', words: 'À contrôler demain.' };
    expect((await call(PEOPLE.specialist, 'POST', '/api/mail/messages', answer)).statusCode).toBe(201);
    const [back] = await sendAll();
    await take(ANNE, back!.raw);
    const { threads } = await list(PEOPLE.gp);
    expect(threads).toMatchObject([{ subject: 'Avis', count: 2, isFailed: false }]);
    expect((await open(PEOPLE.gp, threads[0]!.messageId)).messages.map(({ direction, state }) => [direction, state])).toEqual([
      ['out', 'sent'],
      ['in', 'received'],
    ]);
  });

  test('is delivered, then read, as the notifications say that come back for that very recipient, and is never less afterwards', async () => {
    await call(PEOPLE.gp, 'POST', '/api/mail/messages', { box: ANNE, to: KARIM, subject: 'Avis', words: 'Que penses-tu ?' });
    const [sent] = await sendAll();
    const stateOf = async () => {
      const [line] = (await list(PEOPLE.gp)).threads;
      return { state: line!.sent, isFailed: line!.isFailed };
    };
    // Another recipient speaks: it is no notification of this mail, a person reads it.
    expect(await take(ANNE, deliveryOf(sent!.raw, 'zoe@ch.mssante.example', 'failed'))).toBe('kept');
    await server.database.db.query('', `delete from mail.message where direction = 'in'`);
    expect(await take(ANNE, deliveryOf(sent!.raw, KARIM, 'delivered'))).toBe('told');
    expect(await stateOf()).toEqual({ state: 'delivered', isFailed: false });
    await take(KARIM, sent!.raw);
    const { messageId } = (await list(PEOPLE.specialist)).threads[0]!;
    expect(await sendAll()).toEqual([]);
    await open(PEOPLE.specialist, messageId);
    const [receipt] = await sendAll();
    expect(receipt!.to).toBe(ANNE);
    expect(await take(ANNE, receipt!.raw)).toBe('told');
    expect(await take(ANNE, deliveryOf(sent!.raw, KARIM, 'failed'))).toBe('told');
    expect(await stateOf()).toEqual({ state: 'read', isFailed: false });
    // Opened again, nobody is told twice.
    await open(PEOPLE.specialist, messageId);
    expect(await sendAll()).toEqual([]);
  });

  test('carries files, and a document of the record as it is exchanged; not to whom the patient shut out, nor to a patient', async () => {
    const { db } = server.database;
    await take(ANNE, await compose({ attachments: [{ filename: 'IHE_XDM.ZIP', content: Buffer.from(xdm(43)) }] }));
    const { messageId } = (await list(PEOPLE.gp)).threads[0]!;
    const filed = await call(PEOPLE.gp, 'POST', `/api/mail/messages/${messageId}/attachments/0/file`, { part: 0 });
    const { documentId } = filed.json() as { documentId: string };
    const file = { name: '../ECG.txt', mediaType: 'text/plain', file: Buffer.from('rythme sinusal').toString('base64') };
    const mail = { box: ANNE, to: KARIM, subject: 'Lettre ESSAI', words: 'Ci-joint.', patientId: PATIENT_ID, documentId, files: [file] };
    expect((await call(PEOPLE.gp, 'POST', '/api/mail/messages', { ...mail, to: 'patient' })).statusCode).toBe(400);
    const before = (await eventsOf('mail.attach')).length;
    expect((await call(PEOPLE.gp, 'POST', '/api/mail/messages', mail)).statusCode).toBe(201);
    expect((await eventsOf('mail.attach')).slice(before)).toEqual([{ patient: PATIENT_ID }]);
    const [sent] = await sendAll();
    expect(sent!.email.subject).toBe('XDM/1.0/DDM+Lettre ESSAI');
    expect(sent!.raw.toString('latin1')).toMatch(/^x-mss-codecda: 11490-0\r?$/im);
    expect(sent!.email.attachments.map(({ filename }) => filename)).toEqual(['IHE_XDM.ZIP', expect.stringMatching(/\.pdf$/), '.._ECG.txt']);
    await take(KARIM, sent!.raw);
    expect((await list(PEOPLE.specialist)).threads[0]).toMatchObject({ subject: 'Lettre ESSAI', patientName: 'ESSAI-DURAND JEANNE' });
    // The colleague has no care link: the document is not theirs to send.
    const other = { ...mail, box: KARIM, to: ANNE };
    expect((await call(PEOPLE.specialist, 'POST', '/api/mail/messages', other)).statusCode).toBe(403);
    await db.query(
      '',
      `insert into access.patient_choice (patient_id, kind, holder, since, declared_by) values ($1, 'blocks', $2, now(), 'test')`,
      [PATIENT_ID, PEOPLE.specialist.id],
    );
    const shutOut = await call(PEOPLE.gp, 'POST', '/api/mail/messages', mail);
    expect([shutOut.statusCode, (shutOut.json() as { code: string }).code]).toEqual([422, 'document.not-by-hand']);
    await db.query('', `delete from access.patient_choice where patient_id = $1`, [PATIENT_ID]);
  });

  test('to a patient opens a thread that they answer; they open none, and answer no more once it is closed', async () => {
    const write = (words: string, mayAnswer: boolean) =>
      call(PEOPLE.gp, 'POST', '/api/mail/messages', {
        box: ANNE,
        to: 'patient',
        patientId: PATIENT_ID,
        subject: 'Vos résultats',
        words,
        mayAnswer,
      });
    expect((await write('Revenez me voir.', true)).statusCode).toBe(201);
    const [sent] = await sendAll();
    const address = `${ins!.extension}@${PATIENT_DOMAIN}`;
    expect(sent!.to).toBe(address);
    await take(address, sent!.raw);
    const { threads, boxes } = await list(patient);
    expect(boxes).toMatchObject([{ kind: 'patient' }]);
    const box = boxes[0]!.box;
    const say = (more: object) => call(patient, 'POST', '/api/mail/messages', { box, subject: 'Re', words: 'Quand ?', ...more });
    expect((await say({ to: ANNE })).statusCode).toBe(400);
    expect((await say({ answers: threads[0]!.messageId })).statusCode).toBe(201);
    const [answer] = await sendAll();
    expect(await take(ANNE, answer!.raw)).toBe('kept');
    expect((await list(PEOPLE.gp)).threads).toMatchObject([{ count: 2, patientName: 'ESSAI-DURAND JEANNE' }]);
    // From outside too: a mail of theirs that answers nothing is not taken.
    expect(await take(ANNE, await compose({ from: address }))).toBe('refused');
    await write('Pour information.', false);
    const [closed] = await sendAll();
    expect(closed!.raw.toString()).toMatch(/^x-mss-mes: FIN/im);
    await take(address, closed!.raw);
    const last = (await list(patient)).threads[0]!;
    expect((await open(patient, last.messageId)).mayAnswer).toBe(false);
    expect((await say({ answers: last.messageId })).statusCode).toBe(400);
  });
});

describe('a mailbox given to a colleague', () => {
  test('is read by them, written in when so said, under their name; taken back, it is theirs no more', async () => {
    await take(ANNE, await compose({}));
    const give = (who: Principal, to: string, may: string) => call(who, 'POST', '/api/mail/delegates', { box: ANNE, to, may });
    expect((await give(partner, partner.id, 'send')).statusCode).toBe(404);
    expect((await give(PEOPLE.gp, PEOPLE.specialist.id, 'read')).statusCode).toBe(400);
    expect((await give(PEOPLE.gp, partner.id, 'read')).statusCode).toBe(204);
    const { boxes, threads } = await list(partner);
    expect(boxes).toMatchObject([{ box: ANNE, kind: 'delegated', maySend: false }]);
    const mail = { box: ANNE, answers: threads[0]!.messageId, subject: 'Re', words: 'Vu.' };
    expect((await call(partner, 'POST', '/api/mail/messages', mail)).statusCode).toBe(404);
    await give(PEOPLE.gp, partner.id, 'send');
    expect((await call(partner, 'POST', '/api/mail/messages', mail)).statusCode).toBe(201);
    expect((await open(PEOPLE.gp, threads[0]!.messageId)).messages[1]).toMatchObject({ byName: partner.name });
    await give(PEOPLE.gp, partner.id, 'nothing');
    expect((await list(partner)).boxes).toEqual([]);
  });

  test('is theirs no more once they left the place where both work', async () => {
    await call(PEOPLE.gp, 'POST', '/api/mail/delegates', { box: ANNE, to: partner.id, may: 'read' });
    expect((await list(partner)).boxes).toHaveLength(1);
    const exercise = (end: string) =>
      server.database.db.query('', `update directory.practice set ended_at = ${end} where rpps = $1`, [partner.id.slice('rpps:'.length)]);
    await exercise('now()');
    expect((await list(partner)).boxes).toEqual([]);
    expect((await list(PEOPLE.gp)).colleagues.map(({ id }) => id)).not.toContain(partner.id);
    await exercise('null');
    expect((await list(partner)).boxes).toHaveLength(1);
  });

  test('of a doctor is read by their secretary only once it is given', async () => {
    expect((await list(PEOPLE.secretary)).boxes).toEqual([]);
    await call(PEOPLE.gp, 'POST', '/api/mail/delegates', { box: ANNE, to: 'secretary', may: 'read' });
    expect((await list(PEOPLE.secretary)).boxes).toMatchObject([{ box: ANNE, kind: 'delegated' }]);
    expect((await list({ ...PEOPLE.secretary, actsFor: partner.id } as Principal)).boxes).toEqual([]);
  });
});

describe('a mailbox of many threads', () => {
  test('is searched by words, attachment and name of the patient, whatever the accents, and sorted into what is to be dealt with and what was', async () => {
    await take(ANNE, await compose({ subject: 'Bilan rénal', messageId: '<a@x>' }));
    await take(
      ANNE,
      await compose({ subject: 'Lettre', messageId: '<b@x>', attachments: [{ filename: 'IHE_XDM.ZIP', content: Buffer.from(xdm(44)) }] }),
    );
    await call(PEOPLE.gp, 'POST', '/api/mail/messages', { box: ANNE, to: KARIM, subject: 'Demande', words: 'Une date ?' });
    const subjects = async (query: string) =>
      ((await call(PEOPLE.gp, 'GET', `/api/mail?${query}`)).json() as MailList).threads.map(({ subject }) => subject).toSorted();
    expect(await subjects('q=RENAL')).toEqual(['Bilan rénal']);
    expect(await subjects('q=essai-durand')).toEqual(['Lettre']);
    expect(await subjects('q=xdm.zip%20avis')).toEqual(['Lettre']);
    expect(await subjects('q=inconnu')).toEqual([]);
    expect(await subjects('folder=sent')).toEqual(['Demande']);
    expect(await subjects('folder=todo')).toEqual(['Bilan rénal', 'Lettre']);
    const letter = (await list(PEOPLE.gp)).threads.find(({ subject }) => subject === 'Lettre')!;
    await call(PEOPLE.gp, 'POST', `/api/mail/messages/${letter.messageId}/done`, { isDone: true });
    expect([await subjects('folder=todo'), await subjects('folder=done')]).toEqual([['Bilan rénal'], ['Lettre']]);
    expect((await call(partner, 'POST', `/api/mail/messages/${letter.messageId}/done`, { isDone: false })).statusCode).toBe(404);
    expect((await open(PEOPLE.gp, letter.messageId)).isDone).toBe(true);
  });

  test('of a place, and of its software, is that of those who work there, and of nobody else', async () => {
    const { db } = server.database;
    const boxes = [
      ['cabinet@cabinet.mssante.example', 'ORG', 'organisation'],
      ['logiciel@cabinet.mssante.example', 'APP', 'application'],
    ] as const;
    for (const [address, kind] of boxes)
      await db.query('', 'insert into directory.mailbox (address, kind, site_id) values ($1, $2, $3)', [
        address,
        kind,
        PEOPLE.gp.organisation.finess,
      ]);
    for (const [address, , kind] of boxes) {
      await take(address, await compose({ to: address, messageId: `<${kind}@x>` }));
      const { boxes: shown, threads } = await list(PEOPLE.gp, address);
      expect(shown.find(({ box }) => box === address)).toMatchObject({ kind, maySend: true, unread: 1 });
      const answer = { box: address, answers: threads[0]!.messageId, subject: 'Re', words: 'Vu par le cabinet.' };
      expect((await call(PEOPLE.gp, 'POST', '/api/mail/messages', answer)).statusCode).toBe(201);
      const [sent] = await sendAll();
      expect(sent!.email.from?.address).toBe(address);
      expect((await call(PEOPLE.specialist, 'GET', `/api/mail/messages/${threads[0]!.messageId}`)).statusCode).toBe(404);
    }
    await db.query('', `delete from directory.mailbox where site_id = $1 and kind in ('ORG', 'APP')`, [PEOPLE.gp.organisation.finess]);
  });
});

test('a PDF that came is filed in the record of the patient whom the thread was tied to, under the type that its reader says, once', async () => {
  const { bytes: pdf } = await pdfOf(letterOf(45), 'Europe/Paris');
  await take(ANNE, await compose({ attachments: [{ filename: 'ecg.pdf', content: Buffer.from(pdf), contentType: 'application/pdf' }] }));
  const { messageId } = (await list(PEOPLE.gp)).threads[0]!;
  const about = { type: '11488-4', title: 'ECG', day: '2026-11-02', author: 'Dr Karim BENALI-DEMO' };
  const file = () => call(PEOPLE.gp, 'POST', `/api/mail/messages/${messageId}/attachments/0/file`, { part: 0, about });
  expect((await file()).statusCode).toBe(400);
  await call(PEOPLE.gp, 'POST', `/api/mail/messages/${messageId}/patient`, { patientId: PATIENT_ID });
  expect((await open(PEOPLE.gp, messageId)).mayFile.map(({ code }) => code)).toContain('11488-4');
  const [first, again] = [await file(), await file()];
  expect([first.statusCode, again.statusCode]).toEqual([201, 200]);
  const { documentId } = first.json() as { documentId: string };
  expect((await open(PEOPLE.gp, messageId)).messages[0]!.attachments[0]).toMatchObject({ name: 'ecg.pdf', documentId });
});

test('a model of mail is its author’s', async () => {
  await call(PEOPLE.gp, 'POST', '/api/mail/templates', { name: 'Avis', subject: 'Demande d’avis', words: 'Cher confrère,' });
  const { templateId } = (await list(PEOPLE.gp)).templates[0]!;
  expect((await list(PEOPLE.specialist)).templates).toEqual([]);
  await call(PEOPLE.gp, 'DELETE', `/api/mail/templates/${templateId}`);
  expect((await list(PEOPLE.gp)).templates).toEqual([]);
});
