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
import { GENDER, LOINC, REPORT_CODE, TEMPLATE } from './oids.ts';
import { PROVIDER } from './read-header.ts';
import {
  writeAddress,
  writeAssignedEntity,
  writeAssociatedEntity,
  writeAuthor,
  writeInformant,
  writeName,
  writeOrganization,
  writeRecipient,
  writeTelecoms,
} from './write-people.ts';
import { att, leaf, writeCoded, writeId, writeIds, writeTime } from './write-values.ts';

const TEMPLATES = (roots: readonly string[]) => roots.map((root) => `<templateId root="${root}"/>`).join('');
const COMMON = [TEMPLATE.hl7France, TEMPLATE.minimalStructure];
/** Level 3: the model's template comes last, because the exchange format of the document is derived from it. */
const STRUCTURED = `${TEMPLATES([...COMMON, TEMPLATE.xdLab])}<templateId root="${TEMPLATE.crBio}" extension="2024.01"/>`;
const UNSTRUCTURED = TEMPLATES([...COMMON, TEMPLATE.unstructured]);

const OPENING =
  '<?xml version="1.0" encoding="UTF-8"?>\n<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:lab="urn:oid:1.3.6.1.4.1.19376.1.3.2" xmlns:sdtc="urn:hl7-org:sdtc" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><realmCode code="FR"/><typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>';

/** Code and title that the model fixes to the letter. */
const TITLE = `<code code="${REPORT_CODE}" displayName="CR d'examens biologiques" codeSystem="${LOINC}" codeSystemName="LOINC"/><title>Compte rendu d'examens biologiques</title>`;

/** What one model of document writes otherwise than another in its header. */
export interface HeaderModel {
  /** `templateId` elements, the model's own last. */
  templates: string;
  /** `code` and `title`. */
  title: string;
  /** Templates that the model wants in participations. */
  validator: string;
  prescriber: string;
  performer: string;
}

const LABORATORY: Omit<HeaderModel, 'templates'> = {
  title: TITLE,
  validator: `<templateId root="${TEMPLATE.validator}"/>`,
  prescriber: `<templateId root="${TEMPLATE.prescriber}"/>`,
  performer: `<templateId root="${TEMPLATE.performer}"/>`,
};
export const LABORATORY_LEVEL_3: HeaderModel = { ...LABORATORY, templates: STRUCTURED };
export const LABORATORY_LEVEL_1: HeaderModel = { ...LABORATORY, templates: UNSTRUCTURED };

/** Everything up to the body, in the order of the schema. */
export function writeHeader(report: DocumentHeader, model: HeaderModel): string {
  const { setId, confidentiality, legalAuthenticator, encounter } = report;
  let xml = OPENING + model.templates;
  xml +=
    writeId(report.id) + model.title + writeTime('effectiveTime', report.createdAt) + writeCoded('confidentialityCode', confidentiality);
  xml += `<languageCode${att('code', report.language)}/>${writeId(setId, 'setId')}<versionNumber value="${report.version}"/>`;
  xml += writePatient(report.patient);
  for (const author of report.authors) xml += writeAuthor(author);
  if (report.dataEnterer) xml += `<dataEnterer>${timed(report.dataEnterer)}${writeAssignedEntity(report.dataEnterer)}</dataEnterer>`;
  for (const informant of report.informants ?? []) xml += writeInformant(informant);
  xml += `<custodian><assignedCustodian>${writeOrganization('representedCustodianOrganization', report.custodian)}</assignedCustodian></custodian>`;
  for (const recipient of report.recipients ?? []) xml += writeRecipient(recipient);
  if (legalAuthenticator) xml += `<legalAuthenticator>${signed(legalAuthenticator)}</legalAuthenticator>`;
  for (const validator of report.validators) {
    xml += `<authenticator>${model.validator}${signed(validator)}</authenticator>`;
  }
  for (const participant of report.participants) xml += writeParticipant(participant, model);
  xml += writeOrders(report);
  for (const event of report.events) xml += writeEvent(event, model);
  for (const replaced of report.replaces) {
    xml += `<relatedDocument typeCode="RPLC"><parentDocument>${writeId(replaced)}</parentDocument></relatedDocument>`;
  }
  for (const related of report.related ?? []) xml += writeRelated(related);
  for (const consent of report.consents ?? []) xml += writeConsent(consent);
  return encounter ? xml + writeEncounter(encounter) : xml;
}

const writeOrders = ({ orders, orderDetails }: DocumentHeader): string =>
  (orderDetails ?? orders.map((id): OrderDetail => ({ ids: [id] })))
    .map(({ ids, code, priority, accession }) => {
      const number = writeId(accession, 'ps3-20:accessionNumber').replace(' ', ' xmlns:ps3-20="urn:dicom-org:ps3-20" ');
      return `<inFulfillmentOf><order>${writeIds(ids)}${writeCoded('code', code)}${writeCoded('priorityCode', priority)}${number}</order></inFulfillmentOf>`;
    })
    .join('');

const writeRelated = ({ type, ids, code, setId, version }: RelatedDocument): string =>
  `<relatedDocument${att('typeCode', type)}><parentDocument>${writeIds(ids)}${writeCoded('code', code)}${writeId(setId, 'setId')}${
    version === undefined ? '' : `<versionNumber${att('value', version)}/>`
  }</parentDocument></relatedDocument>`;

const writeConsent = ({ ids, code, status }: StatedConsent): string =>
  `<authorization typeCode="AUTH"><consent classCode="CONS" moodCode="EVN">${writeIds(ids)}${writeCoded('code', code)}${
    status === undefined ? '' : `<statusCode${att('code', status)}/>`
  }</consent></authorization>`;

const timed = (person: Participant) => writeTime('time', person.time);
const signed = (person: Participant) => `${timed(person)}<signatureCode code="S"/>${writeAssignedEntity(person)}`;

function writePatient(patient: PrintedPatient): string {
  let xml = `<recordTarget><patientRole>${writeIds(patient.ids)}`;
  for (const address of patient.addresses ?? []) xml += writeAddress(address);
  xml += `${writeTelecoms(patient.telecoms)}<patient>${writePatientName(patient)}`;
  const { sex, birthPlace } = patient;
  if (sex !== undefined) xml += `<administrativeGenderCode${att('code', sex)}${att('displayName', SEXES[sex])} codeSystem="${GENDER}"/>`;
  xml += writeTime('birthTime', patient.birthDate) + writeTime('sdtc:deceasedTime', patient.deceasedAt);
  for (const guardian of patient.guardians ?? []) xml += writeGuardian(guardian);
  if (birthPlace) {
    xml += `<birthplace><place><addr>${leaf('county', birthPlace.cog)}${leaf('city', birthPlace.label)}</addr></place></birthplace>`;
  }
  return `${xml}</patient>${writeOrganization('providerOrganization', patient.provider)}</patientRole></recordTarget>`;
}

const SEXES: Readonly<Record<string, string>> = { F: 'Féminin', M: 'Masculin', UN: 'Indéterminé' };

const qualified = (tag: string, qualifier: string, text: string | undefined) =>
  leaf(tag, text).replace(`<${tag}>`, `<${tag} qualifier="${qualifier}">`);

const writePatientName = (patient: PrintedPatient): string =>
  `<name>${leaf('prefix', patient.prefix)}${qualified('family', 'BR', patient.birthFamily)}${leaf('given', patient.birthGivens)}${qualified(
    'given',
    'BR',
    patient.firstBirthGiven,
  )}${qualified('family', 'CL', patient.usedFamily)}${qualified('given', 'CL', patient.usedGiven)}${leaf('suffix', patient.suffix)}</name>`;

const writeGuardian = (guardian: Participant): string =>
  `<guardian>${writeIds(guardian.ids)}${writeCoded('code', guardian.code)}${writeAddress(guardian.address)}${writeTelecoms(guardian.telecoms)}${
    guardian.name
      ? `<guardianPerson>${writeName(guardian.name)}</guardianPerson>`
      : writeOrganization('guardianOrganization', guardian.organization)
  }</guardian>`;

function writeParticipant(participant: TypedParticipant, model: HeaderModel): string {
  const template = participant.type === 'REF' ? model.prescriber : '';
  const time =
    participant.time === undefined ? '<time nullFlavor="NA"/>' : `<time xsi:type="IVL_TS">${writeTime('high', participant.time)}</time>`;
  return `<participant${att('typeCode', participant.type)}>${template}${writeCoded('functionCode', participant.function)}${time}${writeAssociatedEntity(
    participant,
    PROVIDER,
  )}</participant>`;
}

/** The schema of the IHE extension takes only active and completed. */
const ABORTED = 'aborted';

/** What comes after the body: the status of a cancelled report. */
export const writeTail = (report: DocumentHeader): string =>
  report.events.some(({ status }) => status === ABORTED) ? `<sdtc:statusCode code="${ABORTED}"/>` : '';

function writeEvent(event: ServiceEvent, model: HeaderModel): string {
  const { performer, otherPerformers = [], status } = event;
  let performed = performer ? writePerformer(performer, model) : '';
  for (const other of otherPerformers) performed += writePerformer(other, model);
  const done = status === undefined || status === ABORTED ? '' : `<lab:statusCode${att('code', status)}/>`;
  return `<documentationOf><serviceEvent>${writeIds(event.ids)}${writeCoded('code', event.code)}${done}${writePeriod(event)}${performed}</serviceEvent></documentationOf>`;
}

const writePerformer = (performer: Participant, model: HeaderModel): string =>
  `<performer typeCode="PRF">${model.performer}${writeCoded('functionCode', performer.function)}${
    performer.time === undefined ? '' : `<time>${writeTime('high', performer.time)}</time>`
  }${writeAssignedEntity(performer)}</performer>`;

const writePeriod = ({ start, end }: { start?: string; end?: string }): string =>
  start === undefined && end === undefined ? '' : `<effectiveTime>${writeTime('low', start)}${writeTime('high', end)}</effectiveTime>`;

function writeEncounter(encounter: Encounter): string {
  const { responsible, facility } = encounter;
  const others = (encounter.participants ?? [])
    .map(
      (person) =>
        `<encounterParticipant${att('typeCode', person.type)}>${timed(person)}${writeAssignedEntity(person)}</encounterParticipant>`,
    )
    .join('');
  const party = responsible ? `<responsibleParty>${writeAssignedEntity(responsible)}</responsibleParty>` : '';
  const place = facility
    ? `<location><healthCareFacility>${writeId(facility.id)}${writeCoded('code', facility.code)}${
        facility.name === undefined && !facility.address
          ? ''
          : `<location>${leaf('name', facility.name)}${writeAddress(facility.address)}</location>`
      }</healthCareFacility></location>`
    : '';
  return `<componentOf><encompassingEncounter>${writeIds(encounter.ids)}${writeCoded('code', encounter.code)}${writePeriod(encounter) || '<effectiveTime nullFlavor="NI"/>'}${writeCoded('dischargeDispositionCode', encounter.disposition)}${party}${others}${place}</encompassingEncounter></componentOf>`;
}
