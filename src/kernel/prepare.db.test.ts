import { expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { openDb } from './db.ts';
import { prepareDatabase } from './prepare.ts';

const database = testDatabase();
const options = { sourceFolder: 'src', now: new Date('2026-11-22T09:00:00Z') };

test('a database keeps for ever the mode it was made for', async () => {
  await prepareDatabase(database.db, { ...options, mode: 'production' });
  expect(await database.db.query('', 'select mode, created_at from kernel.instance')).toEqual([
    { mode: 'production', created_at: options.now },
  ]);
  await expect(prepareDatabase(database.db, { ...options, mode: 'demo' })).rejects.toThrow(
    'This database was made for production and CIGOGNE_MODE is demo',
  );
  expect(await prepareDatabase(database.db, { ...options, mode: 'production' })).toEqual([]);
});

test('a database that is away is told in one sentence', async () => {
  const away = openDb({ url: 'postgres://nobody@127.0.0.1:9/none', maxConnections: 1 });
  await expect(prepareDatabase(away, { ...options, mode: 'demo' })).rejects.toThrow(
    'The database does not answer (connect ECONNREFUSED 127.0.0.1:9): check DATABASE_URL and that it runs.',
  );
  await away.close();
});

test('a wrong password is told in one sentence', async () => {
  const wrong = openDb({ url: database.url.replace(/:[0-9a-f]+@/, ':guess@'), maxConnections: 1 });
  await expect(prepareDatabase(wrong, { ...options, mode: 'demo' })).rejects.toThrow(
    'The database refuses us (password authentication failed',
  );
  await wrong.close();
});
