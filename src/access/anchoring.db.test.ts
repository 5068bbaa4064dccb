import { appendFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { PEOPLE } from '../../test/support/people.ts';
import type { Anchor } from './anchor.ts';
import { type AnchorCopy, copiesFile, copyAnchor, readCopies } from './anchor-copies.ts';
import { anchorAudit } from './anchoring.ts';
import { auditPublicKey, passDoor, verifyAudit } from './index.ts';
import { keyFile, loadKeys } from './keys.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';

const database = testDatabase();
const dataFolder = temporaryFolder('audit');
const keys = await loadKeys(keyFile(dataFolder));
const publicKey = await auditPublicKey(dataFolder);
const start = new Date('2026-11-20T10:00:00.000Z');
const minute = (n: number) => new Date(start.getTime() + n * 60_000);
const patient = (n: number) => `0190d000-0000-7000-8000-${String(n).padStart(12, '0')}`;

const look = (n: number, at: Date) =>
  passDoor(
    database.db,
    { who: { ...PEOPLE.patient, patientId: patient(n) }, action: 'biology.read', patientId: patient(n), via: 'web', now: at },
    async () => 0,
  );
const anchor = (n: number) => anchorAudit(database.db, { now: minute(n), key: keys.audit });
const verify = (copies: AnchorCopy[] = []) => verifyAudit(database.db, { publicKey, copies });

/** As an administrator who switches the protections off. */
const tamper = (sql: string) => database.db.script(`begin; set local session_replication_role = replica; ${sql}; commit`);

beforeEach(async () => {
  await tamper('truncate access.audit_event, access.audit_head, access.audit_anchor, access.audit_anchor_head');
  for (const n of [1, 2, 3]) await look(n, minute(0));
  await anchor(1);
  for (const n of [2, 3, 4]) await look(n, minute(2));
  await anchor(3);
});

describe('the anchors of the audit', () => {
  test('sign the chains that moved, each anchor naming the one before', async () => {
    expect(await verify()).toEqual({ chains: 4, events: 6, anchors: 2, archives: 0, faults: [] });
    const moved = await database.db.query(
      't-moved',
      'select number, count(*)::int as chains from access.audit_anchor_head group by 1 order by 1',
    );
    expect(moved).toEqual([
      { number: 1, chains: 3 },
      { number: 2, chains: 3 },
    ]);
  });

  test('are not made when nothing happened', async () => {
    expect(await anchor(4)).toBeUndefined();
  });

  test('take along an event seen late, whose request was before the anchor', async () => {
    await look(5, minute(2));
    expect(await anchor(5)).toMatchObject({ number: 3 });
  });

  test('are made one at a time when two servers try together', async () => {
    await look(1, minute(4));
    const made = await Promise.all([anchor(5), anchor(5)]);
    expect(made.filter((one) => one !== undefined)).toHaveLength(1);
    expect((await verify()).faults).toEqual([]);
  });

  test('show a chain rewritten from its start with its head, as one who has every right on the database could do', async () => {
    await tamper(
      `delete from access.audit_event where chain = '${patient(2)}'; delete from access.audit_head where chain = '${patient(2)}'`,
    );
    await look(2, minute(7));
    expect((await verify()).faults).toEqual([
      `chain ${patient(2)}: event 1 is not the one that anchor 1 signed`,
      `chain ${patient(2)}: event 2 is not the one that anchor 2 signed`,
    ]);
  });

  test('show a chain taken away whole', async () => {
    await tamper(
      `delete from access.audit_event where chain = '${patient(1)}'; delete from access.audit_head where chain = '${patient(1)}'`,
    );
    expect((await verify()).faults).toEqual([`chain ${patient(1)}: event 1 is not the one that anchor 1 signed`]);
  });

  test.each([
    [`update access.audit_anchor_head set sequence = 9 where number = 1 and chain = '${patient(1)}'`, 'anchor 1: changed'],
    [`delete from access.audit_anchor_head where number = 2 and chain = '${patient(4)}'`, 'anchor 2: changed'],
    ['update access.audit_anchor set at = at + interval $$1 ms$$ where number = 2', 'anchor 2: changed'],
    ['delete from access.audit_anchor where number = 1', 'anchor 2: out-of-sequence'],
    [
      'update access.audit_anchor set statement = (select statement from access.audit_anchor where number = 2) where number = 1',
      'anchor 1: bad-signature',
    ],
  ])('tampered with (%s) are told', async (sql, fault) => {
    await tamper(sql);
    expect((await verify()).faults).toContain(fault);
  });

  test('made with another key are told', async () => {
    const other = await loadKeys(join(dataFolder, 'other.json'));
    await look(1, minute(4));
    await anchorAudit(database.db, { now: minute(5), key: other.audit });
    expect((await verify()).faults).toEqual(['anchor 3: bad-signature']);
  });

  test('rewritten all of them, by someone who also has the key, no longer agree with the copies kept elsewhere', async () => {
    const file = copiesFile(dataFolder);
    await rm(file, { force: true });
    const made = await database.db.query<Anchor & Record<string, unknown>>(
      't-made',
      'select number, at, statement from access.audit_anchor order by 1',
    );
    for (const one of made) await copyAnchor(file, one);
    const [whole] = made;
    await appendFile(file, '\n{"number":3,"sta');
    await copyAnchor(file, whole!);
    const copies = await readCopies(file);
    expect((await verify(copies)).faults).toEqual([]);
    await tamper('truncate access.audit_event, access.audit_head, access.audit_anchor, access.audit_anchor_head');
    await look(1, minute(0));
    await anchor(1);
    expect((await verify()).faults).toEqual([]);
    expect((await verify(copies)).faults).toEqual(['anchor 1: not the one that was copied', 'anchor 2: copied, and gone since']);
  });

  test('have no copies yet in a new folder', async () => {
    expect(await readCopies(join(dataFolder, 'none.jsonl'))).toEqual([]);
  });

  test('cannot be changed from the application', async () => {
    await expect(database.db.script('delete from access.audit_anchor')).rejects.toThrow('append-only');
    await expect(database.db.script('update access.audit_anchor_head set sequence = 1')).rejects.toThrow('append-only');
  });
});
