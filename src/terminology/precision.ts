/** How many decimals a converted value keeps, so that nothing printed is lost and little is invented. */

const POWERS = Array.from({ length: 13 }, (_, n) => 10 ** n);
const MOST_DECIMALS = 12;

/** A step at most so much coarser than the printed one is accepted (a factor of 1.4), to spare a decimal that no laboratory prints. */
const TOLERATED_LOG10 = 0.15;

/**
 * Decimals of a value after multiplication by `scale`: the fewest whose step is about as fine as the printed step, so that
 * converting back finds the printed value within its last digit. `88` µmol/L of creatinine is `10.0` mg/L and not `10`;
 * `9.95` mg/L is `88.0` µmol/L and not `87.96`.
 */
export function decimalsAfter(decimals: number, scale: number): number {
  const wanted = Math.ceil(decimals - Math.log10(scale) - TOLERATED_LOG10);
  return Math.min(MOST_DECIMALS, Math.max(0, wanted));
}

/**
 * Decimals of a value that was printed as a whole number: its last zeros say nothing of its precision, so none is added.
 * A million per millilitre is 1000 per microlitre, not `1000.000`.
 */
export function withoutZeros(value: number, decimals: number): number {
  let fewest = decimals;
  while (fewest > 0 && roundTo(value, fewest - 1) === roundTo(value, decimals)) fewest -= 1;
  return fewest;
}

/** Rounds half away from zero, as a person does, in spite of binary fractions: 1.005 to two decimals is 1.01. */
export function roundTo(value: number, decimals: number): number {
  const power = POWERS[Math.min(MOST_DECIMALS, Math.max(0, decimals))] ?? 1;
  const shifted = Math.round(Math.abs(value) * power * (1 + 2 * Number.EPSILON)) / power;
  return Number.isFinite(shifted) ? Math.sign(value) * shifted || 0 : value;
}
