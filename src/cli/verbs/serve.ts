import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { type Config, makeWritableFolder, readConfig, StartError } from '#kernel';
import { readyDatabase } from '../database.ts';
import { takeInstance } from '../instance.ts';
import { EXIT, type Terminal, type Verb } from '../verb.ts';
import { readyWebBundle, webFolder } from '../web-bundle.ts';

/** The server itself, wired above the command line (src/main.ts). */
export type StartServer = (
  config: Config & { DATABASE_URL: string },
  options: { webFolder: string; say: (line: string) => void },
) => Promise<{ url: string; stop(): Promise<void> }>;

/** Requests under way get this long to end when the server is told to stop. */
const DRAIN_MS = 10_000;

export const serveVerb = (start: StartServer): Verb => ({
  name: 'serve',
  summary: 'Start the database, the server and, in demo, the demo region: what `npm start` runs.',
  operands: [],
  options: {},
  notes:
    'Ctrl-C or SIGTERM lets requests under way finish, then stops the server, then the database. Data is kept in CIGOGNE_DATA\n' +
    '(.cigogne/ in the folder of Cigogne), or in DATABASE_URL.',
  run: (_given, terminal) => serve(start, terminal),
});

async function serve(start: StartServer, terminal: Terminal): Promise<number> {
  const stopAsked = askedToStop();
  const given = readConfig(terminal.env);
  const dataFolder = resolve(terminal.root, given.CIGOGNE_DATA);
  makeWritableFolder(dataFolder, 0o755);
  const instance = await takeInstance(dataFolder, terminal.tell);
  try {
    await checkPort(given);
    const [database] = await allOrNone([readyDatabase(given, dataFolder, terminal), readyWebBundle(terminal)]);
    try {
      const server = await start(
        { ...given, CIGOGNE_DATA: dataFolder, DATABASE_URL: database.url },
        { webFolder: webFolder(terminal.root), say: terminal.say },
      );
      instance.writeUrl(server.url);
      welcome(server.url, given, terminal);
      const reason = await Promise.race([stopAsked, database.ended.then(() => 'database' as const)]);
      terminal.tell(reason === 'database' ? 'Without its database, Cigogne stops.' : 'Stopping.');
      await Promise.race([server.stop(), new Promise((done) => setTimeout(done, DRAIN_MS).unref())]);
      return reason === 'database' ? EXIT.unable : EXIT.done;
    } finally {
      await database.stop();
    }
  } finally {
    await instance.release();
  }
}

function welcome(url: string, config: Config, { say }: Terminal): void {
  say(`Cigogne answers at ${url}`);
  if (config.CIGOGNE_MODE === 'demo') {
    say('To see a fresh report arrive in an open page, run in another terminal:');
    say(`  ./cigogne demo --fresh --to ${url}`);
  }
  say('Ctrl-C stops it; the data is kept.');
}

/** Ctrl-C, the system's stop, a closed terminal, or the death of the process that started us (its channel closes). */
function askedToStop(): Promise<'asked'> {
  return new Promise((resolve) => {
    for (const event of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect']) process.on(event, () => resolve('asked'));
    process.channel?.unref();
  });
}

/** The port to listen on is looked at before the database starts, so that the commonest fault is told at once. */
function checkPort({ HOST, PORT }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => reject(portFault(error, HOST, PORT)));
    probe.listen(PORT, HOST, () => probe.close(() => resolve()));
  });
}

function portFault(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    return new StartError(
      `Port ${port} of ${host} is taken by another program: stop it, or choose another, such as PORT=${port + 1} npm start.`,
    );
  }
  if (error.code === 'EACCES') return new StartError(`This user may not open port ${port}: choose one above 1023 with PORT.`);
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return new StartError(`${host} is not an address of this machine: correct HOST.`);
  return error;
}

/** Both at once; when the second fails, what the first made is undone. */
async function allOrNone<T extends { stop(): Promise<void> }>([first, second]: [Promise<T>, Promise<void>]): Promise<[T]> {
  const [made, done] = await Promise.allSettled([first, second]);
  if (made.status === 'rejected') throw made.reason;
  if (done.status === 'fulfilled') return [made.value];
  await made.value.stop();
  throw done.reason;
}
