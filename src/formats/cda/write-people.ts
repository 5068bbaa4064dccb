import type { Address, Organization, Participant, PersonName, Telecom } from '../lab-report.ts';
import { att, leaf, writeCoded, writeId, writeIds } from './write-values.ts';

export function writeAddress(address: Address | undefined): string {
  if (!address) return '';
  let lines = '';
  if (address.lines) for (const line of address.lines) lines += leaf('streetAddressLine', line);
  const inside =
    lines +
    leaf('houseNumber', address.houseNumber) +
    leaf('streetName', address.streetName) +
    leaf('additionalLocator', address.additionalLocator) +
    leaf('unitID', address.unitId) +
    leaf('postBox', address.postBox) +
    leaf('precinct', address.precinct) +
    leaf('postalCode', address.postalCode) +
    leaf('city', address.city) +
    leaf('county', address.county) +
    leaf('country', address.country);
  return `<addr${att('use', address.use)}${att('nullFlavor', address.nullFlavor)}${inside === '' ? '/>' : `>${inside}</addr>`}`;
}

export function writeTelecoms(telecoms: readonly Telecom[] | undefined): string {
  let xml = '';
  if (telecoms)
    for (const { value, use, nullFlavor } of telecoms)
      xml += `<telecom${att('value', value)}${att('use', use)}${att('nullFlavor', nullFlavor)}/>`;
  return xml;
}

export const writeName = (name: PersonName | undefined): string =>
  name
    ? `<name>${leaf('prefix', name.prefix)}${leaf('given', name.given)}${leaf('family', name.family)}${leaf('suffix', name.suffix)}</name>`
    : '';

/** @param tag the element of CDA that holds the structure: `representedOrganization`, `scopingOrganization`… */
export function writeOrganization(tag: string, organization: Organization | undefined): string {
  if (!organization) return '';
  const { ids, name, telecoms, address, industry, partOf } = organization;
  return `<${tag}>${writeIds(ids)}${leaf('name', name)}${writeTelecoms(telecoms)}${writeAddress(address)}${writeCoded('standardIndustryClassCode', industry)}${
    partOf ? writePartOf(partOf) : ''
  }</${tag}>`;
}

function writePartOf({ ids, code, name }: NonNullable<Organization['partOf']>): string {
  const whole = name === undefined ? '' : `<wholeOrganization>${leaf('name', name)}</wholeOrganization>`;
  return `<asOrganizationPartOf>${ids[0] ? writeId(ids[0]) : ''}${writeCoded('code', code)}${whole}</asOrganizationPartOf>`;
}

/** A person, or the device that took the place of one. */
function writePerson(tag: string, person: Participant): string {
  if (person.device) return '';
  return person.name ? `<${tag}>${writeName(person.name)}</${tag}>` : '';
}

const roleParts = (person: Participant) =>
  writeIds(person.ids) + writeCoded('code', person.code) + writeAddress(person.address) + writeTelecoms(person.telecoms);

/** The schema wants an identifier of who is assigned, be it to say that there is none. */
const assignedParts = (person: Participant) => (person.ids.length === 0 ? '<id nullFlavor="NI"/>' : '') + roleParts(person);

export const writeAssignedEntity = (person: Participant): string =>
  `<assignedEntity>${assignedParts(person)}${writePerson('assignedPerson', person)}${writeOrganization('representedOrganization', person.organization)}</assignedEntity>`;

export function writeAuthor(person: Participant): string {
  const who = person.device
    ? `<assignedAuthoringDevice>${leaf('manufacturerModelName', person.device.model)}${leaf('softwareName', person.device.software)}</assignedAuthoringDevice>`
    : writePerson('assignedPerson', person);
  return `<author>${writeCoded('functionCode', person.function)}<time${person.time === undefined ? ' nullFlavor="NA"' : att('value', person.time)}/><assignedAuthor>${assignedParts(
    person,
  )}${who}${writeOrganization('representedOrganization', person.organization)}</assignedAuthor></author>`;
}

/** A relative (`relatedEntity`) when a relation is given, else a professional. */
export function writeInformant(person: Participant): string {
  if (person.relation === undefined) return `<informant>${writeAssignedEntity(person)}</informant>`;
  return `<informant><relatedEntity${att('classCode', person.relation)}>${writeCoded('code', person.code)}${writeAddress(person.address)}${writeTelecoms(
    person.telecoms,
  )}${writePerson('relatedPerson', person)}</relatedEntity></informant>`;
}

export const writeRecipient = (person: Participant): string =>
  `<informationRecipient><intendedRecipient>${writeIds(person.ids)}${writeAddress(person.address)}${writeTelecoms(person.telecoms)}${writePerson(
    'informationRecipient',
    person,
  )}${writeOrganization('receivedOrganization', person.organization)}</intendedRecipient></informationRecipient>`;

/** @param role `classCode` of who says no other relation to the patient */
export const writeAssociatedEntity = (person: Participant, role: string): string =>
  `<associatedEntity${att('classCode', person.relation ?? role)}>${roleParts(person)}${writePerson('associatedPerson', person)}${writeOrganization('scopingOrganization', person.organization)}</associatedEntity>`;

/** The role of a participation inside an entry: validator, device, kit. */
export function writeParticipantRole(person: Participant): string {
  const { device, name, code, organization } = person;
  const scoping = organization ? `<scopingEntity>${writeIds(organization.ids)}${leaf('desc', organization.name)}</scopingEntity>` : '';
  if (device) {
    const inside = writeCoded('code', code) + leaf('manufacturerModelName', device.model) + leaf('softwareName', device.software);
    return `<participantRole>${writeIds(person.ids)}${writeAddress(person.address)}${writeTelecoms(person.telecoms)}<playingDevice>${inside}</playingDevice>${scoping}</participantRole>`;
  }
  return `<participantRole>${roleParts(person)}${name ? `<playingEntity>${writeName(name)}</playingEntity>` : ''}${scoping}</participantRole>`;
}
