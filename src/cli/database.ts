import { join, resolve } from 'node:path';
import { type Config, type Db, makeWritableFolder, openDb, prepareDatabase, readConfig, startEmbeddedPostgres } from '#kernel';
import { takeInstance } from './instance.ts';
import type { Terminal } from './verb.ts';

/** A database that is up, and migrated. */
export interface Database {
  url: string;
  /** Settles when an embedded database is down for good; a server of the region's never settles it. */
  ended: Promise<void>;
  stop(): Promise<void>;
}

/**
 * The database that the configuration names, or the embedded one of this data folder, ready to serve.
 * @throws StartError with what to do
 */
export async function readyDatabase(
  config: Config,
  dataFolder: string,
  { root, tell }: Terminal,
): Promise<Database & { migrated: string[] }> {
  const database = config.DATABASE_URL
    ? { url: config.DATABASE_URL, ended: new Promise<void>(() => {}), stop: async () => {} }
    : await startEmbedded(dataFolder, tell);
  const db = openDb({ url: database.url, maxConnections: 2 });
  try {
    const migrated = await prepareDatabase(db, { mode: config.CIGOGNE_MODE, sourceFolder: join(root, 'src'), now: new Date() });
    return { ...database, migrated };
  } catch (error) {
    await database.stop();
    throw error;
  } finally {
    await db.close();
  }
}

/** The database of the region as it is, or the embedded one, started for this work and stopped after. */
export async function withReadyDatabase(
  config: Config,
  dataFolder: string,
  terminal: Terminal,
  work: (url: string) => Promise<number>,
): Promise<number> {
  if (config.DATABASE_URL) return work(config.DATABASE_URL);
  makeWritableFolder(dataFolder, 0o755);
  const instance = await takeInstance(dataFolder, terminal.tell);
  try {
    const database = await readyDatabase(config, dataFolder, terminal);
    try {
      return await work(database.url);
    } finally {
      await database.stop();
    }
  } finally {
    await instance.release();
  }
}

/** Work on that database, as the environment of the terminal names it. */
export function onReadyDatabase(terminal: Terminal, work: (db: Db) => Promise<number>): Promise<number> {
  const config = readConfig(terminal.env);
  return withReadyDatabase(config, resolve(terminal.root, config.CIGOGNE_DATA), terminal, async (url) => {
    const db = openDb({ url, maxConnections: 2 });
    try {
      return await work(db);
    } finally {
      await db.close();
    }
  });
}

async function startEmbedded(dataFolder: string, tell: (line: string) => void): Promise<Database> {
  const server = await startEmbeddedPostgres({
    folder: join(dataFolder, 'postgres'),
    cacheFolder: join(dataFolder, 'cache'),
    durable: true,
    tell,
  });
  const admin = openDb({ url: server.url('postgres'), maxConnections: 1 });
  const [made] = await admin.query<{ yes: boolean }>('', `select exists (select from pg_database where datname = 'cigogne') as yes`);
  if (!made!.yes) await admin.script('create database cigogne');
  await admin.close();
  return { url: server.url('cigogne'), ended: server.ended, stop: server.stop };
}
