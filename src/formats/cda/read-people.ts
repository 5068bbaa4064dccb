import { child, children, firstChild, keyOf, nextSibling, NONE } from '#kernel';
import type { Address, Organization, Participant, PersonName, Telecom } from '../lab-report.ts';
import { attr, type Reading, words } from './reading.ts';
import { readCoded, readIdentifiers, readMoment } from './read-values.ts';
import { V } from './vocabulary.ts';

const ADDRESS_PARTS: Readonly<Record<number, Exclude<keyof Address, 'lines'>>> = {
  [V.houseNumber]: 'houseNumber',
  [V.streetName]: 'streetName',
  [V.additionalLocator]: 'additionalLocator',
  [V.unitID]: 'unitId',
  [V.postBox]: 'postBox',
  [V.precinct]: 'precinct',
  [V.postalCode]: 'postalCode',
  [V.city]: 'city',
  [V.county]: 'county',
  [V.country]: 'country',
};

export function readAddress(r: Reading, n: number): Address | undefined {
  if (n === NONE) return undefined;
  const address: Address = {};
  const use = attr(r, n, V.use);
  if (use !== undefined) address.use = use;
  const nullFlavor = attr(r, n, V.nullFlavor);
  if (nullFlavor !== undefined) address.nullFlavor = nullFlavor;
  for (let c = firstChild(r.tape, n); c !== NONE; c = nextSibling(r.tape, c)) {
    const text = words(r, c);
    if (text === undefined) continue;
    const part = ADDRESS_PARTS[keyOf(r.tape, c)];
    if (part === undefined) (address.lines ??= []).push(text);
    else address[part] = text;
  }
  if (firstChild(r.tape, n) === NONE) {
    const whole = words(r, n);
    if (whole !== undefined) address.lines = [whole];
  }
  for (const _ in address) return address;
  return undefined;
}

export function readAddresses(r: Reading, n: number): Address[] | undefined {
  const found = children(r.tape, n, V.addr)
    .map((c) => readAddress(r, c))
    .filter((address) => address !== undefined);
  return found.length > 0 ? found : undefined;
}

export function readTelecoms(r: Reading, n: number): Telecom[] | undefined {
  let telecoms: Telecom[] | undefined;
  for (const c of children(r.tape, n, V.telecom)) {
    const telecom = readTelecom(r, c);
    if (telecom) (telecoms ??= []).push(telecom);
  }
  return telecoms;
}

function readTelecom(r: Reading, n: number): Telecom | undefined {
  const telecom: Telecom = {};
  const value = attr(r, n, V.value);
  if (value !== undefined) telecom.value = value;
  const use = attr(r, n, V.use);
  if (use !== undefined) telecom.use = use;
  const nullFlavor = attr(r, n, V.nullFlavor);
  if (nullFlavor !== undefined) telecom.nullFlavor = nullFlavor;
  for (const _ in telecom) return telecom;
  return undefined;
}

export function readName(r: Reading, n: number): PersonName | undefined {
  if (n === NONE) return undefined;
  const name: PersonName = {};
  for (let c = firstChild(r.tape, n); c !== NONE; c = nextSibling(r.tape, c)) {
    const part = NAME_PARTS[keyOf(r.tape, c)];
    const text = part && words(r, c);
    if (part && text !== undefined) name[part] = name[part] === undefined ? text : `${name[part]} ${text}`;
  }
  if (firstChild(r.tape, n) === NONE) {
    const whole = words(r, n);
    if (whole !== undefined) name.family = whole;
  }
  for (const _ in name) return name;
  return undefined;
}

const NAME_PARTS: Readonly<Record<number, keyof PersonName>> = {
  [V.family]: 'family',
  [V.given]: 'given',
  [V.prefix]: 'prefix',
  [V.suffix]: 'suffix',
};

export function readOrganization(r: Reading, n: number): Organization | undefined {
  if (n === NONE) return undefined;
  const organization: Organization = { ids: readIdentifiers(r, n) };
  const name = words(r, child(r.tape, n, V.name)) ?? words(r, child(r.tape, n, V.desc));
  if (name !== undefined) organization.name = name;
  const telecoms = readTelecoms(r, n);
  if (telecoms) organization.telecoms = telecoms;
  const address = readAddress(r, child(r.tape, n, V.addr));
  if (address) organization.address = address;
  const industry = readCoded(r, child(r.tape, n, V.standardIndustryClassCode));
  if (industry) organization.industry = industry;
  const part = child(r.tape, n, V.asOrganizationPartOf);
  if (part !== NONE) organization.partOf = readWhole(r, part);
  return organization;
}

function readWhole(r: Reading, n: number): NonNullable<Organization['partOf']> {
  const whole = child(r.tape, n, V.wholeOrganization);
  const ids = [...readIdentifiers(r, n), ...readIdentifiers(r, whole)];
  const code = readCoded(r, child(r.tape, n, V.code));
  const name = words(r, child(r.tape, whole, V.name));
  return { ids, ...(code && { code }), ...(name !== undefined && { name }) };
}

/** The elements in which CDA puts the person, the device and the structure of each kind of role. */
const PERSON = new Set<number>([
  V.assignedPerson,
  V.associatedPerson,
  V.relatedPerson,
  V.informationRecipient,
  V.playingEntity,
  V.guardianPerson,
]);
const DEVICE = new Set<number>([V.assignedAuthoringDevice, V.playingDevice]);
const STRUCTURE = new Set<number>([
  V.representedOrganization,
  V.scopingOrganization,
  V.receivedOrganization,
  V.scopingEntity,
  V.guardianOrganization,
]);

/**
 * A participation with its role.
 * @param n the participation (`author`, `performer`, `participant`…): time and function
 * @param role the role inside it (`assignedEntity`, `participantRole`…)
 */
export function readParticipant(r: Reading, n: number, role: number): Participant {
  const person: Participant = { ids: readIdentifiers(r, role) };
  const time = readMoment(r, child(r.tape, n, V.time));
  if (time !== undefined) person.time = time;
  const duty = readCoded(r, child(r.tape, n, V.functionCode));
  if (duty) person.function = duty;
  for (let c = role === NONE ? NONE : firstChild(r.tape, role); c !== NONE; c = nextSibling(r.tape, c)) takeRolePart(r, person, c);
  return person;
}

function takeRolePart(r: Reading, person: Participant, c: number): void {
  const key = keyOf(r.tape, c);
  if (key === V.code) {
    const code = readCoded(r, c);
    if (code) person.code = code;
  } else if (key === V.addr) {
    const address = person.address ?? readAddress(r, c);
    if (address) person.address = address;
  } else if (key === V.telecom) {
    const telecom = readTelecom(r, c);
    if (telecom) (person.telecoms ??= []).push(telecom);
  } else if (PERSON.has(key)) {
    const name = readName(r, child(r.tape, c, V.name));
    if (name) person.name = name;
  } else if (DEVICE.has(key)) takeDevice(r, person, c);
  else if (STRUCTURE.has(key)) {
    const organization = readOrganization(r, c);
    if (organization) person.organization = organization;
  }
}

function takeDevice(r: Reading, person: Participant, n: number): void {
  const device: NonNullable<Participant['device']> = {};
  const model = words(r, child(r.tape, n, V.manufacturerModelName));
  if (model !== undefined) device.model = model;
  const software = words(r, child(r.tape, n, V.softwareName));
  if (software !== undefined) device.software = software;
  person.device = device;
  const code = readCoded(r, child(r.tape, n, V.code));
  if (code) person.code = code;
}
