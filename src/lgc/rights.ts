import { Refusal } from '#kernel';
import type { User, UserRole } from './contract.ts';
import type { LgcPatient } from './store.ts';

/**
 * Who may do what inside the practice: doctors everything; the nurse and the pharmacist what concerns the patients whom they treat; the secretary identities,
 * titles and triage, no result. Pure.
 */
const MAY = {
  'read-results': ['gp', 'nurse', 'pharmacist'],
  'open-inbox': ['gp', 'nurse', 'pharmacist'],
  triage: ['gp', 'secretary'],
  'see-patients': ['gp', 'nurse', 'pharmacist', 'secretary'],
} as const satisfies Record<string, readonly UserRole[]>;

export type Right = keyof typeof MAY;

export const may = ({ role }: User, right: Right): boolean => (MAY[right] as readonly UserRole[]).includes(role);

/** Doctors and secretary: the patients of the practice; the others: those whom they treat. */
export const mayOpen = (user: User, { team }: Pick<LgcPatient, 'team'>): boolean =>
  user.role === 'gp' || user.role === 'secretary' || team.includes(user.id);

/** @throws Refusal `access.denied` */
export function demand(isAllowed: boolean, rule: string): void {
  if (!isAllowed) throw new Refusal('access.denied', 'this is not yours to do in this practice', { at: rule });
}
