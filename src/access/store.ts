import { askedAsOne, type Sql } from '#kernel';
import type { LinkKind } from './decide.ts';

export interface LinkRow {
  patientId: string;
  holder: string;
  kind: LinkKind;
  since: Date;
  until: Date | null;
}

/** What a patient decided about one holder (`blocks`) or everyone; `deceased` is no choice, but closes a record as one does. */
export type ChoiceKind =
  | 'blocks'
  | 'refuses-break-glass'
  | 'refuses-regulation'
  | 'opposes-consultation'
  | 'opposes-feeding'
  | 'closed'
  | 'deceased';

/**
 * What stands between a patient ($1) and holders ($2) at an instant ($3), as text: `[[kind, holder, since in milliseconds], …]` in one order, so that the same
 * facts are the same text: care links in force, choices about them or everyone, a death. `access.pass_again` reads it word for word the same.
 */
const STANDING = (patient: string) => `(
  select coalesce(json_agg(json_build_array(kind, holder, floor(extract(epoch from since) * 1000)) order by holder, kind, since)::text, '[]') from (
    select kind, holder, since from access.care_link
     where patient_id = ${patient} and holder = any($2) and since <= $3 and (until is null or until > $3)
    union all
    select kind, holder, since from access.patient_choice
     where patient_id = ${patient} and (holder = '' or holder = any($2)) and since <= $3 and (until is null or until > $3)
    union all
    select 'deceased', '', $3::timestamptz where access.has_died(${patient})) s) as standing`;

/** What stands between a patient and someone at an instant, as text. */
export async function standingInForce(sql: Sql, patientId: string, holders: readonly string[], now: Date): Promise<string> {
  const [row] = await sql.query<{ standing: string }>('access-standing', `select ${STANDING('$1')}`, [patientId, holders, now]);
  return row!.standing;
}

/** The same, with the records read as one, first the one that is read: when it `isFollowed`, the one that the one asked for was merged into. */
export async function factsInForce(
  sql: Sql,
  asked: { patientId: string; isFollowed: boolean; holders: readonly string[]; now: Date },
): Promise<{ homes: string[]; standing: string }> {
  const [row] = await sql.query<{ homes: string[]; standing: string }>(
    'access-facts',
    `select homes, ${STANDING('homes[1]')} from (select access.homes_read_with($1, $4) as homes offset 0) read`,
    [asked.patientId, asked.holders, asked.now, asked.isFollowed],
  );
  return row!;
}

/** All links in force of a patient, the latest first. */
export function linksOfPatient(sql: Sql, patientId: string, now: Date): Promise<LinkRow[]> {
  return sql.query<LinkRow & Record<string, unknown>>(
    'access-links-of-patient',
    `select patient_id as "patientId", holder, kind, since, until from access.care_link
     where patient_id = $1 and since <= $2 and (until is null or until > $2) order by since desc, holder`,
    [patientId, now],
  );
}

/** All choices in force of a patient. */
export function choicesOfPatient(sql: Sql, patientId: string, now: Date): Promise<{ kind: ChoiceKind; holder: string; since: Date }[]> {
  return sql.query<{ kind: ChoiceKind; holder: string; since: Date }>(
    'access-choices-of-patient',
    `select kind, holder, since from access.patient_choice
     where patient_id = $1 and since <= $2 and (until is null or until > $2) order by since desc, holder`,
    [patientId, now],
  );
}

/** As `choicesOfPatient`, for work that goes on for several side by side. */
export const choicesAmong = askedAsOne(async (sql: Sql, asked: readonly { patientId: string; now: Date }[]) => {
  const rows = await sql.query<{ n: number; kind: ChoiceKind; holder: string; since: Date }>(
    'access-choices-among',
    `select g.n::int as n, c.kind, c.holder, c.since from unnest($1::uuid[], $2::timestamptz[]) with ordinality as g (patient_id, now, n)
     join access.patient_choice c on c.patient_id = g.patient_id and c.since <= g.now and (c.until is null or c.until > g.now) order by c.since desc, c.holder`,
    [asked.map(({ patientId }) => patientId), asked.map(({ now }) => now)],
  );
  const own = Map.groupBy(rows, ({ n }) => n);
  return asked.map((_, n) => own.get(n + 1) ?? []);
});

interface Choice {
  patientId: string;
  kind: ChoiceKind;
  /** Whom it concerns; empty for everyone. */
  holder: string;
  now: Date;
  by: string;
}

/** Writes a choice, unless it is already in force. */
export async function writeChoice(tx: Sql, { patientId, kind, holder, now, by }: Choice): Promise<void> {
  await tx.query(
    'access-write-choice',
    `insert into access.patient_choice (patient_id, kind, holder, since, declared_by)
     select $1, $2, $3, $4, $5
     where not exists (select from access.patient_choice
       where patient_id = $1 and kind = $2 and holder = $3 and since <= $4 and (until is null or until > $4))
     on conflict do nothing`,
    [patientId, kind, holder, now, by],
  );
}

export async function endChoice(tx: Sql, { patientId, kind, holder, now, by }: Choice): Promise<void> {
  await tx.query(
    'access-end-choice',
    `update access.patient_choice set until = $4, ended_by = $5
     where patient_id = $1 and kind = $2 and holder = $3 and since <= $4 and (until is null or until > $4)`,
    [patientId, kind, holder, now, by],
  );
}

/** Links in force of these holders with anyone who did not shut them out, or with these patients only; the latest first. */
export function linksOfHolders(
  sql: Sql,
  holders: readonly string[],
  now: Date,
  options: { among?: readonly string[]; kinds: readonly LinkKind[]; limit: number },
): Promise<LinkRow[]> {
  return sql.query<LinkRow & Record<string, unknown>>(
    'access-links-of-holders',
    `select patient_id as "patientId", holder, kind, since, until from access.care_link l
     where holder = any($1) and since <= $2 and (until is null or until > $2)
       and kind = any($3) and ($4::uuid[] is null or patient_id = any($4))
       and not exists (select from access.patient_choice c
         where c.patient_id = l.patient_id and c.kind = 'blocks' and c.holder = any($1) and c.since <= $2 and (c.until is null or c.until > $2))
     order by since desc, patient_id limit $5`,
    [holders, now, options.kinds, options.among ?? null, options.limit],
  );
}

/** Writes links as one statement; one already in force of the same kind and holder has its end moved later, never sooner. */
export async function writeLinks(
  tx: Sql,
  links: readonly { patientId: string; holder: string; kind: LinkKind; since: Date; until?: Date | undefined }[],
  declaredBy: string,
): Promise<void> {
  await tx.query(
    'access-write-links',
    `with given as (
       select distinct on (patient_id, holder, kind) * from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[])
         as g (patient_id, holder, kind, since, until)
       order by patient_id, holder, kind, until desc nulls first),
     prolonged as (
       update access.care_link l set until = case when g.until is null or l.until is null then null else greatest(l.until, g.until) end
       from given g
       where l.patient_id = g.patient_id and l.holder = g.holder and l.kind = g.kind
         and l.since <= g.since and (l.until is null or l.until > g.since)
         and l.ended_by is null
       returning l.patient_id, l.holder, l.kind)
     insert into access.care_link (patient_id, holder, kind, since, until, declared_by)
     select patient_id, holder, kind, since, until, $6 from given g
     where not exists (select 1 from prolonged p where p.patient_id = g.patient_id and p.holder = g.holder and p.kind = g.kind)
     on conflict do nothing`,
    [
      links.map(({ patientId }) => patientId),
      links.map(({ holder }) => holder),
      links.map(({ kind }) => kind),
      links.map(({ since }) => since),
      links.map(({ until }) => until ?? null),
      declaredBy,
    ],
  );
}

/** Ends the links in force between a patient and a holder. @returns how many ended */
export async function endLinks(
  tx: Sql,
  link: { patientId: string; holder: string; kinds: readonly LinkKind[]; now: Date; endedBy: string },
): Promise<number> {
  const ended = await tx.query(
    'access-end-links',
    `update access.care_link set until = $4, ended_by = $5
     where patient_id = $1 and holder = $2 and kind = any($3) and since <= $4 and (until is null or until > $4) returning kind`,
    [link.patientId, link.holder, link.kinds, link.now, link.endedBy],
  );
  return ended.length;
}
