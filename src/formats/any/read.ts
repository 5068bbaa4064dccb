import { Refusal } from '#kernel';
import { readClinicalDocument } from '../cda/document/read.ts';
import { readCda } from '../cda/read.ts';
import type { ClinicalDocument } from '../clinical-document.ts';
import type { DocumentMetadata } from '../document-metadata.ts';
import { readFhir } from '../fhir/read.ts';
import type { Hl7Message } from '../hl7v2/message.ts';
import { hl7MessagesIn } from '../hl7v2/batch.ts';
import { readHl7Message } from '../hl7v2/read-message.ts';
import { readHl7Report } from '../hl7v2/read-report.ts';
import { hprimDossiersIn, readHprim } from '../hprim/read.ts';
import type { LabReport, ReadingWarning } from '../lab-report.ts';
import type { XdmAction, XdmInside } from '../xdm/archive.ts';
import { openXdm } from '../xdm/read.ts';
import { formatOfBytes, type ReadFormat } from './sniff.ts';

/** What a file holds: laboratory reports, other documents, a message that carries none, a file that is not opened. */
export type Content =
  /** `source`: the bytes of the document alone, when they stand by themselves (a CDA, also inside an archive). */
  | { kind: 'report'; report: LabReport; source?: Uint8Array }
  | { kind: 'document'; document: ClinicalDocument; source: Uint8Array }
  | { kind: 'message'; message: Hl7Message }
  | { kind: 'file'; mediaType: string; bytes: Uint8Array };

/** With what the archive around it says of it; `part`: its own bytes, when the file is a batch of messages or holds several dossiers. */
export type ContentOfFile = Content & { metadata?: DocumentMetadata; action?: XdmAction; part?: Uint8Array };

export interface FileRead {
  format: ReadFormat;
  contents: ContentOfFile[];
  warnings: ReadingWarning[];
}

/**
 * Reads any file of the region, told by its Content-Type or by its bytes: CDA of every kind, HL7 v2, HPRIM, an XDM archive with all that it
 * holds, FHIR. A PDF is not opened.
 *
 * @throws Refusal `deposit.unsupported-format` for bytes of another kind, otherwise that of the reader
 */
export function readAny(bytes: Uint8Array, contentType?: string): FileRead {
  const format = formatOfBytes(bytes, contentType);
  switch (format) {
    case 'cda':
      return ofOne(format, readAnyCda(bytes, contentType));
    case 'fhir':
      return ofOne(format, { kind: 'report', report: readFhir(bytes, contentType) });
    case 'hprim':
      return { format, contents: readDossiers(bytes), warnings: [] };
    case 'hl7':
      return { format, contents: readMessages(bytes), warnings: [] };
    case 'pdf':
      return ofOne(format, { kind: 'file', mediaType: 'application/pdf', bytes });
    case 'xdm':
      return readArchive(bytes);
    default:
      throw new Refusal('deposit.unsupported-format', 'this is no format of health document that Cigogne reads', { at: 'byte 1' });
  }
}

const ofOne = (format: ReadFormat, content: Content): FileRead => ({ format, contents: [content], warnings: [] });

type CdaContent = Extract<Content, { kind: 'report' | 'document' }>;

function readAnyCda(bytes: Uint8Array, contentType?: string): CdaContent {
  try {
    return { kind: 'report', report: readCda(bytes, contentType), source: bytes };
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'report.not-a-lab-report') throw error;
    return { kind: 'document', document: readClinicalDocument(bytes, contentType), source: bytes };
  }
}

/** Of several dossiers, each is given with bytes of its own. */
function readDossiers(bytes: Uint8Array): ContentOfFile[] {
  const reports = readHprim(bytes);
  const parts = reports.length > 1 ? hprimDossiersIn(bytes) : [];
  return reports.map((report, n) => ({ kind: 'report', report, ...(parts[n] && { part: parts[n] }) }));
}

/** Of several messages, each says by its place which one a refusal is about, and is given with its own bytes. */
function readMessages(bytes: Uint8Array): ContentOfFile[] {
  const messages = hl7MessagesIn(bytes);
  if (messages.length === 1) return [readAnyHl7(messages[0]!)];
  return messages.map((part, n) => within(`message ${n + 1}`, () => ({ ...readAnyHl7(part), part })));
}

/** @throws Refusal as `read`, its place inside another */
function within<T>(place: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(error.code, error.message, { at: `${place} ${error.at ?? ''}`.trim(), cause: error });
  }
}

/** Results, or the document that the message carries; otherwise the message itself. */
function readAnyHl7(bytes: Uint8Array): Content {
  const message = readHl7Message(bytes);
  if (message.kind === 'oru') return { kind: 'report', report: message.report };
  if (message.kind !== 'document' || message.action === 'delete') return { kind: 'message', message };
  const carried = message.documents.find(({ mediaType }) => mediaType === 'text/xml');
  if (!carried) return { kind: 'message', message };
  const source = Buffer.from(carried.base64, 'base64');
  const content = readAnyCda(source);
  // The reader of reports also checks that the message and the document are about the same patient.
  return content.kind === 'report' ? { ...content, report: readHl7Report(bytes) } : content;
}

/** Each document in XML is read once: what was read is also what its label is compared with. */
function readArchive(bytes: Uint8Array): FileRead {
  const { submissions, warnings } = openXdm(bytes, (inside, n) => insideOf(within(`document ${n}`, () => readAnyCda(inside))));
  const contents = submissions.flatMap(({ documents }) =>
    documents.map(({ metadata, bytes: file, action, inside }): ContentOfFile => {
      const content: Content = inside?.content ?? { kind: 'file', mediaType: metadata.mimeType, bytes: file };
      return { ...content, metadata, action };
    }),
  );
  return { format: 'xdm', contents, warnings };
}

function insideOf(content: CdaContent): XdmInside & { content: CdaContent } {
  const { id, setId, version, patient, warnings } = content.kind === 'report' ? content.report : content.document;
  // A document without a version number is read as version 1; its label may know better.
  const isSaid = !warnings.some(({ code }) => code === 'header.version');
  return { content, id, ...(setId && { setId }), ...(isSaid && { version }), patientIds: patient.ids };
}
