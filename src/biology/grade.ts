/** Grades of abnormality: how much, not only yes or no. Shown by shape, weight and colour together. */
import type { Flag } from '#record/contract';

export type Grade =
  | 'none'
  | 'within'
  | 'low'
  | 'high'
  | 'very-low'
  | 'very-high'
  | 'critical-low'
  | 'critical-high'
  /** Abnormal without a direction. */
  | 'abnormal'
  | 'critical';

const BY_FLAG: Record<Exclude<Flag, 'AA' | 'A'>, Grade> = { N: 'within', L: 'low', H: 'high', LL: 'very-low', HH: 'very-high' };

/**
 * `AA` (critically abnormal) says no direction: it takes the side of the value when the interval printed with it tells.
 * Source: HL7 v3 ObservationInterpretation.
 */
export function gradeOf(flag: Flag, { value, low, high }: { value?: number; low?: number; high?: number }): Grade {
  if (flag !== 'A' && flag !== 'AA') return BY_FLAG[flag];
  const side = value === undefined ? '' : high !== undefined && value > high ? 'high' : low !== undefined && value < low ? 'low' : '';
  if (flag === 'AA') return side === '' ? 'critical' : `critical-${side}`;
  return side === '' ? 'abnormal' : side;
}

export const isOutside = (grade: Grade): boolean => grade !== 'none' && grade !== 'within';
