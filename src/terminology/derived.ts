/**
 * Values that Cigogne derives from reported ones: always marked calculated, with formula, inputs and source, in rows of their
 * own (`calc:…`), never mixed with what a laboratory reported. When in doubt, a refusal with its reason and no number.
 */
import type { DerivationRefusal, DerivedInput, Subject } from './derivation.ts';
import { FORMULAS, type FormulaId } from './formulas.ts';
import { roundTo } from './precision.ts';

export interface DerivedValue {
  formula: FormulaId;
  /** `calc:egfr-ckdepi-2009`. */
  row: string;
  value: number;
  decimals: number;
  unit: string;
  inputs: readonly DerivedInput[];
  /** Cautions that a screen shows with the value. */
  cautions: readonly string[];
  /** A laboratory reported the same quantity in this sampling: show the two side by side, or not at all. */
  isBesideReported: boolean;
}

export type Derivation = DerivedValue | { formula: FormulaId; refused: DerivationRefusal };

export interface DerivationOptions {
  /** Rows that laboratories reported at this sampling. */
  reportedRows?: ReadonlySet<string>;
  /** Show the derived value although the laboratory reported one. */
  isSideBySide?: boolean;
  /** Formulas that the region switched off. */
  switchedOff?: ReadonlySet<FormulaId>;
}

const HOUR_MS = 3_600_000;

/** One formula on the inputs given, or why not. Inputs of other rows are ignored; two of one row: the latest counts. */
export function derive(id: FormulaId, inputs: readonly DerivedInput[], subject: Subject, options: DerivationOptions = {}): Derivation {
  const formula = FORMULAS[id];
  const refuse = (refused: DerivationRefusal): Derivation => ({ formula: id, refused });
  if (options.switchedOff?.has(id)) return refuse('switched-off');
  const isReported = formula.sameAs.some((row) => options.reportedRows?.has(row));
  if (isReported && !options.isSideBySide) return refuse('reported-by-laboratory');
  const chosen = chooseInputs(formula.inputs, inputs);
  if (!chosen) return refuse('input-missing');
  const refusal = whyUnusable(chosen, formula) ?? formula.forbids?.(subject, chosen);
  if (refusal) return refuse(refusal);
  const result = formula.compute(
    chosen.map(({ value }) => value),
    subject,
  );
  if (typeof result === 'string') return refuse(result);
  if (!Number.isFinite(result) || (formula.isPositive && result <= 0)) return refuse('result-impossible');
  return {
    formula: id,
    row: `calc:${id}`,
    value: roundTo(result, formula.decimals),
    decimals: formula.decimals,
    unit: formula.unit,
    inputs: chosen,
    cautions: formula.cautions,
    isBesideReported: isReported,
  };
}

function chooseInputs(wanted: readonly { row: string }[], given: readonly DerivedInput[]): DerivedInput[] | undefined {
  const latest = (row: string) => given.filter((input) => input.row === row).toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))[0];
  const chosen = wanted.map(({ row }) => latest(row));
  return chosen.every((input) => input !== undefined) ? chosen : undefined;
}

function whyUnusable(chosen: readonly DerivedInput[], formula: (typeof FORMULAS)[FormulaId]): DerivationRefusal | undefined {
  const times = chosen.map(({ at }) => Date.parse(at));
  const [first, last] = [Math.min(...times), Math.max(...times)];
  if (chosen.some((input, at) => input.unit !== formula.inputs[at]?.unit)) return 'unit-unknown';
  if (chosen.some(({ comparator }) => comparator !== undefined)) return 'input-censored';
  if (chosen.some(({ value }) => !(value > 0))) return 'input-not-positive';
  // too old for the others; also when a time cannot be read
  return last - first <= formula.hoursApart * HOUR_MS ? undefined : 'inputs-apart';
}

/**
 * Creatinine that moves too fast for a filtration to be read from it: a rise of acute kidney injury (KDIGO 2012, criteria 2.1.1,
 * creatinine: 26.5 µmol/L within 48 hours, or 1.5 times within 7 days), or the fall that mirrors it, when the kidney comes back.
 * Values in µmol/L.
 */
export function isAcuteChange(before: { value: number; at: string }, after: { value: number; at: string }): boolean {
  const hours = (Date.parse(after.at) - Date.parse(before.at)) / HOUR_MS;
  if (!(hours > 0)) return false;
  const [least, most] = [Math.min(before.value, after.value), Math.max(before.value, after.value)];
  return (hours <= 48 && most - least >= 26.5) || (hours <= 7 * 24 && most >= 1.5 * least);
}
