/**
 * How many random inputs a property is tried on. Readers of bytes look at no clock: the whole number in one time zone, a fifth in the others,
 * each from a seed of its own.
 */
export const runs = (whole: number): number => (process.env.TZ === 'UTC' ? whole : Math.ceil(whole / 5));
