import { createHash } from 'node:crypto';
import {
  type Content,
  type ClinicalDocument,
  type DocumentMetadata,
  type FileRead,
  type Identifier,
  type LabReport,
  type PrintedPatient,
  printReference,
  printTime,
  printValue,
  readAny,
  resultsOf,
  type XdmAction,
} from '#formats';
import { Refusal } from '#kernel';

/** What can be filed: a message that carries no document cannot. */
export type Filed = Exclude<Content, { kind: 'message' }>;

/** One line of the software's table of results, as printed. */
export interface FiledResult {
  /** LOINC, or the laboratory's own code. */
  code: string;
  label: string;
  value: string;
  unit: string;
  reference: string;
  /** Codes of interpretation as received: H, LL… */
  flags: string[];
  /** `completed`, `active` not final yet, `aborted` cancelled. */
  status: string;
  /** Time of the sampling, as printed: `14/03/2025 08:05`. */
  at: string;
}

/** One document that came, ready to be filed. */
export interface Received {
  uniqueId: string;
  setId?: string;
  version: number;
  title: string;
  producer?: string;
  issuedAt?: string;
  /** What the sender says of the patient; absent when nothing but a picture of words says it. */
  patient?: PrintedPatient;
  results: FiledResult[];
  mediaType: string;
  bytes: Uint8Array;
  action: XdmAction;
}

/**
 * The documents that a file holds: an archive may hold several, a laboratory's HPRIM file too.
 * @throws Refusal when it cannot be opened, or holds no document
 */
export function contentsOf(bytes: Uint8Array, mediaType?: string): Received[] {
  const { format, contents } = readAny(bytes, mediaType);
  const received = contents.flatMap((content) => receivedOf(content, format === 'hprim' ? 'text/hprim' : undefined, bytes));
  if (received.length === 0) throw new Refusal('deposit.unsupported-format', 'the file holds no document', { at: 'file' });
  return received;
}

function receivedOf(content: FileRead['contents'][number], mediaType: string | undefined, whole: Uint8Array): Received[] {
  const { metadata, action = 'new', part } = content;
  if (content.kind === 'message') return [];
  if (content.kind === 'file') return [ofFile(content.bytes, content.mediaType, metadata, action)];
  const document = content.kind === 'report' ? content.report : content.document;
  const source = content.source;
  return [
    {
      ...headOf(document),
      results: content.kind === 'report' ? filedResults(content.report) : [],
      mediaType: source ? 'text/xml' : (mediaType ?? mediaTypeOf(content)),
      bytes: source ?? part ?? whole,
      action,
    },
  ];
}

const mediaTypeOf = (content: Extract<Content, { kind: 'report' | 'document' }>): string =>
  content.kind === 'report' && content.report.format === 'fhir' ? 'application/fhir+json' : 'application/hl7-v2';

function headOf(document: LabReport | ClinicalDocument): Omit<Received, 'results' | 'mediaType' | 'bytes' | 'action'> {
  const { id, setId, version, title, custodian, createdAt, patient } = document;
  return {
    uniqueId: idText(id),
    ...(setId && { setId: idText(setId) }),
    version,
    title,
    ...(custodian.name !== undefined && { producer: custodian.name }),
    issuedAt: createdAt,
    patient,
  };
}

/** A file that is not opened: known by its metadata, or by its bytes alone. */
function ofFile(bytes: Uint8Array, mediaType: string, metadata: DocumentMetadata | undefined, action: XdmAction): Received {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return {
    uniqueId: metadata ? idText(metadata.uniqueId) : `sha256:${sha256}`,
    version: metadata?.version ?? 1,
    title: metadata?.title ?? 'Document',
    ...(metadata && { patient: metadata.sourcePatient }),
    results: [],
    mediaType,
    bytes,
    action,
  };
}

/**
 * What was filed under an identifier, out of the file that came: a file of HPRIM may hold the results of several patients.
 * @throws Refusal `request.not-found` when the file does not hold it
 */
export function contentIn(bytes: Uint8Array, uniqueId: string): Filed {
  const { contents } = readAny(bytes);
  const [found] = contents.flatMap((content): Filed[] => {
    if (content.kind === 'message') return [];
    // A file that is not opened stands alone in what was kept for it.
    if (content.kind === 'file') return contents.length === 1 ? [content] : [];
    const { id } = content.kind === 'report' ? content.report : content.document;
    return idText(id) === uniqueId ? [content] : [];
  });
  if (!found) throw new Refusal('request.not-found', 'the file does not hold this document', { at: 'document' });
  return found;
}

/** Results as the report prints them: nothing computed, nothing converted. */
function filedResults(report: LabReport): FiledResult[] {
  return [...resultsOf(report)].map(({ result, specimen }) => {
    const { code, value, reference, interpretations = [], status, at } = result;
    const { text, unit } = printValue(value);
    const local = code.translations?.[0];
    return {
      code: code.code ?? local?.code ?? '',
      label: code.originalText ?? code.display ?? local?.display ?? code.code ?? '',
      value: text,
      unit,
      reference: printReference(reference),
      flags: interpretations,
      status,
      at: printTime(at ?? specimen?.sampledAt ?? ''),
    };
  });
}

/** `root` or `root^extension`: what is compared from one channel to another. */
const idText = ({ root, extension }: Identifier): string => (extension === undefined ? root : `${root}^${extension}`);
