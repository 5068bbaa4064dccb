/** What the registry answers about the documents of a patient, of every kind. Shared with the browser; types only. */
import type { Category } from '#access';
import type { FilingType } from './filing-contract.ts';

/** From whom a document is hidden (JDV_J08, 1.2.250.1.213.1.1.4.13). */
export type Mask = 'MASQUE_PS' | 'INVISIBLE_PATIENT' | 'INVISIBLE_REPRESENTANTS_LEGAUX';

/** Families of the list, in the words of a reader. */
export type DocumentGroup =
  | 'biology'
  | 'imaging'
  | 'discharge'
  | 'emergency'
  | 'pathology'
  | 'report'
  | 'letter'
  | 'summary'
  | 'prescription'
  | 'plan'
  | 'vaccination'
  | 'patient'
  | 'other';

/** A coded notion as the entry carries it. */
export interface EntryCode {
  code: string;
  /** OID. */
  system?: string;
  display?: string;
}

/** A person, or a device, as printed. */
export interface DocumentAuthor {
  name: string;
  /** Principal id when national: `rpps:8…`. */
  id?: string;
  institution?: string;
}

/** By which door a copy came. */
export type Channel = 'deposit' | 'screen' | 'mssante' | 'hl7v2' | 'fhir';

/** What the record keeps of a document of any kind, as its sender said it: nothing here depends on other documents or on people. */
export interface DocumentHead {
  /** Cigogne's id of this version of the document. */
  documentId: string;
  /** `root` or `root^extension`, as the sender identified this version. */
  uniqueId: string;
  setId: string;
  version: number;
  /** uniqueIds replaced by this one. */
  replaces: string[];
  kind: 'laboratory-report' | 'document';
  /** Row of the matrix of rights. */
  category: Category;
  group: DocumentGroup;
  /** JDV_J07. */
  type: EntryCode;
  /** JDV_J57. */
  class: EntryCode;
  /** JDV_J10. */
  format?: EntryCode;
  practiceSetting?: EntryCode;
  facilityType?: EntryCode;
  /** Acts documented: chapters of biology, procedures. */
  events?: EntryCode[];
  title: string;
  /** Further words for the list: the chapters of a report of biology. */
  detail?: string;
  /** ISO 8601 instants. `servedAt`: when the act documented began (the sampling, the admission), the date under which it is listed. */
  issuedAt: string;
  receivedAt: string;
  servedAt: string;
  servedUntil?: string;
  /** The structure that answers for the document. */
  structure: { finess: string; name: string };
  /** As printed: `Dr Hélène GARNIER-DEMO`. */
  authors: DocumentAuthor[];
  /** Who answers for what it says, when that is said. Absent of documents stored before it was kept. */
  authenticator?: DocumentAuthor;
  confidentiality: 'N' | 'R' | 'V';
  /** Orders that it answers, `root^extension`. Absent of documents stored before they were kept. */
  orders?: string[];
  language?: string;
  mediaType: string;
  sizeBytes?: number;
  /** SHA-1 of the bytes as they came, in base64: what a FHIR client compares (MHD). Absent of documents stored before it was kept. */
  sha1?: string;
  /** A PDF can be opened: the document itself, or one it encloses. */
  hasPdf: boolean;
  /** How the sender's identity was joined to this patient: `ins`, `link`, `worklist`, `opened` (fed from the open record). */
  joinedBy: string;
  channel: Channel;
  /** The person who filed it from a screen. */
  filedBy?: { id: string; name: string };
}

/** Where its sender says that a document was made, and in what setting, whatever it says itself. */
export type PlaceSaid = Pick<DocumentHead, 'facilityType' | 'practiceSetting'>;

/** A mask in force, and who put it. */
export interface MaskInForce {
  mask: Mask;
  at: string;
  by: { id: string; name: string; role: string };
  reason?: string;
  /** INVISIBLE_PATIENT only: who announces, by when, and when that person is reminded. */
  announcement?: { owner: string; ownerName: string; dueAt: string; remindAt: string };
}

/** A document as it stands among the others now. */
export interface DocumentItem extends DocumentHead {
  /** The record that keeps it, among those read as one. */
  patientId: string;
  /** Nothing replaces it: the version to read. */
  current: boolean;
  /** Two current versions claim the same place. */
  conflict: boolean;
  supersededBy?: string;
  /** `deleted`: withdrawn from reading by its structure or the person who filed it; kept, with its trace. */
  status: 'current' | 'archived' | 'deleted';
  masks: MaskInForce[];
  /** When its visibility or its status last changed, by a person. */
  changedAt?: string;
  /** Principal id of the professional who told the patient of it. */
  toldBy?: string;
  /** Further copies of the same document that came by other doors or senders. */
  arrivals: { at: string; channel: Channel; sender: string }[];
  relations: DocumentRelation[];
}

/** `adds-to`, `transforms`, `signs`: this one, towards another; `replaces` too. `documentId` when the other one is in the record. */
export interface DocumentRelation {
  kind: 'replaces' | 'adds-to' | 'transforms' | 'signs';
  uniqueId: string;
  documentId?: string;
}

/** `GET /api/patients/:patientId/documents?period=recent|all`: what this reader may see. */
export interface DocumentList {
  patientId: string;
  /** Every version, so that a replaced one can be opened from the one that replaces it. */
  documents: DocumentItem[];
  /** ISO 8601: documents about acts before it are left out; null when all are there. */
  from: string | null;
  /** What the current ones of other kinds than biology conclude, in their own words, by documentId; known a moment after they arrive. */
  conclusions: { [documentId: string]: string };
  /** How many, current, are left out: older, or archived. */
  olderCount: number;
  /** When this reader last read this list, before the visit of now; absent the first time. */
  lastVisit?: string;
  why: WhySeen;
  /** Types that this reader may file here; none when they may file nothing. */
  mayFile: FilingType[];
  asOf: string;
}

/** Which rule opened the record to this reader, in plain words. */
export interface WhySeen {
  rule: string;
  because: { fr: string; en: string };
  link?: { kind: string; since: string };
  rightsVersion: string;
}

/** `GET /api/patients/:patientId/documents/search?q=`: documents whose text holds the words, the most telling first. */
export interface DocumentsFound {
  /** `excerpt`: words around, those found between U+E000 and U+E001. */
  found: { documentId: string; excerpt: string }[];
}

/** Kinds of coded entries told as short lines beside the headings. */
export type StructuredKind =
  | 'treatments'
  /** What a stay did of a treatment, as a discharge letter tells it. */
  | 'treatments-started'
  | 'treatments-changed'
  | 'treatments-stopped'
  | 'treatments-continued'
  | 'vaccinations'
  | 'allergies'
  | 'problems'
  | 'procedures'
  | 'plannedCare'
  | 'devices';

/** One coded entry in short. Days as far as the sender said them: `2025`, `2025-03`, `2025-03-14`. */
export interface StructuredLine {
  words: string;
  from?: string;
  until?: string;
  /** The entry says that it is not so: no such allergy, a vaccine not given. */
  isDenied?: true;
  /** Of whom, when not of the patient: family history. */
  relative?: string;
}

/** `GET /api/patients/:patientId/documents/:documentId`. */
export interface DocumentView {
  document: DocumentItem;
  /** Headings with their narrative as safe HTML (own whitelist renderer). */
  sections: { title: string; html: string; depth: number }[];
  structured: { kind: StructuredKind; lines: StructuredLine[] }[];
  /** Other versions, newest first. */
  versions: { documentId: string; version: number; issuedAt: string; current: boolean }[];
  why: WhySeen;
  /** Acts that this reader may do to it. */
  may: { hide: Mask[]; show: Mask[]; status: StatusAct[]; replace: boolean };
}

/** `POST /api/patients/:patientId/documents/:documentId/visibility`. */
export interface VisibilityChange {
  act: 'hide' | 'show';
  mask: Mask;
  reason?: string;
  /** ISO 8601 day by which the patient is told: needed to hide from the patient. */
  dueAt?: string;
}

/** What is done to one version: put away, taken out of everyone's reading, or back. */
export type StatusAct = 'archive' | 'restore' | 'delete';

/** `POST /api/patients/:patientId/documents/:documentId/status`. */
export interface StatusChange {
  act: StatusAct;
  reason: string;
}

/** One document that someone has to tell its patient of. `patient` is absent for one whom this reader does not treat. */
export interface Announcement {
  patientId: string;
  documentId: string;
  title: string;
  structure: string;
  /** ISO 8601: by when. */
  dueAt: string;
  /** `due`: the reminder's day has come; `late`: the day has passed. */
  state: 'waiting' | 'due' | 'late';
  patient?: { name: string; birthDate: string };
}

/** `GET /api/announcements`: the most urgent first. */
export interface Announcements {
  announcements: Announcement[];
}
