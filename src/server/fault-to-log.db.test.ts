import { expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { faultToLog } from './fault-to-log.ts';

const database = testDatabase();
const failing = (text: string, values: unknown[]) => database.db.query('', text, values).catch((error: unknown) => error);

test('a fault of the database is logged by its code and place, without the values that it quotes', async () => {
  const unreadable = await failing('select $1::text::int', ['ESSAI-MARCHAND']);
  expect(String(unreadable)).toContain('ESSAI-MARCHAND');
  expect(faultToLog(unreadable)).toMatchObject({
    type: 'database',
    code: '22P02',
    stack: expect.stringContaining('fault-to-log.db.test.ts'),
  });
  const twice = await failing(`insert into record.waiting_original values ($1, '', ''), ($1, '', '')`, [
    '0190c000-0000-7000-8000-00000000e55a',
  ]);
  expect((twice as { detail: string }).detail).toContain('e55a');
  expect(faultToLog(twice)).toMatchObject({ code: '23505', constraint: 'waiting_original_pkey' });
  expect(JSON.stringify([faultToLog(unreadable), faultToLog(twice)])).not.toMatch(/MARCHAND|e55a/);
});

test('a fault of our own is logged with its message, its place and what caused it', () => {
  const fault = new Error('the waiting deposit was not stored', { cause: new Error('why') });
  expect(faultToLog(fault)).toMatchObject({ message: 'the waiting deposit was not stored', cause: { message: 'why' } });
});
