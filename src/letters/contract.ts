/** Discharge letters as their author writes them. Shared with the browser; types only. */
import type { z } from 'zod';
import type { draftSchema } from './draft-schema.ts';

/** Everything that is typed, every heading still possibly empty. */
export type LetterContent = z.infer<typeof draftSchema>;
export type LetterTreatmentLine = LetterContent['treatments'][number];
export type LetterRecipient = LetterContent['recipients'][number];

/** `PUT /api/patients/:patientId/letters/:draftId`. */
export interface DraftToKeep {
  content: LetterContent;
  /** The letter of the same author that this one corrects. */
  replaces?: string;
}

export interface LetterDraft extends DraftToKeep {
  draftId: string;
  /** ISO 8601 instant. */
  savedAt: string;
}

/** A stay that the hospital of the author told of, not later than now. */
export interface LetterStay {
  /** `YYYY-MM-DD` in the region's zone. */
  entry: string;
  exit?: string;
  unit?: string;
  kind: 'inpatient' | 'emergency' | 'outpatient' | 'recurring' | 'other';
}

/** `GET /api/patients/:patientId/letters`: what the author takes up again. */
export interface LetterDesk {
  drafts: LetterDraft[];
  /** Letters of this author in force, which they may correct. */
  finished: { documentId: string; content: LetterContent; savedAt: string }[];
  stays: LetterStay[];
  /** Results that laboratories announced and have not given yet, as they print them; the day is that of the sampling. */
  toCome: { words: string; day: string }[];
  /** The treating doctors that the record knows. */
  suggested: LetterRecipient[];
  /** Of these, whom the patient shut out: the rules of routing keep the letter from them. */
  shutOut: string[];
  /** The patient refuses that documents be filed: no letter can be finished here. */
  isClosed: boolean;
}

/** A heading without which no letter leaves, by its place in the form; `line` counts from 0. */
export interface MissingHeading {
  heading:
    | 'entry'
    | 'exit'
    | 'exit-future'
    | 'exit-before-entry'
    | 'treatment-code'
    | 'admission'
    | 'discharge'
    | 'reason'
    | 'synthesis'
    | 'adverseEvents'
    | 'germs'
    | 'germsFound'
    | 'transfusion'
    | 'derivatives'
    | 'treatments'
    | 'treatment-name'
    | 'treatment-reason'
    | 'treatment-number'
    | 'treatment-same'
    | 'plan'
    | 'plan-words'
    | 'pending'
    | 'pending-words'
    | 'recipients';
  line?: number;
}

/** `GET /api/letters/day-zero?days=30`: counts alone, no patient. Days are those of the region; `until` is included. */
export interface DayZeroShare {
  from: string;
  until: string;
  units: {
    /** FINESS. */
    structure: string;
    name: string;
    unit: string;
    /** Stays that ended in the period. */
    discharges: number;
    /** Of these, those of nobody that the region knows yet: no letter can be tied to them. */
    unidentified: number;
    /** Those whose letter was filed on the day of discharge or before. */
    filed: number;
    /** And whose letter had left for a professional by the end of that day. */
    sent: number;
    /** Those that have a letter at all now. */
    written: number;
  }[];
}
