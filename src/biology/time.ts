/** Precision of a sampling time as the laboratory gave it. */
export type TimePrecision = 'year' | 'month' | 'day' | 'minute' | 'second';

export const DAY_MS = 86_400_000;

/** Whole days between two instants, for « en 16 j »: under one day is 0. */
export const daysBetween = (from: number, to: number): number => Math.round(Math.abs(to - from) / DAY_MS);
