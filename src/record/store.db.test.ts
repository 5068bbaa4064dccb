import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { brokenConstraint, uuidv7 } from '../kernel/index.ts';
import type { PatientReports, StoredResult } from './contract.ts';
import { reportsOf } from './kept-reports.ts';
import { packOriginal } from './originals.ts';
import { patientReportsJson } from './show-patient.ts';
import { originalOf } from './show-original.ts';
import { takeEvents } from './store.ts';
import { visibleReports } from './visible-reports.ts';
import { type ReportToStore, storeDocument, storeWaitedDocument } from './store-write.ts';
import { depositCounts, forgetQuarantine, quarantine, receiptById, receiptOfBytes } from './store-deposits.ts';
import { keepWaitingOriginal } from './store-waiting.ts';

const database = testDatabase();
const GP = { id: 'rpps:899700000011', profession: 'doctor', laboratory: undefined, standsAs: 'treating-doctor' } as const;
const patientId = uuidv7();
const SENDER = 'system:lis-a';

const potassium: StoredResult = {
  n: 0,
  label: 'Potassium',
  status: 'final',
  text: '5,60',
  number: { value: 5.6, decimals: 2 },
  unit: 'mmol/L',
  flag: 'H',
  normalised: { row: 'potassium.serum', ucum: 'mmol/L', rules: '1' },
};

function report(uniqueId: string, more: { version?: number; replaces?: string[]; bytes?: string; sampledAt?: string } = {}): ReportToStore {
  const bytes = Buffer.from(more.bytes ?? `<ClinicalDocument>${uniqueId}</ClinicalDocument>`);
  const documentId = uuidv7();
  return {
    patientId,
    head: {
      documentId,
      uniqueId,
      setId: '1.2.3',
      version: more.version ?? 1,
      replaces: more.replaces ?? [],
      status: 'final',
      issuedAt: '2026-01-02T10:00:00.000Z',
      receivedAt: '2026-01-02T10:00:01.000Z',
      sampledAt: more.sampledAt ?? '2026-01-02T07:00:00.000Z',
      laboratory: { finess: '990400001', name: 'LBM des Essais' },
      chapters: ['BIOCHIMIE'],
      hasPdf: false,
      joinedBy: 'ins',
    },
    results: JSON.stringify([potassium]),
    resultCount: 1,
    contentKey: null,
    source: SENDER,
    original: { ...packOriginal(bytes, undefined), sha256: createHash('sha256').update(bytes).digest(), mediaType: 'application/xml' },
    deposit: { depositId: uuidv7(), senderId: SENDER },
    eventId: uuidv7(),
  };
}

const show = async () =>
  JSON.parse(
    patientReportsJson(await visibleReports(database.db, [patientId], GP), {
      patientId,
      notConnected: ['Labo non raccordé'],
      asOf: '2026-01-03T00:00:00.000Z',
    }),
  ) as PatientReports;

describe('the record of a patient', () => {
  beforeEach(() =>
    database.db.script(
      'truncate record.deposit, record.document, record.original, record.pdf, record.outbox, record.quarantine, record.waiting_original',
    ),
  );

  test('shows a stored report as it was printed, and says which laboratories are not connected', async () => {
    expect(await storeDocument(database.db, report('1.1'))).toBe(true);
    const { reports, completeness } = await show();
    expect(reports).toHaveLength(1);
    expect(reports[0]!.results).toEqual([potassium]);
    expect(reports[0]!.current).toBe(true);
    expect(completeness).toMatchObject({ laboratories: [{ finess: '990400001', reports: 1 }], notConnected: ['Labo non raccordé'] });
  });

  test('keeps the texts that it read, and reads them again when their row is another or is gone', async () => {
    const first = report('1.1');
    await storeDocument(database.db, first);
    const { documentId } = first.head;
    const read = await reportsOf(database.db, [patientId]);
    expect(await reportsOf(database.db, [patientId])).toBe(read);
    await storeDocument(database.db, report('1.2', { version: 2, sampledAt: '2026-01-03T07:00:00.000Z' }));
    const two = await reportsOf(database.db, [patientId]);
    expect([two.length, two[1] === read[0]]).toEqual([2, true]);
    const reread = JSON.stringify([{ ...potassium, unit: 'mol/L' }]);
    const reading = 'insert into record.renormalised (patient_id, document_id, made_at, rules, results) values ($1, $2, now(), $3, $4)';
    await database.db.query('', reading, [patientId, documentId, '2', reread]);
    expect((await reportsOf(database.db, [patientId]))[1]).toMatchObject({ results: reread, isReread: true });
    await database.db.query('', `update record.document set structure = '990400009' where document_id = $1`, [documentId]);
    await database.db.query('', `insert into record.version_choice values ($1, $2, 'rpps:1', now(), '')`, [patientId, documentId]);
    expect((await reportsOf(database.db, [patientId]))[1]).toMatchObject({ structure: '990400009', isChosen: true });
    // Kept here, and yet not read under a role to which the door opened nothing.
    expect(await database.db.as('cigogne_reader').transaction((tx) => reportsOf(tx, [patientId]))).toEqual([]);
    await database.db.query('', 'delete from record.document where document_id = $1', [documentId]);
    expect(await reportsOf(database.db, [patientId])).toHaveLength(1);
    await database.db.script('truncate record.renormalised, record.version_choice');
  });

  test('stores the same bytes once, and gives the first receipt again', async () => {
    const first = report('1.1');
    expect(await storeDocument(database.db, first)).toBe(true);
    expect(await storeDocument(database.db, { ...report('1.1'), original: first.original })).toBe(false);
    expect((await show()).reports).toHaveLength(1);
    expect(await receiptOfBytes(database.db, first.original.sha256, SENDER)).toMatchObject({
      depositId: first.deposit.depositId,
      state: 'stored',
    });
  });

  test('stores nothing of a document whose identifier was used with other bytes', async () => {
    await storeDocument(database.db, report('1.1'));
    const error = await storeDocument(database.db, report('1.1', { bytes: '<other/>' })).catch((thrown: unknown) => thrown);
    expect(brokenConstraint(error)).toBe('deposit_unique_id');
    expect((await show()).reports).toHaveLength(1);
  });

  test('stores the report of a laboratory whose identifier another one used first, and counts it for the region', async () => {
    const squatter = report('1.1', { bytes: '<other/>' });
    await storeDocument(database.db, {
      ...squatter,
      head: { ...squatter.head, laboratory: { finess: '990400002', name: 'LBM des Fictions' } },
    });
    expect(await storeDocument(database.db, report('1.1'))).toBe(true);
    expect((await show()).reports.map(({ current, conflict }) => [current, conflict])).toEqual([
      [true, false],
      [true, false],
    ]);
    expect(await depositCounts(database.db)).toContainEqual({ state: 'shared-identifier', deposits: 1 });
  });

  test('keeps both versions, the corrected one being current, in whatever order they arrive', async () => {
    await storeDocument(database.db, report('1.2', { version: 2, replaces: ['1.1'] }));
    await storeDocument(database.db, report('1.1'));
    const { reports } = await show();
    expect(reports.map(({ uniqueId, current }) => [uniqueId, current]).toSorted()).toEqual([
      ['1.1', false],
      ['1.2', true],
    ]);
    expect(reports.find(({ uniqueId }) => uniqueId === '1.1')!.supersededBy).toBe(
      reports.find(({ uniqueId }) => uniqueId === '1.2')!.documentId,
    );
  });

  test('gives the original back byte for byte', async () => {
    const stored = report('1.1', { bytes: '<a>é\r\n  </a>' });
    await storeDocument(database.db, stored);
    const original = await originalOf(database.db, [patientId], stored.head.documentId, 'laboratory-report');
    expect(original.bytes.toString()).toBe('<a>é\r\n  </a>');
  });

  test('tells each stored report once to those who follow the patient', async () => {
    await storeDocument(database.db, report('1.1'));
    await storeDocument(database.db, report('1.2', { version: 2, replaces: ['1.1'] }));
    const events = await database.db.transaction((tx) => takeEvents(tx, 10));
    expect(events.map(({ isCorrection }) => isCorrection).toSorted()).toEqual([false, true]);
    expect(await database.db.transaction((tx) => takeEvents(tx, 10))).toEqual([]);
  });

  test('keeps the events of a relay that dies', async () => {
    await storeDocument(database.db, report('1.1'));
    await database.db
      .transaction(async (tx) => {
        await takeEvents(tx, 10);
        throw new Error('dies');
      })
      .catch(() => undefined);
    expect(await database.db.transaction((tx) => takeEvents(tx, 10))).toHaveLength(1);
  });
});

describe('a deposit whose patient is not decided', () => {
  test('waits with its original, then is stored once for the patient that a person chose', async () => {
    const waiting = report('7.1');
    const bytes = Buffer.from('<waiting/>');
    const deposit = {
      ...waiting.deposit,
      sha256: waiting.original.sha256,
      uniqueId: '7.1',
      structure: '990400001',
      receivedAt: waiting.head.receivedAt,
      bytes,
      mediaType: 'text/xml',
      channel: 'hl7v2' as const,
    };
    expect(await keepWaitingOriginal(database.db, deposit)).toBe(true);
    expect(await keepWaitingOriginal(database.db, deposit)).toBe(false);
    expect(await receiptById(database.db, deposit.depositId, SENDER)).toMatchObject({ state: 'identity', documentId: null });
    expect(await storeWaitedDocument(database.db, waiting)).toBe(true);
    expect(await storeWaitedDocument(database.db, waiting)).toBe(false);
    expect(await receiptById(database.db, deposit.depositId, SENDER)).toMatchObject({
      state: 'stored',
      documentId: waiting.head.documentId,
    });
  });
});

describe('a refused original', () => {
  const refused = (bytes: string) => ({
    sha256: createHash('sha256').update(bytes).digest(),
    senderId: SENDER,
    depositId: uuidv7(),
    structures: ['990400001'],
    code: 'report.unreadable' as const,
    at: 'line 3',
    message: 'not well-formed',
    mediaType: 'text/xml',
    bytes: Buffer.from(bytes),
    receivedAt: '2026-01-02T10:00:00.000Z',
  });
  test('waits in quarantine, and its sender can ask why', async () => {
    const depositId = await quarantine(database.db, refused('<broken'));
    expect(await receiptById(database.db, depositId, SENDER)).toMatchObject({
      state: 'refused',
      refusal: { code: 'report.unreadable', at: 'line 3' },
    });
    expect(await receiptById(database.db, depositId, 'system:other')).toBeUndefined();
  });
  test('is counted, not kept twice, when it comes again', async () => {
    expect(await quarantine(database.db, refused('<again'))).toBe(await quarantine(database.db, refused('<again')));
  });
  test('is forgotten after the delay', async () => {
    await database.db.script('truncate record.quarantine');
    await quarantine(database.db, refused('<old'));
    expect(await forgetQuarantine(database.db, new Date('2026-01-02T00:00:00Z'))).toBe(0);
    expect(await forgetQuarantine(database.db, new Date('2026-02-02T00:00:00Z'))).toBe(1);
  });
});
