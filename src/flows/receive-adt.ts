import { noteDeed, type Principal } from '#access';
import type { AdtMessage } from '#formats';
import { hearOfDeath, noteSourceIdentity } from '#identity';
import { Refusal } from '#kernel';
import type { ReceiveDeps } from './receive-document.ts';

/**
 * An admission, a discharge, a correction or a merge that a hospital tells of its own patients: kept as what that sender says. No record of the
 * region is made nor merged by it; a death is noted on the record that the identity surely joins. Durable when it answers.
 * @throws Refusal `deposit.wrong-structure` when the system may not speak for the structure that the message names
 */
export async function receiveAdt(
  { db, mode }: Pick<ReceiveDeps, 'db' | 'mode'>,
  arrived: { message: AdtMessage; sender: Principal; receivedAt: Date },
): Promise<void> {
  const { message, sender, receivedAt } = arrived;
  const senderFiness = structureOfSender(message, sender);
  await db.transaction(async (tx) => {
    await noteSourceIdentity(tx, { message, senderFiness, receivedAt });
    if (message.event !== 'A40') await hearOfDeath(tx, { patient: message.patient, senderFiness, mode, now: receivedAt });
    await noteDeed(tx, { sender, action: 'source.write', via: 'hl7v2', rule: 'role' }, receivedAt);
  });
}

/** The structure that the message names, which must be one of the sender's own; when it names none that can be known, the sender's only one. */
function structureOfSender({ header }: AdtMessage, { structures = [] }: Principal): string {
  const { universalId, name } = header.sendingFacility;
  const named = [universalId, name].flatMap((id) => (id && /^1?(\d{9}|\d[AB0-9]\d{7})$/.test(id) ? [id.slice(-9)] : []))[0];
  const own = named ?? (structures.length === 1 ? structures[0] : undefined);
  if (own !== undefined && structures.includes(own)) return own;
  throw new Refusal('deposit.wrong-structure', 'this system may not speak for the structure named in MSH-4', { at: 'MSH-4' });
}
