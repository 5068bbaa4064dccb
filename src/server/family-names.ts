import type { FamilyNamesOf } from '#access';
import { patientsByIds } from '#identity';

/** The family names that patients bear, at birth and in use. */
export const familyNamesOf: FamilyNamesOf = async (sql, patientIds) => {
  const patients = await patientsByIds(sql, [...patientIds]);
  return new Map(
    patients.map(({ patientId, traits: { birthFamily, usedFamily } }) => [
      patientId,
      usedFamily ? [birthFamily, usedFamily] : [birthFamily],
    ]),
  );
};
