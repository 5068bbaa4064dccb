import type { ValueChange } from '#exchange/contract';

/** What the pages of the practice's software get. Shared with the browser; types only. */

export type UserRole = 'gp' | 'nurse' | 'pharmacist' | 'secretary';

export interface User {
  /** `rpps:8…`, `staff:…`. */
  id: string;
  name: string;
  role: UserRole;
}

export interface Welcome {
  practice: string;
  /** Those who may sign in: invented people, without a password. */
  users: User[];
  me?: User;
  /** Address of Cigogne, to open the record of the region. */
  cigogne?: string;
  /** The practice has a mailbox by which its doctors write to patients. */
  writesToPatients: boolean;
}

export interface PatientLine {
  patientId: string;
  number: string;
  name: string;
  birthDate: string;
  sex: string;
  isQualified: boolean;
  /** Reports and documents filed. */
  documents: number;
}

/** One value of the table of results, as the laboratory printed it. */
export interface TableValue {
  documentId: string;
  /** ISO 8601. */
  at: string;
  /** As the laboratory calls it. */
  name: string;
  text: string;
  unit?: string;
  flag?: string;
  /** Outside of what can be compared: no number. */
  number?: number;
  producer: string;
  /** Against the value before it. */
  change?: ValueChange;
}

export interface TableRow {
  row: string;
  label: string;
  /** Of the laboratory, beside the latest value. */
  interval?: { low?: number | undefined; high?: number | undefined; text?: string | undefined };
  /** Decimals of the latest value. */
  decimals: number;
  /** Bounds in the unit of the row, for the small curve. */
  low?: number;
  high?: number;
  /** The latest first. */
  values: TableValue[];
}

export interface FiledDocument {
  documentId: string;
  title: string;
  type: string;
  producer: string;
  issuedAt: string;
  putAt: string;
  /** Read by somebody of the practice. */
  readBy?: string;
  results: number;
}

export interface PatientRecord {
  patient: PatientLine & { ins?: string; birthPlace?: string; usedName?: string };
  /** Absent for those who may not read results. */
  rows?: TableRow[];
  /** With the results: what the practice knows of them, in its words. */
  allergies?: string[];
  documents: FiledDocument[];
}

export interface TriageCandidate {
  number: string;
  name: string;
  traits: Record<string, string>;
  likeness: Record<string, string>;
  sameIns: boolean;
  isQualified: boolean;
}

export interface TriageStep {
  at: string;
  kind: string;
  by: string;
  reason: string;
  patient?: string;
}

export interface TriageItem {
  documentId: string;
  title: string;
  producer: string;
  receivedAt: string;
  /** Why a person is asked: code of a doubt, or `unfiled`. */
  why: string;
  printed: Record<string, string>;
  ins?: string;
  candidates: TriageCandidate[];
  steps: TriageStep[];
}

export interface Triage {
  items: TriageItem[];
  /** Documents that were filed without a click these last seven days. */
  filedAlone: number;
}

/** Traits compared, in the order in which they are shown. */
export const TRAITS = ['birthFamily', 'firstBirthGiven', 'birthGivens', 'sex', 'birthDate', 'birthPlace', 'usedFamily'] as const;
