import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readReceipts } from '../src/transports/mail/read-receipt.ts';
import { filesOf, writeMail } from '../src/exchange/mail.ts';
import { metadataOf, writeCda, writeXdm } from '../src/formats/index.ts';
import { countPlaces, markSeen, readPracticeConfig, runConnector } from '../src/practice/index.ts';
import { type MailRelay, openMailRelay } from '../src/transports/index.ts';
import { testDatabase } from './support/database.ts';
import { chemistryReport } from './support/lab-report.ts';
import { noSecureMail, type SecureMail, startSecureMail } from './support/secure-mail.ts';
import { sender, submissionSet } from './support/xdm.ts';

const database = testDatabase();
const LABORATORY = 'labo@region.mssante.example';
const PRACTICE = 'anne@cabinet.mssante.example';

describe.skipIf(noSecureMail)('a practice behind a real Postfix and a real Dovecot', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cigogne-lgc-'));
  const stop = new AbortController();
  const told: string[] = [];
  let post: SecureMail;
  let relay: MailRelay;
  let running: Promise<void>;

  beforeAll(async () => {
    post = await startSecureMail([LABORATORY, PRACTICE]);
    relay = openMailRelay({ host: 'localhost', port: post.smtpPort, secure: true, certificate: post.client, ca: post.ca });
    const report = chemistryReport(1);
    const { birthFamily, birthGivens, firstBirthGiven, birthPlace } = report.patient;
    const traits = { birthFamily, birthGivens, firstBirthGiven, birthPlace, sex: 'F', birthDate: '1955-06-12' };
    const [ins] = report.patient.ids;
    const patients = [{ number: '42', ins: { oid: ins!.root, value: ins!.extension }, isQualified: true, traits }];
    const files = {
      'patients.json': JSON.stringify(patients),
      password: post.password,
      'ca.pem': post.ca,
      'cert.pem': post.client.cert,
      'key.pem': post.client.key,
    };
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const server = { host: 'localhost', secure: true, caFile: 'ca.pem', certificateFile: 'cert.pem', keyFile: 'key.pem' };
    writeFileSync(
      join(folder, 'practice.json'),
      JSON.stringify({
        patients: 'patients.json',
        mailbox: { ...server, port: post.imapPort, user: PRACTICE, passwordFile: 'password' },
        receipts: { ...server, port: post.smtpPort, from: PRACTICE },
        output: { folder: 'out', formats: ['hprim'] },
      }),
    );
    const config = readPracticeConfig(join(folder, 'practice.json'));
    const deps = { db: database.db, mode: 'demo' as const, config, tell: (line: string) => told.push(line) };
    running = runConnector(deps, { everyMs: 200, signal: stop.signal });
  }, 120_000);
  afterAll(async () => {
    stop.abort();
    await running;
    relay?.close();
    await post?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const receiptsAt = async () => {
    const all = await Promise.all(post.mailsOf(LABORATORY).map((raw) => readReceipts(raw)));
    return all.flat().filter(({ kind }) => kind === 'filed' || kind === 'read');
  };

  test('the mail of a laboratory is filed without a click, and the laboratory hears that it was filed, then that it was read', async () => {
    const report = chemistryReport(3, 5);
    const bytes = Buffer.from(writeCda(report));
    const metadata = metadataOf(report, { bytes, mimeType: 'text/xml' }, 'Europe/Paris');
    const archive = writeXdm([{ set: submissionSet, documents: [{ metadata, bytes, action: 'new' }], relations: [] }], sender);
    const messageId = '<essai-1@region.mssante.example>';
    const date = new Date();
    const files = filesOf({ header: report, archive }, date);
    const raw = writeMail({ header: report, files, action: 'new' }, { from: LABORATORY, to: PRACTICE, messageId, date });
    expect(await relay.send({ from: LABORATORY, to: PRACTICE, raw, envelopeId: 'essai-1' })).toMatchObject({ kind: 'accepted' });

    await vi.waitFor(async () => expect(await countPlaces(database.db)).toEqual({ filed: 1, unreadable: 0 }), {
      timeout: 40_000,
      interval: 200,
    });
    await vi.waitFor(async () => expect((await receiptsAt()).map(({ kind }) => kind)).toEqual(['filed']), {
      timeout: 20_000,
      interval: 200,
    });
    const [row] = await database.db.query<{ id: string }>('', 'select document_id as id from practice.document');
    await markSeen(database.db, row!.id, { by: 'Dr Anne LEFEVRE-DEMO', reason: 'vu' });
    await vi.waitFor(
      async () =>
        expect((await receiptsAt()).map(({ kind, messageId: about }) => [kind, about]).toSorted()).toEqual([
          ['filed', messageId],
          ['read', messageId],
        ]),
      { timeout: 20_000, interval: 200 },
    );
    expect(told.join(' ')).not.toMatch(/ESSAI|LUCIE/);
  }, 90_000);
});
