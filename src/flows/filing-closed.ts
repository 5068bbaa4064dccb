import { decideFiling, type Principal } from '#access';
import { survivorOf } from '#identity';
import { Refusal, type Sql } from '#kernel';
import { answering, type InHand } from './read-arrival.ts';

/** The patient opposes that documents be filed, or closed the record: refused with whose record it is, for their list of accesses alone. */
export class FilingClosed extends Refusal {
  readonly rule: 'opposes-feeding' | 'record-closed';
  /** The record as it is read. */
  readonly patientId: string;

  constructor(rule: FilingClosed['rule'], patientId: string) {
    super('deposit.patient-opposes', 'the patient closed the record to new documents', { at: rule });
    this.rule = rule;
    this.patientId = patientId;
  }
}

/** A document enters no record that its patient closed to new documents. @throws FilingClosed */
export async function refuseIfClosed(sql: Sql, inHand: InHand, home: string, now: Date): Promise<void> {
  const { sender } = inHand;
  const producer = answering(inHand).finess;
  const who: Principal = { name: sender.id, ...sender, role: 'laboratory-system', structures: [producer] };
  const ask = (patientId: string) => decideFiling(sql, { sender: who, producer, patientId, now });
  // Nearly always the record is its own: both are asked at once.
  const [patientId, ofHome] = await Promise.all([survivorOf(sql, home), ask(home)]);
  const { allowed, rule } = patientId === home ? ofHome : await ask(patientId);
  if (allowed) return;
  if (rule !== 'opposes-feeding' && rule !== 'record-closed') throw new Error(`a deposit that was let in is refused by ${rule}`);
  throw new FilingClosed(rule, patientId);
}
