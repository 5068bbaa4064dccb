import { beforeEach, describe, expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { PEOPLE } from '../../test/support/people.ts';
import { passDoor, verifyChain } from './index.ts';

const database = testDatabase();
const now = new Date('2026-11-20T10:00:00.123Z');
let made = 0;
let patientId = '';

beforeEach(async () => {
  patientId = `0190c000-0000-7000-8000-${String((made += 1)).padStart(12, '0')}`;
  const who = { ...PEOPLE.patient, patientId };
  for (let n = 0; n < 5; n += 1) {
    await passDoor(database.db, { who, action: 'report.read', object: `doc-${n}`, patientId, via: 'web', now }, async () => 0);
  }
});

/** As an administrator who switches the protections off. */
const tamper = (sql: string) =>
  database.db.script(`begin; set local session_replication_role = replica; ${sql.replaceAll('PATIENT', `'${patientId}'`)}; commit`);

describe('the audit of a patient', () => {
  test('is found whole', async () => {
    expect(await verifyChain(database.db, patientId)).toEqual({ chain: patientId, events: 5 });
  });

  test('is empty and whole for someone nobody looked at', async () => {
    expect(await verifyChain(database.db, '0190c000-0000-7000-8000-ffffffffffff')).toMatchObject({ events: 0 });
  });

  test.each([
    ['update access.audit_event set object = $$other$$ where chain = PATIENT and sequence = 2', { sequence: 2, fault: 'changed' }],
    [
      "update access.audit_event set at = at + interval '1 millisecond' where chain = PATIENT and sequence = 3",
      { sequence: 3, fault: 'changed' },
    ],
    ['update access.audit_event set acts_for = $$$$ where chain = PATIENT and sequence = 1', { sequence: 1, fault: 'changed' }],
    ['delete from access.audit_event where chain = PATIENT and sequence = 4', { sequence: 4, fault: 'missing' }],
    ['delete from access.audit_event where chain = PATIENT and sequence = 5', { sequence: 5, fault: 'missing' }],
    ['delete from access.audit_event where chain = PATIENT', { sequence: 1, fault: 'missing' }],
    ['delete from access.audit_head where chain = PATIENT', { sequence: 5, fault: 'head-differs' }],
    [
      `update access.audit_event set sequence = 99 where chain = PATIENT and sequence = 2;
       update access.audit_event set sequence = 2 where chain = PATIENT and sequence = 3;
       update access.audit_event set sequence = 3 where chain = PATIENT and sequence = 99`,
      { sequence: 2, fault: 'out-of-place' },
    ],
  ])('tampered with (%s) is told where', async (sql, fault) => {
    await tamper(sql);
    expect((await verifyChain(database.db, patientId)).fault).toEqual(fault);
  });

  test.each([
    'update access.audit_event set object = null',
    'delete from access.audit_event',
    'truncate access.audit_event',
    'delete from access.audit_head',
    'update access.audit_head set sequence = sequence - 1',
    'update access.audit_head set sequence = sequence + 1',
  ])('refuses "%s" from the application', async (sql) => {
    await expect(database.db.script(sql)).rejects.toThrow(/append-only|one event forward/);
  });
});
