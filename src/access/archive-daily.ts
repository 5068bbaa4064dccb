import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { JWK } from 'jose';
import type { Db } from '#kernel';
import { archiveAudit, type PutAway } from './archiving.ts';

const DAY_MS = 86_400_000;
/** A server that is started again every day still comes to it, and one that starts has better to do. */
const FIRST_MS = 600_000;

export interface DailyArchiving {
  /** Days that an event stays in the database. */
  retentionDays: number;
  /** Data folder of the server: the files go in `audit-archives` of it. */
  dataFolder: string;
  key: () => Promise<JWK>;
  now: () => Date;
  /** Told of each file made: numbers only, nobody's name. */
  onArchive: (made: PutAway) => void;
  onError: (error: unknown) => void;
  /** Milliseconds before the first time, and between two: a test is in more of a hurry. */
  firstMs?: number;
  everyMs?: number;
}

/**
 * Puts away every day what is older than its period. Of several servers on one database, the first to hold the lock of the anchors does it and the
 * others find nothing left to do.
 * @returns how to stop, waiting for the one under way
 */
export function archiveDaily(
  db: Db,
  { retentionDays, dataFolder, key, now, onArchive, onError, firstMs = FIRST_MS, everyMs = DAY_MS }: DailyArchiving,
): () => Promise<void> {
  let underWay: Promise<void> = Promise.resolve();
  const archive = async () => {
    try {
      const folder = join(dataFolder, 'audit-archives');
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const at = now();
      const before = new Date(at.getTime() - retentionDays * DAY_MS);
      for (const made of await archiveAudit(db, { before, now: at, key: await key(), folder })) onArchive(made);
    } catch (error) {
      onError(error);
    }
  };
  const start = () => {
    underWay = underWay.then(archive);
  };
  const first = setTimeout(start, firstMs).unref();
  const timer = setInterval(start, everyMs).unref();
  return async () => {
    clearTimeout(first);
    clearInterval(timer);
    await underWay;
  };
}
