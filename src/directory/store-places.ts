import type { Sql } from '#kernel';

/** A place of the directory: of the region's own register, or of the national extracts. */
export interface Place {
  /** FINESS when it has one, else its technical identifier or SIRET. */
  siteId: string;
  finess: string | null;
  siret: string | null;
  name: string;
  /** Of the region's own register only. */
  kind: string | null;
  street: string | null;
  postalCode: string | null;
  city: string | null;
  phone: string | null;
  /** MSSanté addresses of the organisation, not of its people. */
  mailboxes: string[];
}

/** Places by FINESS, technical identifier or SIRET. */
export function placesOf(sql: Sql, numbers: readonly string[]): Promise<Place[]> {
  return sql.query<Place & Record<string, unknown>>(
    'directory-places',
    `select s.site_id as "siteId", s.finess, s.siret, s.name, r.kind, s.street, s.postal_code as "postalCode", s.city, s.phone,
        array(select m.address from directory.mailbox m where m.site_id = s.site_id and m.rpps is null and m.ended_at is null order by m.address) as mailboxes
       from directory.site s left join directory.structure r on r.finess = s.finess
      where s.site_id = any($1::text[]) or s.finess = any($1::text[])`,
    [numbers],
  );
}

/** A professional with each place where they practise. */
export interface Professional {
  /** National identifier: `8` and the RPPS number. */
  rpps: string;
  family: string;
  given: string;
  title: string | null;
  /** JDV_J01, with its words. */
  profession: string | null;
  professionLabel: string | null;
  speciality: string | null;
  specialityLabel: string | null;
  mailboxes: string[];
  practices: { siteId: string; speciality: string | null; specialityLabel: string | null }[];
}

export function professionalsOf(sql: Sql, rpps: readonly string[]): Promise<Professional[]> {
  return sql.query<Professional & Record<string, unknown>>(
    'directory-professionals',
    `select p.rpps, p.family, p.given, p.title, p.profession, p.profession_label as "professionLabel", p.speciality, p.speciality_label as "specialityLabel",
        array(select m.address from directory.mailbox m where m.rpps = p.rpps and m.kind = 'PER' and m.ended_at is null order by m.address) as mailboxes,
        coalesce((select jsonb_agg(jsonb_build_object('siteId', w.site_id, 'speciality', nullif(w.speciality, ''), 'specialityLabel', w.speciality_label)
                                   order by w.site_id, w.speciality)
                    from directory.practice w where w.rpps = p.rpps and w.ended_at is null), '[]') as practices
       from directory.practitioner p where p.rpps = any($1::text[])`,
    [rpps],
  );
}

/** Who practises at these places, by number; `limit` of them at most. */
export async function professionalsAt(sql: Sql, siteIds: readonly string[], limit: number): Promise<string[]> {
  const rows = await sql.query<{ rpps: string }>(
    'directory-professionals-at',
    `select distinct rpps from directory.practice where site_id = any($1::text[]) and ended_at is null order by rpps limit $2`,
    [siteIds, limit],
  );
  return rows.map((row) => row.rpps);
}

/** The telephones of the places where these professionals practise, by their number; who has none is absent. */
export async function phonesOf(sql: Sql, rpps: readonly string[]): Promise<Map<string, { place: string; phone: string }[]>> {
  const rows = await sql.query<{ rpps: string; place: string; phone: string }>(
    'directory-phones',
    `select distinct w.rpps, s.name as place, s.phone from directory.practice w join directory.site s using (site_id)
      where w.rpps = any($1::text[]) and w.ended_at is null and s.phone is not null order by w.rpps, s.name, s.phone`,
    [rpps],
  );
  return new Map(
    [...Map.groupBy(rows, (row) => row.rpps)].map(([number, own]) => [number, own.map(({ place, phone }) => ({ place, phone }))]),
  );
}
