import type { AreColleagues } from '#access';
import { namesOfPeopleAt } from '#directory';
import { patientsByIds } from '#identity';

/**
 * Does the patient bear the names of a professional who works where the reader does? The directory holds no birth date: a namesake is told too, for
 * the data protection officer to judge.
 */
export const areColleagues: AreColleagues = async (sql, pairs) => {
  const patients = new Map(
    (await patientsByIds(sql, [...new Set(pairs.map(({ patientId }) => patientId))])).map((one) => [one.patientId, one]),
  );
  const people = await namesOfPeopleAt(sql, [...new Set(pairs.map(({ organisation }) => organisation))]);
  const known = new Set(people.map(({ finess, family, given }) => keyOf(finess, family, given)));
  return pairs.map(({ patientId, organisation }) => {
    const traits = patients.get(patientId)?.traits;
    if (!traits) return false;
    const { birthFamily, usedFamily = birthFamily, firstBirthGiven, usedGiven = firstBirthGiven } = traits;
    return [birthFamily, usedFamily].some((family) =>
      [firstBirthGiven, usedGiven].some((given) => known.has(keyOf(organisation, family, given))),
    );
  });
};

const keyOf = (finess: string, family: string, given: string) => [finess, plain(family), plain(given)].join('|');

const plain = (text: string) =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .replace(/[^A-Z]+/g, ' ')
    .trim();
