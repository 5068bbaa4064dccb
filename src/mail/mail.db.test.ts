import { describe, expect, test } from 'vitest';
import { letterOf } from '../../test/support/letters.ts';
import { OTHER_PATIENT_ID, PATIENT_ID, PEOPLE } from '../../test/support/people.ts';
import { type Principal } from '../access/index.ts';
import { pdfOf } from '../formats/index.ts';
import { registerPatients } from '../identity/index.ts';
import { ins, PATIENT_DOMAIN, ANNE, KARIM, patient, partner, mailBench } from '../../test/support/mail-bench.ts';

const { server, call, list, open, take, compose, eventsOf, sendAll, deliveryOf, xdm } = mailBench();

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
      `insert into access.patient_choice (patient_id, kind, holder, since, declared_by) values ($1, 'blocks', $2, now() - interval '1 minute', 'test')`,
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

test('PDFs of one mail about several people are filed each in the record of whom its reader says, and of nobody whom they do not follow', async () => {
  const traits = { birthFamily: 'ESSAI-AUTRE', birthGivens: 'LISE', firstBirthGiven: 'LISE', sex: 'F' as const, birthDate: '1961-01-02' };
  await registerPatients(server.database.db, [{ patientId: OTHER_PATIENT_ID, traits, status: 'provisional' }], new Date());
  const { bytes: pdf } = await pdfOf(letterOf(47), 'Europe/Paris');
  const named = (filename: string) => ({ filename, content: Buffer.from(pdf), contentType: 'application/pdf' });
  await take(ANNE, await compose({ attachments: [named('durand.pdf'), named('autre.pdf')] }));
  const { messageId } = (await list(PEOPLE.gp)).threads[0]!;
  expect((await open(PEOPLE.gp, messageId)).mayFile).not.toEqual([]);
  const about = { type: '11488-4', title: 'ECG', day: '2026-11-02', author: 'Dr Karim BENALI-DEMO' };
  const file = (n: number, patientId: string) =>
    call(PEOPLE.gp, 'POST', `/api/mail/messages/${messageId}/attachments/${n}/file`, { part: 0, about, patientId });
  const first = await file(0, PATIENT_ID);
  expect(first.statusCode).toBe(201);
  expect((await file(1, OTHER_PATIENT_ID)).statusCode).toBe(403);
  const [opened] = (await open(PEOPLE.gp, messageId)).messages;
  expect(opened!.attachments).toMatchObject([
    { patientId: PATIENT_ID, documentId: (first.json() as { documentId: string }).documentId },
    {},
  ]);
  expect(opened!.attachments[1]!.documentId).toBeUndefined();
});

test('a model of mail is its author’s', async () => {
  await call(PEOPLE.gp, 'POST', '/api/mail/templates', { name: 'Avis', subject: 'Demande d’avis', words: 'Cher confrère,' });
  const { templateId } = (await list(PEOPLE.gp)).templates[0]!;
  expect((await list(PEOPLE.specialist)).templates).toEqual([]);
  const changed = (who: Principal) =>
    call(who, 'POST', '/api/mail/templates', { templateId, name: 'Avis', subject: '', words: 'Chère consœur,' });
  expect([(await changed(PEOPLE.specialist)).statusCode, (await changed(PEOPLE.gp)).statusCode]).toEqual([404, 204]);
  expect((await list(PEOPLE.gp)).templates).toMatchObject([{ templateId, words: 'Chère consœur,' }]);
  await call(PEOPLE.gp, 'DELETE', `/api/mail/templates/${templateId}`);
  expect((await list(PEOPLE.gp)).templates).toEqual([]);
});
