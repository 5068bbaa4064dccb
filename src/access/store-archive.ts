import type { Sql } from '#kernel';
import type { AnchoredHead } from './anchor.ts';
import type { Archive, ArchivedChain } from './archive.ts';

/** The only SQL of the archives of the audit. */

const ARCHIVE_COLUMNS = 'number, at, before, previous_hash as "previousHash", hash, statement';

export async function lastArchive(sql: Sql): Promise<Archive | undefined> {
  const [archive] = await sql.query<Archive & Record<string, unknown>>(
    'access-last-archive',
    `select ${ARCHIVE_COLUMNS} from access.audit_archive order by number desc limit 1`,
  );
  return archive;
}

export function archivesAfter(sql: Sql, number: number, limit: number): Promise<Archive[]> {
  return sql.query<Archive & Record<string, unknown>>(
    'access-archives-after',
    `select ${ARCHIVE_COLUMNS} from access.audit_archive where number > $1 order by number limit $2`,
    [number, limit],
  );
}

export function headsOfArchive(sql: Sql, number: number): Promise<AnchoredHead[]> {
  return sql.query<AnchoredHead & Record<string, unknown>>(
    'access-heads-of-archive',
    'select chain, sequence, hash from access.audit_archive_head where number = $1',
    [number],
  );
}

/**
 * Chains with events that may be put away: whole from where they were last cut to the furthest anchored place before which every event is older
 * than an instant. Cutting at a signed place keeps every anchor true.
 */
export async function chainsToArchive(sql: Sql, before: Date, limit: number): Promise<ArchivedChain[]> {
  const rows = await sql.query<{ chain: string; from: number; fromHash: Buffer | null; to: number; toHash: Buffer }>(
    'access-chains-to-archive',
    `select old.chain, coalesce(cut.sequence, 0) as "from", cut.hash as "fromHash", place.sequence as "to", place.hash as "toHash"
     from (select distinct chain from access.audit_event where at < $1) old
     left join lateral (select a.sequence, a.hash from access.audit_archive_head a where a.chain = old.chain order by a.number desc limit 1) cut on true
     cross join lateral (
       select h.sequence, h.hash from access.audit_anchor_head h
       where h.chain = old.chain and h.sequence > coalesce(cut.sequence, 0)
         and not exists (select from access.audit_event e where e.chain = old.chain and e.sequence <= h.sequence and e.at >= $1)
       order by h.sequence desc limit 1) place
     order by old.chain limit $2`,
    [before, limit],
  );
  return rows.map(({ chain, from, fromHash, to, toHash }) => ({
    chain,
    from: { sequence: from, hash: fromHash ?? Buffer.alloc(32) },
    to: { sequence: to, hash: toHash },
  }));
}

/** Writes an archive with the places of its chains, then takes the events before them away. @returns how many events went */
export async function writeArchive(tx: Sql, archive: Archive, heads: readonly AnchoredHead[]): Promise<number> {
  const places = [heads.map(({ chain }) => chain), heads.map(({ sequence }) => sequence)];
  await tx.query(
    'access-write-archive',
    `with archive as (insert into access.audit_archive (number, at, before, previous_hash, hash, statement) values ($1, $2, $3, $4, $5, $6))
     insert into access.audit_archive_head (chain, number, sequence, hash)
     select chain, $1, sequence, hash from unnest($7::uuid[], $8::bigint[], $9::bytea[]) as h (chain, sequence, hash)`,
    [
      archive.number,
      archive.at,
      archive.before,
      archive.previousHash,
      archive.hash,
      archive.statement,
      ...places,
      heads.map(({ hash }) => hash),
    ],
  );
  const gone = await tx.query(
    'access-take-archived',
    `delete from access.audit_event e using unnest($1::uuid[], $2::bigint[]) as h (chain, sequence)
     where e.chain = h.chain and e.sequence <= h.sequence returning 1`,
    places,
  );
  return gone.length;
}

/** Where a chain was last cut: what is left of it follows. */
export async function cutOfChain(sql: Sql, chain: string): Promise<{ sequence: number; hash: Buffer } | undefined> {
  const [cut] = await sql.query<{ sequence: number; hash: Buffer }>(
    'access-cut-of-chain',
    'select sequence, hash from access.audit_archive_head where chain = $1 order by number desc limit 1',
    [chain],
  );
  return cut;
}

/** Places where a chain is said to be cut that no anchor or no archive signed, and events found before such a place. */
export function placesAmiss(sql: Sql, limit: number): Promise<{ chain: string; number: number; sequence: number; isCut: boolean }[]> {
  return sql.query<{ chain: string; number: number; sequence: number; isCut: boolean }>(
    'access-places-amiss',
    `select a.chain, a.number, a.sequence, true as "isCut" from access.audit_archive_head a
     where not exists (select from access.audit_anchor_head h where h.chain = a.chain and h.sequence = a.sequence and h.hash = a.hash)
       or not exists (select from access.audit_archive b where b.number = a.number)
     union all
     select a.chain, a.number, e.sequence, false from access.audit_archive_head a
     join access.audit_event e on e.chain = a.chain and e.sequence <= a.sequence
     order by 1, 2, 3 limit $1`,
    [limit],
  );
}
