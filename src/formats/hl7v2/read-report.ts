import { Refusal } from '#kernel';
import { readClinicalDocument } from '../cda/document/read.ts';
import { readCda } from '../cda/read.ts';
import { INS_ROOTS } from '../cda/oids.ts';
import type { ClinicalDocument } from '../clinical-document.ts';
import type { LabReport, PrintedPatient } from '../lab-report.ts';
import type { CarriedDocument, DocumentMessage } from './message.ts';
import { readHl7Message } from './read-message.ts';

/**
 * The laboratory report in an HL7 v2 message: its OBX segments, or the CDA that it carries, which then is the report.
 *
 * @throws Refusal as `readHl7Message`; `report.not-a-lab-report` for another message; `report.unreadable` when the message withdraws a
 *   document, or is about another patient than the CDA inside
 */
export function readHl7Report(bytes: Uint8Array): LabReport {
  const message = readHl7Message(bytes);
  if (message.kind === 'oru') return message.report;
  if (message.kind === 'document') return readCarried(message);
  throw new Refusal('report.not-a-lab-report', `a message ${message.header.type}^${message.header.event} holds no results`, {
    at: 'MSH-9',
  });
}

/**
 * Any other document in CDA that a message carries: a letter in MDM^T02, say.
 *
 * @throws Refusal as `readHl7Report`
 */
export function readHl7Document(bytes: Uint8Array): ClinicalDocument {
  const message = readHl7Message(bytes);
  const carried = message.kind === 'document' ? message.documents.findIndex(({ mediaType }) => mediaType === 'text/xml') : -1;
  if (message.kind !== 'document' || carried < 0) {
    throw new Refusal('report.not-a-lab-report', `a message ${message.header.type}^${message.header.event} holds no document in CDA`, {
      at: 'MSH-9',
    });
  }
  refuseWithdrawal(message);
  const document = readInside(message.documents[carried]!, carried, readClinicalDocument);
  refuseOtherPatient(message.patient, document.patient);
  return document;
}

function refuseWithdrawal({ action }: DocumentMessage): void {
  if (action !== 'delete') return;
  throw new Refusal('report.unreadable', 'the message withdraws a document, which this door does not do', { at: 'ORC-1' });
}

function readCarried(message: DocumentMessage): LabReport {
  refuseWithdrawal(message);
  const read = message.documents.map((document, n) => ({
    document,
    report: document.mediaType === 'text/xml' ? readInside(document, n, readCda) : undefined,
  }));
  // Structured and as a PDF, the same report may come twice (N3 and N1): the structured one is the report.
  const reports = read.flatMap(({ report }) => report ?? []);
  const report = reports.find(({ format }) => format === 'cda-cr-bio') ?? reports[0];
  if (!report) throw new Refusal('report.not-a-lab-report', 'the message carries no document in CDA', { at: 'OBX' });
  refuseOtherPatient(message.patient, report.patient);
  const pdf = report.pdf ?? reports.find((other) => other.pdf)?.pdf ?? pdfOf(message.documents);
  return { ...report, ...(pdf && { pdf }), warnings: [...message.warnings, ...report.warnings] };
}

const pdfOf = (documents: readonly CarriedDocument[]) => {
  const found = documents.find(({ mediaType }) => mediaType === 'application/pdf');
  return found && { base64: found.base64 };
};

function readInside<T>({ base64 }: CarriedDocument, n: number, read: (bytes: Uint8Array) => T): T {
  try {
    return read(Buffer.from(base64, 'base64'));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(error.code, error.message, { at: `OBX (document ${n + 1})-5 ${error.at ?? ''}`.trim(), cause: error });
  }
}

/** PID-3 and the CDA name the same patient: of two identities of one nation, one would be wrong (CI-SIS). */
function refuseOtherPatient(printed: PrintedPatient, inside: PrintedPatient): void {
  const [ofMessage, ofDocument] = [insOf(printed), insOf(inside)];
  if (ofMessage === undefined || ofDocument === undefined || ofMessage === ofDocument) return;
  throw new Refusal('report.unreadable', 'the INS of PID-3 is not that of the document inside: one of them is another patient', {
    at: 'PID-3',
  });
}

/** Matricule alone: a document and its message may name the roots of test and of production. */
const insOf = ({ ids }: PrintedPatient) => ids.find(({ root }) => INS_ROOTS.includes(root))?.extension;
