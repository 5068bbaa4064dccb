import type { Role } from './contract.ts';
import type { Category } from './matrix.ts';

/** What a role must show:
 * - `role`: nothing more than the role;
 * - `consent`: the patient's consent, that they declare having collected;
 * - `emergency`: an emergency that they declare, unless the patient refused it in advance;
 * - `regulation`: that they work in a regulation centre, unless the patient refused it in advance;
 * - `link`: a care link with the patient, of their own or of their structure;
 * - `treating-doctor`: the care link of the treating doctor;
 * - `own-record`: the record is theirs, or of someone they represent;
 * - `holder`: the record is theirs; who represents them has not this right;
 * - `delegation`: the professional they act for has a care link;
 * - `own-structure`: the thing comes from a structure of theirs;
 * - `own-structure-or-link`: either;
 * - `own-structure-or-designated`: the same as `own-structure`, or the region designated them for that structure.
 */
export type Need =
  | 'role'
  | 'consent'
  | 'emergency'
  | 'regulation'
  | 'link'
  | 'treating-doctor'
  | 'own-record'
  | 'holder'
  | 'delegation'
  | 'own-structure'
  | 'own-structure-or-link'
  | 'own-structure-or-designated';

export interface ActionRights {
  /** What the action is, as told to the patient in the list of accesses. */
  words: { fr: string; en: string };
  /** The category of documents that the action reads or feeds: the matrix must grant it too. `asked` = given by the question; `each` = of each item read. */
  category?: Category | 'asked' | 'each';
  direction?: 'read' | 'feed';
  needs: Partial<Record<Role, Need>>;
}

export const CLINICAL_WORK = ['gp', 'specialist', 'nurse', 'pharmacist', 'midwife', 'dentist', 'biologist'] as const;

export function each(roles: readonly Role[], need: Need): Partial<Record<Role, Need>> {
  return Object.fromEntries(roles.map((role) => [role, need]));
}

/** Reading one report: a biologist also reads what their own laboratory produced. */
export const ONE_REPORT = {
  ...each(CLINICAL_WORK, 'link'),
  biologist: 'own-structure-or-link',
  regulator: 'regulation',
  patient: 'own-record',
  secretary: 'delegation',
} as const;

/** Reading all the biology of a patient: a biologist needs a link, which their laboratory's own report gives for a while. */
export const ALL_REPORTS = {
  ...each(CLINICAL_WORK, 'link'),
  regulator: 'regulation',
  patient: 'own-record',
  secretary: 'delegation',
} as const;
