import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Db, findMigrations, migrate, openDb, startEmbeddedPostgres } from '#kernel';

/** Signals that end a bench before its time, with what a shell expects of who is ended so (128 and the number of the signal). */
const ENDED_BY = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** A PostgreSQL of this run's own, durable as in production, with one migrated database; gone at the end, and when the run is ended by a signal. */
export async function withDatabase(work: (db: Db, urlOf: (database: string) => string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cigogne-bench-'));
  chmodSync(folder, 0o755);
  const cacheFolder = join(tmpdir(), 'cigogne-cache');
  const server = await startEmbeddedPostgres({ folder: join(folder, 'postgres'), durable: true, cacheFolder, tell: () => {} });
  const db = openDb({ url: server.url('postgres'), maxConnections: 10 });
  const stop = async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  for (const [signal, code] of Object.entries(ENDED_BY)) process.once(signal, () => void stop().finally(() => process.exit(code)));
  try {
    await migrate(db, findMigrations('src'));
    await work(db, (database) => server.url(database));
  } finally {
    await db.close();
    await stop();
  }
}
