import type { Param } from './params.ts';

/** One condition of a search: a parameter, what was said of it, and for a chain the condition on what it leads to. */
export interface Filter {
  param: Param;
  modifier?: string;
  /** Any of them. */
  values: string[];
  /** On the resource that a reference leads to: `patient.identifier`, `subject:Patient.family`. */
  chain?: { type: string; filter: Filter };
}

/** A search said as a sentence: conditions joined by and, or, not. */
export type Expression = { all: Expression[] } | { any: Expression[] } | { not: Expression } | { filter: Filter };
