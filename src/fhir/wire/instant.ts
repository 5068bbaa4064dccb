const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

/** An instant of FHIR (R4 §2.24.0.1: to the second at least, with its offset) in milliseconds; NaN when it is none. */
export const instantOf = (value: unknown): number => (typeof value === 'string' && INSTANT.test(value) ? Date.parse(value) : Number.NaN);

/** `_since`: an instant; a day, as some clients write it, is its first in UTC. NaN for anything else. */
export const sinceOf = (value: string): number => (/^\d{4}-\d{2}-\d{2}$/.test(value) ? Date.parse(value) : instantOf(value));
