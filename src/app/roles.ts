import type { Role } from '#access/contract';

/** The order of the cards: number keys 1 to 9, then 0. */
export const ROLES = [
  'gp',
  'specialist',
  'nurse',
  'pharmacist',
  'biologist',
  'secretary',
  'identity-cell',
  'operator',
  'patient',
  'laboratory-system',
] as const satisfies readonly Role[];
