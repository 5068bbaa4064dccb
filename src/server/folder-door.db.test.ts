import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chemistryReport } from '../../test/support/lab-report.ts';
import { testServer } from '../../test/support/server.ts';
import { sender as xdmSender, submission } from '../../test/support/xdm.ts';
import { registerSenders, registerStructures } from '../directory/index.ts';
import { writeCda, writeHprim, writeXdm } from '../formats/index.ts';
import { openFolderDoor } from './folder-door.ts';

const server = testServer();
const root = mkdtempSync(join(tmpdir(), 'cigogne-door-'));
const OWN = join(root, 'sil-dossier');
const faults: unknown[] = [];
let stop: (() => Promise<void>) | undefined;

const open = (folder: string | undefined) =>
  openFolderDoor({
    config: { DEPOSIT_FOLDER: folder, DEPOSIT_MAX_BYTES: 1_000_000 },
    journey: { db: server.database.db, relay: server.relay, tables: server.tables, mode: 'demo', zone: 'Europe/Paris' },
    onError: (error) => faults.push(error),
    everyMs: 50,
  });

beforeAll(async () => {
  const { db } = server.database;
  await registerStructures(db, [{ finess: '350000001', name: 'LBM DEMO des Tilleuls', kind: 'laboratory' }]);
  const sender = { clientId: 'sil-dossier', name: 'SIL des essais', structures: ['350000001'], formats: ['cda-cr-bio'] };
  await registerSenders(db, [{ ...sender, state: 'production', secret: 'a-secret-of-the-tests-only', connectedSince: new Date() }], 'demo');
  for (const name of ['sil-dossier', 'inconnu']) mkdirSync(join(root, name));
  stop = await open(root);
});
afterAll(async () => {
  await stop?.();
  rmSync(root, { recursive: true, force: true });
});

async function receiptOf(folder: string, outcome: 'taken' | 'refused', name: string): Promise<{ [field: string]: unknown }> {
  const path = join(folder, outcome, `${name}.receipt.json`);
  await expect.poll(() => existsSync(path)).toBe(true);
  return JSON.parse(readFileSync(path, 'utf8')) as { [field: string]: unknown };
}

test('a report put in the folder of its sender is in the record, and its receipt beside it', async () => {
  writeFileSync(join(OWN, 'a.xml'), writeCda(chemistryReport(3, 1)));
  expect(await receiptOf(OWN, 'taken', 'a.xml')).toMatchObject({ state: 'stored', uniqueId: '1.2.250.1.999.1.2.700001' });
  const [row] = await server.database.db.query<{ n: number }>('', 'select count(*)::int as n from record.document');
  expect(row!.n).toBe(1);
});

test('the same file again gives the same receipt, and is not stored twice', async () => {
  const bytes = writeCda(chemistryReport(3, 2));
  writeFileSync(join(OWN, 'b.xml'), bytes);
  const first = await receiptOf(OWN, 'taken', 'b.xml');
  writeFileSync(join(OWN, 'b.xml'), bytes);
  expect(await receiptOf(OWN, 'taken', 'b.xml.2')).toMatchObject({ depositId: first['depositId'], documentId: first['documentId'] });
});

test('results in HPRIM, which has no INS, are kept and wait for a person', async () => {
  writeFileSync(join(OWN, 'c.hpr'), writeHprim(chemistryReport(3, 3)));
  expect(await receiptOf(OWN, 'taken', 'c.hpr')).toMatchObject({ state: 'identity' });
});

test('what is wrong, or of another laboratory, is put aside with its reason', async () => {
  writeFileSync(join(OWN, 'd.bin'), Buffer.from([1, 2, 3]));
  expect(await receiptOf(OWN, 'refused', 'd.bin')).toMatchObject({ code: 'deposit.unsupported-format', remedy: expect.any(String) });
  writeFileSync(join(OWN, 'e.xml'), writeCda(chemistryReport(2, 4)).replaceAll('350000001', '350000009'));
  expect(await receiptOf(OWN, 'refused', 'e.xml')).toMatchObject({ code: 'deposit.wrong-structure' });
});

test('an archive has the receipt of each of its documents beside it', async () => {
  writeFileSync(join(OWN, 'g.zip'), writeXdm([submission(2, 6)], xdmSender));
  const { documents } = await receiptOf(OWN, 'taken', 'g.zip');
  expect(documents).toMatchObject([{ at: 'document 1', receipt: { state: 'stored' } }]);
  writeFileSync(join(OWN, 'h.zip'), writeXdm([submission(2, 7, (cda) => cda.replaceAll('350000001', '350000009'))], xdmSender));
  expect(await receiptOf(OWN, 'refused', 'h.zip')).toMatchObject({ code: 'deposit.wrong-structure' });
});

test('a folder that is of no registered system deposits nothing', async () => {
  const folder = join(root, 'inconnu');
  writeFileSync(join(folder, 'f.xml'), writeCda(chemistryReport(2, 5)));
  expect(await receiptOf(folder, 'refused', 'f.xml')).toMatchObject({ code: 'access.unauthenticated' });
  expect(readdirSync(join(folder, 'refused'))).toContain('f.xml');
});

test('there is no such door unless a folder is named, and a folder that is not there stops the start', async () => {
  expect(await open(undefined)).toBeUndefined();
  await expect(open(join(root, 'nowhere'))).rejects.toThrow('DEPOSIT_FOLDER');
});

test('a stopped door reads no more, and had no fault', async () => {
  await stop?.();
  writeFileSync(join(OWN, 'g.xml'), writeCda(chemistryReport(2, 6)));
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(existsSync(join(OWN, 'g.xml'))).toBe(true);
  expect(faults).toEqual([]);
});
