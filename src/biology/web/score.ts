import { zlog } from '#terminology/contract';
import { counts, type Reading } from '../reading.ts';

/** The score of a reading against the interval printed with it, when it may have one. */
export function scoreOf(reading: Reading): number | undefined {
  if (!counts(reading) || reading.value === undefined) return undefined;
  const { value, comparator, low, high } = reading;
  const score = zlog(reading.result.normalised.row, { value, comparator }, { low, high });
  return 'zlog' in score ? score.zlog : undefined;
}

/** Steps of the palette: dark outside the interval, pale inside. */
const STEPS = [-8, -5, -3.5, -1.96, -1.2, 1.2, 1.96, 3.5, 5, 8] as const;

/** Place in the palette, 0 (very low) to 10 (very high); 5 is the middle of the interval. */
export const heatStep = (score: number): number => STEPS.filter((step) => (step < 0 ? score > step : score >= step)).length;

/**
 * With a single limit (`< 5,20`) there is no middle to count from, so no score and no step of the palette: only on which side of the
 * limit the value stands, drawn by a line that is not a colour. Undefined where no side can be told.
 */
export function oneLimitOf(reading: Reading): 'bio-one-in' | 'bio-one-out' | undefined {
  const { value, comparator, low, high } = reading;
  const limits = [low, high].filter((limit) => limit !== undefined);
  if (!counts(reading) || value === undefined || comparator || limits.length !== 1) return undefined;
  return (high !== undefined && value > high) || (low !== undefined && value < low) ? 'bio-one-out' : 'bio-one-in';
}
