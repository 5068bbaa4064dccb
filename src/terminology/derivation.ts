/** What formulas take of a person and of results, and why they may give nothing. Types only. */
import type { Comparator } from './result.ts';

/** A reported value brought to the usual unit of its row. */
export interface DerivedInput {
  row: string;
  value: number;
  comparator?: Comparator | undefined;
  /** UCUM; must be the one the formula was written for. */
  unit: string;
  /** ISO 8601 instant of the sampling. */
  at: string;
}

/** What formulas need of the person, at the time of the sampling. */
export interface Subject {
  /** Completed years. */
  ageYears?: number | undefined;
  /** Administrative sex; anything else is unknown. */
  sex?: 'M' | 'F' | undefined;
  heightCm?: number | undefined;
  isPregnant?: boolean | undefined;
  /** Kidney function is changing: see `isAcuteChange`. */
  isKidneyUnstable?: boolean | undefined;
}

export type DerivationRefusal =
  | 'switched-off'
  | 'input-missing'
  | 'input-censored'
  | 'input-not-positive'
  | 'unit-unknown'
  | 'inputs-apart'
  | 'reported-by-laboratory'
  | 'age-unknown'
  | 'age-out-of-range'
  | 'sex-unknown'
  | 'height-unknown'
  | 'pregnancy'
  | 'acute-kidney-injury'
  | 'triglycerides-too-high'
  | 'result-impossible';
