import type { DocumentMetadata, DocumentRelation, SubmissionSet } from '../document-metadata.ts';
import type { Identifier, ReadingWarning } from '../lab-report.ts';

/** What the sender asks of the receiver: take a new document, put it in the place of an older one, or withdraw it. */
export type XdmAction = 'new' | 'replace' | 'delete';

export interface XdmDocument<Inside = unknown> {
  metadata: DocumentMetadata;
  bytes: Uint8Array;
  action: XdmAction;
  /** What whoever opened the archive read in a document in XML. */
  inside?: Inside;
}

/** What a document says of itself, as far as its label has to agree with it. */
export interface XdmInside {
  id?: Identifier;
  setId?: Identifier;
  /** Undefined when it says none. */
  version?: number;
  patientIds: readonly Identifier[];
}

/** One folder of an archive: one sending about one patient. */
export interface XdmSubmission<Inside = unknown> {
  set: SubmissionSet;
  documents: XdmDocument<Inside>[];
  relations: DocumentRelation[];
}

/** An archive of IHE XDM (ITI TF-2 §3.32): `IHE_XDM.ZIP`. */
export interface XdmArchive<Inside = unknown> {
  submissions: XdmSubmission<Inside>[];
  /** Files that no metadata describe: style sheets, a PDF beside. */
  otherFiles: { name: string; bytes: Uint8Array }[];
  warnings: ReadingWarning[];
}
