import type { Sql } from '#kernel';
import type { Found } from './contract.ts';

/**
 * Makes what a search looks in anew from the directory, and swaps it: readers see the old one until the new one is whole.
 * Two million entries take about a minute; building the index once over all rows is several times quicker than keeping it up to date.
 */
export async function rebuildSearch(tx: Sql): Promise<void> {
  for (const [i, statement] of REBUILD.entries()) await tx.query(`directory-rebuild-search-${i}`, statement);
}

/** What each professional is found by: names, what they do, where. */
const PRACTITIONER_ENTRIES = `
  select 'practitioner', p.rpps, directory.plain(p.family || ' ' || p.given),
         strip(to_tsvector('simple', directory.plain(concat_ws(' ', p.family, p.given, p.profession_label, p.speciality_label, w.places))))
    from directory.practitioner p
    left join (select w.rpps, string_agg(concat_ws(' ', s.name, s.postal_code, s.city), ' ') as places
                 from directory.practice w join directory.site s using (site_id) where w.ended_at is null group by w.rpps) w using (rpps)`;
const STRUCTURE_ENTRIES = `
  select 'structure', s.site_id, directory.plain(s.name),
         strip(to_tsvector('simple', directory.plain(concat_ws(' ', s.name, s.postal_code, s.city))))
    from directory.site s where s.name <> ''`;
const COLUMNS = '(kind, key, sort, search)';

const REBUILD = [
  `set local maintenance_work_mem = '256MB'`,
  `set local work_mem = '128MB'`,
  `create table directory.search_entry_next (kind text not null, key text not null, sort text collate "C" not null, search tsvector not null)`,
  `insert into directory.search_entry_next ${COLUMNS} ${PRACTITIONER_ENTRIES}`,
  `insert into directory.search_entry_next ${COLUMNS} ${STRUCTURE_ENTRIES}`,
  `create unique index on directory.search_entry_next (kind, key)`,
  `create index on directory.search_entry_next (sort)`,
  `create index on directory.search_entry_next using gin (search) with (fastupdate = off)`,
  `create table directory.search_word_next as
   select word collate "C" as word, count(*)::int as entries from (select unnest(tsvector_to_array(search)) as word from directory.search_entry_next) w
    group by 1`,
  `alter table directory.search_word_next add primary key (word)`,
  `drop table directory.search_entry, directory.search_word`,
  `alter table directory.search_entry_next rename to search_entry`,
  `alter table directory.search_word_next rename to search_word`,
  `analyze directory.search_entry`,
  `analyze directory.search_word`,
];

/** Brings some entries up to date, without making the others anew: what the region registers by itself. */
export async function refreshSearch(tx: Sql, kind: Entry['kind'], keys: readonly string[]): Promise<void> {
  const entries =
    kind === 'practitioner'
      ? `${PRACTITIONER_ENTRIES} where p.rpps = any($1::text[])`
      : `${STRUCTURE_ENTRIES} and s.site_id = any($1::text[])`;
  await tx.query(
    `directory-refresh-search-${kind}`,
    `with kept as (insert into directory.search_entry as e ${COLUMNS} ${entries}
       on conflict (kind, key) do update set sort = excluded.sort, search = excluded.search
        where (e.sort, e.search) is distinct from (excluded.sort, excluded.search) returning search)
     insert into directory.search_word as w (word, entries)
     select word, count(*) from kept, unnest(tsvector_to_array(search)) as word group by word order by word
     on conflict (word) do nothing`,
    [keys],
  );
}

/** Entries whose name begins with the first words typed, in the order of names: the quickest way in, and what most people type. */
export async function foundByName(
  sql: Sql,
  { start, others, kind }: { start: string; others: string; kind: Entry['kind'] | undefined },
  limit: number,
): Promise<Entry[]> {
  return sql.query<Entry>(
    'directory-found-by-name',
    `select kind, key from (
        select kind, key, sort, search from directory.search_entry where sort >= $1 and sort < $1 || '{' order by sort limit ${LEAFED}) near
      where ($2 = '' or ts_match_vq(search, $2::tsquery)) and ($4 = '' or kind = $4) order by sort limit $3`,
    [start, others, limit, kind ?? ''],
  );
}

/** Entries that bear every word: found by those that few bear, the common ones checked on each. */
export async function foundByWords(
  sql: Sql,
  { rare, common, kind }: { rare: string; common: string; kind: Entry['kind'] | undefined },
  limit: number,
): Promise<Entry[]> {
  return sql.query<Entry>(
    'directory-found-by-words',
    `select kind, key from (
        select kind, key, sort from directory.search_entry
         where search @@ $1::tsquery and ($2 = '' or ts_match_vq(search, $2::tsquery)) and ($4 = '' or kind = $4) limit ${ORDERED}) found
      order by sort limit $3`,
    [rare, common, limit, kind ?? ''],
  );
}

/** How many entries bear a word that begins so: what tells a rare word from a common one. Each word is counted at most to a bound. */
export async function commonness(sql: Sql, words: readonly string[]): Promise<number[]> {
  const rows = await sql.query<{ entries: number }>(
    'directory-commonness',
    `select coalesce((select sum(entries) from (select entries from directory.search_word where word >= g.word and word < g.word || '{' limit 2000) w), 0)::int
              as entries
       from unnest($1::text[]) with ordinality as g(word, n) order by n`,
    [words],
  );
  return rows.map(({ entries }) => entries);
}

/** Of many spellings, those that begin a word of the directory, the most borne first. */
export async function knownSpellings(sql: Sql, spellings: readonly string[], limit: number): Promise<string[]> {
  const rows = await sql.query<{ spelling: string }>(
    'directory-known-spellings',
    `select spelling from (
        select g.spelling, (select w.entries from directory.search_word w where w.word >= g.spelling and w.word < g.spelling || '{' limit 1) as entries
          from unnest($1::text[]) as g(spelling)) known
      where entries is not null order by entries desc, spelling limit $2`,
    [spellings, limit],
  );
  return rows.map(({ spelling }) => spelling);
}

/** How many of those that begin so are looked at for the other words: beyond, a list says nothing any more. */
const LEAFED = 1_000;
/** How many of those that bear a word are put in order: whoever types one common word gets some, and is told to type more. */
const ORDERED = 200;

/** A line of what a search looks in. */
export interface Entry {
  kind: 'practitioner' | 'structure';
  key: string;
}

/** Entries as they are shown, in the order given. */
export async function describeEntries(sql: Sql, entries: readonly Entry[]): Promise<Found[]> {
  const rows = await sql.query<{ found: Found }>(
    'directory-describe-entries',
    `select case g.kind
        when 'practitioner' then (
          select jsonb_build_object('kind', 'practitioner', 'rpps', p.rpps, 'family', p.family, 'given', p.given, 'title', p.title,
                   'profession', p.profession_label, 'speciality', p.speciality_label,
                   'places', (select coalesce(jsonb_agg(distinct jsonb_build_object('siteId', s.site_id, 'name', s.name, 'city', s.city, 'postalCode', s.postal_code)), '[]')
                                from directory.practice w join directory.site s using (site_id) where w.rpps = p.rpps and w.ended_at is null),
                   'mailboxes', (select coalesce(jsonb_agg(m.address order by m.address), '[]') from directory.mailbox m where m.rpps = p.rpps and m.ended_at is null))
            from directory.practitioner p where p.rpps = g.key)
        else (
          select jsonb_build_object('kind', 'structure', 'siteId', s.site_id, 'finess', s.finess, 'name', s.name, 'city', s.city, 'postalCode', s.postal_code,
                   'street', s.street, 'phone', s.phone,
                   'mailboxes', (select coalesce(jsonb_agg(m.address order by m.address), '[]') from directory.mailbox m where m.site_id = s.site_id and m.rpps is null and m.ended_at is null))
            from directory.site s where s.site_id = g.key) end as found
       from unnest($1::text[], $2::text[]) with ordinality as g(kind, key, n) order by n`,
    [entries.map(({ kind }) => kind), entries.map(({ key }) => key)],
  );
  return rows.flatMap(({ found }) => (found ? [withoutNulls(found)] : []));
}

/** Who or what bears an exact number or address: RPPS, FINESS, mailbox. */
export async function entriesOfNumber(sql: Sql, number: string): Promise<Entry[]> {
  return sql.query<Entry>(
    'directory-entries-of-number',
    `select 'practitioner' as kind, rpps as key from directory.practitioner where rpps in ($1, '8' || $1)
     union all select 'structure', site_id from directory.site where site_id = $1 or finess = $1 limit 20`,
    [number],
  );
}

export async function entriesOfMailbox(sql: Sql, start: string, limit: number): Promise<Entry[]> {
  return sql.query<Entry>(
    'directory-entries-of-mailbox',
    `select case when rpps is null then 'structure' else 'practitioner' end as kind, coalesce(rpps, site_id) as key
       from directory.mailbox where address collate "C" >= $1 and address collate "C" < $1 || '{' and ended_at is null and coalesce(rpps, site_id) is not null
      order by address collate "C" limit $2`,
    [start, limit],
  );
}

function withoutNulls<T extends object>(row: T): T {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as T;
}
