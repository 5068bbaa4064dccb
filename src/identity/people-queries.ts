import type { Sql } from '#kernel';
import type { Patient } from './contract.ts';
import { findCandidates } from './identify.ts';
import { INS_OIDS, insOf, type Mode, readMatricule } from './ins.ts';
import type { Candidate } from './score.ts';
import { datesMeant } from './search.ts';
import * as store from './store.ts';
import { localIdsOfRecords } from './store-people.ts';
import { traitsOf, wordsOf } from './traits.ts';
import type { PrintedPatient } from '#formats';

/** Demographics asked for, each optional; together they must say enough (IHE PDQm, Mobile Patient Demographics Query, ITI-78). */
export interface DemographicsQuery {
  /** OID and value: the INS, or a sender's own number. */
  identifier?: { system: string; value: string };
  family?: string;
  given?: string;
  /** `YYYY-MM-DD` */
  birthDate?: string;
  gender?: 'M' | 'F' | 'UN';
}

/** No list is longer: more must be said. */
const MOST_PEOPLE = 20;

/**
 * Patient Demographics Query (PDQm, ITI-78): exact by identifier, else by birth date and the beginning of words of the names. A name alone finds
 * nobody: a register of a whole population is not for leafing through.
 */
export async function queryDemographics(
  sql: Sql,
  { identifier, family, given, birthDate, gender }: DemographicsQuery,
  mode: Mode,
): Promise<{ patients: Patient[]; more: boolean }> {
  const words = [family, given].flatMap((name) => (name === undefined ? [] : wordsOf(name)));
  const found = identifier
    ? await byIdentifier(sql, identifier, mode)
    : birthDate && words.length > 0
      ? await store.searchBorn(sql, datesMeant(birthDate), words, MOST_PEOPLE + 1)
      : [];
  const isMeant = ({ traits }: Patient) =>
    (gender === undefined || traits.sex === gender) &&
    (birthDate === undefined || datesMeant(birthDate).includes(traits.birthDate)) &&
    (family === undefined || startsName([traits.birthFamily, traits.usedFamily], family)) &&
    (given === undefined || startsName([traits.birthGivens, traits.firstBirthGiven, traits.usedGiven], given));
  const patients = found.filter(isMeant);
  return { patients: patients.slice(0, MOST_PEOPLE), more: patients.length > MOST_PEOPLE };
}

/** Whether each word asked for begins a word of one of these names. */
function startsName(names: readonly (string | undefined)[], asked: string): boolean {
  const words = names.flatMap((name) => wordsOf(name ?? ''));
  return wordsOf(asked).every((start) => words.some((word) => word.startsWith(start)));
}

/** By INS, its blanks and case as typed, else by a number that a person linked. An INS of a domain that this instance does not take is nobody's. */
async function byIdentifier(sql: Sql, { system, value }: { system: string; value: string }, mode: Mode): Promise<Patient[]> {
  if (!(Object.values(INS_OIDS) as string[]).includes(system)) return store.patientsByNumber(sql, { root: system, extension: value });
  const oids: readonly string[] = mode === 'production' ? [INS_OIDS.nir, INS_OIDS.nia] : [INS_OIDS.test, INS_OIDS.demo];
  const matricule = oids.includes(system) ? readMatricule(value) : undefined;
  return matricule ? store.patientsByMatricule(sql, [system], matricule) : [];
}

/** How sure a match is (FHIR value set match-grade). `certain` is what the rules of identification alone give: an INS with concordant traits. */
export type MatchGrade = 'certain' | 'probable' | 'possible';

/**
 * `Patient/$match` (PDQm, ITI-119): records that could be the person described, best first, scored like the candidates of the worklist.
 * @param onlyCertain FHIR `onlyCertainMatches`
 */
export async function matchPatient(
  sql: Sql,
  described: PrintedPatient,
  { mode, onlyCertain = false }: { mode: Mode; onlyCertain?: boolean },
): Promise<{ candidate: Candidate; grade: MatchGrade }[]> {
  const printed = insOf(described.ids, mode);
  const ins = printed.kind === 'ins' ? printed.ins : undefined;
  const candidates = await findCandidates(sql, traitsOf(described), ins);
  const graded = candidates.map((candidate) => ({ candidate, grade: gradeOf(candidate) }));
  return onlyCertain ? graded.filter(({ grade }) => grade === 'certain') : graded;
}

function gradeOf({ comparison, score, attributes }: Candidate): MatchGrade {
  const strict = ['birthFamily', 'firstBirthGiven', 'sex', 'birthDate', 'birthPlace'].every((trait) => comparison[trait] === 'same');
  const isClear = attributes.length === 0 && comparison['ins'] !== 'different';
  if (strict && comparison['ins'] === 'same' && comparison['birthGivens'] !== 'different') return 'certain';
  return strict && isClear && score >= 90 ? 'probable' : 'possible';
}

/** Every identifier of a person: what PIXm answers with. */
export interface CrossReference {
  /** The record that is read. */
  patientId: string;
  /** OID and value; the INS only when the status permits it to leave. */
  ids: { system: string; value: string }[];
}

/**
 * Patient Identifier Cross-reference (PIXm, ITI-83): the other identifiers of the person that one identifier names.
 * @returns undefined when nobody is known under it
 */
export async function crossReference(
  sql: Sql,
  identifier: { system: string; value: string },
  { mode, mayShowIns }: { mode: Mode; mayShowIns: (patient: Patient) => boolean },
): Promise<CrossReference | undefined> {
  const [patient, another] = await byIdentifier(sql, identifier, mode);
  // one number that two senders gave to two people names nobody
  if (!patient || another) return undefined;
  const { patientId, homes } = await store.personOf(sql, patient.patientId);
  const local = await localIdsOfRecords(sql, homes);
  const inss = (await store.patientsByIds(sql, homes)).flatMap((record) => (record.ins && mayShowIns(record) ? [record.ins] : []));
  const ids = [
    ...inss.map(({ oid, value }) => ({ system: oid, value })),
    ...local.map(({ domain, localId }) => ({ system: domain, value: localId })),
  ];
  return { patientId, ids };
}
