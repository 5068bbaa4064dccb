import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openDb } from './db.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';
import { processesIn, signal, until } from './processes.ts';

describe('the embedded database', () => {
  const said: string[] = [];
  let home = '';
  let server: EmbeddedPostgres | undefined;
  const start = async () => {
    server = await startEmbeddedPostgres({
      folder: join(home, 'postgres'),
      cacheFolder: join(tmpdir(), 'cigogne-cache'),
      durable: true,
      tell: (line) => said.push(line),
    });
    return server;
  };
  const run = async (text: string, to: EmbeddedPostgres) => {
    const db = openDb({ url: to.url('postgres'), maxConnections: 2 });
    try {
      return await db.query('', text);
    } finally {
      await db.close();
    }
  };
  const processes = () => processesIn(join(home, 'postgres/data'), 'postgres');
  const pidFile = () => join(home, 'postgres/data/postmaster.pid');
  /** 0 while none is up. */
  const postmaster = () => (existsSync(pidFile()) ? Number.parseInt(readFileSync(pidFile(), 'utf8'), 10) : 0);

  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'cigogne-embedded-'));
    // Open to the database's user, when root runs this.
    if (userInfo().uid === 0) chmodSync(home, 0o755);
  });
  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  test('keeps what was written from one start to the next', async () => {
    await run('create table kept as select 1 as x', await start());
    await server!.stop();
    expect(processes()).toEqual([]);
    expect(await run('select x from kept', await start())).toEqual([{ x: 1 }]);
  });

  test('opens no port, and its socket only to its own user', async () => {
    expect(await run('show listen_addresses', await start())).toEqual([{ listen_addresses: '' }]);
    expect(statSync(join(home, 'postgres/socket')).mode & 0o077).toBe(0);
    const wrong = server!.url('postgres').replace(/:[0-9a-f]+@/, ':guess@');
    const db = openDb({ url: wrong, maxConnections: 2 });
    await expect(db.query('', 'select 1')).rejects.toThrow('password authentication failed');
    await db.close();
    expect(statSync(join(home, 'postgres/password')).mode & 0o077).toBe(0);
  });

  test('is not started a second time on the same files', async () => {
    await start();
    const running = server;
    await expect(start()).rejects.toThrow('Another Cigogne uses the database');
    server = running;
  });

  test('rises again by itself after kill -9, with what was acknowledged', async () => {
    await run('create table acknowledged as select 2 as x', await start());
    const before = postmaster();
    signal(before, 'SIGKILL');
    await until(
      () => said.includes('The database ended without being asked to: it is started again.') && ![0, before].includes(postmaster()),
      20_000,
    );
    await expect.poll(() => run('select x from acknowledged', server!).catch(() => []), { timeout: 20_000 }).toEqual([{ x: 2 }]);
  });

  test('logs nothing of what a failed statement quoted', async () => {
    await expect(run(`select 'DUPONT-ESSAI'::uuid`, await start())).rejects.toThrow('invalid input syntax');
    expect(readFileSync(join(home, 'postgres/log'), 'utf8')).not.toContain('DUPONT');
    expect(readdirSync(join(home, 'postgres'))).not.toContain('password.initial');
  });
});
