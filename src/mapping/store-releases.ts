import type { Sql } from '#kernel';

export type ReleaseKind = 'loinc' | 'value-set';

export interface Release {
  releaseId: string;
  kind: ReleaseKind;
  /** As its publisher numbers it. */
  version: string;
  /** `YYYY-MM-DD`, first day in force. */
  inForceFrom: string;
  codes: number;
  replaced: number;
  loadedBy: string;
  loadedAt: Date;
}

export interface OfficialEntry {
  code: string;
  name: string;
  status: string;
}

const RELEASE = `release_id as "releaseId", kind, version, in_force_from::text as "inForceFrom", codes, replaced, loaded_by as "loadedBy",
  loaded_at as "loadedAt"`;
const BATCH = 5_000;

/** Adds a release with its codes, in the transaction given: all of it or nothing. */
export async function addRelease(
  tx: Sql,
  release: Omit<Release, 'codes' | 'replaced'>,
  codes: readonly OfficialEntry[],
  replacements: ReadonlyMap<string, string>,
): Promise<void> {
  const { releaseId, kind, version, inForceFrom, loadedBy, loadedAt } = release;
  await tx.query(
    'mapping-add-release',
    `insert into mapping.release (release_id, kind, version, in_force_from, codes, replaced, loaded_by, loaded_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [releaseId, kind, version, inForceFrom, codes.length, replacements.size, loadedBy, loadedAt],
  );
  for (let done = 0; done < codes.length; done += BATCH) {
    const some = codes.slice(done, done + BATCH);
    await tx.query(
      'mapping-add-official',
      `insert into mapping.official_code (release_id, code, name, status) select $1, * from unnest($2::text[], $3::text[], $4::text[])`,
      [releaseId, some.map(({ code }) => code), some.map(({ name }) => name), some.map(({ status }) => status)],
    );
  }
  await tx.query('mapping-add-replacements', 'insert into mapping.replacement select $1, * from unnest($2::text[], $3::text[])', [
    releaseId,
    [...replacements.keys()],
    [...replacements.values()],
  ]);
}

/** The release of a kind in force on a day (`YYYY-MM-DD`): the last to have come into force, of two that did that day the last loaded. */
export async function releaseInForce(sql: Sql, kind: ReleaseKind, day: string): Promise<Release | undefined> {
  const [release] = await sql.query<Release & Record<string, unknown>>(
    'mapping-release-in-force',
    `select ${RELEASE} from mapping.release where kind = $1 and in_force_from <= $2::date order by in_force_from desc, loaded_at desc limit 1`,
    [kind, day],
  );
  return release;
}

/** Every release ever loaded, newest first. */
export function releases(sql: Sql): Promise<Release[]> {
  return sql.query<Release & Record<string, unknown>>(
    'mapping-releases',
    `select ${RELEASE} from mapping.release order by in_force_from desc, loaded_at desc`,
  );
}

export async function replacementsOf(sql: Sql, releaseId: string): Promise<Map<string, string>> {
  const rows = await sql.query<{ code: string; by: string }>(
    'mapping-replacements-of',
    'select code, by_code as by from mapping.replacement where release_id = $1',
    [releaseId],
  );
  return new Map(rows.map(({ code, by }) => [code, by]));
}

/** What a release says of a code; undefined when it does not hold it. */
export async function officialEntry(sql: Sql, releaseId: string, code: string): Promise<OfficialEntry | undefined> {
  const [entry] = await sql.query<OfficialEntry & Record<string, unknown>>(
    'mapping-official-entry',
    'select code, name, status from mapping.official_code where release_id = $1 and code = $2',
    [releaseId, code],
  );
  return entry;
}
