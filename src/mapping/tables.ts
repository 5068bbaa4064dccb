import type { Db } from '#kernel';
import { normalise, type Normalised, normaliserFor, type ResultToNormalise } from '#terminology';
import { rulesWith } from './follow-rules.ts';
import { inForce, toMappings } from './lines.ts';
import { dayOf } from './load-release.ts';
import { releaseInForce, replacementsOf } from './store-releases.ts';
import { CHANNEL, currentVersion, validatedLines } from './store.ts';

/** How often the version is compared anyway: a notification is lost when the connection that listens breaks. */
const COMPARE_MILLISECONDS = 5_000;

/** The tables in force, kept warm in this process: what every result that arrives is normalised with. */
export interface Tables {
  normalise(input: ResultToNormalise): Normalised;
  /** Version of the tables that `normalise` uses now. */
  version(): number;
  /** The rules that `normalise` uses now, but for the lines of laboratories. */
  rules(): string;
  /** Reads the tables again if another version is in force. */
  refresh(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Loads the tables, and follows their changes: told by the database at once, and compared every few seconds.
 * @param onError told of what went wrong; the last tables read stay in use
 */
export async function openTables(db: Db, onError: (error: unknown) => void): Promise<Tables> {
  let loaded: { version: number; releaseId: string | undefined; rules: string; normalise: Tables['normalise'] } = {
    version: 0,
    releaseId: undefined,
    rules: rulesWith(undefined),
    normalise,
  };
  let refreshing = Promise.resolve();
  const load = async () => {
    const version = await currentVersion(db);
    const release = await releaseInForce(db, 'loinc', dayOf(new Date()));
    if (version === loaded.version && release?.releaseId === loaded.releaseId) return;
    // Read after the version: a line published between the two is in these tables early, and read again under its own version.
    const mappings = toMappings(inForce(await validatedLines(db)));
    const replacedCodes = release ? await replacementsOf(db, release.releaseId) : new Map<string, string>();
    const name = release ? `m${version}.loinc-${release.version}` : `m${version}`;
    loaded = {
      version,
      releaseId: release?.releaseId,
      rules: rulesWith(release),
      normalise: normaliserFor({ version: name, mappings, replacedCodes }),
    };
  };
  const refresh = () => (refreshing = refreshing.catch(() => {}).then(load));

  let unlisten: (() => Promise<void>) | undefined;
  const listen = async () => {
    unlisten = await db.listen(
      CHANNEL,
      () => void refresh().catch(onError),
      (error) => {
        unlisten = undefined;
        onError(error);
      },
    );
  };
  await listen();
  await refresh();
  const comparing = setInterval(() => {
    (unlisten ? refresh() : listen().then(refresh)).catch(onError);
  }, COMPARE_MILLISECONDS);

  return {
    normalise: (input) => loaded.normalise(input),
    version: () => loaded.version,
    rules: () => loaded.rules,
    refresh,
    async stop() {
      clearInterval(comparing);
      await refreshing.catch(() => {});
      await unlisten?.();
    },
  };
}
