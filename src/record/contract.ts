/**
 * What the record answers about a patient: the stored reports with, for each result, what was printed and what Cigogne made
 * of it, side by side. Shared with the browser; types only, because these answers are large and come from our own server.
 */

import type { Answer } from '#terminology/contract';
import type { DocumentHead } from './document-contract.ts';

export { compareVersions } from './version-number.ts';

/** High, low, very, critical, abnormal without direction; N within. From ObservationInterpretation, or computed. */
export type Flag = 'N' | 'L' | 'H' | 'LL' | 'HH' | 'A' | 'AA';

/** A number as far as the printed value is one. */
export interface StoredNumber {
  value: number;
  /** `<0,5` is `{value: 0.5, comparator: '<'}`: a censored value is never the number itself. */
  comparator?: '<' | '≤' | '>' | '≥';
  /** Decimals printed by the laboratory: shown as is, never added nor removed. */
  decimals: number;
}

/** One side of a ratio, as sent. */
export interface StoredSide {
  value: string;
  comparator?: '<' | '<=' | '>' | '>=';
  unit?: string;
}

/** A notion in each vocabulary that its sender said it in (`system`: OID), and in words. */
export interface StoredConcept {
  codes: { code: string; system?: string; display?: string }[];
  text?: string;
}

export interface StoredInterval {
  low?: number;
  high?: number;
  /** Only when the laboratory said so. */
  lowInclusive?: boolean;
  highInclusive?: boolean;
  /** As printed, when it is not two numbers. */
  text?: string;
  /** Whom the laboratory says it is for, when it prints several: `F`, `âge 18 a – 50 a`. */
  isFor?: string;
}

/** What Cigogne made of a printed value, and by which rule version. */
export interface Normalised {
  /** Stable key of the comparable row: `creatinine.serum`; `loinc:1234-5` or `local:<FINESS>:<code>` when not in the catalogue. */
  row: string;
  /** UCUM code of the printed unit, when understood. */
  ucum?: string;
  /** In the usual unit of the row, only when the conversion is exact and differs from the printed one. */
  converted?: { value: number; decimals: number; unit: string; low?: number; high?: number };
  /** What a result in words, a titre, a letter of an antibiogram says, in one vocabulary for all laboratories. */
  answer?: Answer;
  /** The germ it was found in, when of our list; `taxon`: NCBI taxonomy. */
  germ?: { organism: string; taxon: number };
  /** Flag that Cigogne computed from the laboratory's own interval, only when the laboratory sent none. */
  computedFlag?: Flag;
  /** Why the value could not be brought to the usual unit of its row: such a result stands on a row of its own. */
  refused?: string;
  /** Version of the catalogue and rules: `2026-11-22`. */
  rules: string;
}

export type ResultStatus = 'final' | 'provisional' | 'cancelled' | 'not-done';

export interface StoredResult {
  /** Index of the result in its report, stable: identifies the value with the document's id. */
  n: number;
  /** Name printed by the laboratory. */
  label: string;
  /** LOINC code, when coded. */
  loinc?: string;
  /** The laboratory's own code. */
  local?: string;
  /** OID of the system of that code: two systems of one laboratory never share a row. */
  localSystem?: string;
  /** Discipline printed: LOINC of the chapter. */
  chapter?: string;
  battery?: string;
  /** Specimen, HL7 v2 table 0487 code or words. */
  specimen?: string;
  /** Its code, when it is of another vocabulary (SNOMED CT…). */
  specimenCodes?: StoredConcept['codes'];
  /** ISO 8601: when it was taken, where its sender gives its results another time. */
  collectedAt?: string;
  collectedPrecision?: StoredResult['atPrecision'];
  /** ISO 8601 instant of the sampling; absent when unknown. */
  at?: string;
  /** `day` when the laboratory gave no hour. */
  atPrecision?: 'year' | 'month' | 'day' | 'minute' | 'second';
  status: ResultStatus;
  /** The value verbatim, French decimal comma: `5,60`, `<0,5`, `traces`, `1/160`. Empty when not done. */
  text: string;
  /** A value that is a notion, in each vocabulary that the laboratory said it in (`system`: OID). Absent of results stored before it was kept. */
  codes?: StoredConcept['codes'];
  /** Of a result without value: why, as its sender says (FHIR DataAbsentReason); `isFinal`: it calls the result final all the same. */
  absent?: { isFinal?: true; reason: string; text?: string };
  /** A value that is a ratio whose sides say more than two numbers do: decimals with a dot, units as sent. */
  ratio?: { numerator: StoredSide; denominator: StoredSide };
  /** A value that is a time: ISO 8601, and to what it was told. */
  time?: { at: string; precision?: NonNullable<StoredResult['atPrecision']> };
  number?: StoredNumber;
  /** As printed. */
  unit?: string;
  interval?: StoredInterval;
  /** Intervals printed besides. */
  otherIntervals?: StoredInterval[];
  /** The laboratory's own flag. */
  flag?: Flag;
  /** S, I, R of an antibiogram, POS, NEG… as received. */
  interpretation?: string;
  method?: string;
  comment?: string;
  /** Organism of the isolate this result belongs to: microbiology is shown apart. */
  isolate?: string;
  normalised: Normalised;
}

/** Of the results of this specimen and time (`specimen`; `collectedAt`, else `at`). */
export interface StoredSpecimen {
  specimen?: string;
  at?: string;
  /** `root` or `root^extension`. */
  ids: string[];
  /** ISO 8601. */
  receivedAt?: string;
}

/** Of the results of this organism (`isolate`). */
export interface StoredIsolate {
  organism: string;
  codes?: StoredConcept['codes'];
  /** LOINC of what was looked for, when it is not bacteria in general. */
  loinc?: string;
  /** Of the strain. */
  ids: string[];
  interpretation?: string;
  comment?: string;
}

export interface StoredReport {
  /** Cigogne's id of this version of the document. */
  documentId: string;
  /** `root` or `root^extension`, as the sender identified this version. */
  uniqueId: string;
  setId: string;
  version: number;
  /** It corrects one sent before, and says so otherwise than by its version or what it replaces. */
  isCorrection?: true;
  /** In the words of its sender, where they say more than preliminary or corrected: R4 DiagnosticReport.status. */
  state?: 'registered' | 'partial' | 'amended' | 'appended';
  /** uniqueIds replaced by this one. */
  replaces: string[];
  status: 'final' | 'preliminary' | 'cancelled';
  /** ISO 8601 instants. */
  issuedAt: string;
  receivedAt: string;
  /** Earliest sampling of the report. */
  sampledAt: string;
  laboratory: { finess: string; name: string };
  validator?: string;
  /** Principal id of the validator, when national: `rpps:8…`. */
  validatorId?: string;
  /** Restricted or very restricted (JDV_J08); absent when normal. */
  confidentiality?: 'R' | 'V';
  prescriber?: string;
  /** Disciplines, for the document list. */
  chapters: string[];
  /** What it concludes as a whole; to nobody from whom a part of it is hidden. */
  conclusion?: { text?: string; codes?: StoredConcept[] };
  /** What identifies its specimens, and when they were received; to nobody from whom a part of it is hidden. */
  specimens?: StoredSpecimen[];
  /** The organisms found, beyond their name in each of their results; to nobody from whom a part of it is hidden. */
  isolates?: StoredIsolate[];
  /** The bytes as they came: what they are, how many, and their SHA-1 in base64. Absent of reports stored before it was kept. */
  original?: { mediaType: string; sizeBytes: number; sha1: string };
  /** What its entry in the registry says besides, where it is not a structured report of a laboratory in town. */
  entry?: Pick<DocumentHead, 'format' | 'facilityType' | 'practiceSetting' | 'orders'>;
  hasPdf: boolean;
  /** How the sender's identity was joined to this patient: `ins`, `link`, `worklist`. */
  joinedBy: string;
  /** Nothing replaces it: the version to read. A replaced version stays, so that a corrected value can be shown struck. */
  current: boolean;
  /** Two current versions claim the same place: a person has to decide; both are shown. */
  conflict: boolean;
  /** documentId of the version that replaces this one. */
  supersededBy?: string;
  results: StoredResult[];
}

/** All reports of a patient that this reader may see, current and replaced. */
export interface PatientReports {
  patientId: string;
  reports: StoredReport[];
  completeness: Completeness;
  /** ISO 8601: when this reader last opened this record, before the visit of now; absent the first time. */
  lastVisit?: string;
}

/** What may be missing, said on the screen: an incomplete record that looks complete is dangerous. */
export interface Completeness {
  laboratories: { finess: string; name: string; reports: number }[];
  /** Laboratories of the region not connected yet. */
  notConnected: string[];
  /** Always true: whether something is hidden is never told, so the sentence is constant. */
  mayBeMasked: true;
  asOf: string;
}

/** One report opened: what the laboratory printed, safe to show. */
export interface ReportView {
  report: Omit<StoredReport, 'results'>;
  results: StoredResult[];
  /** Chapters with their narrative as safe HTML (own whitelist renderer, no attribute from outside but spans). */
  sections: { title: string; html: string; depth: number }[];
  authors: string[];
  validators: string[];
  comments: string[];
  /** What was made of each result, oldest first: at arrival, then each time that the rules changed something of it. */
  readings: ResultReadingView[];
  /** Other versions of the same report, newest first. */
  versions: { documentId: string; version: number; issuedAt: string; isCurrent: boolean }[];
  /** When a professional last noted having told the patient of it, and who. */
  told?: { at: string; by: string };
  /** The reader may note having told the patient. */
  mayTell: boolean;
  /** Where the laboratory shows it itself, to professionals who see all of it. */
  atLaboratory?: string;
}

/** One reading of one result: what was made of what is printed, when, by which version of the rules (in `normalised.rules`). */
export interface ResultReadingView {
  n: number;
  /** ISO 8601. */
  at: string;
  normalised: Normalised;
  /** Who said what the laboratory's own code means, when no LOINC code was sent. */
  validation?: Validation;
}

/** A line of a laboratory's own codes: proposed by one biologist, validated by another. */
export interface Validation {
  loinc: string;
  proposedBy: string;
  validatedBy: string;
  /** ISO 8601. */
  validatedAt: string;
}

/**
 * Pushed on `/api/patients/{id}/events` (reports alone) and `/api/patients/{id}/documents/events` (documents of every kind) when something of the
 * open patient changed.
 */
export interface PatientEvent {
  /** `document-changed`: a person hid it, showed it, archived it, withdrew it or brought it back. */
  kind: 'report-stored' | 'report-withdrawn' | 'document-stored' | 'document-changed';
  documentId: string;
  /** The structure that answers for it. */
  laboratory: string;
  /** Of a report. */
  results: number;
  /** A later version of a report already there. */
  isCorrection: boolean;
}

/** Reports of one laboratory that contradict one another: one line of the worklist of its biologists. */
export interface VersionConflictView {
  patientId: string;
  setId: string;
  seenAt: string;
  documents: Pick<StoredReport, 'documentId' | 'uniqueId' | 'version' | 'issuedAt' | 'receivedAt' | 'status' | 'validator'>[];
}

/** `GET /api/worklists/versions`. */
export interface VersionWorklist {
  conflicts: (VersionConflictView & { patient: { name: string; birthDate: string; sex: 'M' | 'F' | 'UN' } })[];
}

export type * from './document-contract.ts';
export type * from './filing-contract.ts';
