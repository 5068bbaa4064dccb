import type { Addressee } from '#access';
import { patientById } from '#identity';
import type { Sql } from '#kernel';

/** The patient of a record, as a letter names them: the names in use, those of birth where none is. */
export async function addresseeOf(sql: Sql, patientId: string): Promise<Addressee | undefined> {
  const { traits } = (await patientById(sql, patientId)) ?? {};
  if (!traits) return undefined;
  const { usedFamily, birthFamily, usedGiven, firstBirthGiven, birthDate } = traits;
  return { name: [usedGiven ?? firstBirthGiven, usedFamily ?? birthFamily].join(' '), birthDate };
}
