import type { Sql } from '#kernel';
import type { Patient } from './contract.ts';
import { INS_OIDS, type Mode } from './ins.ts';
import { datesMeant, readPatientQuery } from './search.ts';
import * as store from './store.ts';

/** A list longer than this is not read: type more. */
const MOST_FOUND = 20;

/**
 * People of the region by INS, or by birth date and the beginning of words of their names, accents, case, hyphens and order ignored; one word at
 * least must begin a birth or used family name. A name without birth date is looked for only among `own`: the records that the reader already
 * follows; a register of a whole population is not for leafing through.
 * @param own ids of the reader's own patients
 * @returns at most 20, the best known order (name, given name), and whether more would match
 */
export async function findPatients(
  sql: Sql,
  { q, mode, own }: { q: string; mode: Mode; own: readonly string[] },
): Promise<{ patients: Patient[]; more: boolean }> {
  const query = readPatientQuery(q);
  if (query.kind === 'unclear') return { patients: [], more: q.trim() !== '' };
  if (query.kind === 'ins') {
    const oids = mode === 'production' ? [INS_OIDS.nir, INS_OIDS.nia] : [INS_OIDS.test, INS_OIDS.demo];
    return { patients: await store.patientsByMatricule(sql, oids, query.value), more: false };
  }
  const found =
    query.kind === 'name-and-date'
      ? await store.searchBorn(sql, datesMeant(query.birthDate), query.words, MOST_FOUND + 1)
      : await store.searchAmong(sql, own, query.words, MOST_FOUND + 1);
  return { patients: found.slice(0, MOST_FOUND), more: found.length > MOST_FOUND };
}
