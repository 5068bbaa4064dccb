import type { Db } from './db.ts';
import { findMigrations, migrate } from './migrate.ts';
import { Refusal } from './refusal.ts';
import { StartError } from './start-error.ts';
import { findMode, type Mode, serverVersion, writeMode } from './store.ts';

/** The oldest PostgreSQL that the SQL of the house runs on. */
const OLDEST = 15;

/**
 * Makes a database ready to serve: reachable, of a version we run on, made for this mode, migrated.
 * @param sourceFolder the folder of the modules, whose migrations are run
 * @returns the migrations that ran now
 * @throws StartError with what to do
 */
export async function prepareDatabase(db: Db, options: { mode: Mode; sourceFolder: string; now: Date }): Promise<string[]> {
  const { mode, sourceFolder, now } = options;
  const version = await serverVersion(db).catch((error: unknown) => {
    if (error instanceof Refusal)
      throw new StartError(`The database does not answer (${reasonOf(error)}): check DATABASE_URL and that it runs.`);
    throw new StartError(
      `The database refuses us (${reasonOf(error)}): check the user, the password and the database's name in DATABASE_URL.`,
    );
  });
  checkVersion(version);
  checkMode(await findMode(db), mode);
  const ran = await migrate(db, findMigrations(sourceFolder));
  await writeMode(db, mode, now);
  // Two servers may have made the same empty database at once, for two modes.
  checkMode(await findMode(db), mode);
  return ran;
}

/**
 * @param version PostgreSQL's `server_version_num`: 150018 is 15.18
 * @throws StartError when it is older than what we run on
 */
export function checkVersion(version: number): void {
  const major = Math.floor(version / 10_000);
  if (major >= OLDEST) return;
  throw new StartError(`The database is PostgreSQL ${major}; Cigogne needs ${OLDEST} to 18: upgrade it, or point DATABASE_URL to another.`);
}

function checkMode(written: Mode | undefined, wanted: Mode): void {
  if (written === undefined || written === wanted) return;
  throw new StartError(
    `This database was made for ${written} and CIGOGNE_MODE is ${wanted}: what a database is for never changes. ` +
      `Set CIGOGNE_MODE=${written}, or use another database (another CIGOGNE_DATA folder or DATABASE_URL).`,
  );
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message || String((cause as { code?: string }).code) : message;
}
