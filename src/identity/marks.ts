import type { Traits } from './contract.ts';
import { compareTraits } from './compare.ts';

/**
 * What two records of the same birth name and birth date must be marked with, so that nobody takes one for the other.
 * `HOMA`: homonyms (RNIV: same birth name, first given name, birth date and sex). `TWIN`: our own mark, a dangerous twin — same birth name and
 * date under another given name — which the national table does not have.
 */
export function marksBetween(a: Traits, b: Traits): ('HOMA' | 'TWIN')[] {
  const { birthFamily, birthDate, firstBirthGiven, sex } = compareTraits(a, b);
  if (birthFamily !== 'same' || birthDate !== 'same') return [];
  if (firstBirthGiven !== 'same') return ['TWIN'];
  return sex === 'same' ? ['HOMA'] : [];
}
