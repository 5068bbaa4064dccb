import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Db } from './db.ts';

/** Any number will do, as long as every Cigogne uses the same: two servers starting together migrate one after the other. */
const MIGRATION_LOCK = 4_201_967;

export interface Migration {
  /** The file's name: `2026-11-22-0900-record-documents.sql`. Names sort in the order they run. */
  name: string;
  sql: string;
  sha256: string;
}

/** All migrations of all modules, in order: plain SQL, forward only, one file a change. */
export function findMigrations(sourceFolder: string): Migration[] {
  return globSync('*/migrations/*.sql', { cwd: sourceFolder })
    .map((path) => {
      const sql = readFileSync(join(sourceFolder, path), 'utf8');
      return { name: basename(path), sql, sha256: createHash('sha256').update(sql).digest('hex') };
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Brings the schema up to date, each file in its own transaction under one lock.
 * @returns the names that ran now
 * @throws Error when a file that already ran has changed, or the database knows a migration that this version does not (it is newer)
 */
export async function migrate(db: Db, migrations: readonly Migration[]): Promise<string[]> {
  await db.script(
    'create table if not exists schema_migration (name text primary key, sha256 text not null, ran_at timestamptz not null default now())',
  );
  const ran: string[] = [];
  for (const migration of migrations) {
    const isNew = await db.transaction(async (tx) => {
      await tx.query('migration-lock', 'select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
      const [known] = await tx.query<{ sha256: string }>('migration-known', 'select sha256 from schema_migration where name = $1', [
        migration.name,
      ]);
      if (known && known.sha256 !== migration.sha256) {
        throw new Error(`the migration ${migration.name} changed after it ran: restore it and write a new one`);
      }
      if (known) return false;
      await tx.query('', migration.sql);
      await tx.query('migration-done', 'insert into schema_migration (name, sha256) values ($1, $2)', [migration.name, migration.sha256]);
      return true;
    });
    if (isNew) ran.push(migration.name);
  }
  const unknown = await db.query<{ name: string }>('migration-unknown', 'select name from schema_migration where name <> all($1)', [
    migrations.map(({ name }) => name),
  ]);
  if (unknown.length > 0) {
    throw new Error(`the database was made by a newer Cigogne (it knows ${unknown[0]!.name}): start that version, or use another database`);
  }
  return ran;
}
