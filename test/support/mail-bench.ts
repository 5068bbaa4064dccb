import { beforeAll, beforeEach } from 'vitest';
import { emptyTables } from './empty-tables.ts';
import { HOSPITAL, letterOf } from './letters.ts';
import { mailServer } from './mail-server.ts';
import { PATIENT_ID, PEOPLE } from './people.ts';
import { JEANNE } from './reports.ts';
import { testServer } from './server.ts';
import { type Principal, registerLinks } from '../../src/access/index.ts';
import { registerPractitioners, registerStructures } from '../../src/directory/index.ts';
import { readAny, writeAs, writeClinicalDocument } from '../../src/formats/index.ts';
import { registerPatients } from '../../src/identity/index.ts';
import { openMailRelay } from '../../src/transports/index.ts';
import type { MailList, MailThread } from '../../src/mail/contract.ts';
import { sendReceipts, sendWaiting } from '../../src/mail/send-mail.ts';
import { takeMail } from '../../src/mail/take-mail.ts';
import MailComposer from 'nodemailer/lib/mail-composer';

export const PATIENT_DOMAIN = 'patient.mssante.example';
export const DOMAINS = ['cabinet.mssante.example', 'ch.mssante.example'];
export const [ins] = JEANNE.ids;
export const ANNE = 'anne@cabinet.mssante.example';
export const KARIM = 'karim@ch.mssante.example';
export const patient: Principal = { ...PEOPLE.patient };
export const partner: Principal = { ...PEOPLE.gp, id: 'rpps:899700000055', name: 'Dr Jules BLANC-DEMO' };

/** Two doctors with mailboxes and a colleague of one of them, a patient, and an operator on loopback, of one test file. */
export function mailBench() {
  const server = testServer({ env: { MSSANTE_DOMAINS: DOMAINS.join(','), MSSANTE_PATIENT_DOMAIN: PATIENT_DOMAIN } });

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
  const open = async (who: Principal, messageId: string) =>
    (await call(who, 'GET', `/api/mail/messages/${messageId}`)).json() as MailThread;
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
  return { server, call, list, open, deps, take, compose, eventsOf, sendAll, deliveryOf, xdm };
}
