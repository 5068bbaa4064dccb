import { type Language, showNumber } from '#ui';

/** `98,7 %`: what part of the results compares with those of the other laboratories. */
export function rateOf({ comparable, results }: { comparable: number; results: number }, language: Language): string {
  // Rounded down: 100 % means all of them.
  return `${showNumber(Math.floor((comparable / Math.max(1, results)) * 1000) / 10, 1, language)}\u202f%`;
}
