import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { PEOPLE } from '../../test/support/people.ts';
import { anchorAudit } from './anchoring.ts';
import { archiveDaily } from './archive-daily.ts';
import { archiveAudit, type PutAway, verifyArchive } from './archiving.ts';
import { auditPublicKey, passDoor, verifyAudit } from './index.ts';
import { keyFile, loadKeys } from './keys.ts';
import { latestEvents } from './store-audit.ts';

const database = testDatabase();
const folder = mkdtempSync(join(tmpdir(), 'cigogne-archive-'));
const keys = await loadKeys(keyFile(folder));
const publicKey = await auditPublicKey(folder);
const year = (n: number, minutes = 0) => new Date(Date.UTC(n, 0, 1, 0, minutes));
const patient = (n: number) => `0190e000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const now = year(2026);

const look = (n: number, at: Date) =>
  passDoor(
    database.db,
    { who: { ...PEOPLE.patient, patientId: patient(n) }, action: 'biology.read', patientId: patient(n), via: 'web', now: at },
    async () => 0,
  );
const anchor = (at: Date) => anchorAudit(database.db, { now: at, key: keys.audit });
const verify = async () => (await verifyAudit(database.db, { publicKey })).faults;
const archive = (before: Date) => archiveAudit(database.db, { before, now, key: keys.audit, folder });
const sequences = async (n: number) =>
  (await latestEvents(database.db, patient(n), { before: 99, limit: 99 })).map(({ sequence }) => sequence);
/** As an administrator who switches the protections off. */
const tamper = (sql: string) => database.db.script(`begin; set local session_replication_role = replica; ${sql}; commit`);

beforeEach(async () => {
  await tamper(`truncate access.audit_event, access.audit_head, access.audit_anchor, access.audit_anchor_head, access.audit_archive,
    access.audit_archive_head`);
  for (const at of [year(2010), year(2011), year(2020)]) {
    for (const n of [1, 2]) await look(n, at);
    await anchor(new Date(at.getTime() + 60_000));
  }
  await look(3, year(2010, 5));
});

describe('the audit older than its period', () => {
  test('is put away in a signed file; what is left is still proved, and goes on', async () => {
    const [made, ...none] = await archive(year(2015));
    expect(none).toEqual([]);
    expect(made).toMatchObject({ number: 1, chains: 2, events: 4 });
    expect([await sequences(1), await sequences(2)]).toEqual([[3], [3]]);
    expect(await verify()).toEqual([]);
    await look(1, now);
    await anchor(now);
    expect(await verify()).toEqual([]);
    expect(await verifyArchive(made!.file, publicKey)).toEqual({ number: 1, chains: 2, events: 4, faults: [] });
  });

  test('stays when no anchor has signed it yet', async () => {
    await archive(year(2015));
    expect(await sequences(3)).toEqual([1]);
    expect(await archive(year(2015))).toEqual([]);
  });

  test('is put away again later, each archive naming the one before', async () => {
    await archive(year(2010, 30));
    const [second] = await archive(year(2021));
    expect(second).toMatchObject({ number: 2, chains: 2 });
    expect(await verify()).toEqual([]);
    expect((await verifyArchive(second!.file, publicKey)).faults).toEqual([]);
    expect(await sequences(1)).toEqual([]);
  });

  test('is put away by the servers of the region themselves, once whichever does it, with nobody’s name in what they log', async () => {
    const made: PutAway[] = [];
    const faults: unknown[] = [];
    const keep = {
      retentionDays: 4_000,
      dataFolder: mkdtempSync(join(tmpdir(), 'cigogne-daily-')),
      key: async () => keys.audit,
      now: () => now,
      onArchive: (one: PutAway) => void made.push(one),
      onError: (error: unknown) => void faults.push(error),
      firstMs: 1,
      everyMs: 20,
    };
    const stops = [archiveDaily(database.db, keep), archiveDaily(database.db, keep)];
    await expect.poll(() => made.length, { timeout: 25_000 }).toBe(1);
    for (const stop of stops) await stop();
    expect([faults, made.map(({ number, chains, events }) => [number, chains, events])]).toEqual([[], [[1, 2, 4]]]);
    expect(await verifyArchive(made[0]!.file, publicKey)).toMatchObject({ faults: [] });
    expect([await sequences(1), await verify()]).toEqual([[3], []]);
  });

  test('leaves an event of the audit itself', async () => {
    await archive(year(2015));
    const [event] = await database.db.query<{ action: string; actor: string }>(
      '',
      `select action, actor from access.audit_event where action = 'audit.archive'`,
    );
    expect(event).toEqual({ action: 'audit.archive', actor: 'system:audit' });
  });

  test.each([
    ['an event after the cut', `delete from access.audit_event where chain = '${patient(1)}'`, 'missing'],
    ['the statement', 'delete from access.audit_archive', 'not signed'],
    ['a place', `delete from access.audit_archive_head where chain = '${patient(2)}'`, 'archive 1: changed'],
    ['the instant', `update access.audit_archive set before = now()`, 'archive 1: changed'],
    [
      'more than was signed, by cutting further',
      `insert into access.audit_archive_head select chain, 9, sequence, hash from access.audit_anchor_head where number = 3 and chain = '${patient(1)}'; delete from access.audit_event where chain = '${patient(1)}'`,
      'not signed',
    ],
    [
      'nothing, but an old event put back',
      `insert into access.audit_event select * from (select (jsonb_populate_record(e, '{"sequence": 2}')).* from access.audit_event e where chain = '${patient(1)}') f`,
      'stands before the place',
    ],
  ])('tells whoever takes away %s', async (_what, sql, fault) => {
    await archive(year(2015));
    expect(await verify()).toEqual([]);
    await tamper(sql);
    expect((await verify()).join('\n').replaceAll('was not signed', 'not signed')).toContain(fault);
  });

  test('is told by its file when anything of it was changed', async () => {
    const [made] = await archive(year(2015));
    const text = readFileSync(made!.file, 'utf8');
    const other = join(folder, 'changed.jsonl');
    const faultsOf = async (changed: string) => {
      writeFileSync(other, changed);
      return (await verifyArchive(other, publicKey)).faults;
    };
    const lines = text.trimEnd().split('\n');
    expect(await faultsOf(text)).toEqual([]);
    expect(await faultsOf(text.replace('Jeanne ESSAI', 'Jeanne ESSAY'))).toHaveLength(1);
    for (let n = 0; n < lines.length; n += 1) expect(await faultsOf(lines.toSpliced(n, 1).join('\n'))).not.toEqual([]);
    expect(await faultsOf(`${lines.slice(0, 3).join('\n')}\n{"cut`)).not.toEqual([]);
  });

  test('leaves the database by an archive alone', async () => {
    await expect(database.db.script('delete from access.audit_event')).rejects.toThrow('append-only');
    await archive(year(2015));
    await expect(database.db.script('delete from access.audit_event')).rejects.toThrow('append-only');
    await expect(database.db.script('delete from access.audit_archive_head')).rejects.toThrow('append-only');
  });
});
