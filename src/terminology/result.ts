/** A printed result as the rules of this module take it, and what they make of it. Types only: shared with the browser. */
import type { ConversionRefusal } from './conversion.ts';
import type { Qualitative, Susceptibility } from './qualitative.ts';

/** High, low, very, critical, abnormal without direction; N within. */
export type Flag = 'N' | 'L' | 'H' | 'LL' | 'HH' | 'A' | 'AA';

export type Comparator = '<' | '≤' | '>' | '≥';

export interface PrintedNumber {
  value: number;
  /** `<0,5` is `{value: 0.5, comparator: '<'}`. */
  comparator?: Comparator | undefined;
  /** Decimals printed. */
  decimals: number;
}

/** The laboratory's own interval, in the unit of the value. */
export interface PrintedInterval {
  low?: number | undefined;
  high?: number | undefined;
  /** Only when the sender said so; a bound belongs to the interval otherwise (HL7 IVL). */
  lowInclusive?: boolean | undefined;
  highInclusive?: boolean | undefined;
}

/** Named as in the stored result, so that one can be given as it is. */
export interface ResultToNormalise {
  loinc?: string | undefined;
  /** The laboratory's own code. */
  local?: string | undefined;
  /** Code system of the local code, when the sender names one: two systems of one laboratory never share a row. */
  localSystem?: string | undefined;
  label: string;
  /** The value verbatim. */
  text?: string | undefined;
  /** ISO 8601 instant of the sampling. */
  at?: string | undefined;
  /** Organism of the isolate it belongs to. */
  isolate?: string | undefined;
  /** Absent for a result in words, a titre, a value not done. */
  number?: PrintedNumber | undefined;
  /** As printed. */
  unit?: string | undefined;
  interval?: PrintedInterval | undefined;
  /** The laboratory's own flag. */
  flag?: Flag | undefined;
  /** Codes of ObservationInterpretation as received. */
  interpretations?: readonly string[] | undefined;
  /** Specimen as received: tells apart two uncoded results of the same name. */
  specimen?: string | undefined;
  laboratoryFiness: string;
}

export interface BloodGroup {
  abo: 'A' | 'B' | 'AB' | 'O';
  /** RH1; absent when the result does not say. */
  rh1?: 'positive' | 'negative';
}

/** What a result says when it is not a number to compare. `loinc`: the LOINC answer, where there is one. */
export type Answer =
  | { kind: 'qualitative'; answer: Qualitative; loinc: string }
  | { kind: 'titre'; titre: number; comparator?: '<' | '≤' | '>' | '≥' }
  | { kind: 'susceptibility'; category: Susceptibility; loinc?: string }
  /** `taxon`: NCBI taxonomy, when the germ is of our list. */
  | { kind: 'organism'; organism: string; taxon?: number }
  | ({ kind: 'blood-group' } & BloodGroup);

/** What Cigogne made of a printed value, kept beside it. */
export interface Normalised {
  /**
   * Stable key of the comparable row: `creatinine.serum`; `loinc:1234-5` or `local:<FINESS>:<code>` when not in the catalogue;
   * `eag.blood~%` when the unit cannot be brought to the row's: such results never share a line with the others.
   */
  row: string;
  /** UCUM code of the printed unit, when understood. */
  ucum?: string;
  /** In the usual unit of the row, when the printed unit is another and the conversion is in the closed table. */
  converted?: { value: number; decimals: number; unit: string; low?: number; high?: number };
  /** What a result in words, a titre, a letter of an antibiogram says, in one vocabulary. */
  answer?: Answer;
  /** The germ it was found in, when of our list; `taxon`: NCBI taxonomy. */
  germ?: { organism: string; taxon: number };
  /** From the laboratory's own interval, only when the laboratory sent no flag. */
  computedFlag?: Flag;
  /** Why the value could not be brought to the unit of its row. */
  refused?: ConversionRefusal;
  /** Version of the catalogue and rules. */
  rules: string;
}
