import { linkedAmong, type Principal } from '#access';
import type { FileRead, LabReport } from '#formats';
import { compareTraits, findPatients, identify, INS_OIDS, type Patient, patientsByIds, traitsOf } from '#identity';
import type { Sql } from '#kernel';
import { structureOf } from '#record';

/** A document in a mail; `part`: its own bytes, when the file holds several. */
export type Enclosed = Extract<FileRead['contents'][number], { kind: 'report' | 'document' }>;

type Mode = 'demo' | 'production';

/** The record that a document surely names: a qualified INS with strict traits that agree. */
export async function namedBy(sql: Sql, content: Enclosed, mode: Mode, now: Date): Promise<string | undefined> {
  const header = content.kind === 'report' ? content.report : content.document;
  try {
    const named = await identify(sql, { senderFiness: structureOf(header).finess, patient: header.patient, mode, now });
    return named.kind === 'one' && named.joinedBy === 'ins' ? named.patientId : undefined;
  } catch {
    return undefined; // a document that names no structure, or an identity that is not of this instance
  }
}

/**
 * Whether a report without an INS (HL7, HPRIM) may be this patient's: the birth date, a family name and a given name, all the same; a sex that is not
 * another, when it is printed; and no other INS than theirs. HPRIM prints one family and one given name, of birth or in use.
 */
export function mayBeOf(patient: Patient, { patient: printed }: LabReport): boolean {
  const oids = new Set<string>(Object.values(INS_OIDS));
  const ins = printed.ids.find(({ root }) => oids.has(root))?.extension;
  if (ins !== undefined && ins !== patient.ins?.value) return false;
  const { usedFamily, usedGiven, birthFamily = usedFamily, firstBirthGiven = usedGiven, ...traits } = traitsOf(printed);
  const found = compareTraits({ ...traits, usedFamily, usedGiven, birthFamily, firstBirthGiven }, patient.traits);
  const isSame = (...any: (keyof typeof found)[]) => any.some((trait) => found[trait] === 'same');
  return isSame('birthDate') && isSame('birthFamily', 'usedFamily') && isSame('firstBirthGiven', 'usedGiven') && found.sex !== 'different';
}

/** In whose record a document is offered to be filed; `isSure`: it names them by INS, and nobody has to look. */
export interface Whose {
  patient: Patient;
  isSure: boolean;
}

/**
 * The patient whom a document names, or the one patient whom this reader follows that a report without an INS may be about: somebody else's existence is
 * not told by it. Nobody when several may be meant.
 */
export async function whoseIs(
  sql: Sql,
  content: Enclosed,
  { who, mode, now }: { who: Principal; mode: Mode; now: Date },
): Promise<Whose | undefined> {
  const named = await namedBy(sql, content, mode, now);
  const [patient] = named === undefined ? [] : await patientsByIds(sql, [named]);
  if (patient) return { patient, isSure: true };
  if (content.kind !== 'report') return undefined;
  const { birthFamily, usedFamily, birthDate } = traitsOf(content.report.patient);
  if (birthDate === undefined) return undefined;
  const q = `${birthFamily ?? usedFamily ?? ''} ${birthDate}`;
  const { patients } = await findPatients(sql, { q, mode, scope: { own: async () => [] } });
  const meant = patients.filter((one) => mayBeOf(one, content.report));
  const followed = await linkedAmong(
    sql,
    who,
    meant.map(({ patientId }) => patientId),
    now,
  );
  const [one, other] = meant.filter(({ patientId }) => followed.has(patientId));
  return one && !other ? { patient: one, isSure: false } : undefined;
}
