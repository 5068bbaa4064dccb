import { type Db, uuidv7 } from '#kernel';
import type { Patient, Traits } from './contract.ts';
import type { Ins } from './ins.ts';
import { makePatients } from './make-patients.ts';

export interface PatientToRegister {
  /** Made here when absent. */
  patientId?: string;
  traits: Traits;
  status: Patient['status'];
  ins?: Ins;
}

const BATCH = 1_000;

/**
 * Known identities brought in bulk: a demo region, the take-over of an older register. Idempotent by INS (and by id where given): who is there
 * already stays as they are.
 * @returns how many records were made
 */
export async function registerPatients(db: Db, patients: readonly PatientToRegister[], now: Date): Promise<number> {
  let made = 0;
  for (let start = 0; start < patients.length; start += BATCH) {
    const batch = patients.slice(start, start + BATCH).map((patient) => Object.assign({ patientId: uuidv7(now.getTime()) }, patient));
    made += await db.transaction(async (tx) => (await makePatients(tx, batch, now)).size);
  }
  return made;
}
