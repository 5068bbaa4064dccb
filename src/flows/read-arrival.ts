import { type DocumentHeader, type LabReport, readClinicalDocument, readLabReport } from '#formats';
import { Refusal } from '#kernel';
import type { Principal } from '#access';
import {
  type Channel,
  type Mask,
  type Reading,
  type PlaceSaid,
  type RelationToStore,
  structureOf,
  type SubmissionSaid,
  type TimeOfSteps,
} from '#record';

/** What arrived, as printed: a report of biology with its results, or another clinical document. */
export type ReadArrival = Reading;

/** Root of the national identifiers of structures. */
const STRUCTURE_ROOT = '1.2.250.1.71.4.2.2';

/**
 * Reads whatever a sender deposits. What says that it is a report of biology is read as one; any other CDA as the document it is.
 *
 * @param structures FINESS of the structures that the sender is registered for
 * @throws Refusal
 */
export function readArrival(bytes: Uint8Array, mediaType: string, structures: readonly string[]): ReadArrival {
  try {
    return { kind: 'laboratory-report', report: ofRegisteredStructure(readLabReport(bytes, mediaType), structures) };
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'report.not-a-lab-report') throw error;
    return { kind: 'document', document: readClinicalDocument(bytes, mediaType) };
  }
}

/**
 * In HPRIM a laboratory calls itself by a code of its own. The register then says whose report it is: the one structure of the sender. A
 * sender of several structures has to write the FINESS, since nothing else tells them apart.
 */
function ofRegisteredStructure(report: LabReport, structures: readonly string[]): LabReport {
  const { custodian } = report;
  const [finess] = structures;
  if (report.format !== 'hprim' || finess === undefined || custodian.ids.some(({ root }) => root === STRUCTURE_ROOT)) return report;
  if (structures.length > 1)
    throw new Refusal('report.unreadable', 'the sender of the file gives no FINESS, and this system sends for several structures', {
      at: 'line 11',
    });
  return { ...report, custodian: { ...custodian, ids: [{ root: STRUCTURE_ROOT, extension: finess }, ...custodian.ids] } };
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
  /** Under which its sender publishes it, beside those that it says itself. */
  masks?: readonly Mask[];
  /** What its sender says it adds to, transforms or signs, beside what it says itself. */
  relations?: readonly RelationToStore[];
  /** Where its sender says that it was made, whatever it says itself. */
  place?: PlaceSaid;
  submission?: SubmissionSaid;
  /** How long its steps took; of one that comes by the journey of deposits. */
  took?: TimeOfSteps;
  /** Who answers for it when no structure does. */
  answeredBy?: { finess: string; name: string };
}

/** The structure that answers for a document in hand. @throws Refusal `report.unreadable` when it names none */
export const answering = ({ answeredBy, header }: InHand) => answeredBy ?? structureOf(header);
