import { type Db, uuidv7 } from '#kernel';
import type { IdentityFacts, Patient, Traits } from './contract.ts';
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
  const by = { who: { id: 'source:register', name: 'register' }, reason: 'register taken over', now };
  let made = 0;
  for (let start = 0; start < patients.length; start += BATCH) {
    const batch = patients.slice(start, start + BATCH).map(({ patientId = uuidv7(now.getTime()), ...patient }) => {
      return { patientId, facts: factsSaid(patient, now) };
    });
    made += await db.transaction(async (tx) => (await makePatients(tx, batch, by)).size);
  }
  return made;
}

/** What the status of an older register says was done there. */
function factsSaid({ traits, status, ins }: PatientToRegister, now: Date): IdentityFacts {
  const isConfirmed = ins !== undefined && (status === 'retrieved' || status === 'qualified');
  const isChecked = status === 'validated' || status === 'qualified';
  return {
    traits,
    ...(ins && { ins }),
    ...(isConfirmed && { insiAt: now.toISOString() }),
    ...(isChecked && { document: 'register' as const }),
    doubts: [],
  };
}
