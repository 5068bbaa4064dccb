import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { metadataOf, writeCda, writeHprim, writeXdm, type LabReport } from '#formats';
import { insKey } from '#identity';
import { testDatabase } from '../../test/support/database.ts';
import { chemistryReport } from '../../test/support/lab-report.ts';
import { sender, submissionSet } from '../../test/support/xdm.ts';
import { makeConnector } from './connector.ts';
import { fileFor, markSeen, refuse, unfile } from './decide.ts';
import { takeMail } from './mail.ts';
import { countPlaces, filedFor, inTriage, practicePatients } from './store.ts';
import { sendReceipts } from './receipts.ts';
import { take } from './take.ts';

const database = testDatabase();
const folder = mkdtempSync(join(tmpdir(), 'cigogne-practice-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const lucie = {
  number: 'P-42',
  ins: { oid: '1.2.250.1.213.1.4.10', value: '255069933412305' },
  isQualified: true,
  traits: {
    birthFamily: 'ESSAI',
    birthGivens: 'Lucie Anne',
    firstBirthGiven: 'Lucie',
    usedFamily: 'ESSAI-DEMO',
    sex: 'F',
    birthDate: '1955-06-12',
    birthPlace: { cog: '99334' },
  },
};
const other = {
  ...lucie,
  number: 'P-7',
  ins: undefined,
  isQualified: false,
  traits: { ...lucie.traits, firstBirthGiven: 'Lise', birthGivens: 'Lise' },
};
const BY = { by: 'Dr Anne LEFEVRE-DEMO', reason: 'pièce d’identité revue' };

const paths = { patients: join(folder, 'patients.json'), inbox: join(folder, 'in'), output: join(folder, 'out') };
const deps = () => ({ db: database.db, mode: 'demo' as const });
const connector = () =>
  makeConnector({
    ...deps(),
    config: {
      patients: paths.patients,
      zone: 'Europe/Paris',
      inbox: paths.inbox,
      output: { folder: paths.output, formats: ['cda', 'hprim', 'pdf'] },
    },
    tell: () => {},
  });

let n = 0;
beforeAll(async () => {
  writeFileSync(paths.patients, JSON.stringify([lucie, other]));
  await (await connector()).round();
});
beforeEach(() => {
  n += 10;
});

const cdaOf = (report: LabReport) => Buffer.from(writeCda(report));
function archiveOf(report: LabReport, action: 'new' | 'delete' = 'new'): Buffer {
  const bytes = cdaOf(report);
  const metadata = metadataOf(report, { bytes, mimeType: 'text/xml' }, 'Europe/Paris');
  return Buffer.from(writeXdm([{ set: submissionSet, documents: [{ metadata, bytes, action }], relations: [] }], sender));
}
const correctionOf = (report: LabReport, number: number): LabReport => ({
  ...chemistryReport(4, number),
  setId: report.setId!,
  version: 2,
  replaces: [report.id],
});
function mailOf(
  attachments: { name: string; type: string; bytes: Uint8Array }[],
  id = `<m${n}@labo.mssante.example>`,
  more: string[] = [],
): Buffer {
  const parts = attachments.map(
    ({ name, type, bytes }) =>
      `--b\r\nContent-Type: ${type}; name="${name}"\r\nContent-Disposition: attachment; filename="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(
        bytes,
      )
        .toString('base64')
        .replaceAll(/(.{76})/g, '$1\r\n')}\r\n`,
  );
  const head = [
    'From: <labo@labo.mssante.example>',
    'To: <cabinet@cabinet.mssante.example>',
    `Message-ID: ${id}`,
    'Disposition-Notification-To: <labo@labo.mssante.example>',
    ...more,
    'Subject: XDM/1.0/DDM',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="b"',
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${parts.join('')}--b--\r\n`);
}
const zipMail = (report: LabReport, id?: string, more?: string[]) =>
  mailOf([{ name: 'IHE_XDM.ZIP', type: 'application/zip', bytes: archiveOf(report) }], id, more);
const file = (name: string) => ({ channel: 'folder' as const, reference: name });
const patientId = async (number: string) => (await practicePatients(database.db)).find((one) => one.number === number)!.patientId;
const filed = async (number: string) => (await filedFor(database.db, await patientId(number))).map(({ uniqueId }) => uniqueId);

describe('a document that comes to the practice', () => {
  test('is filed without a click when INS and every strict trait are those of a qualified patient, with its results as printed', async () => {
    const report = chemistryReport(5, n);
    const [taken] = await takeMail(deps(), zipMail(report));
    expect(taken).toMatchObject({ outcome: 'filed', uniqueId: report.id.root });
    const kept = (await filedFor(database.db, await patientId('P-42'))).find(({ uniqueId }) => uniqueId === report.id.root)!;
    expect(kept.results).toHaveLength(5);
    expect(kept.results[1]).toMatchObject({ code: '10001-1', value: '1,10', unit: 'mmol/L', reference: expect.stringContaining('4,1') });
  });

  test.each([
    ['no INS is printed', (report: LabReport) => ({ ...report, patient: { ...report.patient, ids: [report.patient.ids[1]!] } }), 'no-ins'],
    [
      'a trait differs, though the INS is right',
      (report: LabReport) => ({ ...report, patient: { ...report.patient, birthDate: '19550613' } }),
      'traits-differ',
    ],
    [
      'the INS is of nobody here',
      (report: LabReport) => ({
        ...report,
        patient: { ...report.patient, ids: [{ root: '1.2.250.1.213.1.4.10', extension: `2550699334124${insKey('2550699334124')}` }] },
      }),
      'ins-unknown',
    ],
  ])('waits for a person when %s, with those whom it may be', async (_, change, reason) => {
    const report = change(chemistryReport(2, n)) as LabReport;
    const [taken] = await take(deps(), cdaOf(report), undefined, file(`doubt-${n}.xml`));
    expect(taken).toMatchObject({ outcome: 'triage', reason });
    expect((await inTriage(database.db)).map(({ documentId }) => documentId)).toContain(taken!.documentId);
    expect(await filed('P-42')).not.toContain(report.id.root);
  });

  test('in HPRIM, which has no INS, always waits for a person', async () => {
    const [taken] = await take(deps(), writeHprim(chemistryReport(3, n)), undefined, file('resultats.hpr'));
    expect(taken).toMatchObject({ outcome: 'triage', reason: 'no-ins' });
  });

  test('as a PDF alone waits for a person', async () => {
    const [taken] = await takeMail(deps(), mailOf([{ name: 'cr.pdf', type: 'application/pdf', bytes: Buffer.from(`%PDF-1.4\n%${n}`) }]));
    expect(taken).toMatchObject({ outcome: 'triage', reason: 'no-identity' });
  });

  test('by mail, by folder and by mail again is there once', async () => {
    const report = chemistryReport(2, n);
    await takeMail(deps(), zipMail(report));
    expect(await take(deps(), cdaOf(report), undefined, file('copie.xml'))).toMatchObject([{ outcome: 'known' }]);
    expect(await takeMail(deps(), zipMail(report, `<again${n}@labo.mssante.example>`))).toMatchObject([{ outcome: 'known' }]);
    expect((await filed('P-42')).filter((id) => id === report.id.root)).toHaveLength(1);
    const arrivals = await database.db.query<{ n: number }>(
      '',
      'select count(*)::int as n from practice.arrival a join practice.document d using (document_id) where d.unique_id = $1',
      [report.id.root],
    );
    expect(arrivals[0]!.n).toBe(3);
  });

  test('under an identifier already used for other bytes is refused, and kept for a person to look at', async () => {
    const report = chemistryReport(2, n);
    await take(deps(), cdaOf(report), undefined, file('un.xml'));
    await expect(take(deps(), cdaOf(chemistryReport(3, n)), undefined, file('deux.xml'))).rejects.toMatchObject({
      code: 'deposit.conflicting-bytes',
    });
    expect((await countPlaces(database.db))['unreadable']).toBeGreaterThan(0);
  });

  test('with the readable copy beside it is one document', async () => {
    const pdf = { name: 'cr.pdf', type: 'application/pdf', bytes: Buffer.from('%PDF-1.4\n%copy') };
    const taken = await takeMail(
      deps(),
      mailOf([{ name: 'IHE_XDM.ZIP', type: 'application/zip', bytes: archiveOf(chemistryReport(2, n)) }, pdf]),
    );
    expect(taken).toHaveLength(1);
  });

  test('corrected replaces what was shown, whichever comes first', async () => {
    for (const isLate of [false, true]) {
      const first = chemistryReport(2, n + (isLate ? 2 : 0));
      const second = correctionOf(first, n + (isLate ? 3 : 1));
      const order = isLate ? [second, first] : [first, second];
      for (const report of order) await take(deps(), cdaOf(report), undefined, file(report.id.root));
      const shown = await filed('P-42');
      expect([shown.includes(first.id.root), shown.includes(second.id.root)]).toEqual([false, true]);
    }
  });

  test('corrected, whose first version a person filed for somebody else, waits for a person', async () => {
    const first = { ...chemistryReport(2, n), patient: { ...chemistryReport(2).patient, ids: [] } };
    const [taken] = await take(deps(), cdaOf(first), undefined, file(`a${n}`));
    await fileFor(database.db, taken!.documentId, 'P-7', BY);
    expect(await take(deps(), cdaOf(correctionOf(first, n + 1)), undefined, file(`b${n}`))).toMatchObject([
      { outcome: 'triage', reason: 'filed-elsewhere' },
    ]);
  });
});

describe('a person', () => {
  test('files, takes out and files again, and each step stays with who and why', async () => {
    const report = chemistryReport(2, n);
    const [taken] = await take(deps(), cdaOf(report), undefined, file(`c${n}`));
    const { documentId } = taken!;
    await unfile(database.db, documentId, BY);
    expect(await filed('P-42')).not.toContain(report.id.root);
    await fileFor(database.db, documentId, 'P-7', BY);
    await fileFor(database.db, documentId, 'P-42', BY);
    expect(await filed('P-7')).not.toContain(report.id.root);
    expect(await filed('P-42')).toContain(report.id.root);
    const steps = await database.db.query<{ kind: string; done_by: string }>(
      '',
      'select kind, done_by from practice.step where document_id = $1 order by step_id',
      [documentId],
    );
    expect(steps.map(({ kind }) => kind)).toEqual(['filed', 'unfiled', 'filed', 'unfiled', 'filed']);
    expect(steps.map(({ done_by }) => done_by)).toEqual(['connector', BY.by, BY.by, BY.by, BY.by]);
  });

  test('cannot file for a patient whom the practice does not have, nor read what is filed for nobody', async () => {
    const report = { ...chemistryReport(2, n), patient: { ...chemistryReport(2).patient, ids: [] } };
    const [taken] = await take(deps(), cdaOf(report), undefined, file(`d${n}`));
    await expect(fileFor(database.db, taken!.documentId, 'P-404', BY)).rejects.toMatchObject({ code: 'request.not-found' });
    await expect(markSeen(database.db, taken!.documentId, BY)).rejects.toMatchObject({ code: 'request.invalid' });
  });
});

describe('the sender of a mail', () => {
  const told = async () => {
    const sent: string[] = [];
    await sendReceipts(database.db, 'cabinet@cabinet.mssante.example', async ({ raw }) => {
      sent.push(raw.toString());
      return true;
    });
    return sent;
  };

  test('hears from the mailbox to which it wrote, whichever of the practice it was', async () => {
    await told();
    await takeMail(deps(), zipMail(chemistryReport(2, n)), 'jules@cabinet.mssante.example');
    expect((await told())[0]).toMatch(/^From: <jules@cabinet\.mssante\.example>/);
  });

  test('hears once that it was filed, then once that it was read', async () => {
    await told();
    const [taken] = await takeMail(deps(), zipMail(chemistryReport(2, n)));
    const [processed, ...more] = await told();
    expect(more).toEqual([]);
    expect(processed).toContain(`Original-Message-ID: <m${n}@labo.mssante.example>`);
    expect(processed).toContain('Disposition: automatic-action/MDN-sent-automatically; processed\r\n');
    expect(await told()).toEqual([]);
    await markSeen(database.db, taken!.documentId, BY);
    await markSeen(database.db, taken!.documentId, BY);
    const read = await told();
    expect(read).toHaveLength(1);
    expect(read[0]).toContain('; displayed\r\n');
    expect(read[0]).not.toMatch(/LUCIE|ESSAI/);
  });

  test('hears nothing while a person has to decide, then that the patient is not known', async () => {
    const report = { ...chemistryReport(2, n), patient: { ...chemistryReport(2).patient, ids: [] } };
    const mail = mailOf([{ name: 'cr.xml', type: 'text/xml', bytes: cdaOf(report) }]);
    const [taken] = await takeMail(deps(), mail);
    expect(await told()).toEqual([]);
    await refuse(database.db, taken!.documentId, BY);
    expect((await told())[0]).toContain('Error: 902');
  });

  test('hears nothing at another address than the one to which the mail returns', async () => {
    await takeMail(deps(), zipMail(chemistryReport(2, n), undefined, ['Return-Path: <elsewhere@other.example>']));
    expect(await told()).toEqual([]);
  });

  test('is told again when the server of mail did not take the receipt', async () => {
    await takeMail(deps(), zipMail(chemistryReport(2, n)));
    expect(await sendReceipts(database.db, 'cabinet@cabinet.mssante.example', async () => false)).toBe(0);
    expect(await told()).toHaveLength(1);
  });
});

test('a withdrawn document is shown no more, and cannot be filed again', async () => {
  const report = chemistryReport(2, n);
  const [taken] = await take(deps(), archiveOf(report), undefined, file('envoi.zip'));
  expect(await filed('P-42')).toContain(report.id.root);
  expect(await take(deps(), archiveOf(report, 'delete'), undefined, file('retrait.zip'))).toMatchObject([{ outcome: 'withdrawn' }]);
  expect(await filed('P-42')).not.toContain(report.id.root);
  await expect(fileFor(database.db, taken!.documentId, 'P-42', BY)).rejects.toMatchObject({ code: 'request.invalid' });
});

test('of a file of HPRIM with the results of two patients, the software gets under each number that patient’s own and no other', async () => {
  const reports = [0, 1].map((k) => chemistryReport(2, n + k));
  const second = { ...reports[1]!, patient: { ...reports[1]!.patient, usedFamily: 'AUTRE-DEMO', firstBirthGiven: 'Lise' } };
  const bytes = Buffer.concat([writeHprim(reports[0]!), writeHprim(second)].map((one) => Buffer.from(one)));
  const taken = await take(deps(), bytes, undefined, file(`deux-${n}.hpr`));
  expect(taken.map(({ outcome }) => outcome)).toEqual(['triage', 'triage']);
  await fileFor(database.db, taken[0]!.documentId, 'P-42', BY);
  await fileFor(database.db, taken[1]!.documentId, 'P-7', BY);
  await (await connector()).round();
  const given = (number: string, k: number) => readFileSync(join(paths.output, `${number}_${taken[k]!.documentId}.hpr`), 'latin1');
  expect([given('P-42', 0).includes('AUTRE-DEMO'), given('P-7', 1).includes('AUTRE-DEMO')]).toEqual([false, true]);
  expect(given('P-7', 1)).not.toContain('ESSAI-DEMO');
});

test('files put in the folder are filed, leave a receipt, and go to the software; what is taken out is told to it', async () => {
  const report = chemistryReport(3, n);
  const one = await connector();
  writeFileSync(join(paths.inbox, '.en-cours.xml'), cdaOf(report));
  renameSync(join(paths.inbox, '.en-cours.xml'), join(paths.inbox, 'resultat.xml'));
  writeFileSync(join(paths.inbox, 'mauvais.xml'), '<rien/>');
  await one.round();
  await one.round();
  const receipt = JSON.parse(readFileSync(join(paths.inbox, 'taken', 'resultat.xml.receipt.json'), 'utf8')) as [{ documentId: string }];
  expect(receipt).toMatchObject([{ outcome: 'filed', uniqueId: report.id.root }]);
  expect(JSON.parse(readFileSync(join(paths.inbox, 'refused', 'mauvais.xml.receipt.json'), 'utf8'))).toMatchObject({
    remedy: expect.any(String),
  });
  const [{ documentId }] = receipt;
  const written = () => readdirSync(paths.output).filter((name) => name.includes(documentId));
  expect(written().toSorted()).toEqual([`P-42_${documentId}.hpr`, `P-42_${documentId}.pdf`, `P-42_${documentId}.xml`]);
  expect(readFileSync(join(paths.output, `P-42_${documentId}.xml`))).toEqual(cdaOf(report));
  await unfile(database.db, documentId, BY);
  await one.round();
  expect(written()).toContain(`P-42_${documentId}.retrait.txt`);
  // In HPRIM, which counts no versions, the software knows a correction by its results: they say C, not F.
  const statuses = (id: string) => [
    ...new Set(
      [...readFileSync(join(paths.output, `P-42_${id}.hpr`), 'latin1').matchAll(/^RES(?:\|[^|\r]*){8}\|([^|\r]*)/gm)].map(([, s]) => s),
    ),
  ];
  const [corrected] = await take(deps(), cdaOf(correctionOf(report, n + 1)), undefined, file(`corrige-${n}`));
  await one.round();
  expect([statuses(documentId), statuses(corrected!.documentId)]).toEqual([['F'], ['C']]);
});
