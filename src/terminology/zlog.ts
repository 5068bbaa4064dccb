/** One scale for every result: how far from the middle of the laboratory's own interval, on a logarithm. */
import type { Comparator } from './result.ts';

export type Zlog =
  | { zlog: number }
  | { refused: 'not-a-number' | 'censored' | 'one-sided' | 'no-interval' | 'not-positive' | 'not-a-population-interval' };

/**
 * Rows whose printed bounds are not the middle 95 % of healthy people: a target (INR, drug levels, anti-Xa), a ratio to a control,
 * or a value that is already a logarithm or an index.
 */
const WITHOUT_ZLOG = new RegExp(
  `^(?:${[
    'inr|ph|base_excess|aptt_ratio|.*_log|t21_risk|specific_gravity',
    'digoxin|lithium|ciclosporin|tacrolimus|sirolimus|everolimus|mycophenolate|theophylline|methotrexate|adalimumab|infliximab',
    'vancomycin.*|gentamicin.*|amikacin.*|tobramycin',
    'valproate|carbamazepine|phenytoin|phenobarbital|levetiracetam|lamotrigine|topiramate|paracetamol|salicylate|ethanol',
    'anti_xa_.*|rivaroxaban|apixaban|dabigatran',
  ].join('|')})\\.`,
);

/**
 * zlog = (ln x − (ln LL + ln UL) / 2) × 3.92 / (ln UL − ln LL): from −1.96 to +1.96 inside the interval.
 * Says no for words, censored values, one-sided intervals and zero bounds: an invented bound would be an invented colour.
 * Source: Hoffmann et al., J Lab Med 2017 (zlog value).
 */
export function zlog(
  row: string,
  number: { value: number; comparator?: Comparator | undefined } | undefined,
  interval: { low?: number | undefined; high?: number | undefined } | undefined,
): Zlog {
  if (!number) return { refused: 'not-a-number' };
  if (number.comparator) return { refused: 'censored' };
  if (WITHOUT_ZLOG.test(row)) return { refused: 'not-a-population-interval' };
  const { low, high } = interval ?? {};
  if (low === undefined && high === undefined) return { refused: 'no-interval' };
  if (low === undefined || high === undefined || low === 0) return { refused: 'one-sided' };
  if (number.value <= 0 || low < 0 || high <= low) return { refused: 'not-positive' };
  const [x, ll, ul] = [Math.log(number.value), Math.log(low), Math.log(high)];
  return { zlog: ((x - (ll + ul) / 2) * 3.92) / (ul - ll) };
}
