import type { Sql } from '#kernel';
import type { Patient } from './contract.ts';
import { COLUMNS, LIVE, type PatientRow, toPatient } from './store.ts';

/** The order of an index, so that a common name costs no more than a rare one. */
const FOUND_ORDER = `p.compared_family collate "C", p.first_birth_given collate "C", p.birth_date collate "C", p.patient_id`;

/** `LIKE` patterns of words that must begin a word of the name; the columns hold words between blanks, without any sign of LIKE. */
const beginnings = (words: readonly string[]) => words.map((word) => `% ${word}%`);

/** Every word begins one of the names, and one of them a family name; `of`: a record under the names it bears now, or an alias. */
const named = (of: 'p' | 'a') => `${of}.search_words like all($1::text[]) and ${of}.search_family like any($1::text[])`;

/** Each of two searches is stopped at the limit: those who bear the name now are listed first, then those who are known under it. */
const found = (borne: string, known: string, limit: string) => `
  select ${COLUMNS} from (
    select f.patient_id, min(f.rank) as rank from ((${borne} limit ${limit}) union all (${known} limit ${limit})) f group by f.patient_id) f
    join identity.patient p using (patient_id) where ${LIVE}
   order by f.rank, ${FOUND_ORDER} limit ${limit}`;

/** @param birthDates one to three: asked one by one, so that the plan of a list of known length is kept, and not made at each search */
export async function searchBorn(sql: Sql, birthDates: readonly string[], words: readonly string[], limit: number): Promise<Patient[]> {
  const [first, second = first, third = first] = birthDates;
  const rows = await sql.query<PatientRow>(
    'identity-search-born',
    found(
      `select p.patient_id, 0 as rank from identity.patient p where p.birth_date in ($3, $4, $5) and ${named('p')} and ${LIVE}
        order by ${FOUND_ORDER}`,
      `select a.patient_id, 1 from identity.alias a where a.birth_date in ($3, $4, $5) and ${named('a')}`,
      '$2',
    ),
    [beginnings(words), limit, first, second, third],
  );
  return rows.map(toPatient);
}

export async function searchAmong(sql: Sql, patientIds: readonly string[], words: readonly string[], limit: number): Promise<Patient[]> {
  const rows = await sql.query<PatientRow>(
    'identity-search-among',
    found(
      `select p.patient_id, 0 as rank from identity.patient p where p.patient_id = any($3::uuid[]) and ${named('p')} and ${LIVE}
        order by ${FOUND_ORDER}`,
      `select a.patient_id, 1 from identity.alias a where a.patient_id = any($3::uuid[]) and ${named('a')}`,
      '$2',
    ),
    [beginnings(words), limit, patientIds],
  );
  return rows.map(toPatient);
}

/**
 * By the beginning of the birth name, or of a family name known otherwise, with words of the given names: without a date, for the identity cell
 * alone. A range, and not `LIKE`: a prepared statement can then stop at the last one listed.
 */
export async function searchFamily(sql: Sql, words: readonly string[], limit: number): Promise<Patient[]> {
  const [family = '', ...rest] = words;
  const inRange = (of: 'p' | 'a') =>
    `${of}.compared_family collate "C" >= $1 and ${of}.compared_family collate "C" < $2 and ${of}.search_words like all($3::text[])`;
  const rows = await sql.query<PatientRow>(
    'identity-search-family',
    found(
      `select p.patient_id, 0 as rank from identity.patient p where ${inRange('p')} and ${LIVE}
        order by ${FOUND_ORDER}`,
      `select a.patient_id, 1 from identity.alias a where ${inRange('a')} order by a.compared_family collate "C", a.patient_id`,
      '$4',
    ),
    [family, `${family}${LAST_CHARACTER}`, beginnings(rest), limit],
  );
  return rows.map(toPatient);
}
/** Above every letter of a name, in the order of bytes. */
const LAST_CHARACTER = '\u{10ffff}';
