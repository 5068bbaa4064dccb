import type { Address, PrintedPatient } from '../lab-report.ts';
import { components, isNull, raw, repetitions, type Segment, words, wordsOf } from './lexer.ts';
import type { PatientIdentifier } from './message.ts';
import { type Hl7Context, plainId, readCx, readXad, readXtn } from './read-types.ts';

/** PID (HL7 v2.5 §3.4.2, IHE PAM-FR 2.11). */
export function readPatient(c: Hl7Context, pid: Segment): { patient: PrintedPatient; identifiers: PatientIdentifier[] } {
  const identifiers = repetitions(c, pid, 3).flatMap((cx) => readCx(c, cx) ?? []);
  const patient: PrintedPatient = { ids: identifiers.map(plainId) };
  for (const name of repetitions(c, pid, 5)) takeName(c, components(c, name), patient);
  const birthDate = words(c, pid, 7);
  if (birthDate !== undefined) patient.birthDate = birthDate;
  const sex = words(c, pid, 8);
  if (sex !== undefined) patient.sex = SEXES[sex] ?? 'UN';
  takeAddresses(c, pid, patient);
  const telecoms = [...repetitions(c, pid, 13), ...repetitions(c, pid, 14)].flatMap((xtn) => readXtn(c, xtn) ?? []);
  if (telecoms.length > 0) patient.telecoms = telecoms;
  const deceasedAt = words(c, pid, 29);
  if (deceasedAt !== undefined) patient.deceasedAt = deceasedAt;
  else if (words(c, pid, 30) === 'Y') patient.isDeceased = true;
  if (repetitions(c, pid, 32).some((reliability) => wordsOf(c, reliability) === 'ANOM')) patient.isAnonymous = true;
  return { patient, identifiers };
}

/** Administrative sex of table 0001: what is neither M nor F is undetermined (JDV_J143). */
const SEXES: Readonly<Record<string, string>> = { M: 'M', F: 'F' };

/** XPN: L is the name of birth, M an older way to say it, D the name used. A name that does not say which is never taken for that of birth. */
function takeName(c: Hl7Context, parts: readonly string[], patient: PrintedPatient): void {
  const [family, given, givens, , prefix, , type] = parts.map((part) => wordsOf(c, part));
  if (type === 'L' || type === 'M') {
    if (family !== undefined) patient.birthFamily ??= family;
    if (given !== undefined) patient.firstBirthGiven ??= given;
    if (givens !== undefined) patient.birthGivens ??= givens;
  } else {
    if (family !== undefined) patient.usedFamily ??= family;
    if (given !== undefined) patient.usedGiven ??= given;
  }
  if (prefix !== undefined) patient.prefix ??= prefix;
}

/** XAD: BDL is where the patient was born, its COG code in component 9; the others are addresses. */
function takeAddresses(c: Hl7Context, pid: Segment, patient: PrintedPatient): void {
  const addresses: Address[] = [];
  for (const xad of repetitions(c, pid, 11)) {
    const parts = components(c, xad);
    if (wordsOf(c, parts[6]) === 'BDL') {
      const [cog, label] = [wordsOf(c, parts[8]), wordsOf(c, parts[2])];
      if (cog !== undefined || label !== undefined) {
        patient.birthPlace = { ...(cog !== undefined && { cog }), ...(label !== undefined && { label }) };
      }
    } else {
      const address = readXad(c, parts);
      if (address) addresses.push(address);
    }
  }
  if (addresses.length > 0) patient.addresses = addresses;
}

/** Traits whose field is `""`: the sender says there are none any more. */
export function clearedTraits(pid: Segment): (keyof PrintedPatient)[] {
  return TRAIT_FIELDS.flatMap(([field, traits]) => (isNull(raw(pid, field)) ? traits : []));
}

const TRAIT_FIELDS: readonly (readonly [number, (keyof PrintedPatient)[]])[] = [
  [3, ['ids']],
  [5, ['birthFamily', 'birthGivens', 'firstBirthGiven', 'usedFamily', 'usedGiven']],
  [7, ['birthDate']],
  [8, ['sex']],
  [11, ['addresses', 'birthPlace']],
  [13, ['telecoms']],
  [29, ['deceasedAt']],
];
