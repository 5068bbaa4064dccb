import { hash } from 'node:crypto';
import { readHl7Time, type TimePrecision } from '#kernel';
import { INS_ROOTS, TEMPLATE } from './cda/oids.ts';
import { classOfType, CONFIDENTIALITY_SYSTEM, formatOf } from './document-codes.ts';
import type { DocumentMetadata, MetadataAuthor, MetadataPerson, Visibility } from './document-metadata.ts';
import { facilityOf, plainCode, settingOf } from './place-of.ts';
import type { Coded, Hl7Time, Identifier, LabReport, Organization, Participant } from './lab-report.ts';

/** What the metadata of a document are deduced from: the header of any document, a laboratory report among them. */
export interface DescribedDocument
  extends Pick<
    LabReport,
    | 'id'
    | 'setId'
    | 'version'
    | 'code'
    | 'title'
    | 'createdAt'
    | 'confidentiality'
    | 'language'
    | 'patient'
    | 'authors'
    | 'legalAuthenticator'
    | 'orders'
    | 'events'
    | 'encounter'
    | 'custodian'
  > {
  /** Templates that the document claims, as OIDs; without them a laboratory report's are known by its format. */
  templates?: readonly string[];
  format?: LabReport['format'] | undefined;
}

/** The file that holds the document. */
export interface DocumentFile {
  bytes: Uint8Array;
  /** `text/xml` for CDA, as XDS wants it. */
  mimeType: string;
  /** Media type of what an unstructured document holds; `application/pdf` when not said. */
  bodyType?: string;
  uri?: string;
  visibility?: readonly Visibility[];
}

/**
 * The metadata of a document, deduced from its header and its bytes as the national guide says, with no clock and no chance:
 * the same document gives the same entry.
 *
 * Where it was made, when it does not say so, is what `place-of.ts` deduces. A type unknown to the national tables is a `10` (compte rendu).
 * @param zone IANA zone of times without offset, for instance `Europe/Paris`
 */
export function metadataOf(document: DescribedDocument, file: DocumentFile, zone: string): DocumentMetadata {
  const { id, patient, events, legalAuthenticator } = document;
  const [event] = events;
  const ins = patient.ids.find(({ root }) => INS_ROOTS.includes(root));
  const optional = {
    setId: document.setId,
    patientId: ins && bare(ins),
    legalAuthenticator: legalAuthenticator && personOf(legalAuthenticator),
    serviceStart: utcOf(event?.start, zone),
    serviceStop: utcOf(event?.end, zone),
    uri: file.uri,
  };
  return {
    entryUuid: entryUuidOf(id),
    uniqueId: bare(id),
    version: document.version,
    availability: 'approved',
    classCode: classOfType(document.code.code) ?? classOfType('34112-3')!,
    typeCode: plainCode(document.code),
    formatCode: formatOf(document.templates ?? templatesOf(document.format), file.bodyType ?? UNSAID_BODY),
    mimeType: file.mimeType,
    title: document.title,
    language: document.language ?? 'fr-FR',
    createdAt: utcOf(document.createdAt, zone) ?? document.createdAt,
    authors: document.authors.map(authorOf),
    confidentiality: document.confidentiality.code
      ? plainCode(document.confidentiality)
      : { code: 'N', system: CONFIDENTIALITY_SYSTEM, display: 'Normal' },
    visibility: [...(file.visibility ?? [])],
    healthcareFacilityType: facilityOf(document),
    practiceSetting: settingOf(document),
    eventCodes: events.flatMap(({ code }) => (code?.code === undefined ? [] : [plainCode(code)])),
    sourcePatient: patient,
    referenceIds: document.orders.map(bare),
    hash: hash('sha1', file.bytes, 'hex'),
    size: file.bytes.length,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
}

/** Format of a report of biology (JDV_J10), by what it was written in. */
export const formatOfReport = (format: LabReport['format'] | undefined): Coded => formatOf(templatesOf(format), UNSAID_BODY);
const UNSAID_BODY = 'application/pdf';

/** Identifier of the entry, drawn from that of the document (RFC 9562 §5.8, version 8). */
export function entryUuidOf({ root, extension }: Identifier): string {
  const hex = hash('sha1', `${root}^${extension ?? ''}`, 'hex');
  const variant = ((Number.parseInt(hex[16]!, 16) & 3) | 8).toString(16);
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const bare = ({ root, extension }: Identifier): Identifier => (extension === undefined ? { root } : { root, extension });

const TEMPLATES: Readonly<Record<LabReport['format'], readonly string[]>> = {
  'cda-cr-bio': [TEMPLATE.xdLab, TEMPLATE.crBio],
  'cda-n1': [TEMPLATE.unstructured],
  'hl7v2-oru': [],
  hprim: [],
  fhir: [],
};

const templatesOf = (format: LabReport['format'] | undefined) => (format === undefined ? [] : TEMPLATES[format]);

function personOf({ ids, name, device }: Participant): MetadataPerson {
  const [id] = ids;
  const words = device?.software ?? device?.model;
  return { ...(id && { id: bare(id) }), ...(name && { name }), ...(words !== undefined && { device: words }) };
}

function authorOf(author: Participant): MetadataAuthor {
  const role = author.function?.display ?? author.function?.originalText;
  return {
    ...personOf(author),
    organizations: author.organization ? [nameAndId(author.organization)] : [],
    ...(role !== undefined && { role }),
    ...(author.code?.code !== undefined && { specialty: plainCode(author.code) }),
  };
}

/** The registry knows a structure by one identifier and its name. */
function nameAndId({ ids: [id], name }: Organization): Organization {
  return { ids: id ? [bare(id)] : [], ...(name !== undefined && { name }) };
}

const KEPT: Readonly<Record<TimePrecision, number>> = { year: 4, month: 6, day: 8, minute: 12, second: 14 };

/** HL7 TS in UTC without offset, at the precision given; a date stays the date it is. Undefined for what is no time. */
export function utcOf(time: Hl7Time | undefined, zone: string): Hl7Time | undefined {
  const read = time === undefined ? undefined : readHl7Time(time, zone);
  if (!time || !read) return undefined;
  const digits = KEPT[read.precision];
  return digits <= 8 ? time.slice(0, digits) : new Date(read.epochMs).toISOString().replaceAll(/[-:T]/g, '').slice(0, digits);
}
