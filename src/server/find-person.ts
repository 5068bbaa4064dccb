import type { PersonClaims, Principal, Role } from '#access';
import { type Practitioner, practitioner, structure } from '#directory';
import type { Sql } from '#kernel';

/** Specialities of doctors (JDV_J01, SM codes) whose role is not the specialist's. */
const GENERAL_PRACTICE = new Set(['SM26', 'SM53', 'SM54']);
const MEDICAL_BIOLOGY = new Set(['SM03', 'SM63', 'SM64', 'SM65', 'SM66', 'SM67']);

/** Professions (G15 codes of JDV_J01) with a role here. Others have none: they are not signed in. */
const ROLE_OF_PROFESSION: Readonly<Record<string, Role>> = { G15_21: 'pharmacist', G15_40: 'dentist', G15_50: 'midwife', G15_60: 'nurse' };

/**
 * The professional that an issuer names by national identifier, as the directory knows them.
 * @param at the structure (FINESS) that they must work in; absent: any
 * @returns undefined when the directory does not know them, or their profession has no role
 */
export async function findPerson(sql: Sql, { nationalId }: Pick<PersonClaims, 'nationalId'>, at?: string): Promise<Principal | undefined> {
  const known = nationalId === undefined ? undefined : await practitioner(sql, nationalId);
  const role = known && roleOf(known);
  if (!known || !role) return undefined;
  const finess = known.structures.find((one) => at === undefined || one === at);
  if (at !== undefined && finess === undefined) return undefined;
  const place = finess === undefined ? undefined : await structure(sql, finess);
  return {
    id: `rpps:${known.rpps}`,
    name: [known.title === 'DR' ? 'Dr' : known.title, known.given, known.family].filter(Boolean).join(' '),
    role,
    ...(place && { organisation: { finess: place.finess, name: place.name } }),
  };
}

function roleOf({ profession, speciality }: Practitioner): Role | undefined {
  if (profession !== 'G15_10') return profession === undefined ? undefined : ROLE_OF_PROFESSION[profession];
  if (speciality !== undefined && GENERAL_PRACTICE.has(speciality)) return 'gp';
  return speciality !== undefined && MEDICAL_BIOLOGY.has(speciality) ? 'biologist' : 'specialist';
}
