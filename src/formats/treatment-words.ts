import { doseWords, rhythm } from './cda/letter/narrative.ts';
import type { Treatment } from './clinical-content.ts';

/**
 * How much and how often, in the French of letters: `2 comprimés 1 fois par jour`. Nothing when it takes more than one dose and one rhythm to say it: a
 * half-said regimen is a wrong one.
 */
export function regimenWords({ dose, rate, timings, entry }: Pick<Treatment, 'dose' | 'rate' | 'timings' | 'entry'>): string {
  // Steps, each with a dose of its own.
  if (entry.relations.some(({ statement }) => statement.kind === 'administration')) return '';
  const repeated = timings.filter(({ every, event, parts }) => every !== undefined || event !== undefined || parts !== undefined);
  if (rate !== undefined || repeated.length > 1 || repeated.some(({ every }) => every?.value === undefined)) return '';
  const low =
    dose?.low ?? (dose?.value === undefined ? undefined : { value: dose.value, ...(dose.unit !== undefined && { unit: dose.unit }) });
  const high = dose?.high ?? low;
  if (!low || !high) return '';
  return [doseWords({ low, high }), rhythm(repeated[0]?.every)].filter(Boolean).join(' ');
}
