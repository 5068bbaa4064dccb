/** `npm start` with real processes: what a person at a terminal meets, and what a crash leaves behind. */
import { chmodSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { isAlive, openDb, processesIn, signal, until } from '../src/kernel/index.ts';
import { askDatabase, cleanUp, dataFolder, isRoot, processesOf, START_MS, startCigogne } from './support/cigogne.ts';

const folders: string[] = [];
const newFolder = () => {
  const folder = dataFolder();
  folders.push(folder);
  return folder;
};
const createdAt = async (data: string) => (await askDatabase<{ at: Date }>(data, 'select created_at as at from kernel.instance'))[0]?.at;
const status = async (address: string) => (await fetch(address).catch(() => undefined))?.status;

afterEach(async () => {
  for (const folder of folders.splice(0)) await cleanUp(folder);
});

describe('starting', { timeout: 2 * START_MS }, () => {
  test('serves, stops cleanly on SIGTERM and on Ctrl-C, and keeps the data', async () => {
    const data = newFolder();
    const first = startCigogne(data);
    expect(await status(`${await first.url}/healthz`)).toBe(200);
    const created = await createdAt(data);
    first.launcher.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    expect(processesIn(join(data, 'postgres/data'), 'postgres')).toEqual([]);

    const second = startCigogne(data);
    expect(await status(`${await second.url}/readyz`)).toBe(200);
    expect(await createdAt(data)).toEqual(created);
    second.launcher.kill('SIGINT');
    expect(await second.ended).toBe(0);
    expect(processesIn(join(data, 'postgres/data'), 'postgres')).toEqual([]);
  });

  test('is refused where a Cigogne already runs, which goes on', async () => {
    const data = newFolder();
    const first = startCigogne(data);
    const url = await first.url;
    const second = startCigogne(data);
    expect(await second.ended).toBe(3);
    const { server } = processesOf(data);
    expect(second.said()).toBe(
      `Cigogne already runs in this folder at ${url} (process ${server.pid}): stop it first, or set another CIGOGNE_DATA.\n`,
    );
    expect(await status(`${url}/readyz`)).toBe(200);
  });

  test('says that the port is taken before anything else is started', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const cigogne = startCigogne(newFolder(), { env: { PORT: String(port) } });
    expect(await cigogne.ended).toBe(3);
    expect(cigogne.said()).toBe(
      `Port ${port} of 127.0.0.1 is taken by another program: stop it, or choose another, such as PORT=${port + 1} npm start.\n`,
    );
    other.close();
  });

  test('takes the database that DATABASE_URL names instead of its own', async () => {
    const admin = openDb({ url: inject('databaseUrl'), maxConnections: 1 });
    await admin.script('create database of_the_region');
    const data = newFolder();
    const cigogne = startCigogne(data, { env: { DATABASE_URL: inject('databaseUrl').replace(/postgres$/, 'of_the_region') } });
    expect(await status(`${await cigogne.url}/readyz`)).toBe(200);
    expect(() => readFileSync(join(data, 'postgres/password'))).toThrow('ENOENT');
    cigogne.launcher.kill('SIGTERM');
    expect(await cigogne.ended).toBe(0);
    await admin.script('drop database of_the_region with (force)');
    await admin.close();
  });

  test('is refused in another mode than the one the database was made for', async () => {
    const data = newFolder();
    const demo = startCigogne(data);
    await demo.url;
    demo.launcher.kill('SIGTERM');
    await demo.ended;
    const production = startCigogne(data, { env: { CIGOGNE_MODE: 'production', PUBLIC_URL: 'https://cigogne.example.fr' } });
    expect(await production.ended).toBe(3);
    expect(production.said()).toContain('This database was made for demo and CIGOGNE_MODE is production');
    expect(processesIn(join(data, 'postgres/data'), 'postgres')).toEqual([]);
  });

  test.runIf(isRoot)('works for a user who is not root, with the database under that user', async () => {
    const data = newFolder();
    const cigogne = startCigogne(data, { asNobody: true });
    expect(await status(`${await cigogne.url}/readyz`)).toBe(200);
    cigogne.launcher.kill('SIGTERM');
    expect(await cigogne.ended).toBe(0);
  });

  test.runIf(isRoot)('keeps the database of root elsewhere when its folder is closed, and says where', async () => {
    const closed = newFolder();
    chmodSync(closed, 0o700);
    const data = join(closed, 'data');
    mkdirSync(data);
    // Before the folder that holds it: the link to the database's files is in it.
    folders.unshift(data);
    const cigogne = startCigogne(data);
    expect(await status(`${await cigogne.url}/readyz`)).toBe(200);
    const real = realpathSync(join(data, 'postgres'));
    expect(real).toMatch(/^\/var\/lib\/cigogne\//);
    expect(cigogne.said()).toContain(`The database's files are in ${real}, since its user cannot enter ${data}.`);
    cigogne.launcher.kill('SIGTERM');
    expect(await cigogne.ended).toBe(0);
  });
});

describe('after kill -9', { timeout: 3 * START_MS }, () => {
  test('of the launcher, the server stops by itself and the next start takes over', async () => {
    const data = newFolder();
    const killed = startCigogne(data);
    await killed.url;
    const created = await createdAt(data);
    const { server } = processesOf(data);
    killed.launcher.kill('SIGKILL');
    expect(await killed.ended).toBe('SIGKILL');
    const next = startCigogne(data);
    expect(await status(`${await next.url}/readyz`)).toBe(200);
    expect(isAlive(server)).toBe(false);
    expect(await createdAt(data)).toEqual(created);
  });

  test('of the server, the next start ends the database left behind and recovers', async () => {
    const data = newFolder();
    const killed = startCigogne(data);
    await killed.url;
    const created = await createdAt(data);
    const { server, postmaster } = processesOf(data);
    signal(server.pid, 'SIGKILL');
    expect(await killed.ended).toBe(128 + 9);
    expect(processesIn(join(data, 'postgres/data'), 'postgres')).toContain(postmaster);
    const next = startCigogne(data);
    expect(await status(`${await next.url}/readyz`)).toBe(200);
    expect(next.said()).toContain('A database left running by a killed Cigogne is stopped first.');
    expect(processesOf(data).postmaster).not.toBe(postmaster);
    expect(await createdAt(data)).toEqual(created);
  });

  test('of the database, the server gets it up again and answers', async () => {
    const data = newFolder();
    const cigogne = startCigogne(data);
    const url = await cigogne.url;
    const { postmaster } = processesOf(data);
    signal(postmaster, 'SIGKILL');
    await until(() => cigogne.said().includes('it is started again'), 20_000);
    await expect.poll(() => status(`${url}/readyz`), { timeout: 30_000 }).toBe(200);
    expect(processesOf(data).postmaster).not.toBe(postmaster);
    cigogne.launcher.kill('SIGTERM');
    expect(await cigogne.ended).toBe(0);
  });

  test('of all three at once, the next start recovers', async () => {
    const data = newFolder();
    const killed = startCigogne(data);
    await killed.url;
    const created = await createdAt(data);
    const { server, postmaster } = processesOf(data);
    for (const pid of [killed.launcher.pid!, server.pid, postmaster]) signal(pid, 'SIGKILL');
    const next = startCigogne(data);
    expect(await status(`${await next.url}/readyz`)).toBe(200);
    expect(await createdAt(data)).toEqual(created);
  });

  test('a stranger who has the number of the dead database is left alone', async () => {
    const data = newFolder();
    const killed = startCigogne(data);
    await killed.url;
    const { server, postmaster } = processesOf(data);
    const pidFile = join(data, 'postgres/data/postmaster.pid');
    for (const pid of [server.pid, postmaster]) signal(pid, 'SIGKILL');
    await until(() => processesIn(join(data, 'postgres/data'), 'postgres').length === 0, 10_000);
    writeFileSync(pidFile, readFileSync(pidFile, 'utf8').replace(String(postmaster), String(process.pid)));
    const next = startCigogne(data);
    expect(await status(`${await next.url}/readyz`)).toBe(200);
    expect(processesOf(data).postmaster).not.toBe(process.pid);
  });
});
