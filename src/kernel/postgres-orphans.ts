import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { processesIn, signal, until } from './processes.ts';
import { StartError } from './start-error.ts';

/** How long a database may take to write what it holds in memory, before it is asked more firmly. */
const FAST_SHUTDOWN_MS = 20_000;
const IMMEDIATE_SHUTDOWN_MS = 5_000;

/**
 * Ends the database that a killed Cigogne left running on these files. Only processes that really work in that folder are
 * touched: the number in postmaster.pid alone proves nothing, since another process may have it by now.
 * The caller holds the folder, so that no living Cigogne is using it.
 */
export async function endOrphans(data: string, tell: (line: string) => void): Promise<void> {
  const here = () => processesIn(data, 'postgres');
  const alone = () => here().length === 0;
  const inPidFile = pidFromFile(data);
  if (!alone()) {
    tell('A database left running by a killed Cigogne is stopped first.');
    // Without its postmaster, the others end by themselves.
    if (here().includes(inPidFile)) signal(inPidFile, 'SIGINT');
    if (!(await until(alone, FAST_SHUTDOWN_MS))) {
      for (const pid of here()) signal(pid, 'SIGQUIT');
      if (!(await until(alone, IMMEDIATE_SHUTDOWN_MS))) {
        throw new StartError(`PostgreSQL (process ${here().join(', ')}) holds ${data} and does not stop: end it, then start again.`);
      }
    }
  }
  // Safe now that no process works on these files: a stranger who has that number, or a dead process that nobody has
  // buried, would make the next start refuse.
  if (existsSync(`/proc/${inPidFile}`)) rmSync(join(data, 'postmaster.pid'), { force: true });
}

function pidFromFile(data: string): number {
  try {
    return Number.parseInt(readFileSync(join(data, 'postmaster.pid'), 'utf8'), 10);
  } catch {
    return Number.NaN;
  }
}
