import { readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { holdFolder, identify, isAlive, type ProcessId, StartError, signal, until } from '#kernel';

/** Who serves a data folder, for the next start to read. */
interface InstanceFile {
  server: ProcessId;
  /** The process that started the server and must outlive it; absent when the server was started directly. */
  launcher?: ProcessId;
  url?: string;
}

export interface Instance {
  /** Lets the next start tell where this one answers. */
  writeUrl(url: string): void;
  release(): Promise<void>;
}

/** A server whose launcher died stops by itself; it gets this long, then is ended. */
const ORPHAN_STOP_MS = 25_000;
const ORPHAN_KILL_MS = 10_000;

/**
 * Takes a data folder for this process. A server that lost its launcher is ended first; one that is well is left alone.
 * @throws StartError when a Cigogne runs in this folder
 */
export async function takeInstance(dataFolder: string, tell: (line: string) => void): Promise<Instance> {
  const file = join(dataFolder, 'instance.json');
  const folder = realpathSync(dataFolder);
  let release = await holdFolder('instance', folder);
  for (const end = performance.now() + ORPHAN_STOP_MS + ORPHAN_KILL_MS; !release; release = await holdFolder('instance', folder)) {
    const other = read(file);
    const isOrphan = other?.launcher !== undefined && !isAlive(other.launcher);
    if (other && isAlive(other.server) && !isOrphan) {
      const where = other.url ? ` at ${other.url}` : '';
      throw new StartError(
        `Cigogne already runs in this folder${where} (process ${other.server.pid}): stop it first, or set another CIGOGNE_DATA.`,
      );
    }
    if (performance.now() > end) throw new StartError(`Another process holds ${folder}, and ${file} does not say which: end it first.`);
    if (other && isOrphan) await endOrphan(other.server, tell);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const mine: InstanceFile = { server: identify(process.pid)! };
  // The channel to the launcher exists only when there is one (bin/hand-over.mjs).
  const launcher = process.connected ? identify(process.ppid) : undefined;
  if (launcher) mine.launcher = launcher;
  const write = (content: InstanceFile) => writeFileSync(file, `${JSON.stringify(content)}\n`);
  write(mine);
  return {
    writeUrl: (url) => write({ ...mine, url }),
    async release() {
      rmSync(file, { force: true });
      await release();
    },
  };
}

async function endOrphan(server: ProcessId, tell: (line: string) => void): Promise<void> {
  tell('A Cigogne whose terminal was killed still runs in this folder: it is stopped first.');
  if (await until(() => !isAlive(server), ORPHAN_STOP_MS)) return;
  if (isAlive(server)) signal(server.pid, 'SIGKILL');
  await until(() => !isAlive(server), ORPHAN_KILL_MS);
}

function read(file: string): InstanceFile | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as InstanceFile;
  } catch {
    return undefined;
  }
}
