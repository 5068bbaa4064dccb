import type { Address, Identifier, Organization, Participant, PersonName, PrintedPatient, Telecom } from '../lab-report.ts';
import type { BundleWriter } from './bundle-writer.ts';
import { compact, type Node } from './json.ts';
import { BIRTH_GIVENS, BIRTH_PLACE, INSEE_CODE } from './read-people.ts';
import { writeConcept, writeIdentifier } from './systems.ts';
import { fhirOfHl7 } from './times.ts';

const IDENTIFIER_TYPES = 'https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203';
const COMMUNES = 'https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM';

/** Type and use of the national numbers of a patient (FR Core 2.1, fr-core-patient-ins). */
const INS_TYPES: Readonly<Record<string, { code: string; use: string }>> = {
  '1.2.250.1.213.1.4.8': { code: 'INS-NIR', use: 'official' },
  '1.2.250.1.213.1.4.9': { code: 'INS-NIA', use: 'temp' },
  '1.2.250.1.213.1.4.10': { code: 'INS-NIR-TEST', use: 'official' },
  '1.2.250.1.213.1.4.11': { code: 'INS-NIR-DEMO', use: 'official' },
  '1.2.250.1.213.1.4.2': { code: 'INS-C', use: 'secondary' },
};

/** An identifier of a patient with what FR Core says of its domain: the INS by its type, any other as the sender's own number. */
export function writePatientIdentifier(id: Identifier): Node {
  const ins = INS_TYPES[id.root];
  if (ins) return writeIdentifier(id, { use: ins.use, type: { coding: [{ system: IDENTIFIER_TYPES, code: ins.code }] } });
  return writeIdentifier(id, { use: 'usual', type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'PI' }] } });
}

const GENDERS: Readonly<Record<string, string>> = { M: 'male', F: 'female', UN: 'unknown' };

export function writePatient(patient: PrintedPatient, zone: string): Node {
  const { birthFamily, birthGivens, firstBirthGiven, usedFamily, usedGiven, prefix, suffix, birthPlace, sex } = patient;
  const first = firstBirthGiven ?? birthGivens?.split(' ')[0];
  const titles = { prefix: prefix && [prefix], suffix: suffix && [suffix] };
  const hasBirthName = birthFamily !== undefined || first !== undefined;
  const birth = hasBirthName && {
    ...compact({
      extension: birthGivens !== undefined && birthGivens !== first ? [{ url: BIRTH_GIVENS, valueString: birthGivens }] : undefined,
      use: 'official',
      family: birthFamily,
      given: first === undefined ? undefined : [first],
      ...titles,
    }),
  };
  const used = (usedFamily !== undefined || usedGiven !== undefined) && {
    ...compact({
      use: 'usual',
      family: usedFamily,
      given: usedGiven === undefined ? undefined : [usedGiven],
      ...(hasBirthName ? {} : titles),
    }),
  };
  return compact({
    resourceType: 'Patient',
    extension: birthPlace && [{ url: BIRTH_PLACE, valueAddress: placeOf(birthPlace) }],
    identifier: patient.ids.map(writePatientIdentifier),
    name: [birth, used].filter((name) => name !== false),
    telecom: writeTelecoms(patient.telecoms),
    gender: sex && (GENDERS[sex] ?? 'unknown'),
    birthDate: fhirOfHl7(patient.birthDate?.slice(0, 8), zone),
    deceasedDateTime: fhirOfHl7(patient.deceasedAt, zone),
    deceasedBoolean: patient.isDeceased,
    address: (patient.addresses ?? []).flatMap(writeAddress),
  });
}

function placeOf({ cog, label }: NonNullable<PrintedPatient['birthPlace']>): Node {
  return compact({
    extension: cog === undefined ? undefined : [{ url: INSEE_CODE, valueCoding: { system: COMMUNES, code: cog } }],
    city: label,
  });
}

const ADDRESS_USES: Readonly<Record<string, string>> = { H: 'home', HP: 'home', WP: 'work', TMP: 'temp', BAD: 'old' };

/** None when it only says that it is not known. */
function writeAddress(address: Address): Node[] {
  const { lines, houseNumber, streetName, additionalLocator, unitId, postBox, precinct, postalCode, city, country, use } = address;
  const street = [houseNumber, streetName].filter(Boolean).join(' ');
  const written = compact({
    use: use && ADDRESS_USES[use],
    line: lines ?? [additionalLocator, unitId, street, postBox, precinct].filter(Boolean),
    city,
    postalCode,
    country,
  });
  return 'line' in written || 'city' in written || 'postalCode' in written || 'country' in written ? [written] : [];
}

const TELECOM_USES: Readonly<Record<string, string>> = { H: 'home', HP: 'home', WP: 'work', MC: 'mobile', TMP: 'temp' };
const SYSTEMS: Readonly<Record<string, string>> = { tel: 'phone', fax: 'fax', mailto: 'email', http: 'url', https: 'url' };

function writeTelecoms(telecoms: readonly Telecom[] | undefined): Node[] {
  return (telecoms ?? []).flatMap(({ value, use }) => {
    if (value === undefined) return [];
    const [, scheme = '', rest = value] = /^([a-z]+):(.+)$/i.exec(value) ?? [];
    const system = SYSTEMS[scheme] ?? 'other';
    return [compact({ system, value: system === 'url' || system === 'other' ? value : rest, use: use && TELECOM_USES[use] })];
  });
}

export function writeOrganization(organization: Organization, bundle: BundleWriter): { reference: string } {
  const { partOf } = organization;
  const parent =
    partOf &&
    bundle.addOnce(compact({ resourceType: 'Organization', identifier: partOf.ids.map((id) => writeIdentifier(id)), name: partOf.name }));
  return bundle.addOnce(
    compact({
      resourceType: 'Organization',
      identifier: organization.ids.map((id) => writeIdentifier(id)),
      type: organization.industry && [writeConcept(organization.industry)],
      name: organization.name,
      telecom: writeTelecoms(organization.telecoms),
      address: organization.address && writeAddress(organization.address),
      partOf: parent,
    }),
  );
}

/** A person of whom only the number is known: the profile wants a name, or that there is none be said. */
const UNNAMED: Node = { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }] };

function writeName({ family, given, prefix, suffix }: PersonName): Node {
  return compact({ family, given: given === undefined ? undefined : [given], prefix: prefix && [prefix], suffix: suffix && [suffix] });
}

/** A person with a role is a PractitionerRole of a Practitioner and of a structure; an analyser or a software is a Device. */
export function writeParticipant(person: Participant, bundle: BundleWriter): { reference: string } {
  const { ids, name, device, code, telecoms, address, organization } = person;
  if (device) {
    return bundle.addOnce(
      compact({
        resourceType: 'Device',
        identifier: ids.map((id) => writeIdentifier(id)),
        deviceName: device.software === undefined ? undefined : [{ name: device.software, type: 'user-friendly-name' }],
        modelNumber: device.model,
        type: code && writeConcept(code),
      }),
    );
  }
  const structure = organization && writeOrganization(organization, bundle);
  if (structure && ids.length === 0 && !name && !code) return structure;
  const practitioner = bundle.addOnce(
    compact({
      resourceType: 'Practitioner',
      identifier: ids.map((id) => writeIdentifier(id)),
      name: [name ? writeName(name) : UNNAMED],
      telecom: writeTelecoms(telecoms),
      address: address && writeAddress(address),
    }),
  );
  return bundle.addOnce(
    compact({ resourceType: 'PractitionerRole', practitioner, organization: structure, code: code && [writeConcept(code)] }),
  );
}
