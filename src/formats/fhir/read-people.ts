import type { Address, Identifier, Organization, Participant, PersonName, PrintedPatient, Telecom } from '../lab-report.ts';
import type { Bundle } from './bundle.ts';
import { compact, extensionOf, type Node, nodeOf, nodesOf, textOf, textsOf } from './json.ts';
import { readConcept, readIdentifier } from './systems.ts';
import { hl7OfFhir } from './times.ts';

export const BIRTH_PLACE = 'http://hl7.org/fhir/StructureDefinition/patient-birthPlace';
const FR_CORE = 'https://hl7.fr/ig/fhir/core/StructureDefinition';
export const BIRTH_GIVENS = `${FR_CORE}/fr-core-patient-birth-list-given-name`;
export const INSEE_CODE = `${FR_CORE}/fr-core-address-insee-code`;

const SEXES: Readonly<Record<string, string>> = { male: 'M', female: 'F', unknown: 'UN', other: 'UN' };

/** Without the keys that hold nothing, but `ids`, which the model always has. */
const withIds = <T extends { ids: Identifier[] }>(value: T) => ({ ...compact(value), ids: value.ids });

const identifiersOf = (holder: Node): Identifier[] => nodesOf(holder['identifier']).flatMap((one) => readIdentifier(one) ?? []);

/**
 * The traits of a Patient resource. The name of birth is the `official` one (FR Core: birth surname, first birth given name) or the `maiden`
 * one; a name of no stated use is only a name in use, as a family name without qualifier is in CDA.
 */
export function readPatient(patient: Node): PrintedPatient {
  const names = nodesOf(patient['name']);
  const ofUse = (...uses: (string | undefined)[]) => names.find(({ use }) => uses.includes(textOf(use)));
  const birth = ofUse('official');
  const maiden = ofUse('maiden');
  const used = ofUse('usual') ?? ofUse('nickname', 'temp', undefined);
  const givens = textsOf(birth?.['given']);
  const place = nodeOf(extensionOf(patient, BIRTH_PLACE)?.['valueAddress']);
  const cog = readConcept(
    extensionOf(place, INSEE_CODE)?.['valueCoding'] ? { coding: [extensionOf(place, INSEE_CODE)!['valueCoding']] } : undefined,
  )?.code;
  const label = textOf(place['city']) ?? textOf(place['text']);
  return withIds({
    ids: identifiersOf(patient),
    birthFamily: textOf((maiden ?? birth)?.['family']),
    birthGivens: textOf(extensionOf(birth ?? {}, BIRTH_GIVENS)?.['valueString']) ?? textOf(givens.join(' ')),
    firstBirthGiven: givens[0],
    usedFamily: textOf(used?.['family']),
    usedGiven: textOf(textsOf(used?.['given']).join(' ')),
    prefix: textsOf((birth ?? used)?.['prefix'])[0],
    suffix: textsOf((birth ?? used)?.['suffix'])[0],
    sex: SEXES[textOf(patient['gender']) ?? ''],
    birthDate: hl7OfFhir(textOf(patient['birthDate'])),
    birthPlace: cog || label ? (compact({ cog, label }) as { cog?: string; label?: string }) : undefined,
    addresses: nodesOf(patient['address']).map(readAddress),
    telecoms: readTelecoms(patient),
    deceasedAt: hl7OfFhir(textOf(patient['deceasedDateTime'])),
    isDeceased: patient['deceasedBoolean'] === true ? (true as const) : undefined,
    isAnonymous: ofUse('anonymous') ? (true as const) : undefined,
  }) as PrintedPatient;
}

const ADDRESS_USES: Readonly<Record<string, string>> = { home: 'H', work: 'WP', temp: 'TMP', old: 'BAD' };
const TELECOM_USES: Readonly<Record<string, string>> = { home: 'H', work: 'WP', mobile: 'MC', temp: 'TMP' };
const SCHEMES: Readonly<Record<string, string>> = { phone: 'tel:', fax: 'fax:', email: 'mailto:', url: '' };

export function readAddress(given: Node): Address {
  const use = textOf(given['use']);
  const lines = textsOf(given['line']);
  const text = textOf(given['text']);
  return compact({
    lines: lines.length > 0 ? lines : text ? [text] : undefined,
    postalCode: textOf(given['postalCode']),
    city: textOf(given['city']),
    country: textOf(given['country']),
    use: use && ADDRESS_USES[use],
  }) as Address;
}

export function readTelecoms(holder: Node): Telecom[] {
  return nodesOf(holder['telecom']).flatMap((telecom) => {
    const value = textOf(telecom['value']);
    if (value === undefined) return [];
    const scheme = SCHEMES[textOf(telecom['system']) ?? ''] ?? '';
    const use = TELECOM_USES[textOf(telecom['use']) ?? ''];
    return [{ value: /^[a-z]+:/i.test(value) ? value : `${scheme}${value}`, ...(use && { use }) }];
  });
}

export function readOrganization(organization: Node, bundle: Bundle): Organization {
  const parent = nodeOf(bundle.resolve(organization['partOf']));
  const name = textOf(organization['name']);
  const partOf = { ids: identifiersOf(parent), ...(textOf(parent['name']) && { name: textOf(parent['name']) }) };
  return withIds({
    ids: identifiersOf(organization),
    name,
    telecoms: readTelecoms(organization),
    address: nodesOf(organization['address']).map(readAddress)[0],
    industry: readConcept(nodesOf(organization['type'])[0]),
    partOf: partOf.ids.length > 0 || 'name' in partOf ? partOf : undefined,
  }) as Organization;
}

function readName(holder: Node): PersonName | undefined {
  const names = nodesOf(holder['name']);
  const name = names.find(({ use }) => use === 'usual' || use === 'official') ?? names[0];
  if (!name) return undefined;
  const read = compact({
    family: textOf(name['family']) ?? textOf(name['text']),
    given: textOf(textsOf(name['given']).join(' ')),
    prefix: textsOf(name['prefix'])[0],
    suffix: textsOf(name['suffix'])[0],
  }) as PersonName;
  return Object.keys(read).length > 0 ? read : undefined;
}

/**
 * The person, structure or device that a reference leads to: PractitionerRole, Practitioner, Organization, Device, RelatedPerson; or what the
 * reference itself says of it (identifier, display) when it leads nowhere.
 */
export function readParticipant(reference: unknown, bundle: Bundle): Participant | undefined {
  const resource = bundle.resolve(reference);
  if (!resource) return readLogicalReference(nodeOf(reference));
  let read = participants.get(resource);
  if (!read) participants.set(resource, (read = participantOf(resource, bundle)));
  return read;
}

/** As read: every result of a report names the same laboratory. */
const participants = new WeakMap<Node, Participant>();

function participantOf(resource: Node, bundle: Bundle): Participant {
  switch (resource['resourceType']) {
    case 'PractitionerRole':
      return readRole(resource, bundle);
    case 'Organization':
      return { ids: [], organization: readOrganization(resource, bundle) };
    case 'Device':
      return readDevice(resource);
    default:
      return readPerson(resource);
  }
}

function readLogicalReference(reference: Node): Participant | undefined {
  const display = textOf(reference['display']);
  const id = readIdentifier(nodeOf(reference['identifier']));
  if (!display && !id) return undefined;
  return { ids: id ? [id] : [], ...(display && { name: { family: display } }) };
}

function readPerson(person: Node): Participant {
  return withIds({
    ids: identifiersOf(person),
    name: readName(person),
    code: nodesOf(person['qualification']).map(({ code }) => readConcept(code))[0],
    telecoms: readTelecoms(person),
    address: nodesOf(person['address']).map(readAddress)[0],
  }) as Participant;
}

function readRole(role: Node, bundle: Bundle): Participant {
  const person = readParticipant(role['practitioner'], bundle);
  const structure = bundle.resolve(role['organization']);
  const telecoms = readTelecoms(role);
  return withIds({
    ...person,
    ids: person && person.ids.length > 0 ? person.ids : identifiersOf(role),
    code: nodesOf(role['code']).map((code) => readConcept(code))[0] ?? person?.code,
    telecoms: telecoms.length > 0 ? telecoms : person?.telecoms,
    organization: structure ? readOrganization(structure, bundle) : undefined,
  }) as Participant;
}

function readDevice(device: Node): Participant {
  const names = nodesOf(device['deviceName']).flatMap(({ name }) => textOf(name) ?? []);
  const model = textOf(device['modelNumber']);
  const [software] = names;
  return withIds({
    ids: identifiersOf(device),
    code: readConcept(device['type']),
    device: compact({ model, software }),
  }) as Participant;
}
