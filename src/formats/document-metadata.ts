import type { Coded, Hl7Time, Identifier, Organization, PersonName, PrintedPatient } from './lab-report.ts';

/**
 * What is said about a document without opening it: the entry of a registry (IHE XDS DocumentEntry), the label of an archive
 * (IHE XDM), the DocumentReference of MHD. One type for all of them, in the words of the national guide.
 *
 * Times are HL7 TS text in UTC without offset, at the precision of the document (`20250314103000`, `20250314`).
 * Sources: IHE ITI TF-3 §4.2.3; CI-SIS volets « Partage de documents de santé » and « Échange de documents de santé ».
 */
export interface DocumentMetadata {
  /** Identifies the entry in a registry, lower case, with `urn:uuid:`. */
  entryUuid: string;
  /** The document's own identifier (ClinicalDocument/id): the same by whatever channel it comes. */
  uniqueId: Identifier;
  /** Constant over the versions (ClinicalDocument/setId). */
  setId?: Identifier;
  version: number;
  availability: 'approved' | 'deprecated';
  /** JDV_J57: 10 compte rendu, 11 synthèse, 42 prescription… */
  classCode: Coded;
  /** JDV_J07: 11502-2 CR d'examens biologiques, 11490-0 lettre de liaison à la sortie… */
  typeCode: Coded;
  /** JDV_J10: what a program needs to read the bytes, `urn:ihe:lab:xd-lab:2008`… */
  formatCode: Coded;
  mimeType: string;
  title: string;
  comments?: string;
  /** `fr-FR` */
  language: string;
  createdAt: Hl7Time;
  /** Start and end of the act that the document is about. */
  serviceStart?: Hl7Time;
  serviceStop?: Hl7Time;
  authors: MetadataAuthor[];
  legalAuthenticator?: MetadataPerson;
  /** N, R or V (JDV_J08). */
  confidentiality: Coded;
  /** From whom the document is hidden; empty for nobody. */
  visibility: Visibility[];
  /** JDV_J02: SA25 laboratoire de biologie médicale… */
  healthcareFacilityType: Coded;
  /** JDV_J04: AMBULATOIRE, ETABLISSEMENT… */
  practiceSetting: Coded;
  /** The acts documented: chapters of biology, procedures… */
  eventCodes: Coded[];
  /** The INS of the patient; absent when the sender gave none. */
  patientId?: Identifier;
  /** The patient as the sender knows him: local identifiers and traits as printed. */
  sourcePatient: PrintedPatient;
  /** Orders that the document answers. */
  referenceIds: Identifier[];
  /** SHA-1 of the bytes, forty lower case hexadecimal digits. */
  hash: string;
  /** Bytes. */
  size: number;
  /** Name of the file in an archive. */
  uri?: string;
  /** Repository that holds the bytes. */
  repositoryUniqueId?: string;
}

/** JDV_J08, system 1.2.250.1.213.1.1.4.13. */
export type Visibility = 'MASQUE_PS' | 'INVISIBLE_PATIENT' | 'INVISIBLE_REPRESENTANTS_LEGAUX';

/** A professional, a device or a patient, as XCN carries it. */
export interface MetadataPerson {
  id?: Identifier;
  name?: PersonName;
  /** Model or software name, for a device. */
  device?: string;
}

export interface MetadataAuthor extends MetadataPerson {
  organizations: Organization[];
  /** Free words: « Médecin traitant » (JDV_J47). */
  role?: string;
  /** Profession and speciality (JDV_J01): G15_10/SM03… */
  specialty?: Coded;
}

/** One sending of documents (IHE XDS SubmissionSet). */
export interface SubmissionSet {
  entryUuid: string;
  /** OID. */
  uniqueId: string;
  /** OID of the software or structure that sends. */
  sourceId: string;
  /** UTC, to the second. */
  submittedAt: Hl7Time;
  title?: string;
  comments?: string;
  author: MetadataAuthor;
  /** What was done with the patient (JDV_J59): 03 hospital stay, 07 consultation… */
  contentType: Coded;
  patientId?: Identifier;
}

/** How a document relates to another: replaces it, adds to it, is another form of it, both, or signs it (IHE ITI TF-3 §4.2.2). */
export type DocumentRelationKind = 'RPLC' | 'APND' | 'XFRM' | 'XFRM_RPLC' | 'signs';

export interface DocumentRelation {
  kind: DocumentRelationKind;
  /** entryUuid of the newer document. */
  source: string;
  /** entryUuid of the older one, which may lie outside the submission; its uniqueId (`root` or `root^extension`) when its sender names it so. */
  target: string;
}
