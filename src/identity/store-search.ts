import type { Sql } from '#kernel';
import type { Patient } from './contract.ts';
import { COLUMNS, LIVE, type PatientRow, toPatient } from './store.ts';

/** The order of an index, so that a common name costs no more than a rare one. */
const FOUND_ORDER = `p.compared_family collate "C", p.first_birth_given collate "C", p.birth_date collate "C", p.patient_id`;

/** `LIKE` patterns of words that must begin a word of the name; the columns hold words between blanks, without any sign of LIKE. */
const beginnings = (words: readonly string[]) => words.map((word) => `% ${word}%`);

/** Every word begins one of the names, and one of them a family name; `of`: a record under the names it bears now, or an alias. */
const named = (of: 'p' | 'a') => `${of}.search_words like all($1::text[]) and ${of}.search_family like any($1::text[])`;

/** One more than is listed tells that there are others. */
export const MOST_SEARCHED = 21;

/** Those who bear the name now, in their order, then those who are known under it; each search is stopped at the limit. */
async function find(sql: Sql, name: string, where: { borne: string; known: string }, values: unknown[]): Promise<Patient[]> {
  const rows = await sql.query<PatientRow>(
    name,
    `(select ${COLUMNS} from identity.patient p where ${where.borne} and ${LIVE} order by ${FOUND_ORDER} limit ${MOST_SEARCHED})
     union all
     (select ${COLUMNS} from identity.alias a join identity.patient p using (patient_id) where ${where.known} and ${LIVE}
       order by a.compared_family collate "C", a.patient_id limit ${MOST_SEARCHED})`,
    values,
  );
  return firsts(rows);
}

/** Each record once, where it is found first. */
function firsts(rows: readonly PatientRow[]): Patient[] {
  const once = new Map(rows.map((row) => [row.patient_id, row]));
  return [...once.values()].slice(0, MOST_SEARCHED).map(toPatient);
}

/** @param birthDates one to three: asked one by one, so that the plan of a list of known length is kept, and not made at each search */
export function searchBorn(sql: Sql, birthDates: readonly string[], words: readonly string[]): Promise<Patient[]> {
  const [first, second = first, third = first] = birthDates;
  const where = {
    borne: `p.birth_date in ($2, $3, $4) and ${named('p')}`,
    known: `a.birth_date in ($2, $3, $4) and ${named('a')}`,
  };
  return find(sql, 'identity-search-born', where, [beginnings(words), first, second, third]);
}

export function searchAmong(sql: Sql, patientIds: readonly string[], words: readonly string[]): Promise<Patient[]> {
  const where = {
    borne: `p.patient_id = any($2::uuid[]) and ${named('p')}`,
    known: `a.patient_id = any($2::uuid[]) and ${named('a')}`,
  };
  return find(sql, 'identity-search-among', where, [beginnings(words), patientIds]);
}

/**
 * By the beginning of the birth name, or of a family name known otherwise, with words of the given names: without a date, for the identity cell
 * alone. A range, and not `LIKE`: a prepared statement can then stop at the last one listed; two statements, each as quick as one, and most often one
 * is enough.
 */
export async function searchFamily(sql: Sql, words: readonly string[]): Promise<Patient[]> {
  const [family = '', ...rest] = words;
  const inRange = (of: 'p' | 'a') =>
    `${of}.compared_family collate "C" >= $1 and ${of}.compared_family collate "C" < $2 and ${of}.search_words like all($3::text[])`;
  const values = [family, `${family}${LAST_CHARACTER}`, beginnings(rest), MOST_SEARCHED];
  const borne = await sql.query<PatientRow>(
    'identity-search-family',
    `select ${COLUMNS} from identity.patient p where ${inRange('p')} and ${LIVE} order by ${FOUND_ORDER} limit $4`,
    values,
  );
  if (borne.length === MOST_SEARCHED) return borne.map(toPatient);
  const known = await sql.query<PatientRow>(
    'identity-search-family-known',
    `select ${COLUMNS} from identity.alias a join identity.patient p using (patient_id) where ${inRange('a')} and ${LIVE}
      order by a.compared_family collate "C", a.patient_id limit $4`,
    values,
  );
  return firsts([...borne, ...known]);
}
/** Above every letter of a name, in the order of bytes. */
const LAST_CHARACTER = '\u{10ffff}';
