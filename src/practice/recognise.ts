import type { PrintedPatient } from '#formats';
import { type Comparison, compareTraits, insOf, isConcordant, type Mode, type Traits, traitsOf } from '#identity';
import { Refusal } from '#kernel';

/** A patient of the practice, as its software knows them. */
export interface PracticePatient {
  patientId: string;
  /** The software's own number. */
  number: string;
  ins?: { oid: string; value: string };
  /** The practice checked the identity, and the national service gave the INS. */
  isQualified: boolean;
  /** RPPS of who treats them in the practice. */
  doctor?: string;
  traits: Traits;
}

/** Why a person has to say whose a document is. */
export type Doubt =
  | 'no-identity'
  | 'no-ins'
  | 'ins-invalid'
  | 'ins-forbidden'
  | 'ins-unknown'
  | 'ins-several'
  | 'not-qualified'
  | 'traits-differ'
  | 'filed-elsewhere';

export type Recognition = { kind: 'filed'; patient: PracticePatient } | { kind: 'triage'; doubt: Doubt };

/**
 * Whose it is, without a click, only when the printed INS is that of one patient whose identity the practice qualified, and every strict trait agrees
 * (RNIV). A name alone never files anything.
 * @param patients those of the practice
 */
export function recognise(printed: PrintedPatient | undefined, patients: readonly PracticePatient[], mode: Mode): Recognition {
  const doubt = (why: Doubt): Recognition => ({ kind: 'triage', doubt: why });
  if (!printed) return doubt('no-identity');
  const ins = printedIns(printed, mode);
  if (typeof ins === 'string') return doubt(ins);
  const same = patients.filter((patient) => patient.ins?.oid === ins.oid && patient.ins.value === ins.value);
  const [patient, another] = same;
  if (!patient) return doubt('ins-unknown');
  if (another) return doubt('ins-several');
  if (!patient.isQualified) return doubt('not-qualified');
  if (!isConcordant(compareTraits(traitsOf(printed), patient.traits))) return doubt('traits-differ');
  return { kind: 'filed', patient };
}

function printedIns({ ids }: PrintedPatient, mode: Mode): { oid: string; value: string } | Doubt {
  try {
    const printed = insOf(ids, mode);
    if (printed.kind === 'ins') return printed.ins;
    return printed.kind === 'invalid' ? 'ins-invalid' : 'no-ins';
  } catch (error) {
    // A test identity in a real practice, or the reverse: a person looks, nothing is lost.
    if (error instanceof Refusal) return 'ins-forbidden';
    throw error;
  }
}

/** A patient whom a document in triage may be about, trait by trait. */
export interface Candidate {
  patient: PracticePatient;
  comparison: Comparison;
  sameIns: boolean;
}

const MOST_CANDIDATES = 5;

/** Those whom a person may want to choose, the likeliest first: same INS, or a birth date and a birth name that agree. Only proposed. */
export function candidatesFor(printed: PrintedPatient | undefined, patients: readonly PracticePatient[]): Candidate[] {
  if (!printed) return [];
  const traits = traitsOf(printed);
  // HPRIM prints one name, the used one, which the practice may have as the birth name.
  const { usedFamily: onlyName } = traits;
  const searched = { ...(onlyName !== undefined && { birthFamily: onlyName }), ...traits };
  const numbers = new Set(printed.ids.map(({ root, extension }) => `${root} ${extension}`));
  const all = patients.map((patient): Candidate => {
    const sameIns = patient.ins !== undefined && numbers.has(`${patient.ins.oid} ${patient.ins.value}`);
    return { patient, comparison: compareTraits(traits, patient.traits), sameIns };
  });
  const likely = ({ sameIns, patient }: Candidate) => {
    const { birthFamily, usedFamily, birthDate } = compareTraits(searched, patient.traits);
    return sameIns || (isNear(birthDate) && (isNear(birthFamily) || isNear(usedFamily)));
  };
  const weight = ({ sameIns, comparison }: Candidate) =>
    (sameIns ? 100 : 0) + Object.values(comparison).filter((one) => one === 'same').length;
  return all
    .filter(likely)
    .toSorted((a, b) => weight(b) - weight(a))
    .slice(0, MOST_CANDIDATES);
}

const isNear = (likeness: string) => likeness === 'same' || likeness === 'close';
