import {
  attribute,
  child,
  children,
  decodeXml,
  keyOf,
  makeVocabulary,
  NONE,
  pathOf,
  Refusal,
  scanXml,
  textOf,
  type XmlTape,
} from '#kernel';
import { CONFIDENTIALITY_SYSTEM } from '../document-codes.ts';
import type {
  DocumentMetadata,
  DocumentRelation,
  DocumentRelationKind,
  MetadataAuthor,
  SubmissionSet,
  Visibility,
} from '../document-metadata.ts';
import type { Coded, Identifier, PrintedPatient, ReadingWarning } from '../lab-report.ts';
import { entryUuidOf } from '../metadata-of.ts';
import type { XdmAction } from './archive.ts';
import { readCe, readCx, readPatientInfo, readXcn, readXon } from './hl7-types.ts';
import { ACTION_SLOT, ENTRY, REFERENCE_IDS_SLOT, RELATION, RIM, SET, STATUS } from './names.ts';

const { vocabulary, ids: V } = makeVocabulary(RIM, [
  ['RegistryPackage', 'ExtrinsicObject', 'Association', 'Classification', 'ExternalIdentifier', 'Slot', 'ValueList', 'Value', 'Name'],
  ['Description', 'LocalizedString', 'id', 'mimeType', 'status', 'classificationScheme', 'nodeRepresentation', 'identificationScheme'],
  ['value', 'name', 'associationType', 'sourceObject', 'targetObject'],
]);

/** What METADATA.XML says of one document: its metadata, with the hash, size and file name as announced, and what is asked. */
export interface AnnouncedEntry {
  metadata: DocumentMetadata;
  action: XdmAction;
  at: string;
}

export interface Announced {
  set: SubmissionSet;
  entries: AnnouncedEntry[];
  relations: DocumentRelation[];
}

interface Reading {
  tape: XmlTape;
  file: string;
  warnings: ReadingWarning[];
}

/**
 * Reads METADATA.XML (ebRIM 3.0). A code that is missing is a warning; what makes a document impossible to identify is refused.
 *
 * @param file name of the file in the archive, for places
 * @throws Refusal `archive.unreadable`; `report.unreadable` or `report.hostile` when the XML is not good
 */
export function readMetadata(bytes: Uint8Array, file: string, warnings: ReadingWarning[]): Announced {
  const r: Reading = { tape: scanXml(decodeXml(bytes), vocabulary), file, warnings };
  const sets = all(r, V.RegistryPackage).filter((n) => identifier(r, n, SET.uniqueId) !== undefined);
  if (sets.length !== 1) refuse(r, 0, `the file describes ${sets.length} submission sets, where one is wanted`);
  const entryIds = new Map<string, string>();
  const entries = all(r, V.ExtrinsicObject).map((n) => readEntry(r, n, entryIds));
  if (entries.length === 0) refuse(r, 0, 'the file describes no document');
  return { set: readSet(r, sets[0]!), entries, relations: readRelations(r, entryIds) };
}

function readSet(r: Reading, n: number): SubmissionSet {
  const patientId = readId(r, n, SET.patientId);
  const title = localized(r, n, V.Name);
  const comments = localized(r, n, V.Description);
  const uniqueId = identifier(r, n, SET.uniqueId)!;
  const [author] = authors(r, n, SET.author);
  return {
    entryUuid: uuid(attr(r, n, V.id)) ?? entryUuidOf({ root: uniqueId }),
    uniqueId,
    sourceId: identifier(r, n, SET.sourceId) ?? missing(r, n, 'sourceId', ''),
    submittedAt: slots(r, n).get('submissionTime')?.[0] ?? missing(r, n, 'submissionTime', ''),
    author: author ?? missing(r, n, 'author', { organizations: [] }),
    contentType: codes(r, n, SET.contentType)[0] ?? missing(r, n, 'contentTypeCode', {}),
    ...(title !== undefined && { title }),
    ...(comments !== undefined && { comments }),
    ...(patientId && { patientId }),
  };
}

function readEntry(r: Reading, n: number, entryIds: Map<string, string>): AnnouncedEntry {
  const said = slots(r, n);
  const one = (name: string) => said.get(name)?.[0];
  const uniqueId = readUniqueId(identifier(r, n, ENTRY.uniqueId)) ?? refuse(r, n, 'the document has no uniqueId');
  const entryUuid = uuid(attr(r, n, V.id)) ?? entryUuidOf(uniqueId);
  entryIds.set(attr(r, n, V.id) ?? '', entryUuid);
  const code = (name: string, scheme: string): Coded => codes(r, n, scheme)[0] ?? missing(r, n, name, {});
  const confidentiality = codes(r, n, ENTRY.confidentiality);
  const action = one(ACTION_SLOT);
  const optional = {
    comments: localized(r, n, V.Description),
    patientId: readId(r, n, ENTRY.patientId),
    legalAuthenticator: one('legalAuthenticator') === undefined ? undefined : readXcn(one('legalAuthenticator')!),
    serviceStart: one('serviceStartTime'),
    serviceStop: one('serviceStopTime'),
    uri: readUri(said.get('URI')),
    repositoryUniqueId: one('repositoryUniqueId'),
  };
  const metadata: DocumentMetadata = {
    entryUuid,
    uniqueId,
    version: action === 'C' ? 2 : 1,
    availability: attr(r, n, V.status) === `${STATUS}Deprecated` ? 'deprecated' : 'approved',
    classCode: code('classCode', ENTRY.classCode),
    typeCode: code('typeCode', ENTRY.typeCode),
    formatCode: code('formatCode', ENTRY.formatCode),
    mimeType: attr(r, n, V.mimeType) ?? missing(r, n, 'mimeType', 'text/xml'),
    title: localized(r, n, V.Name) ?? '',
    language: one('languageCode') ?? missing(r, n, 'languageCode', 'fr-FR'),
    createdAt: one('creationTime') ?? missing(r, n, 'creationTime', ''),
    authors: authors(r, n, ENTRY.author),
    confidentiality: confidentiality.find(({ code: c }) => /^[NRV]$/.test(c ?? '')) ?? missing(r, n, 'confidentialityCode', RESTRICTED),
    visibility: confidentiality.flatMap(({ code: c }) => (isVisibility(c) ? [c] : [])),
    healthcareFacilityType: code('healthcareFacilityTypeCode', ENTRY.healthcareFacilityType),
    practiceSetting: code('practiceSettingCode', ENTRY.practiceSetting),
    eventCodes: codes(r, n, ENTRY.eventCode),
    sourcePatient: readSourcePatient(said),
    referenceIds: (said.get(REFERENCE_IDS_SLOT) ?? []).flatMap((field) => readCx(field) ?? []),
    hash: (one('hash') ?? refuse(r, n, 'the document has no hash')).toLowerCase(),
    size: readSize(r, n, one('size')),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
  return { metadata, action: action === 'C' ? 'replace' : action === 'D' ? 'delete' : 'new', at: placeOf(r, n) };
}

/** A document that does not say is taken as restricted: to hide too much can be mended. */
const RESTRICTED: Coded = { code: 'R', system: CONFIDENTIALITY_SYSTEM, display: 'Restreint' };

const VISIBILITIES: ReadonlySet<string> = new Set<Visibility>(['MASQUE_PS', 'INVISIBLE_PATIENT', 'INVISIBLE_REPRESENTANTS_LEGAUX']);
const isVisibility = (code: string | undefined): code is Visibility => VISIBILITIES.has(code ?? '');

function readSourcePatient(said: ReadonlyMap<string, string[]>): PrintedPatient {
  const patient = readPatientInfo(said.get('sourcePatientInfo') ?? []);
  const local = readCx(said.get('sourcePatientId')?.[0] ?? '');
  if (local && !patient.ids.some(({ root, extension }) => root === local.root && extension === local.extension)) patient.ids.push(local);
  return patient;
}

function readSize(r: Reading, n: number, text: string | undefined): number {
  if (text !== undefined && /^\d{1,9}$/.test(text)) return Number(text);
  return refuse(r, n, 'the document has no size');
}

/** Long values come in numbered pieces: `1|DOC0001.` `2|XML`. */
function readUri(values: readonly string[] | undefined): string | undefined {
  if (!values || values.length === 0) return undefined;
  if (!values.every((value) => /^\d\|/.test(value))) return values[0];
  return values
    .toSorted()
    .map((value) => value.slice(2))
    .join('');
}

function readUniqueId(text: string | undefined): Identifier | undefined {
  if (text === undefined) return undefined;
  const caret = text.indexOf('^');
  const root = (caret < 0 ? text : text.slice(0, caret)).replace(/^urn:oid:/, '');
  if (root === '') return undefined;
  return caret < 0 ? { root } : { root, extension: text.slice(caret + 1) };
}

/** A document of elsewhere that the sender names by its uniqueId, where the profile wants its entry: which one it is leaves no doubt. */
function oidText(text = ''): string | undefined {
  if (!/^(?:urn:oid:)?[0-2](?:\.\d+)+(?:\^.+)?$/.test(text)) return undefined;
  return text.replace(/^urn:oid:/, '');
}

const KINDS: ReadonlySet<string> = new Set<DocumentRelationKind>(['RPLC', 'APND', 'XFRM', 'XFRM_RPLC', 'signs']);

function readRelations(r: Reading, entryIds: ReadonlyMap<string, string>): DocumentRelation[] {
  const end = (id: string | undefined) => (id === undefined ? undefined : (entryIds.get(id) ?? uuid(id)));
  return all(r, V.Association).flatMap((n) => {
    const type = attr(r, n, V.associationType) ?? '';
    const kind = type.startsWith(RELATION) ? type.slice(RELATION.length) : '';
    if (!KINDS.has(kind)) return [];
    const source = end(attr(r, n, V.sourceObject));
    const target = end(attr(r, n, V.targetObject)) ?? oidText(attr(r, n, V.targetObject));
    if (source !== undefined && target !== undefined) return [{ kind: kind as DocumentRelationKind, source, target }];
    warn(r, 'xdm.relation', n, 'a relation between documents names one that is not known: not followed');
    return [];
  });
}

function authors(r: Reading, n: number, scheme: string): MetadataAuthor[] {
  return classifications(r, n, scheme).map((c) => {
    const said = slots(r, c);
    const person = said.get('authorPerson')?.[0];
    const role = said.get('authorRole')?.[0];
    const specialty = said.get('authorSpecialty')?.[0];
    return Object.assign(person === undefined ? {} : readXcn(person), {
      organizations: (said.get('authorInstitution') ?? []).map(readXon),
      ...(role !== undefined && { role }),
      ...(specialty !== undefined && { specialty: readCe(specialty) }),
    });
  });
}

function codes(r: Reading, n: number, scheme: string): Coded[] {
  return classifications(r, n, scheme).flatMap((c) => {
    const code = attr(r, c, V.nodeRepresentation);
    if (code === undefined) return [];
    const system = slots(r, c)
      .get('codingScheme')?.[0]
      ?.replace(/^urn:oid:/, '');
    const display = localized(r, c, V.Name);
    return [{ code, ...(system !== undefined && { system }), ...(display !== undefined && { display }) }];
  });
}

const classifications = (r: Reading, n: number, scheme: string): number[] =>
  children(r.tape, n, V.Classification).filter((c) => attr(r, c, V.classificationScheme) === scheme);

const identifier = (r: Reading, n: number, scheme: string): string | undefined =>
  attr(r, children(r.tape, n, V.ExternalIdentifier).find((c) => attr(r, c, V.identificationScheme) === scheme) ?? NONE, V.value);

const readId = (r: Reading, n: number, scheme: string): Identifier | undefined => readCx(identifier(r, n, scheme) ?? '');

function slots(r: Reading, n: number): Map<string, string[]> {
  const said = new Map<string, string[]>();
  for (const s of children(r.tape, n, V.Slot)) {
    const values = children(r.tape, child(r.tape, s, V.ValueList), V.Value)
      .map((v) => textOf(r.tape, v).trim())
      .filter((text) => text !== '');
    const name = attr(r, s, V.name);
    if (name !== undefined && values.length > 0) said.set(name, values);
  }
  return said;
}

const localized = (r: Reading, n: number, name: number): string | undefined =>
  attr(r, child(r.tape, child(r.tape, n, name), V.LocalizedString), V.value);

const attr = (r: Reading, n: number, key: number): string | undefined => attribute(r.tape, n, key) || undefined;

const uuid = (text: string | undefined): string | undefined =>
  text !== undefined && /^urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text.toLowerCase() : undefined;

function all(r: Reading, name: number): number[] {
  const found: number[] = [];
  for (let n = 0; n < r.tape.count; n++) if (keyOf(r.tape, n) === name) found.push(n);
  return found;
}

const placeOf = (r: Reading, n: number) => `${r.file} ${pathOf(r.tape, n)}`;
const MAX_WARNINGS = 200;

function warn(r: Reading, code: string, n: number, message: string): void {
  if (r.warnings.length < MAX_WARNINGS) r.warnings.push({ code, at: placeOf(r, n), message });
}

function missing<T>(r: Reading, n: number, name: string, instead: T): T {
  warn(r, 'xdm.missing', n, `the metadata do not say: ${name}`);
  return instead;
}

function refuse(r: Reading, n: number, message: string): never {
  throw new Refusal('archive.unreadable', message, { at: placeOf(r, n) });
}
