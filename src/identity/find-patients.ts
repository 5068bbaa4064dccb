import type { Sql } from '#kernel';
import type { Patient } from './contract.ts';
import { INS_OIDS, type Mode } from './ins.ts';
import { datesMeant, readPatientQuery } from './search.ts';
import { patientsByMatricule } from './store.ts';
import * as search from './store-search.ts';

/** A list longer than this is not read: type more. */
const MOST_FOUND = search.MOST_SEARCHED - 1;

/** Where a name without birth date may be looked for: a register of a whole population is not for leafing through. */
export type NameScope =
  /** Among the reader's own patients. */
  | { own: () => Promise<readonly string[]> }
  /** Everywhere, by the beginning of the birth name: the identity cell. */
  | 'everyone';

/**
 * People of the region by INS, or by birth date and the beginning of words of their names, accents, case, hyphens and order ignored; one word at
 * least must begin a family name, borne now or known otherwise (aliases). A name alone is looked for within `scope`.
 * @returns at most 20, by name, those known under it otherwise last; `more` when others match, or when too little was typed to look for anyone
 */
export async function findPatients(
  sql: Sql,
  { q, mode, scope }: { q: string; mode: Mode; scope: NameScope },
): Promise<{ patients: Patient[]; more: boolean }> {
  const query = readPatientQuery(q);
  if (query.kind === 'unclear') return { patients: [], more: q.trim() !== '' };
  if (query.kind === 'ins') {
    const oids = mode === 'production' ? [INS_OIDS.nir, INS_OIDS.nia] : [INS_OIDS.test, INS_OIDS.demo];
    return { patients: await patientsByMatricule(sql, oids, query.value), more: false };
  }
  const found =
    query.kind === 'name-and-date'
      ? await search.searchBorn(sql, datesMeant(query.birthDate), query.words)
      : await findByName(sql, query.words, scope);
  return { patients: found.slice(0, MOST_FOUND), more: found.length > MOST_FOUND };
}

async function findByName(sql: Sql, words: readonly string[], scope: NameScope): Promise<Patient[]> {
  if (scope === 'everyone') return search.searchFamily(sql, words);
  return search.searchAmong(sql, await scope.own(), words);
}

/**
 * A person as a list shows them to someone who does not treat them: enough to tell them from others, no matricule, first given name only. A
 * homonym keeps their birthplace, by which they are told apart (RNIV).
 */
export function minimalTraits(patient: Patient): Patient {
  const { birthPlace, ...traits } = patient.traits;
  const isHomonym = patient.attributes.includes('HOMA');
  return {
    patientId: patient.patientId,
    traits: { ...traits, birthGivens: traits.firstBirthGiven, ...(isHomonym && birthPlace && { birthPlace }) },
    status: patient.status,
    attributes: patient.attributes,
  };
}
