import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { openDb, processesIn, type ProcessId, signal, until } from '../../src/kernel/index.ts';

export const isRoot = userInfo().uid === 0;

/** Enough for a first start on two busy cores. */
export const START_MS = 90_000;

/** A Cigogne under test, started as a person would. */
export interface Cigogne {
  launcher: ChildProcess;
  /** All that it printed. */
  said(): string;
  /** Where it answers; fails when it ends before. */
  url: Promise<string>;
  /** Exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>;
}

/** A new data folder, that another user may enter when the database has one. */
export function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cigogne-start-'));
  chmodSync(folder, 0o755);
  return folder;
}

/** Starts `npm start`'s own command on a data folder, on any free port and without a demo region unless `env` says so. */
export function startCigogne(data: string, options: { env?: Record<string, string>; asNobody?: boolean } = {}): Cigogne {
  const command = [process.execPath, 'bin/enter.mjs', 'start'];
  if (options.asNobody) {
    chownSync(data, 65534, 65534);
    command.unshift('setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--');
  }
  const none = { PORT: '0', DEMO_PATIENTS: '0', DEMO_REPORTS: '0', LOG_LEVEL: 'warn' };
  const launcher = spawn(command[0]!, command.slice(1), {
    env: { PATH: process.env.PATH ?? '', ...none, CIGOGNE_DATA: data, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const ended = new Promise<number | NodeJS.Signals>((resolve) => launcher.once('exit', (code, killer) => resolve(code ?? killer!)));
  const url = new Promise<string>((resolve, reject) => {
    const hear = (text: string) => {
      said += text;
      const address = said.match(/answers at (http\S+)/)?.[1];
      if (address) resolve(address);
    };
    launcher.stdout.setEncoding('utf8').on('data', hear);
    launcher.stderr.setEncoding('utf8').on('data', hear);
    void ended.then((code) => reject(new Error(`it ended (${code}) before it answered:\n${said}`)));
  });
  // A test that waits for the end only does not look at the address.
  url.catch(() => {});
  return { launcher, said: () => said, url, ended };
}

/** The processes of a data folder, as the files there name them; 0 for a database that is not up. */
export function processesOf(data: string): { server: ProcessId; postmaster: number } {
  const { server } = JSON.parse(readFileSync(join(data, 'instance.json'), 'utf8')) as { server: ProcessId };
  const pidFile = join(data, 'postgres/data/postmaster.pid');
  return { server, postmaster: existsSync(pidFile) ? Number.parseInt(readFileSync(pidFile, 'utf8'), 10) : 0 };
}

/** Asks the embedded database of a running Cigogne, beside it. */
export async function askDatabase<Row extends Record<string, unknown>>(data: string, sql: string): Promise<Row[]> {
  const folder = join(data, 'postgres');
  const near = join(folder, 'socket');
  const password = readFileSync(join(folder, 'password'), 'utf8');
  const db = openDb({ url: `postgres://cigogne:${password}@${encodeURIComponent(near)}/cigogne`, maxConnections: 1 });
  try {
    return await db.query<Row>('', sql);
  } finally {
    await db.close();
  }
}

/** Ends what a test left running on a data folder, and removes it. */
export async function cleanUp(data: string): Promise<void> {
  if (existsSync(join(data, 'instance.json'))) signal(processesOf(data).server.pid, 'SIGKILL');
  const folder = existsSync(join(data, 'postgres')) ? realpathSync(join(data, 'postgres')) : undefined;
  if (folder && readdirSync(folder).includes('data')) {
    const here = () => processesIn(join(folder, 'data'), 'postgres');
    for (const pid of here()) signal(pid, 'SIGQUIT');
    await until(() => here().length === 0, 10_000);
  }
  if (folder) rmSync(folder, { recursive: true, force: true });
  rmSync(data, { recursive: true, force: true });
}
