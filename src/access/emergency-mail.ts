import type { Sql } from '#kernel';
import { noteDeed } from './filed.ts';
import { type EmergencyRow, writeTold } from './store-emergencies.ts';

/** Who writes to patients: no person. */
const CIGOGNE = { id: 'system:notices', name: 'Cigogne' };

/**
 * Notes that a patient was told of an emergency by secure mail: an event that they read, in the record as it is read now.
 * @param record of two merged ones, the survivor
 */
export async function noteEmergencyMail(tx: Sql, emergency: EmergencyRow, { record, now }: { record: string; now: Date }): Promise<void> {
  await writeTold(tx, emergency, { how: 'mail', at: now, by: CIGOGNE.id });
  const deed = {
    sender: CIGOGNE,
    action: 'emergency.mail' as const,
    patientId: record,
    object: `${emergency.sequence}`,
    rule: 'role' as const,
  };
  await noteDeed(tx, { ...deed, via: 'mssante' }, now);
}
