import MailComposer from 'nodemailer/lib/mail-composer';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hasOpenssl, selfSigned } from '../../test/support/certificate.ts';
import { mailServer } from '../../test/support/mail-server.ts';
import { PEOPLE } from '../../test/support/people.ts';
import { LABORATORY, OTHER_LABORATORY, reportOf } from '../../test/support/reports.ts';
import { testServer } from '../../test/support/server.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { tinyPdf } from '../demo/pdf.ts';
import { registerSenders, registerStructures } from '../directory/index.ts';
import { answerDue } from '../exchange/incoming/answer-due.ts';
import { writeCda, writeHprim } from '../formats/index.ts';
import type { Worklist } from '../identity/contract.ts';
import { readConfig } from '../kernel/index.ts';
import { originalOf } from '../record/index.ts';
import { type MailRelay, openMailRelay } from '../transports/index.ts';
import { type MailDoor, openMailDoor } from './mail-door.ts';

const server = testServer();
const OURS = 'resultats@region.mssante.example';
const LAB = 'labo@lbm.mssante.example';
const DOMAINS = new Set(['lbm.mssante.example']);
const folder = temporaryFolder('mail-door');
let post: Awaited<ReturnType<typeof mailServer>>;
let relay: MailRelay;
let door: MailDoor;

const deps = (env: Record<string, string> = {}) => ({
  config: readConfig({ LOG_LEVEL: 'silent', CIGOGNE_DATA: folder, CIGOGNE_MODE: 'demo', ...env }),
  journey: { db: server.database.db, relay: server.relay, tables: server.tables, mode: 'demo' as const, zone: 'Europe/Paris' },
  ours: OURS,
  domains: DOMAINS,
  onError: () => {},
});

beforeAll(async () => {
  const { db } = server.database;
  await registerStructures(
    db,
    [LABORATORY, OTHER_LABORATORY].map((place) => ({ ...place, kind: 'laboratory' as const })),
  );
  const sender = { clientId: 'sil-courriel', name: 'SIL des essais', structures: [LABORATORY.finess], formats: ['hprim', 'pdf'] };
  await registerSenders(db, [{ ...sender, state: 'production', connectedSince: new Date(), mailboxes: [LAB] }], 'demo');
  post = await mailServer();
  relay = openMailRelay({ host: '127.0.0.1', port: post.port, secure: false, plain: true });
  door = await openMailDoor(deps());
});
afterAll(async () => {
  await door?.stop();
  relay?.close();
  await post?.stop();
});
beforeEach(() => {
  post.mails.length = 0;
});

interface Written {
  from?: string;
  returnPath?: string;
  subject?: string;
  files: { filename: string; content: Buffer }[];
}

const written = ({ from = LAB, subject = 'Résultats', files }: Written): Promise<Buffer> =>
  new MailComposer({ from, to: OURS, subject, date: new Date('2026-11-20T08:00:00Z'), text: 'Voir ci-joint', attachments: files })
    .compile()
    .build();

/** As the operator that delivers it writes above it. */
const delivered = async (mail: Written): Promise<boolean> =>
  door.takeDelivered(Buffer.concat([Buffer.from(`Return-Path: <${mail.returnPath ?? mail.from ?? LAB}>\r\n`), await written(mail)]));

const cda = (n: number, more: Parameters<typeof reportOf>[1] = {}) => ({
  filename: 'a.xml',
  content: Buffer.from(writeCda(reportOf(n, more))),
});
const count = async (table: string) => (await server.database.db.query<{ n: number }>('', `select count(*)::int as n from ${table}`))[0]!.n;

/** What the sender is told, by a mail that leaves once. */
async function answers(): Promise<
  { subject: string; inReplyTo: string; auto: string; documents: { state: string; code?: string; remedy?: string }[] }[]
> {
  while ((await answerDue({ db: server.database.db, relay, from: OURS, now: () => new Date() })) > 0);
  expect(post.mails.every(({ to }) => to === LAB)).toBe(true);
  return post.mails.map(({ email }) => ({
    subject: email.subject ?? '',
    inReplyTo: email.inReplyTo ?? '',
    auto: email.headers.find(({ key }) => key === 'auto-submitted')?.value ?? '',
    ...(JSON.parse(Buffer.from(email.attachments[0]!.content as ArrayBuffer).toString()) as { documents: [] }),
  }));
}

describe('a mail that a laboratory sends to the region', () => {
  test('is a deposit for each document, kept before it is settled, and its sender is told by mail', async () => {
    const files = [cda(1), { filename: 'b.hpr', content: Buffer.from(writeHprim(reportOf(2))) }];
    expect(await delivered({ files })).toBe(true);
    const [stored, ...others] = await server.database.db.query('', 'select channel from record.document');
    expect([stored, others]).toEqual([{ channel: 'mssante' }, []]);
    const [answer, ...more] = await answers();
    expect(more).toEqual([]);
    // HPRIM knows no INS: a person says whose it is.
    expect(answer).toMatchObject({ auto: 'auto-replied', documents: [{ state: 'stored' }, { state: 'identity' }] });
    expect(answer!.inReplyTo).toMatch(/^<.+>$/);
    expect(post.mails[0]!.email.text).not.toMatch(/ESSAI|JEANNE/i);
  });

  test('again changes nothing and is answered once', async () => {
    const raw = Buffer.concat([Buffer.from(`Return-Path: <${LAB}>\r\n`), await written({ files: [cda(3)] })]);
    expect([await door.takeDelivered(raw), await door.takeDelivered(raw)]).toEqual([true, true]);
    expect(await answers()).toHaveLength(1);
  });

  test('in the name of another structure is refused, with the reason and what to do', async () => {
    const before = await count('record.document');
    expect(await delivered({ files: [cda(4, { laboratory: OTHER_LABORATORY })] })).toBe(true);
    expect(await answers()).toMatchObject([
      {
        subject: 'Accusé de dépôt : à corriger',
        documents: [{ state: 'refused', code: 'deposit.wrong-structure', remedy: expect.stringContaining('own structure') }],
      },
    ]);
    expect(await count('record.document')).toBe(before);
  });

  test('from an address that is not registered, not proved, or of an operator that nobody trusts is left to people, and not answered', async () => {
    const before = await count('record.deposit');
    expect(await delivered({ files: [cda(5)], from: 'autre@lbm.mssante.example' })).toBe(false);
    expect(await delivered({ files: [cda(5)], returnPath: 'pirate@mail.example' })).toBe(false);
    DOMAINS.delete('lbm.mssante.example');
    expect(await delivered({ files: [cda(6)] })).toBe(false);
    DOMAINS.add('lbm.mssante.example');
    expect([await count('record.deposit'), await answers()]).toEqual([before, []]);
  });

  test('whose answer finds the mailbox closed for now is answered later, and one that does not exist is told on the page of the exchange', async () => {
    await delivered({ files: [cda(7)] });
    post.answer.rcpt = () => ({ code: 452, text: '4.2.2 mailbox full' });
    expect(await answers()).toEqual([]);
    post.answer.rcpt = () => undefined;
    const later = () => new Date(Date.now() + 3_600_000);
    expect(await answerDue({ db: server.database.db, relay, from: OURS, now: later })).toBe(1);
    expect(post.mails).toHaveLength(1);
  });
});

describe('a PDF that comes alone', () => {
  const pdf = (n: number) => ({ filename: 'resultat.pdf', content: tinyPdf(reportOf(n)) });

  test('waits for a person, as of whom the subject names; linked, it is a document of that patient', async () => {
    expect(await delivered({ subject: 'XDM/1.0/DDM+CR de biologie FICTIVE-PDF Lucie 12/06/1955', files: [pdf(20)] })).toBe(true);
    expect(await answers()).toMatchObject([{ documents: [{ state: 'identity' }] }]);
    const headers = await server.as(PEOPLE['identity-cell']);
    const { waiting } = (await server.app.inject({ url: '/api/worklists/identity', headers })).json<Worklist>();
    const line = waiting.find(({ printed }) => printed.birthFamily === 'FICTIVE-PDF')!;
    expect(line.printed).toMatchObject({ firstBirthGiven: 'Lucie', birthDate: '1955-06-12' });
    await delivered({ files: [cda(23)] });
    const [patient] = await server.database.db.query<{ patientId: string }>(
      '',
      'select patient_id as "patientId" from record.document limit 1',
    );
    const payload = { patientId: patient!.patientId, reason: 'appel du laboratoire' };
    const url = `/api/worklists/identity/${line.waitingId}/link`;
    expect((await server.app.inject({ method: 'POST', url, headers, payload })).statusCode).toBe(200);
    const [filed] = await server.database.db.query<{ documentId: string }>(
      '',
      `select document_id as "documentId" from record.document where unique_id like '2.25.%'`,
    );
    // Made again for who it is: it names nobody else.
    const { bytes } = await originalOf(server.database.db, [patient!.patientId], filed!.documentId, 'laboratory-report');
    expect(bytes.toString()).not.toMatch(/FICTIVE-PDF|Lucie/);
    await answers();
  });

  test('whose subject names nobody is refused: nobody could say whose it is', async () => {
    await delivered({ subject: 'vos résultats', files: [pdf(21)] });
    expect(await answers()).toMatchObject([{ documents: [{ state: 'refused', code: 'report.unreadable' }] }]);
  });

  test('beside its report is the readable copy of it, and no second document', async () => {
    await delivered({ files: [cda(22), pdf(22)] });
    expect(await answers()).toMatchObject([{ documents: [{ state: 'stored' }] }]);
  });
});

describe.skipIf(!hasOpenssl)('the port of the mail door', () => {
  test('takes mail by TLS alone, from whom shows its own certificate, and acknowledges it once it is kept', async () => {
    const { writeFileSync } = await import('node:fs');
    const { join } = await import('node:path');
    const [ours, theirs, strangers] = [selfSigned('localhost'), selfSigned('sil'), selfSigned('autre')];
    const file = (name: string, text: string) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const opened = await openMailDoor(
      deps({
        MAIL_DOOR_PORT: '0',
        MAIL_DOOR_CERTIFICATE_FILE: file('cert.pem', ours.pem),
        MAIL_DOOR_KEY_FILE: file('key.pem', ours.key),
        MAIL_DOOR_CA_FILE: file('ca.pem', theirs.pem),
      }),
    );
    const sender = { clientId: 'sil-direct', name: 'SIL direct', structures: [LABORATORY.finess], formats: ['cda-cr-bio'] };
    const own = { state: 'production' as const, connectedSince: new Date(), mailboxes: ['direct@ailleurs.example'] };
    await registerSenders(server.database.db, [{ ...sender, ...own, proof: 'certificate', jwks: { keys: [theirs.jwk] } }], 'demo');
    const send = async (from: string, pair: { pem: string; key: string } | undefined, n: number) => {
      const certificate = pair && { cert: pair.pem, key: pair.key };
      const client = openMailRelay({
        host: 'localhost',
        port: opened.port!,
        secure: false,
        ca: ours.pem,
        ...(certificate && { certificate }),
      });
      const outcome = await client.send({ from, to: OURS, raw: await written({ from, files: [cda(n)] }), envelopeId: 'x' });
      client.close();
      return outcome;
    };
    const before = await count('record.document');
    expect(await send('direct@ailleurs.example', theirs, 30)).toMatchObject({ kind: 'accepted' });
    expect(await count('record.document')).toBe(before + 1);
    // Its certificate does not let it write in the name of another system.
    expect(await send(LAB, theirs, 31)).toMatchObject({ kind: 'refused' });
    expect((await send('direct@ailleurs.example', strangers, 32)).kind).not.toBe('accepted');
    expect((await send('direct@ailleurs.example', undefined, 33)).kind).not.toBe('accepted');
    expect(await count('record.document')).toBe(before + 1);
    await opened.stop();
  });
});
