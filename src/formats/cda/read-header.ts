import { child, children, NONE, pathOf, Refusal } from '#kernel';
import type {
  DocumentHeader,
  Encounter,
  OrderDetail,
  Participant,
  PrintedPatient,
  RelatedDocument,
  ServiceEvent,
  StatedConsent,
  TypedParticipant,
} from '../lab-report.ts';
import { refuseIncompleteIns } from '../strict-traits.ts';
import { readAddress, readAddresses, readOrganization, readParticipant, readTelecoms } from './read-people.ts';
import { attr, type Reading, warn, words } from './reading.ts';
import { readCoded, readIdentifier, readIdentifiers, readTime } from './read-values.ts';
import { ACCESSION_NUMBER, LAB_STATUS_CODE, SDTC_DECEASED_TIME, SDTC_STATUS_CODE, V } from './vocabulary.ts';

/**
 * The header of any CDA document: everything but its body (CI-SIS « structuration minimale », CDA R2 §4.2).
 *
 * @param d the ClinicalDocument element
 * @throws Refusal `report.unreadable` when the document has no identity, no patient or no custodian;
 *   `report.identity-incomplete` when it carries an INS without all its traits
 */
export function readHeader(r: Reading, d: number): DocumentHeader {
  const id = readIdentifier(r, child(r.tape, d, V.id));
  if (!id) throw new Refusal('report.unreadable', 'the document has no identifier (id/@root)', { at: '/ClinicalDocument/id' });
  const header: DocumentHeader = {
    id,
    version: readVersion(r, d),
    replaces: [],
    code: readCoded(r, child(r.tape, d, V.code)) ?? {},
    title: words(r, child(r.tape, d, V.title)) ?? '',
    createdAt: readTime(r, child(r.tape, d, V.effectiveTime)) ?? '',
    confidentiality: readCoded(r, child(r.tape, d, V.confidentialityCode)) ?? {},
    patient: readPatient(r, d),
    authors: readRoles(r, d, V.author, [V.assignedAuthor]),
    custodian: readCustodian(r, d),
    validators: readRoles(r, d, V.authenticator, [V.assignedEntity]),
    participants: readParticipants(r, d),
    orders: children(r.tape, d, V.inFulfillmentOf).flatMap((n) => readIdentifiers(r, child(r.tape, n, V.order))),
    events: children(r.tape, d, V.documentationOf).map((n) => readEvent(r, child(r.tape, n, V.serviceEvent))),
  };
  // The schema lets an event be active or completed only: a cancelled report says so for the whole document.
  const status = attr(r, child(r.tape, d, SDTC_STATUS_CODE), V.code);
  if (status !== undefined) for (const event of header.events) event.status ??= status;
  for (const n of children(r.tape, d, V.relatedDocument)) takeRelated(r, n, header);
  takeOptional(r, d, header);
  takeOrders(r, d, header);
  return header;
}

function takeOptional(r: Reading, d: number, header: DocumentHeader): void {
  const setId = readIdentifier(r, child(r.tape, d, V.setId));
  if (setId) header.setId = setId;
  const realm = attr(r, child(r.tape, d, V.realmCode), V.code);
  if (realm !== undefined) header.realm = realm;
  const language = attr(r, child(r.tape, d, V.languageCode), V.code);
  if (language !== undefined) header.language = language;
  const informants = readRoles(r, d, V.informant, [V.relatedEntity, V.assignedEntity]);
  if (informants.length > 0) header.informants = informants;
  const recipients = readRoles(r, d, V.informationRecipient, [V.intendedRecipient]);
  if (recipients.length > 0) header.recipients = recipients;
  const [dataEnterer] = readRoles(r, d, V.dataEnterer, [V.assignedEntity]);
  if (dataEnterer) header.dataEnterer = dataEnterer;
  const [legal] = readRoles(r, d, V.legalAuthenticator, [V.assignedEntity]);
  if (legal) header.legalAuthenticator = legal;
  const encounter = child(r.tape, child(r.tape, d, V.componentOf), V.encompassingEncounter);
  if (encounter !== NONE) header.encounter = readEncounter(r, encounter);
}

function readVersion(r: Reading, d: number): number {
  const element = child(r.tape, d, V.versionNumber);
  const text = attr(r, element, V.value);
  if (text !== undefined && /^\d{1,9}$/.test(text) && Number(text) > 0) return Number(text);
  warn(r, 'header.version', element === NONE ? d : element, 'no positive version number: read as version 1');
  return 1;
}

function takeRelated(r: Reading, n: number, header: DocumentHeader): void {
  const type = attr(r, n, V.typeCode) ?? '';
  const parent = child(r.tape, n, V.parentDocument);
  const ids = readIdentifiers(r, parent);
  if (type === 'RPLC') {
    header.replaces.push(...ids);
    return;
  }
  const related: RelatedDocument = { type, ids };
  const code = readCoded(r, child(r.tape, parent, V.code));
  if (code) related.code = code;
  const setId = readIdentifier(r, child(r.tape, parent, V.setId));
  if (setId) related.setId = setId;
  const version = attr(r, child(r.tape, parent, V.versionNumber), V.value);
  if (version !== undefined) related.version = version;
  (header.related ??= []).push(related);
}

/** What few documents have: orders that say more than their number, consents. */
function takeOrders(r: Reading, d: number, header: DocumentHeader): void {
  const details = children(r.tape, d, V.inFulfillmentOf).map((n) => readOrder(r, child(r.tape, n, V.order)));
  if (details.some(({ code, priority, accession }) => code ?? priority ?? accession)) header.orderDetails = details;
  const consents = children(r.tape, d, V.authorization).map((n): StatedConsent => {
    const consent = child(r.tape, n, V.consent);
    const code = readCoded(r, child(r.tape, consent, V.code));
    const status = attr(r, child(r.tape, consent, V.statusCode), V.code);
    return { ids: readIdentifiers(r, consent), ...(code && { code }), ...(status !== undefined && { status }) };
  });
  if (consents.length > 0) header.consents = consents;
}

function readOrder(r: Reading, n: number): OrderDetail {
  const code = readCoded(r, child(r.tape, n, V.code));
  const priority = readCoded(r, child(r.tape, n, V.priorityCode));
  const accession = readIdentifier(r, child(r.tape, n, ACCESSION_NUMBER));
  return { ids: readIdentifiers(r, n), ...(code && { code }), ...(priority && { priority }), ...(accession && { accession }) };
}

/** All participations of one name, whatever the element that carries the role. */
function readRoles(r: Reading, d: number, name: number, roles: readonly number[]): Participant[] {
  return children(r.tape, d, name).map((n) => {
    const role = roles.map((candidate) => child(r.tape, n, candidate)).find((found) => found !== NONE) ?? NONE;
    const person = readParticipant(r, n, role);
    const relation = role !== NONE && roles[0] === V.relatedEntity ? attr(r, role, V.classCode) : undefined;
    if (relation !== undefined && child(r.tape, n, V.relatedEntity) !== NONE) person.relation = relation;
    return person;
  });
}

function readParticipants(r: Reading, d: number): TypedParticipant[] {
  return children(r.tape, d, V.participant).map((n) => {
    const entity = child(r.tape, n, V.associatedEntity);
    const person: TypedParticipant = { ...readParticipant(r, n, entity), type: attr(r, n, V.typeCode) ?? '' };
    const relation = entity === NONE ? undefined : attr(r, entity, V.classCode);
    if (relation !== undefined && relation !== PROVIDER) person.relation = relation;
    return person;
  });
}

/** `classCode` of a professional: what every participant is unless it says otherwise. */
export const PROVIDER = 'PROV';

function readCustodian(r: Reading, d: number): DocumentHeader['custodian'] {
  const assigned = child(r.tape, child(r.tape, d, V.custodian), V.assignedCustodian);
  const custodian = readOrganization(r, child(r.tape, assigned, V.representedCustodianOrganization));
  if (!custodian) {
    throw new Refusal('report.unreadable', 'the document names no structure that keeps it (custodian)', {
      at: '/ClinicalDocument/custodian',
    });
  }
  return custodian;
}

function readEvent(r: Reading, n: number): ServiceEvent {
  const event: ServiceEvent = {};
  if (n === NONE) return event;
  const ids = readIdentifiers(r, n);
  if (ids.length > 0) event.ids = ids;
  const code = readCoded(r, child(r.tape, n, V.code));
  if (code) event.code = code;
  const status = [LAB_STATUS_CODE, V.statusCode].map((key) => attr(r, child(r.tape, n, key), V.code)).find(Boolean);
  if (status !== undefined) event.status = status;
  takePeriod(r, child(r.tape, n, V.effectiveTime), event);
  const [performer, ...others] = children(r.tape, n, V.performer).map((p) => readParticipant(r, p, child(r.tape, p, V.assignedEntity)));
  if (performer) event.performer = performer;
  if (others.length > 0) event.otherPerformers = others;
  return event;
}

function takePeriod(r: Reading, n: number, into: { start?: string; end?: string }): void {
  const start = readTime(r, child(r.tape, n, V.low)) ?? readTime(r, n);
  if (start !== undefined) into.start = start;
  const end = readTime(r, child(r.tape, n, V.high));
  if (end !== undefined) into.end = end;
}

function readEncounter(r: Reading, n: number): Encounter {
  const encounter: Encounter = {};
  const ids = readIdentifiers(r, n);
  if (ids.length > 0) encounter.ids = ids;
  const code = readCoded(r, child(r.tape, n, V.code));
  if (code) encounter.code = code;
  takePeriod(r, child(r.tape, n, V.effectiveTime), encounter);
  const party = child(r.tape, n, V.responsibleParty);
  if (party !== NONE) encounter.responsible = readParticipant(r, party, child(r.tape, party, V.assignedEntity));
  const disposition = readCoded(r, child(r.tape, n, V.dischargeDispositionCode));
  if (disposition) encounter.disposition = disposition;
  const participants = children(r.tape, n, V.encounterParticipant).map(
    (p): TypedParticipant => ({ ...readParticipant(r, p, child(r.tape, p, V.assignedEntity)), type: attr(r, p, V.typeCode) ?? '' }),
  );
  if (participants.length > 0) encounter.participants = participants;
  const facility = child(r.tape, child(r.tape, n, V.location), V.healthCareFacility);
  if (facility !== NONE) encounter.facility = readFacility(r, facility);
  return encounter;
}

function readFacility(r: Reading, n: number): NonNullable<Encounter['facility']> {
  const id = readIdentifier(r, child(r.tape, n, V.id));
  const code = readCoded(r, child(r.tape, n, V.code));
  const place = child(r.tape, n, V.location);
  const name = words(r, child(r.tape, place, V.name));
  const address = readAddress(r, child(r.tape, place, V.addr));
  return { ...(id && { id }), ...(code && { code }), ...(name !== undefined && { name }), ...(address && { address }) };
}

function readPatient(r: Reading, d: number): PrintedPatient {
  const role = child(r.tape, child(r.tape, d, V.recordTarget), V.patientRole);
  if (role === NONE) throw new Refusal('report.unreadable', 'the document names no patient', { at: '/ClinicalDocument/recordTarget' });
  const person = child(r.tape, role, V.patient);
  const patient: PrintedPatient = { ids: readIdentifiers(r, role) };
  const addresses = readAddresses(r, role);
  if (addresses) patient.addresses = addresses;
  const telecoms = readTelecoms(r, role);
  if (telecoms) patient.telecoms = telecoms;
  if (person !== NONE) takePerson(r, person, patient);
  const provider = readOrganization(r, child(r.tape, role, V.providerOrganization));
  if (provider) patient.provider = provider;
  refuseIncompleteIns(patient, pathOf(r.tape, role));
  return patient;
}

function takePerson(r: Reading, n: number, patient: PrintedPatient): void {
  takeNames(r, n, patient);
  const sex = attr(r, child(r.tape, n, V.administrativeGenderCode), V.code);
  if (sex !== undefined) patient.sex = sex;
  const birthDate = readTime(r, child(r.tape, n, V.birthTime));
  if (birthDate !== undefined) patient.birthDate = birthDate;
  const deceasedAt = readTime(r, child(r.tape, n, SDTC_DECEASED_TIME));
  if (deceasedAt !== undefined) patient.deceasedAt = deceasedAt;
  const place = child(r.tape, child(r.tape, n, V.birthplace), V.place);
  const address = child(r.tape, place, V.addr);
  const cog = words(r, child(r.tape, address, V.county));
  const label = words(r, child(r.tape, address, V.city)) ?? words(r, child(r.tape, place, V.name));
  if (cog !== undefined || label !== undefined) {
    patient.birthPlace = { ...(cog !== undefined && { cog }), ...(label !== undefined && { label }) };
  }
  const guardians = children(r.tape, n, V.guardian).map((g) => readParticipant(r, g, g));
  if (guardians.length > 0) patient.guardians = guardians;
}

/** Names by their qualifier: BR of birth, CL used (SP, of the spouse, in older documents), none for all the given names of birth. */
function takeNames(r: Reading, person: number, patient: PrintedPatient): void {
  for (const name of children(r.tape, person, V.name)) {
    for (const n of children(r.tape, name, V.family)) takeFamily(patient, qualifier(r, n), words(r, n));
    for (const n of children(r.tape, name, V.given)) takeGiven(patient, qualifier(r, n), words(r, n));
    const prefix = words(r, child(r.tape, name, V.prefix));
    if (prefix !== undefined) patient.prefix = prefix;
    const suffix = words(r, child(r.tape, name, V.suffix));
    if (suffix !== undefined) patient.suffix = suffix;
  }
}

const qualifier = (r: Reading, n: number) => attr(r, n, V.qualifier);

/** A family name without qualifier is not taken for the name of birth: only a name that says so identifies. */
function takeFamily(patient: PrintedPatient, kind: string | undefined, name: string | undefined): void {
  if (name === undefined) return;
  if (kind === 'BR') patient.birthFamily ??= name;
  else if (kind === 'CL' || kind === 'SP') patient.usedFamily = name;
  else patient.usedFamily ??= name;
}

function takeGiven(patient: PrintedPatient, kind: string | undefined, name: string | undefined): void {
  if (name === undefined) return;
  if (kind === 'BR') patient.firstBirthGiven ??= name;
  else if (kind === 'CL' || kind === 'SP') patient.usedGiven ??= name;
  else patient.birthGivens = patient.birthGivens === undefined ? name : `${patient.birthGivens} ${name}`;
}
