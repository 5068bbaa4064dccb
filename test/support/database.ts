import { afterAll, beforeAll, inject } from 'vitest';
import { type Db, openDb, uuidv7 } from '../../src/kernel/index.ts';

/** A real database of this test file's own, migrated and empty, dropped at the end. */
export function testDatabase(): { readonly db: Db; readonly url: string } {
  const name = `test_${uuidv7().replaceAll('-', '')}`;
  const base = inject('databaseUrl');
  const url = base.replace(/postgres$/, name);
  let db: Db | undefined;
  beforeAll(async () => {
    const admin = openDb({ url: base, maxConnections: 2 });
    await admin.script(`create database ${name} template template_cigogne`);
    await admin.close();
    db = openDb({ url, maxConnections: 8 });
  });
  afterAll(async () => {
    await db?.close();
    const admin = openDb({ url: base, maxConnections: 2 });
    await admin.script(`drop database ${name} with (force)`);
    await admin.close();
  });
  return {
    url,
    get db() {
      if (!db) throw new Error('the database exists only inside tests');
      return db;
    },
  };
}
