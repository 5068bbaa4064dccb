/** A printed result as the rules of this module take it, and what they make of it. Types only: shared with the browser. */
import type { ConversionRefusal } from './conversion.ts';

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
  /** From the laboratory's own interval, only when the laboratory sent no flag. */
  computedFlag?: Flag;
  /** Why the value could not be brought to the unit of its row. */
  refused?: ConversionRefusal;
  /** Version of the catalogue and rules. */
  rules: string;
}
