import {
  type Coded,
  type DocumentMetadata,
  facilityOf,
  formatOfReport,
  type Hl7Time,
  type Identifier,
  LABORATORY_IN_TOWN,
  type LabReport,
  type MetadataPerson,
  type Organization,
  settingOf,
} from '#formats';
import { Refusal, readHl7Time } from '#kernel';
import type { Channel, DocumentAuthor, DocumentHead, EntryCode, PlaceSaid } from './document-contract.ts';
import { kindOf } from './document-kinds.ts';
import { idText } from './id-text.ts';
import { personName, principalOf, type ReportHead } from './stored-report.ts';

export interface HeadToMake {
  documentId: string;
  receivedAt: string;
  joinedBy: string;
  channel: Channel;
  structure: { finess: string; name: string };
  /** uniqueIds that the document replaces. */
  replaces: readonly Identifier[];
  hasPdf: boolean;
  /** IANA zone of days without an hour. */
  zone: string;
}

/**
 * The head of a document of any kind but a laboratory report, from what is said about it.
 * @throws Refusal `document.type-unknown`, `report.unreadable` when its date is no date
 */
export function documentHead(metadata: DocumentMetadata, make: HeadToMake): DocumentHead {
  const { typeCode, classCode, formatCode, practiceSetting, healthcareFacilityType, title } = metadata;
  const kind = kindOf(typeCode.code, classCode.code);
  const type = entryCode(typeCode);
  if (!kind || !type) {
    const message = `documents of type ${typeCode.code?.slice(0, 40) ?? '(none)'} have no place in the matrix of rights`;
    throw new Refusal('document.type-unknown', message, { at: 'ClinicalDocument/code' });
  }
  const at = (time: Hl7Time | undefined) => (time === undefined ? undefined : instantOf(time, make.zone));
  const issuedAt = at(metadata.createdAt);
  if (!issuedAt) throw new Refusal('report.unreadable', 'the date of the document is not a date', { at: 'ClinicalDocument/effectiveTime' });
  const { code: confidentiality } = metadata.confidentiality;
  return dropUndefined({
    documentId: make.documentId,
    uniqueId: idText(metadata.uniqueId),
    setId: idText(metadata.setId ?? metadata.uniqueId),
    version: metadata.version,
    replaces: make.replaces.map(idText),
    kind: 'document',
    ...kind,
    type,
    class: entryCode(classCode) ?? { code: '' },
    format: entryCode(formatCode),
    practiceSetting: entryCode(practiceSetting),
    facilityType: entryCode(healthcareFacilityType),
    events: metadata.eventCodes.map(entryCode).filter((code) => code !== undefined),
    title: title || (type.display ?? type.code),
    issuedAt,
    receivedAt: make.receivedAt,
    servedAt: at(metadata.serviceStart) ?? issuedAt,
    servedUntil: at(metadata.serviceStop),
    structure: make.structure,
    authors: metadata.authors.map(authorOf),
    authenticator: metadata.legalAuthenticator && authorOf(metadata.legalAuthenticator),
    // What is not said is not opened wider: anything but N and R is read as V.
    confidentiality: confidentiality === 'N' || confidentiality === 'R' ? confidentiality : 'V',
    orders: metadata.referenceIds.length > 0 ? metadata.referenceIds.map(idText) : undefined,
    language: metadata.language,
    mediaType: metadata.mimeType,
    sizeBytes: metadata.size,
    sha1: Buffer.from(metadata.hash, 'hex').toString('base64'),
    hasPdf: make.hasPdf,
    joinedBy: make.joinedBy,
    channel: make.channel,
  });
}

function authorOf({ name, device, id, organizations = [] }: MetadataPerson & { organizations?: readonly Organization[] }): DocumentAuthor {
  return dropUndefined({
    name: name ? personName(name) : (device ?? ''),
    id: principalOf(id),
    institution: organizations[0]?.name,
  });
}

/** What the entry of a report of biology says, where that is not what it is taken to be. */
export function entryOfReport(report: LabReport, said: PlaceSaid = {}): NonNullable<ReportHead['entry']> | undefined {
  const other = (code: Coded, taken: Coded) => (code.code === taken.code && code.system === taken.system ? undefined : entryCode(code));
  const entry = dropUndefined({
    format: other(formatOfReport(report.format), LABORATORY_IN_TOWN.format),
    facilityType: other(said.facilityType ?? facilityOf(report), LABORATORY_IN_TOWN.facilityType),
    practiceSetting: other(said.practiceSetting ?? settingOf(report), LABORATORY_IN_TOWN.practiceSetting),
    orders: report.orders.length > 0 ? report.orders.map(idText) : undefined,
  });
  return Object.keys(entry).length > 0 ? entry : undefined;
}

function entryCode({ code, system, display }: Coded): EntryCode | undefined {
  return code === undefined ? undefined : dropUndefined({ code, system, display });
}

/** Metadata say hours in UTC, and days as the days of the region. */
function instantOf(time: Hl7Time, zone: string): string | undefined {
  const read = readHl7Time(time, time.length > 'YYYYMMDD'.length ? 'UTC' : zone);
  return read && new Date(read.epochMs).toISOString();
}

function dropUndefined<T extends object>(value: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T;
}

const LOINC = '2.16.840.1.113883.6.1';

/** A laboratory report as an entry of the registry: made from its own head, so that nothing is stored twice. */
export function headOfReport(head: ReportHead, channel: Channel): DocumentHead {
  const { documentId, uniqueId, setId, version, replaces, issuedAt, receivedAt, sampledAt, laboratory, hasPdf, joinedBy } = head;
  const { validator: name, validatorId: id, chapters, confidentiality = 'N' } = head;
  const { original = { mediaType: 'application/xml' }, entry } = head;
  const validator =
    name === undefined && id === undefined
      ? undefined
      : { name: name ?? '', ...(id !== undefined && { id }), institution: laboratory.name };
  return {
    documentId,
    uniqueId,
    setId,
    version,
    replaces,
    kind: 'laboratory-report',
    category: 'biology-report',
    group: 'biology',
    type: { code: '11502-2', system: LOINC, display: "CR d'examens biologiques" },
    class: { code: '10', system: '1.2.250.1.213.1.1.4.1', display: 'Compte rendu' },
    title: 'Compte rendu de biologie',
    detail: chapters.join(', '),
    issuedAt,
    receivedAt,
    servedAt: sampledAt,
    structure: laboratory,
    // Who is known by a number alone answers for it, and is no author that a list could name.
    authors: validator && name !== undefined ? [validator] : [],
    ...(validator && { authenticator: validator }),
    confidentiality,
    ...original,
    ...entry,
    hasPdf,
    joinedBy,
    channel,
  };
}
