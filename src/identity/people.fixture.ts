import type { PrintedPatient } from '#formats';
import { INS_OIDS, insKey } from './ins.ts';

/** Invented people, for the tests of this module. */
export const ODETTE: PrintedPatient = {
  ids: [
    { root: INS_OIDS.test, extension: matricule('2550699042042') },
    { root: '1.2.3.4.5', extension: 'IPP-1' },
  ],
  birthFamily: 'ESSAI-MARCHAND',
  birthGivens: 'ODETTE MARIE LOUISE',
  firstBirthGiven: 'ODETTE',
  usedFamily: 'MARCHAND',
  sex: 'F',
  birthDate: '19550614',
  birthPlace: { cog: '99042', label: 'VILLE-TEST' },
};

/** Their print without INS, known to the sender under `localId`. */
export const withoutIns = (patient: PrintedPatient, localId: string): PrintedPatient => ({
  ...patient,
  ids: [{ root: '1.2.3.4.5', extension: localId }],
});

export const withIns = (patient: PrintedPatient, first13: string): PrintedPatient => ({
  ...patient,
  ids: [{ root: INS_OIDS.test, extension: matricule(first13) }],
});

export function matricule(first13: string): string {
  return `${first13}${insKey(first13)}`;
}
