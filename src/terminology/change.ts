/** How a result changed since an earlier one, and whether the change is more than variation. */
import { type Incomparable, type Measured, whyIncomparable } from './comparable.ts';
import { roundTo } from './precision.ts';

/** Coefficients of variation, in percent. */
export interface VariationPercent {
  /** Within-subject biological variation, CVi. */
  within: number;
  /** Analytical variation, CVa. */
  analytical?: number | undefined;
}

export type Change =
  | { kind: 'incomparable'; reason: Incomparable }
  /** A value below or above the measuring range: at best the direction is certain. */
  | { kind: 'censored'; direction?: 'up' | 'down' }
  | {
      kind: 'change';
      direction: 'up' | 'down' | 'same';
      /** In the common unit, with the coarser of the two printed precisions. */
      absolute: number;
      decimals: number;
      /** Of the earlier value; absent when it is zero or negative. */
      percent?: number;
      /** Absolute change per day; absent when a time is missing or the two are less than an hour apart. */
      perDay?: number;
      /** Reference change value, percent, when the variation of the analyte is known. */
      referencePercent?: number;
      /** Against the reference change value; absent when it is unknown. */
      isSignificant?: boolean;
    };

/** Two-sided 95 %. */
const Z_95 = 1.96;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * Reference change value in percent: √2 × Z × √(CVa² + CVi²), two-sided 95 %. A difference beyond it between two results of
 * one person is unlikely to be variation alone. CVa unknown counts as half of CVi, the usual desirable limit of imprecision.
 * Source: Harris & Yasaka, Clin Chem 1983; Fraser, Biological Variation: from principles to practice, 2001.
 */
export function referenceChangeValue({ within, analytical }: VariationPercent): number {
  return Math.SQRT2 * Z_95 * Math.hypot(within, analytical ?? within / 2);
}

/** From the earlier to the later result of one patient. Symmetric formula: meant for CVi below some 30 %. */
export function changeBetween(before: Measured, after: Measured, variation?: VariationPercent): Change {
  const reason = whyIncomparable(before, after);
  if (reason) return { kind: 'incomparable', reason };
  if (before.comparator || after.comparator) return censored(before, after);
  const decimals = Math.min(before.decimals, after.decimals);
  const difference = after.value - before.value;
  const absolute = roundTo(difference, decimals);
  const change: Change & { kind: 'change' } = {
    kind: 'change',
    direction: absolute > 0 ? 'up' : absolute < 0 ? 'down' : 'same',
    absolute,
    decimals,
  };
  const days = daysBetween(before.at, after.at);
  if (days !== undefined) change.perDay = difference / days;
  if (before.value > 0) {
    change.percent = (difference / before.value) * 100;
    if (variation) {
      change.referencePercent = referenceChangeValue(variation);
      change.isSignificant = Math.abs(change.percent) > change.referencePercent;
    }
  }
  return change;
}

/** `<0,5` then `2` went up for certain; `<0,5` then `0,3` says nothing. */
function censored(before: Measured, after: Measured): Change {
  const [from, to] = [ends(before), ends(after)];
  if (from.most < to.least || (from.most === to.least && (isStrict(before, '<') || isStrict(after, '>')))) {
    return { kind: 'censored', direction: 'up' };
  }
  if (to.most < from.least || (to.most === from.least && (isStrict(after, '<') || isStrict(before, '>')))) {
    return { kind: 'censored', direction: 'down' };
  }
  return { kind: 'censored' };
}

function ends({ value, comparator }: Measured): { least: number; most: number } {
  if (comparator === '<' || comparator === '≤') return { least: -Infinity, most: value };
  return { least: value, most: comparator ? Infinity : value };
}

function isStrict({ comparator }: Measured, strict: '<' | '>'): boolean {
  return comparator === strict;
}

function daysBetween(before: string | undefined, after: string | undefined): number | undefined {
  if (before === undefined || after === undefined) return undefined;
  const elapsed = Date.parse(after) - Date.parse(before);
  return elapsed >= HOUR_MS ? elapsed / DAY_MS : undefined;
}
