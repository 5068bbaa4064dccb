import { type Name, type Patient, permits } from '#identity';
import { compact, type Resource, versionedByContent } from '../wire/resource.ts';

export const FR_CORE = 'https://hl7.fr/ig/fhir/core';
export const NUMBER_TYPES = `${FR_CORE}/CodeSystem/fr-core-cs-v2-0203`;
const INS_TYPES: Readonly<Record<string, string>> = {
  '1.2.250.1.213.1.4.8': 'INS-NIR',
  '1.2.250.1.213.1.4.9': 'INS-NIA',
  '1.2.250.1.213.1.4.10': 'INS-NIR-TEST',
  '1.2.250.1.213.1.4.11': 'INS-NIR-DEMO',
};
/** Statuses of the RNIV in the newest code system of FR Core (2.2). */
const RELIABILITY: Readonly<Record<Patient['status'], string>> = {
  provisional: 'PROV',
  validated: 'VALI',
  retrieved: 'RECUP',
  qualified: 'QUAL',
};
const GENDERS = { M: 'male', F: 'female', UN: 'unknown' } as const;

/**
 * A record of the region as a Patient of FR Core. The INS goes out only as the identity knows it.
 * @param told what may be told besides: senders' own numbers (IPP), names known before or elsewhere
 */
export function patientResource(
  patient: Patient,
  { numbers = [], aliases = [] }: { numbers?: readonly { domain: string; localId: string }[]; aliases?: readonly Name[] | undefined } = {},
): Resource {
  const { patientId, traits, ins, status, deceasedOn } = patient;
  const { birthFamily, birthGivens, firstBirthGiven, usedFamily, usedGiven, birthPlace, sex, birthDate } = traits;
  const resource = compact<Resource>({
    resourceType: 'Patient',
    id: patientId,
    meta: { versionId: '', profile: [`${FR_CORE}/StructureDefinition/fr-core-patient${ins ? '-ins' : ''}`] },
    extension: [
      {
        url: `${FR_CORE}/StructureDefinition/fr-core-identity-reliability`,
        extension: [
          { url: 'identityStatus', valueCoding: { system: `${FR_CORE}/CodeSystem/fr-core-cs-identity-status`, code: RELIABILITY[status] } },
        ],
      },
      ...(birthPlace ? [{ url: 'http://hl7.org/fhir/StructureDefinition/patient-birthPlace', valueAddress: placeOf(birthPlace) }] : []),
    ],
    identifier: [
      ...(ins
        ? [
            {
              use: 'official',
              type: { coding: [{ system: NUMBER_TYPES, code: INS_TYPES[ins.oid] }] },
              system: `urn:oid:${ins.oid}`,
              value: ins.value,
            },
          ]
        : []),
      {
        use: 'secondary',
        type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'RRI' }] },
        system: 'urn:ietf:rfc:3986',
        value: `urn:uuid:${patientId}`,
      },
      ...numbers.map(({ domain, localId }) => ({
        use: 'usual',
        type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'PI' }] },
        system: systemOf(domain),
        value: localId,
      })),
    ],
    active: true,
    name: [
      compact({
        use: 'official',
        family: birthFamily,
        given: [firstBirthGiven],
        extension:
          birthGivens === firstBirthGiven
            ? undefined
            : [{ url: `${FR_CORE}/StructureDefinition/fr-core-patient-birth-list-given-name`, valueString: birthGivens }],
      }),
      ...(usedFamily || usedGiven
        ? [compact({ use: 'usual', family: usedFamily ?? birthFamily, given: usedGiven === undefined ? undefined : [usedGiven] })]
        : []),
      ...aliases.map(({ family, firstGiven }) => ({ use: 'old', family, given: [firstGiven] })),
    ],
    gender: GENDERS[sex],
    birthDate: birthDate.replace(/(?:-00)+$/, ''),
    ...(deceasedOn?.startsWith('0000') ? { deceasedBoolean: true } : { deceasedDateTime: deceasedOn?.replace(/(?:-00)+$/, '') }),
  });
  return versionedByContent(resource);
}

/** The INS goes out only of an identity whose status permits it. */
export function shareable(patient: Patient): Patient {
  const { ins: _ins, ...rest } = patient;
  return permits(patient, 'send-matricule') ? patient : rest;
}

/** A record that was merged into another: still found, no longer to be used (PDQm: deprecated). */
export function mergedPatientResource(patient: Patient, survivor: string): Resource {
  const link = [{ other: { reference: `Patient/${survivor}` }, type: 'replaced-by' }];
  return versionedByContent({ ...patientResource(patient), active: false, link });
}

/** The domain of a number as FHIR writes it. */
export const systemOf = (domain: string): string => (/^\d+(\.\d+)+$/.test(domain) ? `urn:oid:${domain}` : domain);

function placeOf({ cog, label }: { cog?: string | undefined; label?: string | undefined }): Record<string, unknown> {
  return compact({
    city: label,
    extension:
      cog === undefined
        ? undefined
        : [
            {
              url: `${FR_CORE}/StructureDefinition/fr-core-address-insee-code`,
              valueCoding: { system: 'https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM', code: cog },
            },
          ],
  });
}
