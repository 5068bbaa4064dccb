import { Refusal } from '#kernel';
import { readCda } from '../cda/read.ts';
import { writeCda } from '../cda/write.ts';
import { narrativeToText } from '../cda/narrative-html.ts';
import type { DocumentSection } from '../clinical-document.ts';
import type { DocumentMetadata, MetadataAuthor, SubmissionSet } from '../document-metadata.ts';
import { fhirLosses } from '../fhir/losses.ts';
import { writeFhir } from '../fhir/write.ts';
import { readHl7Report } from '../hl7v2/read-report.ts';
import { nameBasedOid } from '../hl7v2/systems.ts';
import { writeOru } from '../hl7v2/write-oru.ts';
import { readHprimReport } from '../hprim/read.ts';
import { writeHprim } from '../hprim/write.ts';
import { writeHprimSante } from '../hprim/write-sante.ts';
import type { Identifier, LabReport, PrintedPatient } from '../lab-report.ts';
import { lossesBetween } from '../losses.ts';
import { entryUuidOf, type DescribedDocument, metadataOf } from '../metadata-of.ts';
import { printReport } from '../print-report.ts';
import { printTime } from '../print-value.ts';
import type { XdmAction } from '../xdm/archive.ts';
import type { XdmSender } from '../xdm/pages.ts';
import { writeXdm } from '../xdm/write.ts';
import { isLater } from '../version-of-time.ts';
import type { Content } from './read.ts';

export interface WriteContext {
  now: Date;
  /** IANA zone of times that carry no offset. */
  zone: string;
  /** Who sends, for an archive. */
  sender: XdmSender;
  /** What an archive asks its receiver to do; as the version of the document says when not given. */
  action?: XdmAction;
  /** Its results correct final ones that were sent, which HPRIM says of each; as the report says when not given. */
  isCorrection?: boolean | undefined;
  /** From whom an archive says that the document is hidden; nobody when not given. */
  visibility?: DocumentMetadata['visibility'];
}

export interface Written {
  bytes: Uint8Array;
  /** What the target cannot say: paths in the report (`sections[].title`), or a sentence. */
  losses: string[];
}

const WORDS_ALONE = 'codes and structure: the words alone are kept';

type Writer = (content: Content, context: WriteContext) => Written;

/** Formats in which a report or a document can be written. */
const WRITERS = {
  cda: (content) => asCda(content),
  fhir: (content, { zone }) => {
    const report = reportIn(content, 'FHIR');
    return { bytes: Buffer.from(writeFhir(report, { zone })), losses: fhirLosses(report, { zone }) };
  },
  hl7: (content) => {
    const report = reportIn(content, 'HL7 v2');
    const bytes = Buffer.from(writeOru(report));
    return { bytes, losses: lossesBetween(report, readHl7Report(bytes)) };
  },
  hprim: (content, { isCorrection }) => {
    const report = reportIn(content, 'HPRIM');
    const bytes = writeHprim(report, { isCorrection });
    return { bytes, losses: lossesBetween(report, readHprimReport(bytes)) };
  },
  'hprim-sante': (content, { isCorrection }) => {
    const report = reportIn(content, 'HPRIM');
    const bytes = writeHprimSante(report, { isCorrection });
    return { bytes, losses: lossesBetween(report, readHprimReport(bytes)) };
  },
  text: (content) => ({ bytes: Buffer.from(`${asText(content).join('\n')}\n`), losses: [WORDS_ALONE] }),
  xdm: (content, context) => asArchive(content, context),
} as const satisfies Record<string, Writer>;

export type WriteFormat = keyof typeof WRITERS;

export const WRITE_FORMATS = Object.keys(WRITERS) as WriteFormat[];

/**
 * Writes what a file held in another format. A document that came as CDA goes on byte for byte, its signature and its PDF with it.
 *
 * @throws Refusal `request.invalid` when the target cannot hold such a thing at all; `report.*` when what is written lacks what a reader
 *   of the target cannot do without
 */
export const writeAs = (content: Content, to: WriteFormat, context: WriteContext): Written => WRITERS[to](content, context);

function reportIn(content: Content, format: string): LabReport {
  if (content.kind === 'report') return content.report;
  throw new Refusal('request.invalid', `only a laboratory report is written as ${format}`, { at: 'to' });
}

function asCda(content: Content): Written {
  if (content.kind !== 'report' && content.kind !== 'document') {
    throw new Refusal('request.invalid', 'the file holds neither a report nor a document', { at: 'to' });
  }
  if (content.source) return { bytes: content.source, losses: [] };
  const { report } = content as Extract<Content, { kind: 'report' }>;
  const bytes = Buffer.from(writeCda(report));
  return { bytes, losses: lossesBetween(report, readCda(bytes)) };
}

function asArchive(content: Content, { now, zone, sender, visibility, ...asked }: WriteContext): Written {
  const { bytes, losses } = asCda(content);
  const document = documentIn(content);
  const bodyType = content.kind === 'document' ? content.document.body?.mediaType : undefined;
  const file = { bytes, mimeType: 'text/xml', ...(bodyType !== undefined && { bodyType }), ...(visibility && { visibility }) };
  const metadata = metadataOf(document, file, zone);
  const submittedAt = now.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14);
  const uniqueId = nameBasedOid(`submission:${metadata.entryUuid}:${submittedAt}`);
  const [author] = metadata.authors;
  const custodian = document.custodian.ids[0];
  const set: SubmissionSet = {
    entryUuid: entryUuidOf({ root: uniqueId }),
    uniqueId,
    sourceId: custodian ? oidOf(custodian) : uniqueId,
    submittedAt,
    title: document.title,
    author: author ?? ({ organizations: [document.custodian] } satisfies MetadataAuthor),
    contentType: metadata.healthcareFacilityType,
    ...(metadata.patientId && { patientId: metadata.patientId }),
  };
  const action = asked.action ?? (isLater(document) ? 'replace' : 'new');
  return { bytes: writeXdm([{ set, documents: [{ metadata, bytes, action }], relations: [] }], sender), losses };
}

/** The structure as one OID: its number after the root, when it is a number (a FINESS of Corsica holds a letter). */
function oidOf({ root, extension }: Identifier): string {
  if (extension === undefined) return root;
  return /^[1-9]\d*$/.test(extension) ? `${root}.${extension}` : nameBasedOid(`${root}^${extension}`);
}

function documentIn(content: Content): DescribedDocument {
  if (content.kind === 'report') {
    // What is in the archive is CDA, whatever the report came in.
    return { ...content.report, format: content.report.format === 'cda-n1' ? 'cda-n1' : 'cda-cr-bio' };
  }
  if (content.kind !== 'document') throw new Refusal('request.invalid', 'the file holds neither a report nor a document', { at: 'to' });
  const { templates, format: _, ...header } = content.document;
  return { ...header, templates: templates.map(({ root }) => root) };
}

function asText(content: Content): string[] {
  if (content.kind === 'report') return [...heading(content.report), ...printReport(content.report)];
  if (content.kind === 'document') return [...heading(content.document), ...content.document.sections.flatMap(sectionText)];
  throw new Refusal('request.invalid', 'the file holds neither a report nor a document', { at: 'to' });
}

const heading = ({ title, custodian, createdAt, patient }: Pick<LabReport, 'title' | 'custodian' | 'createdAt' | 'patient'>): string[] => [
  title,
  [custodian.name, printTime(createdAt)].filter(Boolean).join(', '),
  `Patient : ${personText(patient)}`,
];

function personText({ birthFamily, birthGivens, firstBirthGiven, usedFamily, usedGiven, birthDate, sex }: PrintedPatient): string {
  const birth = [birthFamily, birthGivens ?? firstBirthGiven].filter(Boolean).join(' ');
  const used = [usedFamily, usedGiven].filter(Boolean).join(' ');
  return [birth, used !== birth ? used : '', birthDate ? printTime(birthDate) : '', sex ?? ''].filter(Boolean).join(', ');
}

const sectionText = ({ title, narrative, sections }: DocumentSection): string[] => [
  '',
  (title ?? '').toUpperCase(),
  ...(narrative === undefined ? [] : [narrativeToText(narrative)]),
  ...sections.flatMap(sectionText),
];
