import { Refusal } from '#kernel';
import { INS_ROOTS } from './cda/oids.ts';
import type { PrintedPatient } from './lab-report.ts';

/**
 * An INS must come with all its strict traits, or the identity is not qualified (CI-SIS structuration minimale, RNIV).
 * @param at where the patient stands in the source
 * @throws Refusal `report.identity-incomplete`
 */
export function refuseIncompleteIns(patient: PrintedPatient, at: string): void {
  if (!patient.ids.some(({ root }) => INS_ROOTS.includes(root))) return;
  const { birthFamily, firstBirthGiven, birthGivens, birthDate, birthPlace, sex } = patient;
  // Nearly every document has them all.
  if (birthFamily && firstBirthGiven && birthGivens && birthDate && birthPlace?.cog && sex) return;
  const missing = Object.entries({
    'birth family name': birthFamily,
    'first given name of birth': firstBirthGiven,
    'given names of birth': birthGivens,
    'birth date': birthDate,
    'place of birth (COG code)': birthPlace?.cog,
    sex,
  })
    .filter(([, value]) => value === undefined)
    .map(([trait]) => trait);
  if (missing.length === 0) return;
  throw new Refusal('report.identity-incomplete', `the patient has an INS but lacks: ${missing.join(', ')}`, { at });
}
