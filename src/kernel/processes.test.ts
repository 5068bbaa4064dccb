import { spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { holdFolder } from './lock.ts';
import { identify, isAlive, processesIn, signal, until } from './processes.ts';

const sleeper = async (cwd: string) => {
  const child = spawn('sleep', ['60'], { cwd, stdio: 'ignore' });
  await until(() => processesIn(cwd, 'sleep').length > 0, 5_000);
  return child.pid!;
};

describe('a process', () => {
  test('is known by more than its number, so that one that takes the number over is another', () => {
    const me = identify(process.pid)!;
    expect(isAlive(me)).toBe(true);
    expect(isAlive({ ...me, startedTicks: me.startedTicks - 1 })).toBe(false);
    expect(isAlive({ ...me, bootId: 'an earlier boot' })).toBe(false);
  });

  test('is not alive once it ended', async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'cigogne-process-')));
    const pid = await sleeper(folder);
    const id = identify(pid)!;
    expect(processesIn(folder, 'sleep')).toEqual([pid]);
    expect(processesIn(folder, 'postgres')).toEqual([]);
    signal(pid, 'SIGKILL');
    expect(await until(() => !isAlive(id), 5_000)).toBe(true);
    expect(() => signal(pid, 'SIGTERM')).not.toThrow();
    rmSync(folder, { recursive: true });
  });
});

describe('a folder', () => {
  test('is held by one process at a time, for one purpose', async () => {
    const release = await holdFolder('test', '/some/folder');
    expect(await holdFolder('test', '/some/folder')).toBeUndefined();
    const other = await holdFolder('test', '/some/other folder');
    expect(other).toBeDefined();
    await release!();
    const again = await holdFolder('test', '/some/folder');
    expect(again).toBeDefined();
    await Promise.all([other!(), again!()]);
  });
});
