import type { LgcPatient } from './store.ts';

const FR_CORE = 'https://hl7.fr/ig/fhir/core/StructureDefinition';
/** Authority of the RPPS. */
const RPPS = 'urn:oid:1.2.250.1.71.4.2.1';
const GENDERS = { M: 'male', F: 'female', UN: 'unknown' } as const;

/** A patient of the practice as FR Core writes one: its id is the practice's number. */
export function patientResource({ number, ins, isQualified, traits, doctor }: LgcPatient): Record<string, unknown> {
  const { birthFamily, birthGivens, firstBirthGiven, usedFamily, usedGiven, sex, birthDate, birthPlace } = traits;
  return {
    resourceType: 'Patient',
    id: number,
    active: true,
    extension: [
      {
        url: `${FR_CORE}/fr-core-identity-reliability`,
        extension: [{ url: 'identityStatus', valueCoding: { code: isQualified ? 'QUAL' : 'PROV' } }],
      },
      ...(birthPlace
        ? [
            {
              url: 'http://hl7.org/fhir/StructureDefinition/patient-birthPlace',
              valueAddress: {
                ...(birthPlace.label !== undefined && { city: birthPlace.label }),
                ...(birthPlace.cog !== undefined && {
                  extension: [{ url: `${FR_CORE}/fr-core-address-insee-code`, valueCoding: { code: birthPlace.cog } }],
                }),
              },
            },
          ]
        : []),
    ],
    identifier: [
      { use: 'usual', system: 'urn:cigogne:lgc:patient', value: number },
      ...(ins ? [{ use: 'official', system: `urn:oid:${ins.oid}`, value: ins.value }] : []),
    ],
    name: [
      {
        use: 'official',
        family: birthFamily,
        given: [firstBirthGiven],
        extension: [{ url: `${FR_CORE}/fr-core-patient-birth-list-given-name`, valueString: birthGivens }],
      },
      ...(usedFamily === undefined && usedGiven === undefined
        ? []
        : [{ use: 'usual', family: usedFamily ?? birthFamily, given: [usedGiven ?? firstBirthGiven] }]),
    ],
    gender: GENDERS[sex],
    birthDate,
    ...(doctor !== undefined && { generalPractitioner: [{ identifier: { system: RPPS, value: doctor.replace(/^rpps:/, '') } }] }),
  };
}
