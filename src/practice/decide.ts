import { type Db, Refusal, type Sql } from '#kernel';
import { addStep, type Place, placeOf, practicePatients } from './store.ts';

/** Who decides, and why: kept with what they did. */
export interface Decision {
  by: string;
  reason: string;
}

/** Files a document for a patient of the practice; of one filed for somebody else, the former filing ends first. */
export function fileFor(db: Db, documentId: string, number: string, decision: Decision): Promise<void> {
  return change(db, documentId, async (tx, place, now) => {
    if (place.kind === 'withdrawn') throw new Refusal('request.invalid', 'its sender withdrew this document', { at: 'document' });
    const patient = (await practicePatients(tx)).find((one) => one.number === number);
    if (!patient) throw new Refusal('request.not-found', `the practice has no patient number ${number}`, { at: 'patient' });
    if (place.kind === 'filed' && place.patientId === patient.patientId) return;
    if (place.kind === 'filed') await addStep(tx, documentId, { kind: 'unfiled', patientId: place.patientId!, ...decision }, now);
    await addStep(tx, documentId, { kind: 'filed', patientId: patient.patientId, ...decision }, now);
  });
}

/** Takes a document out of the record of a patient: it waits in triage again. */
export function unfile(db: Db, documentId: string, decision: Decision): Promise<void> {
  return change(db, documentId, async (tx, place, now) => {
    if (place.kind !== 'filed') throw new Refusal('request.invalid', 'this document is filed for nobody', { at: 'document' });
    await addStep(tx, documentId, { kind: 'unfiled', patientId: place.patientId!, ...decision }, now);
  });
}

/** It is about nobody whom the practice treats: the sender is told. */
export function refuse(db: Db, documentId: string, decision: Decision): Promise<void> {
  return change(db, documentId, async (tx, place, now) => {
    if (place.kind !== 'triage' && place.kind !== 'unfiled')
      throw new Refusal('request.invalid', 'only a document that waits in triage is refused: unfile it first', { at: 'document' });
    await addStep(tx, documentId, { kind: 'refused', ...decision }, now);
  });
}

/** A professional read it: the laboratory is told. Only what is filed is read as somebody's. */
export function markSeen(db: Db, documentId: string, decision: Decision): Promise<void> {
  return change(db, documentId, async (tx, place, now) => {
    if (place.kind !== 'filed') throw new Refusal('request.invalid', 'this document is filed for nobody yet', { at: 'document' });
    await addStep(tx, documentId, { kind: 'seen', patientId: place.patientId!, ...decision }, now);
  });
}

function change(db: Db, documentId: string, work: (tx: Sql, place: Place, now: Date) => Promise<void>): Promise<void> {
  return db.transaction(async (tx) => {
    const place = await placeOf(tx, documentId);
    if (!place) throw new Refusal('request.not-found', 'there is no such document', { at: 'document' });
    await work(tx, place, new Date());
  });
}
