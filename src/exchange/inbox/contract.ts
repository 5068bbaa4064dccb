/** What `/api/inbox` answers. Shared with the browser; types only. */

export type Severity = 'critical' | 'corrected' | 'abnormal' | 'unjudged' | 'normal' | 'withdrawn';
export type LineState = 'new' | 'seen' | 'call-back' | 'delegated' | 'superseded';
export type StepKind = 'told' | 'called' | 'seen' | 'call-back' | 'delegated' | 'reopened' | 'escalated';

/** One result as the line shows it: printed text, as in the report. */
export interface LineValue {
  label: string;
  text: string;
  unit?: string;
  /** Of the laboratory, or computed from its own interval. */
  flag?: string;
  isCritical?: true;
  /** What was read before the correction; an empty text: it is cancelled since. */
  former?: { text: string; unit?: string };
  /** Against the value before it of the same analyte, where both are numbers in one unit. */
  change?: ValueChange;
}

/** What became of a value since the one before. */
export interface ValueChange {
  /** 27 for 27 % more. */
  percent: number;
  /** ISO 8601: when the one before was sampled. */
  since: string;
  /** The one before, as printed. */
  text: string;
}

export interface LineContent {
  title: string;
  /** ISO 8601. */
  sampledAt: string;
  laboratory: string;
  /** Results of the report, and those outside of their interval. */
  results: number;
  outside: number;
  /** Those to look at: outside, critical or corrected; at most a dozen. Absent of a reader when something of the report is protected. */
  values: LineValue[];
  /** Something of the report is protected: those whom it was not addressed to are shown no value. */
  isProtected?: true;
  /** A discharge letter told this person that it would come: the letter, and how it calls the results. */
  awaited?: { letterId: string; words: string[] };
}

export interface InboxStep {
  at: string;
  kind: StepKind;
  by: string;
  other?: string;
  words?: string;
}

export interface InboxLine extends LineContent {
  lineId: string;
  patientId: string;
  documentId: string;
  /** `allergies`, `isQualified`: what the software of a practice holds of its own patients. */
  patient: { name: string; birthDate: string; sex: string; allergies?: string[]; isQualified?: boolean };
  holder: string;
  holderName: string;
  why: 'prescriber' | 'copy' | 'reader';
  severity: Severity;
  state: LineState;
  cameAt: string;
  answeredBy?: string;
  answeredAt?: string;
  delegateName?: string;
  /** When somebody else is told, unless it is answered. */
  nextAt?: string;
  level: number;
  /** Who is told next and when, one after the other, until it is answered. */
  ladder?: { at: string; to: 'practice' | 'regulation' | 'laboratory' | 'other' }[];
  /** Mine, delegated to me, of a colleague whom I cover, or told to my practice, to the duty doctor or to the regulation centre. */
  through: 'own' | 'delegated' | 'covered' | 'told';
  steps: InboxStep[];
}

export interface Absence {
  absenceId: string;
  holder: string;
  holderName: string;
  coveredBy: string;
  coveredName: string;
  /** `YYYY-MM-DD`, both included. */
  fromDay: string;
  toDay: string;
}

export interface Expected {
  expectedId: string;
  patientId: string;
  patient: { name: string; birthDate: string; sex: string };
  words: string;
  prescribedOn: string;
  /** `YYYY-MM-DD`: later, it never came back. */
  dueOn: string;
  isLate: boolean;
}

export interface Inbox {
  lines: InboxLine[];
  absences: Absence[];
  expected: Expected[];
  /** What waits for the colleagues of a practice, in its software alone: to be looked at, not answered. */
  practice?: InboxLine[];
  colleagues: { id: string; name: string }[];
}

/** What a laboratory follows: what nobody acknowledged. */
export interface Unacknowledged extends Omit<InboxLine, 'through'> {
  prescriber: string;
  /** Where this person works, with the telephone that the directory knows. */
  phones: { place: string; phone: string }[];
}
