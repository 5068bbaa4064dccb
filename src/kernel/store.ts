import type { Sql } from './db.ts';

export type Mode = 'demo' | 'production';

/** PostgreSQL's version as a number: 150018 is 15.18. */
export async function serverVersion(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ version: number }>('server-version', `select current_setting('server_version_num')::int as version`);
  return row!.version;
}

/** What the database was made for; undefined while it is empty. */
export async function findMode(sql: Sql): Promise<Mode | undefined> {
  const [table] = await sql.query<{ exists: boolean }>('instance-exists', `select to_regclass('kernel.instance') is not null as exists`);
  if (!table!.exists) return undefined;
  const [row] = await sql.query<{ mode: Mode }>('instance-mode', 'select mode from kernel.instance');
  return row?.mode;
}

/** Writes what the database is for, unless that is already written. */
export async function writeMode(sql: Sql, mode: Mode, now: Date): Promise<void> {
  await sql.query('instance-write', 'insert into kernel.instance (mode, created_at) values ($1, $2) on conflict do nothing', [mode, now]);
}
