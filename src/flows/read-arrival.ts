import { type ClinicalDocument, type DocumentHeader, type LabReport, readClinicalDocument, readLabReport } from '#formats';
import { Refusal } from '#kernel';
import type { Principal } from '#access';
import type { Channel } from '#record';

/** What arrived, as printed: a report of biology with its results, or another clinical document. */
export type ReadArrival = { kind: 'laboratory-report'; report: LabReport } | { kind: 'document'; document: ClinicalDocument };

/**
 * Reads whatever a sender deposits. What says that it is a report of biology is read as one; any other CDA as the document it is.
 * @throws Refusal
 */
export function readArrival(bytes: Uint8Array, mediaType: string): ReadArrival {
  try {
    return { kind: 'laboratory-report', report: readLabReport(bytes, mediaType) };
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'report.not-a-lab-report') throw error;
    return { kind: 'document', document: readClinicalDocument(bytes, mediaType) };
  }
}

/** What every document says before its body. */
export function headerOf(read: ReadArrival): DocumentHeader {
  return read.kind === 'laboratory-report' ? read.report : read.document;
}

/** A document on its journey, with the deposit it came in. */
export interface InHand {
  sha256: Buffer;
  depositId: string;
  bytes: Buffer;
  mediaType: string;
  receivedAt: Date;
  sender: Pick<Principal, 'id'> & Partial<Principal>;
  channel: Channel;
  read: ReadArrival;
  header: DocumentHeader;
}
