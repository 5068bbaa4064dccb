/** Was it chance? Two-sided p of a standard normal deviate (Abramowitz and Stegun 26.2.17: within 7.5e-8). */
export function chanceOf(z: number): number {
  const x = Math.abs(z);
  const t = 1 / (1 + 0.2316419 * x);
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 2 * (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * series;
}

/**
 * Wilcoxon's signed-rank test of paired differences: supposes no distribution, and one slow call weighs no more than its rank. Differences of zero
 * say nothing; equal ones share their ranks.
 * @returns z, by the normal approximation with its correction for ties (for more than some fifty pairs), and the two-sided p
 */
export function signedRank(differences: readonly number[]): { z: number; p: number } {
  const sorted = differences.filter((one) => one !== 0).toSorted((a, b) => Math.abs(a) - Math.abs(b));
  const n = sorted.length;
  let [positive, ties] = [0, 0];
  for (let from = 0; from < n; ) {
    let to = from;
    while (to < n && Math.abs(sorted[to]!) === Math.abs(sorted[from]!)) to += 1;
    const [rank, size] = [(from + 1 + to) / 2, to - from];
    positive += rank * sorted.slice(from, to).filter((one) => one > 0).length;
    ties += size ** 3 - size;
    from = to;
  }
  const variance = (n * (n + 1) * (2 * n + 1)) / 24 - ties / 48;
  const z = variance === 0 ? 0 : (positive - (n * (n + 1)) / 4) / Math.sqrt(variance);
  return { z, p: chanceOf(z) };
}
