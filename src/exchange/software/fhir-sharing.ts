import type { LabReport } from '#formats';
import type { Mask } from '#record';
import type { SoftwareOutcome } from './outcome.ts';

/** Sharing of documents by FHIR (IHE MHD), as `#fhir` speaks it: given by the server, since capabilities do not import one another. Requests are text. */
export interface FhirSharing {
  /** The submission of one CDA. @throws Refusal when it is none */
  publication(document: { bytes: Buffer; masks: readonly Mask[] }, of: { sourceId: string; zone: string }, now: Date): string;
  /** A report as its resources, with the fiche of its CDA. */
  results(report: { report: LabReport; bytes: Buffer }, zone: string): string;
  /** What withdraws what either of them gave. */
  withdrawal(publication: string, zone: string): string;
  /** Never throws. The same again changes nothing there. */
  hand(to: { base: string; token?: string | undefined }, request: string): Promise<SoftwareOutcome>;
}
