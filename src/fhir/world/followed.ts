import { heldLinksOf } from '#access';
import { survivorsOf } from '#identity';
import { Refusal } from '#kernel';
import { type Asking, type FhirDeps, open } from './door.ts';
import { checkScope } from './software.ts';

/** The links by which they are followed: several for some. */
const MOST_LINKS = 50_000;

export interface Meant {
  patient: string | undefined;
  object: string;
  /** How many at once: `otherwise` says what to do of more, since a part of them would pass for all. */
  most: number;
  otherwise: string;
}

/**
 * Whose records a request of many is of: the one that is asked for, of a patient or of a software launched on one; else whoever the reader follows. A region
 * is not for leafing through.
 * @returns `isNamed`: of that one it is told that one may not; of those who are followed, whoever is not open is left out
 */
export async function patientsMeant(
  deps: FhirDeps,
  asking: Asking,
  { patient, object, most, otherwise }: Meant,
): Promise<{ patients: string[]; isNamed: boolean }> {
  const { who, now } = asking;
  const one = patient ?? who.patientId ?? who.software?.patientId;
  if (one !== undefined) return { patients: [one], isNamed: true };
  checkScope(who, 'Patient', 'r', 'any');
  const patients = await open(deps, asking, { action: 'patient.mine', object }, async (tx) => {
    const links = await heldLinksOf(tx, who, { now, limit: MOST_LINKS });
    const followed = [...new Set(links.map(({ patientId }) => patientId))];
    if (followed.length > most || links.length === MOST_LINKS)
      throw new Refusal('request.invalid', `more than ${most} patients are followed: ${otherwise}`, { at: object });
    const survivors = await survivorsOf(tx, followed);
    return [...new Set(followed.map((patientId) => survivors.get(patientId) ?? patientId))];
  });
  return { patients, isNamed: false };
}
