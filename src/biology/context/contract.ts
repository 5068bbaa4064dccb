/**
 * What else the record holds about the time in which results were taken: stays, treatments, vaccinations, transfusions, documents.
 * Nothing is deduced: each thing says the document that it was read in. Shared with the browser; types only.
 */
import type { DocumentGroup } from '#record/contract';

/** When a thing was, as its source says it. ISO 8601 instants. */
export interface ContextTime {
  from: string;
  /** Absent: no end was said. */
  until?: string;
}

/** A stay in hospital, or a passage through an emergency department. */
export interface Stay extends ContextTime {
  kind: 'stay' | 'emergency';
  finess: string;
  /** Its name; its FINESS when the directory knows no name. */
  structure: string;
  /** Title of the document, or the ward that the hospital's system named. */
  label: string;
  /** Absent when only the hospital's admissions say it. */
  documentId?: string;
}

/** A treatment as one document says it. */
export interface TreatmentMention extends ContextTime {
  /** Same product, same key: its ATC or product code when coded, else its name without its strength. */
  product: string;
  name: string;
  /** Strength or dose as written: `60 mg`, `1 matin et soir`. */
  dose?: string;
  /** The document says that it was stopped. */
  isStopped?: true;
  /** Date of the document. */
  saidAt: string;
  documentId: string;
}

/** An allergy, an intolerance or a side effect that a document tells in codes, and does not deny. */
export interface AllergyMention {
  /** What the patient does not bear, in the words of the document. */
  words: string;
  /** ISO 8601 instant: since when, as the document says. */
  from?: string;
  /** Date of the document. */
  saidAt: string;
  /** Who wrote it. */
  structure: string;
  documentId: string;
}

export interface ContextEvent extends ContextTime {
  kind: 'vaccination' | 'transfusion';
  label: string;
  documentId: string;
}

export interface TimelineDocument extends ContextTime {
  documentId: string;
  group: DocumentGroup;
  title: string;
  structure: string;
  author?: string;
  /** What the document concludes, in its own words; absent when it has no such heading. */
  conclusion?: string;
  /** The conclusion is longer: the document holds the rest. */
  isCut?: true;
}

/** What a letter says became of the treatments during a stay; `unsaid` when it cannot be told. */
export interface TreatmentChanges {
  documentId: string;
  title: string;
  saidAt: string;
  items: {
    change: 'started' | 'stopped' | 'changed' | 'continued' | 'unsaid';
    name: string;
    dose?: string;
    /** Dose before, when it changed. */
    before?: string;
    reason?: string;
  }[];
}

/** `GET /api/patients/:patientId/context`: oldest first, each list. */
export interface RecordContext {
  stays: Stay[];
  treatments: TreatmentMention[];
  events: ContextEvent[];
  /** Latest mention of each. An empty list says nothing: no document tells of one in codes. */
  allergies: AllergyMention[];
  /** Of the latest letter that tells them. */
  changes?: TreatmentChanges;
  /** Every document but those of biology. */
  documents: TimelineDocument[];
  /** Documents that were listed but not read within: they are files (PDF), or older than those read. */
  unread: number;
  asOf: string;
}
