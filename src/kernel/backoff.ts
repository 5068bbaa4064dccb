/** After the first failure, and at most: past an hour a person waits for the next try longer than for a call. */
const FIRST_MS = 5_000;
const MOST_MS = 3_600_000;

/**
 * How long to wait before the next try: doubled at each failure, then drawn between half and the whole of it, so that what failed together
 * does not come back together.
 * @param tries failures so far, 1 or more
 * @param chance from 0 to 1
 */
export function backoffMs(tries: number, chance: number): number {
  const whole = Math.min(MOST_MS, FIRST_MS * 2 ** (tries - 1));
  return Math.round(whole / 2 + (whole / 2) * chance);
}
