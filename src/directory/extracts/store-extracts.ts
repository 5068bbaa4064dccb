import type { Sql } from '#kernel';
import type { ExtractKind } from './columns.ts';
import { FIELD_END, LINE_END, type Lines } from './read-lines.ts';

/** An import that was begun and is not merged yet. */
export interface InHand {
  extractId: string;
  sha256: Buffer;
  fileName: string;
  takenBytes: number;
  lineCount: number;
  rejectedCount: number;
  stagedLines: number;
}

/** What a merge changed, in rows. */
export interface Changes {
  added: number;
  changed: number;
  ended: number;
}

/** How many rejected lines are kept with their number: enough to see what is wrong with a file. */
const REJECTED_KEPT = 50;

export async function extractInHand(sql: Sql, kind: ExtractKind): Promise<InHand | undefined> {
  const [row] = await sql.query<InHand>(
    'directory-extract-in-hand',
    `select extract_id as "extractId", sha256, file_name as "fileName", taken_bytes as "takenBytes", line_count as "lineCount",
            rejected_count as "rejectedCount", (select count(*) from directory.staged) as "stagedLines"
       from directory.extract where kind = $1 and merged_at is null`,
    [kind],
  );
  return row;
}

export async function dropExtract(tx: Sql, extractId: string): Promise<void> {
  await tx.query('directory-drop-extract', 'delete from directory.extract where extract_id = $1 and merged_at is null', [extractId]);
  await tx.query('directory-clear-staged', 'truncate directory.staged');
}

export async function beginExtract(
  tx: Sql,
  given: { extractId: string; kind: ExtractKind; sha256: Buffer; fileName: string; totalBytes: number; isFull: boolean; at: Date },
): Promise<void> {
  await tx.query('directory-clear-staged', 'truncate directory.staged');
  await tx.query(
    'directory-begin-extract',
    `insert into directory.extract (extract_id, kind, sha256, file_name, total_bytes, is_full, started_at) values ($1, $2, $3, $4, $5, $6, $7)`,
    [given.extractId, given.kind, given.sha256, given.fileName, given.totalBytes, given.isFull, given.at],
  );
}

/** Keeps some lines and, in the same transaction, how far the file was read. */
export async function stageLines(tx: Sql, extractId: string, { packed, good, rejected, nextByte, nextLine }: Lines): Promise<void> {
  if (good > 0)
    await tx.query(
      'directory-stage-lines',
      `insert into directory.staged (line, fields)
       select $3::bigint + n, string_to_array(line, '${FIELD_END}', '') from string_to_table($1, '${LINE_END}') with ordinality as t(line, n)
        where $2::int > 0`,
      [packed, good, nextLine],
    );
  await tx.query(
    'directory-note-lines',
    `update directory.extract set taken_bytes = $2, line_count = line_count + $3, rejected_count = rejected_count + $4,
            rejected = case when jsonb_array_length(rejected) < ${REJECTED_KEPT} then rejected || $5::jsonb else rejected end
      where extract_id = $1`,
    [extractId, nextByte, good, rejected.length, JSON.stringify(rejected.slice(0, REJECTED_KEPT))],
  );
}

const columns = (names: readonly string[]) => names.map((name, i) => `fields[${i + 1}] as ${name}`).join(', ');

/** In the order of FIELDS of columns.ts. */
const PRACTICE = columns([
  'rpps',
  'title',
  'family',
  'given',
  'profession',
  'profession_label',
  'speciality',
  'speciality_label',
  'siret',
  'finess',
  'technical_id',
  'site_name',
  'site_brand',
  'street_number',
  'street_kind',
  'street',
  'postal_code',
  'city',
  'department',
  'phone',
]);
const MAILBOX = columns(['kind', 'address', 'rpps', 'structure_kind', 'structure', 'service', 'paperless', 'label']);
const STRUCTURE = columns(['finess', 'name', 'long_name', 'city_line', 'phone', 'category', 'category_group', 'siret']);

/** A place without any identifier cannot be told from another: the practice of that line is then known without its place. */
const SITE_ID = `coalesce(finess, technical_id, siret)`;

/** Counts what a statement `with … returning (xmax = 0) as is_new` wrote. */
async function written(tx: Sql, name: string, statement: string, values: readonly unknown[] = []): Promise<Changes> {
  const [row] = await tx.query<{ added: number; changed: number }>(
    name,
    `with written as (${statement} returning (xmax = 0) as is_new)
     select count(*) filter (where is_new) as added, count(*) filter (where not is_new) as changed from written`,
    values,
  );
  return { added: row!.added, changed: row!.changed, ended: 0 };
}

const sum = (all: readonly Changes[]): Changes => ({
  added: all.reduce((n, { added }) => n + added, 0),
  changed: all.reduce((n, { changed }) => n + changed, 0),
  ended: all.reduce((n, { ended }) => n + ended, 0),
});

const MERGES: Readonly<Record<ExtractKind, (tx: Sql, isFull: boolean, at: Date) => Promise<Changes>>> = {
  practice: mergePractices,
  mailbox: mergeMailboxes,
  structure: mergeStructures,
};

/** People and places that staged lines tell something of. */
export interface Touched {
  people: string[];
  sites: string[];
}

/** @returns undefined when there are more lines than `most` */
export async function touchedByStaged(tx: Sql, kind: ExtractKind, most: number): Promise<Touched | undefined> {
  const [staged] = await tx.query<{ lines: number }>('directory-count-staged', 'select count(*) as lines from directory.staged');
  if (staged!.lines > most || kind === 'mailbox') return undefined;
  const told =
    kind === 'practice'
      ? `select rpps, ${SITE_ID} as site from (select ${PRACTICE} from directory.staged) g`
      : `select null as rpps, finess as site from (select ${STRUCTURE} from directory.staged) g`;
  const [row] = await tx.query<{ people: string[] | null; sites: string[] | null }>(
    `directory-touched-${kind}`,
    `select array_agg(distinct rpps) filter (where rpps is not null) as people, array_agg(distinct site) filter (where site is not null) as sites
       from (${told}) told`,
  );
  return { people: row!.people ?? [], sites: row!.sites ?? [] };
}

/** These people, and all who practise at these places: they are found by the name and the town of the place too. */
export async function practisingAt(tx: Sql, { people, sites }: Touched): Promise<string[]> {
  const rows = await tx.query<{ rpps: string }>(
    'directory-practising-at',
    `select unnest($1::text[]) as rpps union select w.rpps from directory.practice w where w.site_id = any($2::text[]) and w.ended_at is null`,
    [people, sites],
  );
  return rows.map(({ rpps }) => rpps);
}

/** Brings the staged lines into the directory: only rows that differ are written; what a full extract no longer tells is ended. */
export async function mergeStaged(tx: Sql, extractId: string, kind: ExtractKind, isFull: boolean, at: Date): Promise<Changes> {
  const changes = await MERGES[kind](tx, isFull, at);
  await tx.query(
    'directory-merged-extract',
    'update directory.extract set merged_at = $2, added = $3, changed = $4, ended = $5 where extract_id = $1',
    [extractId, at, changes.added, changes.changed, changes.ended],
  );
  await tx.query('directory-clear-staged', 'truncate directory.staged');
  return changes;
}

async function mergePractices(tx: Sql, isFull: boolean, at: Date): Promise<Changes> {
  const people = await written(
    tx,
    'directory-merge-practitioners',
    `insert into directory.practitioner as p (rpps, family, given, title, profession, speciality, profession_label, speciality_label)
     select distinct on (rpps) rpps, coalesce(family, ''), coalesce(given, ''), title, 'G15_' || profession, speciality, profession_label, speciality_label
       from (select line, ${PRACTICE} from directory.staged) s order by rpps, (speciality is null), line
     on conflict (rpps) do update set family = excluded.family, given = excluded.given, title = excluded.title, profession = excluded.profession,
       speciality = excluded.speciality, profession_label = excluded.profession_label, speciality_label = excluded.speciality_label
     where (p.family, p.given, p.title, p.profession, p.speciality, p.profession_label, p.speciality_label) is distinct from
       (excluded.family, excluded.given, excluded.title, excluded.profession, excluded.speciality, excluded.profession_label, excluded.speciality_label)`,
  );
  const sites = await written(
    tx,
    'directory-merge-sites',
    `insert into directory.site as s (site_id, finess, siret, name, street, postal_code, city, department, phone)
     select distinct on (${SITE_ID}) ${SITE_ID}, finess, siret, coalesce(site_name, site_brand, ''),
            nullif(concat_ws(' ', street_number, street_kind, street), ''), postal_code, city, department, phone
       from (select line, ${PRACTICE} from directory.staged) g where ${SITE_ID} is not null order by ${SITE_ID}, line
     on conflict (site_id) do update set finess = excluded.finess, siret = excluded.siret, name = excluded.name, street = excluded.street,
       postal_code = excluded.postal_code, city = excluded.city, department = excluded.department, phone = excluded.phone
     where (s.finess, s.siret, s.name, s.street, s.postal_code, s.city, s.department, s.phone) is distinct from
       (excluded.finess, excluded.siret, excluded.name, excluded.street, excluded.postal_code, excluded.city, excluded.department, excluded.phone)`,
  );
  const practices = await written(
    tx,
    'directory-merge-practices',
    `insert into directory.practice as p (rpps, site_id, speciality, speciality_label, is_national)
     select distinct on (rpps, ${SITE_ID}, coalesce(speciality, '')) rpps, ${SITE_ID}, coalesce(speciality, ''), speciality_label, true
       from (select line, ${PRACTICE} from directory.staged) g where ${SITE_ID} is not null
      order by rpps, ${SITE_ID}, coalesce(speciality, ''), line
     on conflict (rpps, site_id, speciality) do update set speciality_label = excluded.speciality_label, is_national = true, ended_at = null
     where (p.speciality_label, p.is_national, p.ended_at) is distinct from (excluded.speciality_label, true, null)`,
  );
  if (!isFull) return sum([people, sites, practices]);
  const [row] = await tx.query<{ ended: number }>(
    'directory-end-practices',
    `with told as (select distinct rpps, ${SITE_ID} as site_id, coalesce(speciality, '') as speciality
                     from (select ${PRACTICE} from directory.staged) g where ${SITE_ID} is not null),
          gone as (update directory.practice p set ended_at = $1 where p.is_national and p.ended_at is null
                      and not exists (select from told t where (t.rpps, t.site_id, t.speciality) = (p.rpps, p.site_id, p.speciality)) returning 1)
     select count(*) as ended from gone`,
    [at],
  );
  return sum([people, sites, practices, { added: 0, changed: 0, ended: row!.ended }]);
}

async function mergeMailboxes(tx: Sql, isFull: boolean, at: Date): Promise<Changes> {
  const boxes = await written(
    tx,
    'directory-merge-mailboxes',
    `insert into directory.mailbox as m (address, kind, rpps, site_id, service, label, is_paperless, is_national)
     select distinct on (lower(address)) lower(address), upper(kind), rpps, structure, service, label, coalesce(paperless, '') ~* '^(o|1|t|y)', true
       from (select line, ${MAILBOX} from directory.staged) g where upper(kind) in ('PER', 'ORG', 'APP', 'CAB') order by lower(address), line
     on conflict (address) do update set kind = excluded.kind, rpps = excluded.rpps, site_id = excluded.site_id, service = excluded.service,
       label = excluded.label, is_paperless = excluded.is_paperless, is_national = true, ended_at = null
     where (m.kind, m.rpps, m.site_id, m.service, m.label, m.is_paperless, m.is_national, m.ended_at) is distinct from
       (excluded.kind, excluded.rpps, excluded.site_id, excluded.service, excluded.label, excluded.is_paperless, true, null)`,
  );
  if (!isFull) return boxes;
  const [row] = await tx.query<{ ended: number }>(
    'directory-end-mailboxes',
    `with gone as (update directory.mailbox m set ended_at = $1 where m.is_national and m.ended_at is null
                      and not exists (select from directory.staged s where lower(s.fields[2]) = m.address) returning 1)
     select count(*) as ended from gone`,
    [at],
  );
  return sum([boxes, { added: 0, changed: 0, ended: row!.ended }]);
}

/** Categories of the FINESS register: 610 and 611 laboratories, 620 pharmacies; 124 and 603 where doctors work together; groups 11xx hospitals. */
const KIND = `case when category in ('610', '611') then 'laboratory' when category = '620' then 'pharmacy'
                   when category in ('124', '439', '603', '604') then 'practice' when category_group like '11%' then 'hospital' else 'other' end`;

/** A place that closed stays: reports of its time name it. */
async function mergeStructures(tx: Sql): Promise<Changes> {
  const place = `regexp_replace(city_line, '^[0-9AB]{5} *', '')`;
  const structures = await written(
    tx,
    'directory-merge-structures',
    `insert into directory.structure as s (finess, name, kind, place)
     select distinct on (finess) finess, coalesce(long_name, name, finess), ${KIND}, ${place}
       from (select line as at, ${STRUCTURE} from directory.staged) g order by finess, at
     on conflict (finess) do update set name = excluded.name, kind = excluded.kind, place = excluded.place
     where (s.name, s.kind, s.place) is distinct from (excluded.name, excluded.kind, excluded.place)`,
  );
  const sites = await written(
    tx,
    'directory-merge-structure-sites',
    `insert into directory.site as s (site_id, finess, siret, name, postal_code, city, department, phone)
     select distinct on (finess) finess, finess, siret, coalesce(long_name, name, finess), substring(city_line from '^[0-9AB]{5}'), ${place},
            substring(finess for 2), phone
       from (select line as at, ${STRUCTURE} from directory.staged) g order by finess, at
     on conflict (site_id) do update set siret = excluded.siret, name = excluded.name, postal_code = excluded.postal_code, city = excluded.city,
       phone = excluded.phone
     where (s.siret, s.name, s.postal_code, s.city, s.phone) is distinct from
       (excluded.siret, excluded.name, excluded.postal_code, excluded.city, excluded.phone)`,
  );
  return sum([structures, sites]);
}
