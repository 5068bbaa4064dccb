import { expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { migrate } from './migrate.ts';

const database = testDatabase();
const first = { name: '2026-01-01-a.sql', sql: 'create table t (x int); insert into t values (1)', sha256: 'a' };

test('a migration runs once', async () => {
  await database.db.script('delete from schema_migration');
  expect(await migrate(database.db, [first])).toEqual([first.name]);
  expect(await migrate(database.db, [first])).toEqual([]);
  expect(await database.db.query('t', 'select x from t')).toEqual([{ x: 1 }]);
});

test('a migration that changed after it ran is refused', async () => {
  await expect(migrate(database.db, [{ ...first, sha256: 'b' }])).rejects.toThrow('changed after it ran');
});

test('a database made by a newer version is refused', async () => {
  await expect(migrate(database.db, [])).rejects.toThrow('newer Cigogne');
});
