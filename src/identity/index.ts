/** Who is it: a printed patient is only ever joined to a record of the region here. */
export type { Patient, Traits } from './contract.ts';
export { findPatients } from './find-patients.ts';
export { createFromArrival, identify, type Identification, type Identified, type ToCreate, type Waits } from './identify.ts';
export { type Ins, INS_OIDS, insKey, isInsOid, type Mode, readMatricule } from './ins.ts';
export { patientById, patientsByIds } from './store.ts';
export { registerPatients } from './register-patients.ts';
export { type AfterDecision, keepWaiting } from './worklist.ts';
