/**
 * When a record says that a person was pregnant, so that what is not true in pregnancy is not calculated. Wide on purpose: a filtration
 * not shown harms less than a wrong one. A help to stay silent, never a diagnosis.
 *
 * Term: 280 days from the last period. hCG: a test turns positive about three weeks after the last period at the soonest, and a serum value
 * is called positive from 25 UI/L on, negative below 5 (usual limits of laboratories). Trisomy 21 screening, PAPP-A, AFP, fetal
 * fibronectin: asked for only in an established pregnancy, until its end.
 */

/** A result that may tell of a pregnancy. */
export interface PregnancySign {
  /** Normalised row. */
  row: string;
  /** ISO 8601 instant of the sampling. */
  at: string;
  /** In the unit of the row. */
  value?: number | undefined;
  comparator?: '<' | '≤' | '>' | '≥' | undefined;
  /** Of a test answered in words. */
  answer?: 'positive' | 'negative' | undefined;
}

const DAY_MS = 86_400_000;
const TERM_DAYS = 280;
/** Creatinine comes back to what it was in some weeks after birth. */
const AFTER_BIRTH_DAYS = 42;
const POSITIVE_FROM = 25;
const NEGATIVE_BELOW = 5;
/** hCG is first asked for at the earliest so long after the last period. */
const FIRST_HCG_DAYS = 21;

const HCG = /^hcg_(?:total|beta|qual)\./;
const OF_PREGNANCY = /^(?:papp_a|t21|afp_mom|fetal_fibronectin|hcg_beta_free)/;

/** May a result of this row tell of a pregnancy? Of the others nothing need be asked. */
export const mayTellOfPregnancy = (row: string): boolean => HCG.test(row) || OF_PREGNANCY.test(row);

/** Periods within which the person was, or may have been, pregnant; a negative hCG closes on its side. */
export function pregnanciesOf(signs: readonly PregnancySign[]): { from: string; to: string }[] {
  const negatives = signs.filter((sign) => saysPregnant(sign) === false).map(({ at }) => Date.parse(at));
  return signs
    .filter((sign) => saysPregnant(sign) === true && !Number.isNaN(Date.parse(sign.at)))
    .map(({ at }) => {
      const seen = Date.parse(at);
      const before = negatives.filter((time) => time < seen);
      const after = negatives.filter((time) => time > seen);
      const from = Math.max(seen - TERM_DAYS * DAY_MS, ...before);
      const to = Math.min(seen + (TERM_DAYS - FIRST_HCG_DAYS + AFTER_BIRTH_DAYS) * DAY_MS, ...after);
      return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
    });
}

/** Undefined when the result says neither: a value in between, a limit that could be either, another analyte. */
function saysPregnant({ row, value, comparator, answer }: PregnancySign): boolean | undefined {
  if (OF_PREGNANCY.test(row)) return value !== undefined || answer !== undefined ? true : undefined;
  if (!HCG.test(row)) return undefined;
  if (answer) return answer === 'positive';
  if (value === undefined) return undefined;
  if (value >= POSITIVE_FROM && comparator !== '<' && comparator !== '≤') return true;
  const isBelow =
    comparator === '<' ? value <= NEGATIVE_BELOW : comparator === undefined || comparator === '≤' ? value < NEGATIVE_BELOW : false;
  return isBelow ? false : undefined;
}
