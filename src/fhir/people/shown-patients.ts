import { linkedAmong } from '#access';
import { minimalTraits, type Patient } from '#identity';
import type { Sql } from '#kernel';
import type { Asking } from '../world/door.ts';
import { shareable } from '../make/people.ts';

/** People that a professional found, each as far as that professional may know them. */
export interface Shown {
  patient: Patient;
  /** Followed by who asks, or asked for by the identity cell. */
  isKnown: boolean;
}

/** Someone one does not follow is told from others and no more. */
export async function shownTo(tx: Sql, { who, now }: Asking, patients: readonly Patient[]): Promise<Shown[]> {
  const linked = await linkedAmong(
    tx,
    who,
    patients.map(({ patientId }) => patientId),
    now,
  );
  return patients.map((patient) => {
    const isKnown = linked.has(patient.patientId) || who.role === 'identity-cell';
    return { patient: isKnown ? shareable(patient) : minimalTraits(patient), isKnown };
  });
}

/** Those whose other names, known before or elsewhere, may be told too. */
export const followed = (shown: readonly Shown[]): string[] =>
  shown.flatMap(({ patient, isKnown }) => (isKnown ? [patient.patientId] : []));
