import { type Config, openDb, prepareDatabase, StartError } from '#kernel';
import { forgetQuarantine, startRelay } from '#record';
import { createServer } from '#server';

/** Every hour, what has been in quarantine too long is forgotten. */
const HOUSEKEEPING_MILLISECONDS = 3_600_000;

export interface Running {
  url: string;
  stop(): Promise<void>;
}

/**
 * Starts everything on a database that answers, in order; `stop` stops everything, in reverse.
 * @param config with DATABASE_URL set: an embedded database is started by the command line before this
 * @throws StartError what the person at the terminal can mend
 */
export async function start(
  config: Config & { DATABASE_URL: string },
  options: { webFolder: string; say: (line: string) => void },
): Promise<Running> {
  const db = openDb({ url: config.DATABASE_URL, maxConnections: config.DATABASE_MAX_CONNECTIONS });
  const stops: (() => Promise<unknown>)[] = [() => db.close()];
  const stop = async () => {
    for (const step of stops.toReversed()) await step();
  };
  try {
    await prepareDatabase(db, { mode: config.CIGOGNE_MODE, sourceFolder: import.meta.dirname, now: new Date() });
    const relay = await startRelay(db, (error) => app?.log.error({ err: error }, 'relay'));
    stops.push(() => relay.stop());
    const publicUrl = config.PUBLIC_URL ?? `http://${config.HOST}:${config.PORT}`;
    const app = await createServer({ config, db, relay, publicUrl, webFolder: options.webFolder });
    stops.push(() => app.close());
    const cleaning = setInterval(() => {
      const before = new Date(Date.now() - config.QUARANTINE_DAYS * 86_400_000);
      forgetQuarantine(db, before).catch((error: unknown) => app.log.error({ err: error }, 'quarantine'));
    }, HOUSEKEEPING_MILLISECONDS);
    stops.push(async () => clearInterval(cleaning));
    await app.listen({ host: config.HOST, port: config.PORT }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error;
      const why = error.code === 'EADDRINUSE' ? 'is taken by another program' : 'may not be used by this account';
      throw new StartError(`The port ${config.PORT} ${why}: stop that program, or choose another with PORT=8081 npm start.`);
    });
    return { url: publicUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
