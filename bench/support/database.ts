import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Db, findMigrations, migrate, openDb, startEmbeddedPostgres } from '#kernel';

/** A PostgreSQL of this run's own, durable as in production, with one migrated database; gone at the end. */
export async function withDatabase(work: (db: Db, urlOf: (database: string) => string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cigogne-bench-'));
  chmodSync(folder, 0o755);
  const cacheFolder = join(tmpdir(), 'cigogne-cache');
  const server = await startEmbeddedPostgres({ folder: join(folder, 'postgres'), durable: true, cacheFolder, tell: () => {} });
  const db = openDb({ url: server.url('postgres'), maxConnections: 10 });
  try {
    await migrate(db, findMigrations('src'));
    await work(db, (database) => server.url(database));
  } finally {
    await db.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
