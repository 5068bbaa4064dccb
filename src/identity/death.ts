import type { PrintedPatient } from '#formats';
import { Refusal, type Sql } from '#kernel';
import { change, type ChangeRequest } from './change.ts';
import { UNKNOWN_DAY } from './contract.ts';
import { identify } from './identify.ts';
import type { Mode } from './ins.ts';
import { patientById } from './store.ts';
import { survivorOf } from './store-merges.ts';
import { birthDateOf } from './traits.ts';

/**
 * Notes a death, or that it was noted by mistake: from then on the record is that of someone who died, with what this closes and leaves open
 * (`access`).
 * @param deceasedOn `YYYY-MM-DD`, unknown parts `00`; undefined takes the death back
 * @throws Refusal `request.invalid` for a day to come
 */
export function noteDeath(tx: Sql, { deceasedOn, ...request }: ChangeRequest & { deceasedOn: string | undefined }): Promise<void> {
  if (deceasedOn !== undefined && deceasedOn > request.now.toISOString().slice(0, 10))
    throw new Refusal('request.invalid', 'a death is not noted before its day', { at: 'body.deceasedOn' });
  return change(tx, request, deceasedOn === undefined ? 'death-withdrawn' : 'death-noted', (facts) => ({ ...facts, deceasedOn }));
}

export interface SaidDeath {
  patient: PrintedPatient;
  /** FINESS of the authenticated structure that speaks of its own patient. */
  senderFiness: string;
  mode: Mode;
  now: Date;
}

/**
 * A structure says that a patient of its own died (HL7 PID-29 and PID-30, FHIR `Patient.deceased`). Heard for the one record that its identity
 * surely joins, by the same rule as a report, and for a death that is not noted yet; in any doubt nothing is noted. A person takes it back.
 * @returns whether a death was noted
 */
export async function hearOfDeath(tx: Sql, { patient, senderFiness, mode, now }: SaidDeath): Promise<boolean> {
  if (patient.deceasedAt === undefined && !patient.isDeceased) return false;
  const deceasedOn = birthDateOf(patient.deceasedAt) ?? UNKNOWN_DAY;
  if (deceasedOn > now.toISOString().slice(0, 10)) return false;
  const found = await identify(tx, { patient, senderFiness, mode, now });
  if (found.kind !== 'one') return false;
  const patientId = await survivorOf(tx, found.patientId);
  if ((await patientById(tx, patientId))?.deceasedOn !== undefined) return false;
  const who = { id: `sender:${senderFiness}`, name: senderFiness };
  await noteDeath(tx, { patientId, deceasedOn, who, reason: 'sender:death', now });
  return true;
}
