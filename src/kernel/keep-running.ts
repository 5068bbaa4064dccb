import type { ChildProcess } from 'node:child_process';

/** A server that falls this often within this time is ill: it is left down. */
const FALLS = 3;
const WITHIN_MS = 60_000;
/** A database told to stop fast has this long to write its memory down; past that its log is replayed at the next start. */
const STOP_MS = 30_000;

/**
 * Keeps a database server up: one that ends without having been asked (killed, out of memory) is started again, on the same
 * files and address.
 */
export function keepRunning(
  first: ChildProcess,
  relaunch: () => Promise<ChildProcess>,
  tell: (line: string) => void,
): { ended: Promise<void>; stop(): Promise<void> } {
  let server = first;
  let stopping = false;
  const watch = async () => {
    const falls: number[] = [];
    for (;;) {
      await exitOf(server);
      if (stopping) return;
      falls.push(performance.now());
      if (falls.length >= FALLS && falls.at(-1)! - falls.at(-FALLS)! < WITHIN_MS)
        return tell('The database keeps falling: it is left down.');
      tell('The database ended without being asked to: it is started again.');
      server = await relaunch();
      if (stopping) server.kill('SIGINT');
    }
  };
  const ended = watch().catch((error: Error) => tell(error.message));
  return {
    ended,
    async stop() {
      stopping = true;
      server.kill('SIGINT');
      const impatience = setTimeout(() => server.kill('SIGQUIT'), STOP_MS);
      await ended;
      clearTimeout(impatience);
    },
  };
}

function exitOf(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => server.once('exit', () => resolve()));
}
