import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { closeSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { keepRunning } from './keep-running.ts';
import { holdFolder } from './lock.ts';
import { type Account, accountOfNobody, databaseFolder, postgresBinaries } from './postgres-files.ts';
import { endOrphans } from './postgres-orphans.ts';
import { until } from './processes.ts';
import { StartError } from './start-error.ts';

export interface EmbeddedPostgres {
  /** Address of one of its databases; `postgres` always exists. */
  url(database: string): string;
  /** Settles when the server is down for good: stopped, or fallen too often to be started again. */
  readonly ended: Promise<void>;
  /** Fast shutdown: open transactions are rolled back, the files are left clean. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Made when absent. As root, a link to elsewhere takes its place when the database's user cannot reach it. */
  folder: string;
  /** For a copy of the programs, when they cannot run from where they are installed. */
  cacheFolder: string;
  /** false in tests: nothing is forced to disk. */
  durable: boolean;
  /** Hears what the person at the terminal should know, one line at a time. */
  tell: (line: string) => void;
}

/** Longest path of a Unix socket, in bytes (unix(7): sun_path is 108 with its end). */
const LONGEST_SOCKET_PATH = 107;
const START_MS = 60_000;
const LOG_MAX_BYTES = 5_000_000;

const SETTINGS = {
  listen_addresses: '',
  max_connections: '100',
  // What a busy minute writes: less, and pages are written out and again while it lasts.
  shared_buffers: '512MB',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  random_page_cost: '1.1',
  jit: 'off',
  // The log tells the server's life only: the text of an error can quote a patient's data.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
} as const;
const NOT_DURABLE = { fsync: 'off', full_page_writes: 'off', max_connections: '300' } as const;

/**
 * Starts a real PostgreSQL 18 of our own, reached only through a socket in a folder closed to other users, with a password
 * besides. Its files survive any kill: what a killed run left running is ended first.
 * @throws StartError when another Cigogne uses these files, or when they or the programs cannot be used
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { durable, tell } = options;
  const account = userInfo().uid === 0 ? accountOfNobody() : undefined;
  const programs = join(postgresBinaries(account, options.cacheFolder, tell), 'bin');
  const folder = databaseFolder(options.folder, account, tell);
  const release = await holdFolder('database', folder);
  if (!release) throw new StartError(`Another Cigogne uses the database of ${folder}: stop it first.`);
  try {
    const data = join(folder, 'data');
    await endOrphans(data, tell);
    const password = passwordOf(folder);
    if (!existsSync(data)) create({ programs, folder, data, password, account, durable });
    const sockets = socketFolder(folder, account);
    const place = { programs, folder, data, sockets, account, durable };
    const relaunch = async () => {
      await endOrphans(data, tell);
      emptyFolder(sockets);
      return launch(place);
    };
    const supervised = keepRunning(await launch(place), relaunch, tell);
    return {
      url: (database) => `postgres://cigogne:${password}@${encodeURIComponent(sockets)}/${database}`,
      ended: supervised.ended,
      async stop() {
        await supervised.stop();
        rmSync(sockets, { recursive: true, force: true });
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

interface Place {
  programs: string;
  folder: string;
  data: string;
  account: Account | undefined;
  durable: boolean;
}

const environment = () => ({ PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' });

/** Made at its first need, kept beside the files it opens, readable by who starts Cigogne only. */
function passwordOf(folder: string): string {
  const file = join(folder, 'password');
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}

/** Makes the database's files under another name first, so that an interrupted start leaves nothing that looks finished. */
function create({ programs, folder, data, password, account, durable }: Place & { password: string }): void {
  const unfinished = join(folder, 'data.unfinished');
  rmSync(unfinished, { recursive: true, force: true });
  const passwordFile = join(folder, 'password.initial');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account) chownSync(passwordFile, account.uid, account.gid);
  const login = ['-U', 'cigogne', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
  const made = spawnSync(
    join(programs, 'initdb'),
    ['-D', unfinished, ...login, '-E', 'UTF8', '--locale=C.UTF-8', ...(durable ? [] : ['--no-sync'])],
    { ...account, cwd: folder, env: environment(), encoding: 'utf8' },
  );
  rmSync(passwordFile, { force: true });
  if (made.status !== 0) {
    throw new StartError(`The database could not be created in ${folder}: ${made.error?.message ?? made.stderr.trim().split('\n').at(-1)}`);
  }
  renameSync(unfinished, data);
}

/** A socket's lock left by a killed server holds a number that another process may have by now. */
function emptyFolder(folder: string): void {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { force: true });
}

/** A folder for the server's socket that its user alone may enter, with a path short enough. */
function socketFolder(folder: string, account: Account | undefined): string {
  const near = join(folder, 'socket');
  const fits = Buffer.byteLength(join(near, '.s.PGSQL.5432')) <= LONGEST_SOCKET_PATH;
  const sockets = fits ? near : mkdtempSync(join(tmpdir(), 'cigogne-'));
  mkdirSync(sockets, { recursive: true });
  emptyFolder(sockets);
  chmodSync(sockets, 0o700);
  if (account) chownSync(sockets, account.uid, account.gid);
  return sockets;
}

async function launch({ programs, folder, data, sockets, account, durable }: Place & { sockets: string }): Promise<ChildProcess> {
  const logFile = join(folder, 'log');
  const log = openSync(logFile, isLong(logFile) ? 'w' : 'a', 0o600);
  const settings = { ...SETTINGS, ...(durable ? {} : NOT_DURABLE), unix_socket_directories: sockets };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(join(programs, 'postgres'), ['-D', data, ...flags], {
    ...account,
    cwd: folder,
    env: environment(),
    stdio: ['ignore', log, log],
    // In a session of its own, so that Ctrl-C in the terminal reaches Cigogne alone, which stops its database last.
    detached: durable,
  });
  closeSync(log);
  let failure: string | undefined;
  server.once('error', ({ message }) => {
    failure = message;
  });
  server.once('exit', (code, signal) => {
    failure ??= `it ended with ${signal ?? `code ${code}`}`;
  });
  const isReady = () => postmasterSays(data, server.pid) === 'ready';
  await until(() => failure !== undefined || isReady(), START_MS);
  if (failure === undefined && isReady()) return server;
  server.kill('SIGQUIT');
  throw new StartError(
    `The database did not start (${failure ?? 'no answer in a minute'}); the end of its log, ${logFile}:\n${tail(logFile)}`,
  );
}

/** The server's own word on its state: last line of postmaster.pid (PostgreSQL's src/include/utils/pidfile.h). */
function postmasterSays(data: string, pid: number | undefined): string | undefined {
  try {
    const lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
    return Number(lines[0]) === pid ? lines[7]?.trim() : undefined;
  } catch {
    return undefined;
  }
}

const isLong = (file: string) => (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LOG_MAX_BYTES;
const tail = (file: string) => readFileSync(file, 'utf8').trimEnd().split('\n').slice(-5).join('\n');
