import { CATALOGUE_VERSION } from '#terminology';
import { type Db, type Sql, uuidv7 } from '#kernel';
import { producers } from '#record';
import { currentVersion, lockVersions } from './store.ts';
import { addJob } from './store-jobs.ts';
import type { Release } from './store-releases.ts';

/** The rules that a result is read with, but for the lines of laboratories: `2026-11-22.2`, `2026-11-22.2.loinc-2.81`. */
export const rulesWith = (release: Pick<Release, 'version'> | undefined): string =>
  release ? `${CATALOGUE_VERSION}.loinc-${release.version}` : CATALOGUE_VERSION;

/**
 * Begins to normalise the history of every laboratory again.
 * @param rules that a process must have to do it; any when not said
 * @returns how many laboratories there are
 */
export async function rereadAll(tx: Sql, now: Date, rules?: string): Promise<number> {
  const [version, laboratories] = [await currentVersion(tx), await producers(tx)];
  for (const laboratory of laboratories) await addJob(tx, { jobId: uuidv7(now.getTime()), laboratory, version, publishedAt: now, rules });
  return laboratories.length;
}

/**
 * The first process that runs with rules never seen before (an upgrade of Cigogne, the day of a release) has history read again with them, once.
 * Rules that come back (a downgrade) change nothing by themselves: `./cigogne terminology reread`.
 * @returns whether it did
 */
export async function followRules(db: Db, rules: string, now: Date): Promise<boolean> {
  if (await isFollowed(db, rules)) return false;
  return db.transaction(async (tx) => {
    await lockVersions(tx);
    if (await isFollowed(tx, rules)) return false;
    await noteFollowed(tx, rules, now);
    await rereadAll(tx, now, rules);
    return true;
  });
}

export async function noteFollowed(tx: Sql, rules: string, now: Date): Promise<void> {
  await tx.query('mapping-note-followed', 'insert into mapping.rules_followed (rules, at) values ($1, $2) on conflict (rules) do nothing', [
    rules,
    now,
  ]);
}

async function isFollowed(sql: Sql, rules: string): Promise<boolean> {
  return (await sql.query('mapping-is-followed', 'select from mapping.rules_followed where rules = $1', [rules])).length > 0;
}
