/**
 * Any clinical document of the region but a laboratory report read as such: discharge letter, medical summary, imaging report,
 * tumour board, vaccinations, prescription… What the reader of documents gives and its writer takes.
 *
 * As with a laboratory report, nothing is interpreted: numbers stay text, codes and times stay as received, the narrative stays
 * byte for byte. Every coded entry is kept, whatever its template, as a `Statement`; what it means (a treatment, an allergy…) is
 * told beside it by `clinical-views.ts`.
 *
 * Sources: HL7 CDA R2 (2005) §4.3, CI-SIS « structuration minimale » and « modèles de contenu CDA », IHE PCC.
 */
import type {
  Address,
  Coded,
  DocumentHeader,
  Hl7Time,
  Identifier,
  Participant,
  PersonName,
  PrintedQuantity,
  ReadingWarning,
  ReferenceRange,
  ResultValue,
  Specimen,
  Telecom,
} from './lab-report.ts';

/** What sort of document it is, by its type code (value set JDV_J07); `other` for a type that we do not name. */
export type DocumentKind =
  | 'discharge-letter'
  | 'admission-letter'
  | 'referral-letter'
  | 'medical-summary'
  | 'hospital-report'
  | 'operative-report'
  | 'emergency-report'
  | 'consultation-report'
  | 'imaging-report'
  | 'imaging-request'
  | 'laboratory-report'
  | 'laboratory-prescription'
  | 'rapid-test'
  | 'pathology-report'
  | 'genetics-report'
  | 'tumour-board'
  | 'care-plan'
  | 'vaccinations'
  | 'prescription'
  | 'dispensation'
  | 'emergency-file'
  | 'anaesthesia-report'
  | 'reimbursements'
  | 'other';

export interface Template {
  root: string;
  extension?: string;
}

/** A file in a document: a PDF, a picture, a barcode. */
export interface Media {
  mediaType: string;
  /** Without blanks. */
  base64: string;
}

/** An amount that may be an interval (dose, rate). `words`: what the narrative says for it. */
export interface Amount {
  value?: string;
  unit?: string;
  low?: PrintedQuantity & { words?: string; ref?: string };
  high?: PrintedQuantity & { words?: string; ref?: string };
  words?: string;
  ref?: string;
  nullFlavor?: string;
}

/** One `effectiveTime`: a moment, a period, or how often (CDA TS, IVL_TS, PIVL_TS, EIVL_TS, SXPR_TS). */
export interface Timing {
  /** As in CDA; absent when the element says no type. */
  type?: string;
  at?: Hl7Time;
  start?: Hl7Time;
  end?: Hl7Time;
  /** `UNK`, `NA`… instead of a start or an end: an end that is unknown is not an end that never comes. */
  noStart?: string;
  noEnd?: string;
  /** How long. */
  width?: PrintedQuantity;
  /** Once every… (PIVL_TS.period). */
  every?: PrintedQuantity & { words?: string; ref?: string };
  /** Around what of the day (EIVL_TS.event): ACM before breakfast, HS at bedtime… */
  event?: Coded;
  offset?: Amount;
  /** How it joins the one before it: A and, I or… */
  operator?: string;
  isInstitutionSpecified?: boolean;
  /** Of an SXPR_TS; of a PIVL_TS, its phase. */
  parts?: Timing[];
  nullFlavor?: string;
}

/** A substance, a medicine or a device that an entry is about. */
export interface Product {
  templates: Template[];
  /** Of the material itself (IHE Pharmacy extension). */
  materialTemplates?: Template[];
  ids?: Identifier[];
  /** CIS or CIP of a medicine; ATC and others in `translations`. */
  code?: Coded;
  name?: string;
  lot?: string;
  /** Form and ingredients (IHE Pharmacy extension). */
  form?: Coded;
  ingredients?: { code?: Coded; name?: string; strength?: { numerator?: PrintedQuantity; denominator?: PrintedQuantity } }[];
  /** Classes that it belongs to, ATC (IHE Pharmacy extension). */
  classes?: { code?: Coded; name?: string }[];
  manufacturer?: string;
}

/** Who or what takes part in an entry: the agent of an allergy, a device, a place, a person. */
export interface EntryParticipant {
  type: string;
  templates: Template[];
  roleClass?: string;
  ids: Identifier[];
  time?: Timing;
  code?: Coded;
  address?: Address;
  telecoms?: Telecom[];
  /** The thing or the person playing the role. */
  entity?: { class?: string; code?: Coded; name?: string; person?: PersonName; quantity?: PrintedQuantity; description?: string };
  device?: { code?: Coded; model?: string; software?: string };
  scoping?: { ids: Identifier[]; code?: Coded; description?: string };
}

/** The relative whom a family history is about. */
export interface Subject {
  templates: Template[];
  relation?: Coded;
  relationClass?: string;
  sex?: Coded;
  name?: PersonName;
  birthDate?: Hl7Time;
}

/** How one statement bears on the one that holds it. */
export interface Relation {
  /** COMP component, SUBJ about it, RSON its reason, REFR refers to, MFST shows as, CAUS, SPRT… */
  type: string;
  isInverted?: boolean;
  sequence?: string;
  templates?: Template[];
  statement: Statement;
}

/** A document or an act elsewhere that an entry points to. */
export interface ExternalReference {
  type: string;
  kind: 'document' | 'act' | 'observation' | 'procedure';
  templates: Template[];
  ids: Identifier[];
  code?: Coded;
  text?: string;
  setId?: Identifier;
  version?: string;
}

export type StatementKind =
  | 'act'
  | 'observation'
  | 'procedure'
  | 'encounter'
  | 'administration'
  | 'supply'
  | 'organizer'
  | 'media'
  | 'region';

/** One coded entry (CDA `clinicalStatement`), with all that it holds. */
export interface Statement {
  kind: StatementKind;
  /** ACT, OBS, BATTERY, CLUSTER… */
  classCode?: string;
  /** EVN done, INT intended, ARQ asked for an appointment, RQO requested, PRMS promised, GOL a goal, PRP proposed. */
  mood?: string;
  isNegated?: boolean;
  templates: Template[];
  ids: Identifier[];
  code?: Coded;
  /** Its words in the narrative; `ref` is the xsd:ID of the element that holds them. */
  text?: { words?: string; ref?: string };
  status?: string;
  times: Timing[];
  priority?: Coded;
  repeat?: string;
  values?: ResultValue[];
  interpretations?: string[];
  methods?: Coded[];
  approaches?: Coded[];
  sites?: Coded[];
  route?: Coded;
  dose?: Amount;
  rate?: Amount;
  /** No more than, in how long. */
  maxDose?: { numerator?: PrintedQuantity; denominator?: PrintedQuantity; nullFlavor?: string };
  administrationUnit?: Coded;
  product?: Product;
  /** Of a supply. */
  quantity?: Amount;
  isIndependent?: boolean;
  expectedUse?: Timing;
  subject?: Subject;
  /** What was examined: nature and identifiers only. */
  specimens?: Specimen[];
  performers?: Participant[];
  authors?: Participant[];
  informants?: Participant[];
  participants?: EntryParticipant[];
  relations: Relation[];
  references?: ExternalReference[];
  conditions?: { code?: Coded; words?: string; value?: ResultValue }[];
  ranges?: ReferenceRange[];
  /** xsd:ID by which the narrative shows a media or a region. */
  ref?: string;
  media?: Media;
}

/** A heading of the document, its words and its entries. */
export interface DocumentSection {
  templates: Template[];
  id?: Identifier;
  /** LOINC of the heading. */
  code?: Coded;
  title?: string;
  /** The inside of `section/text`, byte for byte as received: the legally readable content. `narrativeToHtml` makes it safe to show. */
  narrative?: string;
  language?: string;
  confidentiality?: Coded;
  authors?: Participant[];
  informants?: Participant[];
  entries: Statement[];
  sections: DocumentSection[];
}

export interface ClinicalDocument extends DocumentHeader {
  format: 'cda-n3' | 'cda-n1';
  kind: DocumentKind;
  /** Models that the document claims, in its order; the last is its own. */
  templates: Template[];
  /** Version of the last model (`2022.01`), absent when it claims none. */
  modelVersion?: string;
  sections: DocumentSection[];
  /** Level 1: the whole body is one file. */
  body?: Media;
  /** The PDF that stands for the document when it holds one: the body of level 1, the copy of level 3. */
  pdf?: { base64: string; ref?: string };
  warnings: ReadingWarning[];
}
