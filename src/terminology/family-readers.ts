/**
 * May this reader see a result of these families, and may it be announced to them? Pure, default deny: the strictest rule of each
 * family applies, one refusal is enough, and what is not known of the reader counts against. It only takes away: whoever may not
 * open the record at all is stopped before, by the rights module.
 */
import { FAMILY_RULES, type Family, type FamilyRule, type FamilyRules } from './families.ts';

/** Who asks, in the terms that the families know. */
export type FamilyReader =
  | {
      kind: 'professional';
      /** The patient's treating doctor. */
      isTreatingDoctor?: boolean;
      /** Prescribed the examination that this result answers. */
      isPrescriber?: boolean;
      /** Of the laboratory that made the result. */
      isOfLaboratory?: boolean;
    }
  /** `toldBy`: who has told them this result, when someone recorded it. */
  | { kind: 'patient'; toldBy?: 'prescriber' | 'professional' }
  /** A holder of parental authority, a guardian, or anyone who acts for the person. */
  | { kind: 'representative' };

export interface FamilyVerdict {
  visible: boolean;
  /** May its arrival be announced to this reader? Never true when not visible. */
  isPushed: boolean;
  /** The family that shut it. Never told to the reader: the existence of a hidden result is not revealed. */
  shutBy?: Family;
}

/** @param rules the region's own table; the strict default when absent */
export function visibleTo(families: readonly Family[], reader: FamilyReader, rules: FamilyRules = FAMILY_RULES): FamilyVerdict {
  const shutBy = families.find((family) => !mayRead(rules[family], reader));
  if (shutBy) return { visible: false, isPushed: false, shutBy };
  return { visible: true, isPushed: reader.kind === 'professional' || families.every((family) => rules[family].isPushed) };
}

/** Does a result of these families never enter a record, whoever asks? */
export function isKeptOut(families: readonly Family[], rules: FamilyRules = FAMILY_RULES): boolean {
  return families.some((family) => rules[family].professionals === 'none');
}

function mayRead(rule: FamilyRule, reader: FamilyReader): boolean {
  if (rule.professionals === 'none') return false;
  switch (reader.kind) {
    case 'professional':
      return mayProfessionalRead(rule.professionals, reader);
    case 'patient':
      return mayPatientRead(rule.patient, reader.toldBy);
    case 'representative':
      return rule.representatives;
  }
}

function mayProfessionalRead(
  who: Exclude<FamilyRule['professionals'], 'none'>,
  { isTreatingDoctor = false, isPrescriber = false, isOfLaboratory = false }: FamilyReader & { kind: 'professional' },
): boolean {
  if (who === 'care-team' || isPrescriber || isOfLaboratory) return true;
  return who === 'treating-doctor-prescriber-laboratory' && isTreatingDoctor;
}

function mayPatientRead(when: FamilyRule['patient'], toldBy: 'prescriber' | 'professional' | undefined): boolean {
  if (when === 'at-once') return true;
  return when === 'after-told' ? toldBy !== undefined : when === 'after-told-by-prescriber' && toldBy === 'prescriber';
}
