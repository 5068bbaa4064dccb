import type { DocumentMetadata, DocumentRelation, SubmissionSet } from '../document-metadata.ts';
import type { ReadingWarning } from '../lab-report.ts';

/** What the sender asks of the receiver: take a new document, put it in the place of an older one, or withdraw it. */
export type XdmAction = 'new' | 'replace' | 'delete';

export interface XdmDocument {
  metadata: DocumentMetadata;
  bytes: Uint8Array;
  action: XdmAction;
}

/** One folder of an archive: one sending about one patient. */
export interface XdmSubmission {
  set: SubmissionSet;
  documents: XdmDocument[];
  relations: DocumentRelation[];
}

/** An archive of IHE XDM (ITI TF-2 §3.32): `IHE_XDM.ZIP`. */
export interface XdmArchive {
  submissions: XdmSubmission[];
  /** Files that no metadata describe: style sheets, a PDF beside. */
  otherFiles: { name: string; bytes: Uint8Array }[];
  warnings: ReadingWarning[];
}
