import { heldLinksOf } from '#access';
import { survivorsOf } from '#identity';
import { Refusal } from '#kernel';
import { type Asking, type FhirDeps, open, openRecord } from './door.ts';
import { checkScope } from './software.ts';
import { IDENTITY } from './wanted.ts';

/** The links by which they are followed: several for some. */
const MOST_LINKS = 50_000;

export interface Meant {
  patient: string | undefined;
  object: string;
  /** How many at once: `otherwise` says what to do of more, since a part of them would pass for all. */
  most: number;
  otherwise: string;
  /** Each record is read before the request is answered: nothing is asked of it here. */
  isReadAtOnce?: boolean;
}

/**
 * Whose records a request of many is of: the one that is asked for, of a patient or of a software launched on one; else whoever the reader follows. A region
 * is not for leafing through.
 */
export async function patientsMeant(
  deps: FhirDeps,
  asking: Asking,
  { patient, object, most, otherwise, isReadAtOnce = false }: Meant,
): Promise<string[]> {
  const { who, now } = asking;
  const one = patient ?? who.patientId ?? who.software?.patientId;
  if (one !== undefined) {
    // Told at once that one may not, rather than by an empty answer; who reads them at once is told then.
    if (!isReadAtOnce) await openRecord(deps, asking, one, IDENTITY, { type: 'Patient', permission: 'r', object });
    return [one];
  }
  checkScope(who, 'Patient', 'r', 'any');
  return open(deps, asking, { action: 'patient.mine', object }, async (tx) => {
    const links = await heldLinksOf(tx, who, { now, limit: MOST_LINKS });
    const followed = [...new Set(links.map(({ patientId }) => patientId))];
    if (followed.length > most || links.length === MOST_LINKS)
      throw new Refusal('request.invalid', `more than ${most} patients are followed: ${otherwise}`, { at: object });
    const survivors = await survivorsOf(tx, followed);
    return [...new Set(followed.map((patientId) => survivors.get(patientId) ?? patientId))];
  });
}
