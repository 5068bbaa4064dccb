import { escapeAttribute, escapeText } from '#kernel';
import { CONFIDENTIALITY_SYSTEM, VISIBILITY_SYSTEM } from '../document-codes.ts';
import type { DocumentMetadata, MetadataAuthor, SubmissionSet } from '../document-metadata.ts';
import { INS_ROOTS } from '../cda/oids.ts';
import type { Coded, Identifier } from '../lab-report.ts';
import type { XdmDocument, XdmSubmission } from './archive.ts';
import { writeCe, writeCx, writePatientInfo, writeXcn, writeXon } from './hl7-types.ts';
import {
  ACTION_SLOT,
  DOCUMENT_ENTRY,
  ENTRY,
  HAS_MEMBER,
  LCM,
  ORDER_REFERENCE,
  REFERENCE_IDS_SLOT,
  RELATION,
  RIM,
  SET,
  STATUS,
  SUBMISSION_SET,
} from './names.ts';

/** METADATA.XML of one folder: the submission set, its documents and what relates them, in ebRIM 3.0 (IHE ITI TF-3 §4.2.1). */
export function writeMetadata({ set, documents, relations }: XdmSubmission): string {
  const next = counter();
  const objects = [
    writeSet(set, next),
    ...documents.map((document) => writeEntry(document, next)),
    ...documents.map(({ metadata }) =>
      association(next, HAS_MEMBER, set.entryUuid, metadata.entryUuid, slot('SubmissionSetStatus', ['Original'])),
    ),
    ...relations.map(({ kind, source, target }) => association(next, `${RELATION}${kind}`, source, target)),
  ];
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<lcm:SubmitObjectsRequest xmlns:lcm="${LCM}" xmlns:rim="${RIM}">\n<rim:RegistryObjectList>\n` +
    `${objects.join('\n')}\n</rim:RegistryObjectList>\n</lcm:SubmitObjectsRequest>\n`
  );
}

type Next = (letter: string) => string;

/** Identifiers of the parts, unique in the file. */
function counter(): Next {
  let n = 0;
  return (letter) => `${letter}${++n}`;
}

const att = (name: string, value: string) => ` ${name}="${escapeAttribute(value)}"`;

function slot(name: string, values: readonly (string | undefined)[]): string {
  const said = values.filter((value) => value !== undefined && value !== '');
  if (said.length === 0) return '';
  return `<rim:Slot${att('name', name)}><rim:ValueList>${said.map((value) => `<rim:Value>${escapeText(value!)}</rim:Value>`).join('')}</rim:ValueList></rim:Slot>`;
}

const localized = (element: 'Name' | 'Description', text: string | undefined): string =>
  text === undefined || text === ''
    ? ''
    : `<rim:${element}><rim:LocalizedString xml:lang="FR" charset="UTF-8"${att('value', text)}/></rim:${element}>`;

function classified(next: Next, object: string, scheme: string, { code, system, display }: Coded): string {
  if (code === undefined) return '';
  return `<rim:Classification${att('id', next('C'))}${att('classificationScheme', scheme)}${att('classifiedObject', object)}${att('nodeRepresentation', code)}>${slot(
    'codingScheme',
    [system],
  )}${localized('Name', display)}</rim:Classification>`;
}

function author(next: Next, object: string, scheme: string, who: MetadataAuthor): string {
  const slots =
    slot('authorInstitution', who.organizations.map(writeXon)) +
    slot('authorPerson', [writeXcn(who)]) +
    slot('authorRole', [who.role]) +
    slot('authorSpecialty', [who.specialty && writeCe(who.specialty)]);
  return `<rim:Classification${att('id', next('C'))}${att('classificationScheme', scheme)}${att('classifiedObject', object)} nodeRepresentation="">${slots}</rim:Classification>`;
}

const identified = (next: Next, object: string, scheme: string, name: string, value: string | undefined): string =>
  value === undefined
    ? ''
    : `<rim:ExternalIdentifier${att('id', next('I'))}${att('registryObject', object)}${att('identificationScheme', scheme)}${att('value', value)}>${localized('Name', name)}</rim:ExternalIdentifier>`;

function association(next: Next, type: string, source: string, target: string, inside = ''): string {
  return `<rim:Association${att('id', next('A'))}${att('associationType', type)}${att('sourceObject', source)}${att('targetObject', target)}>${inside}</rim:Association>`;
}

function writeSet(set: SubmissionSet, next: Next): string {
  const { entryUuid: id } = set;
  return (
    `<rim:RegistryPackage${att('id', id)}${att('status', `${STATUS}Approved`)}>` +
    slot('submissionTime', [set.submittedAt]) +
    localized('Name', set.title) +
    localized('Description', set.comments) +
    author(next, id, SET.author, set.author) +
    classified(next, id, SET.contentType, set.contentType) +
    identified(next, id, SET.patientId, 'XDSSubmissionSet.patientId', set.patientId && writeCx(set.patientId)) +
    identified(next, id, SET.sourceId, 'XDSSubmissionSet.sourceId', set.sourceId) +
    identified(next, id, SET.uniqueId, 'XDSSubmissionSet.uniqueId', set.uniqueId) +
    `</rim:RegistryPackage>\n<rim:Classification${att('id', next('C'))}${att('classifiedObject', id)}${att('classificationNode', SUBMISSION_SET)}/>`
  );
}

function writeEntry({ metadata: m, action }: XdmDocument, next: Next): string {
  const { entryUuid: id } = m;
  const status = m.availability === 'approved' ? 'Approved' : 'Deprecated';
  return (
    `<rim:ExtrinsicObject${att('id', id)}${att('mimeType', m.mimeType)}${att('objectType', DOCUMENT_ENTRY)}${att('status', `${STATUS}${status}`)}>` +
    entrySlots(m, action) +
    localized('Name', m.title) +
    localized('Description', m.comments) +
    m.authors.map((who) => author(next, id, ENTRY.author, who)).join('') +
    entryCodes(m, next) +
    identified(next, id, ENTRY.patientId, 'XDSDocumentEntry.patientId', m.patientId && writeCx(m.patientId)) +
    identified(next, id, ENTRY.uniqueId, 'XDSDocumentEntry.uniqueId', uniqueIdText(m.uniqueId)) +
    '</rim:ExtrinsicObject>'
  );
}

const ACTIONS = { new: undefined, replace: 'C', delete: 'D' } as const;

function entrySlots(m: DocumentMetadata, action: XdmDocument['action']): string {
  const local = m.sourcePatient.ids.find(({ root }) => !INS_ROOTS.includes(root)) ?? m.patientId;
  return (
    slot('creationTime', [m.createdAt]) +
    slot('languageCode', [m.language]) +
    slot('legalAuthenticator', [m.legalAuthenticator && writeXcn(m.legalAuthenticator)]) +
    slot('serviceStartTime', [m.serviceStart]) +
    slot('serviceStopTime', [m.serviceStop]) +
    slot('sourcePatientId', [local && writeCx(local)]) +
    slot('sourcePatientInfo', writePatientInfo(m.sourcePatient)) +
    slot('hash', [m.hash]) +
    slot('size', [String(m.size)]) +
    slot('URI', [m.uri]) +
    slot('repositoryUniqueId', [m.repositoryUniqueId]) +
    slot(
      REFERENCE_IDS_SLOT,
      m.referenceIds.map((reference) => writeCx(reference, ORDER_REFERENCE)),
    ) +
    slot(ACTION_SLOT, [ACTIONS[action]])
  );
}

function entryCodes(m: DocumentMetadata, next: Next): string {
  const { entryUuid: id } = m;
  const confidentiality = { system: CONFIDENTIALITY_SYSTEM, ...m.confidentiality };
  return (
    classified(next, id, ENTRY.classCode, m.classCode) +
    classified(next, id, ENTRY.typeCode, m.typeCode) +
    classified(next, id, ENTRY.formatCode, m.formatCode) +
    classified(next, id, ENTRY.confidentiality, confidentiality) +
    m.visibility
      .map((code) => classified(next, id, ENTRY.confidentiality, { code, system: VISIBILITY_SYSTEM, display: VISIBILITY_LABELS[code] }))
      .join('') +
    classified(next, id, ENTRY.healthcareFacilityType, m.healthcareFacilityType) +
    classified(next, id, ENTRY.practiceSetting, m.practiceSetting) +
    m.eventCodes.map((code) => classified(next, id, ENTRY.eventCode, code)).join('')
  );
}

const VISIBILITY_LABELS = {
  MASQUE_PS: 'Masqué aux professionnels de santé',
  INVISIBLE_PATIENT: 'Non visible par le patient',
  INVISIBLE_REPRESENTANTS_LEGAUX: 'Non visible par les représentants légaux du patient',
} as const;

const uniqueIdText = ({ root, extension }: Identifier) => (extension === undefined ? root : `${root}^${extension}`);
