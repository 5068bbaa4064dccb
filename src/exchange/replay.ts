import { type Sql, uuidv7 } from '#kernel';
import { findAddress } from './find-address.ts';
import { isShared } from './shared-records.ts';
import { softwareOf } from './software/deliver.ts';
import { isSoftware } from './software/destination.ts';
import { recallFormers } from './store-queue.ts';
import { writeAttempt } from './store-deliveries.ts';
import { gotLater, lockToMend, putBack, type ToMendRow } from './store-trace.ts';

export interface Replayed {
  /** On their way again. */
  replayed: number;
  /** Still without an address: the reason is brought up to date. */
  held: number;
  /** The recipient got a later version meanwhile: never sent after it. */
  superseded: number;
  /** Asked to withdraw the earlier version that they have, since this one is not for them. */
  recalled: number;
}

interface ToReplay {
  deliveryIds: readonly string[];
  structures: readonly string[] | null;
  domains: ReadonlySet<string> | undefined;
  by: string;
  now: Date;
}

/** What a replay would do now: done, counted and undone, in the transaction of the caller. */
export async function tryReplay(tx: Sql, asked: ToReplay): Promise<Replayed> {
  await tx.query('', 'savepoint replay_trial');
  const done = await replay(tx, asked);
  await tx.query('', 'rollback to savepoint replay_trial');
  return done;
}

/**
 * Puts deliveries back on their way, one or many: the address is looked for again, as the directory has it now.
 * @param structures whose deliveries may be replayed; null: all
 * @param by principal id of who asks
 */
export async function replay(tx: Sql, asked: ToReplay): Promise<Replayed> {
  const { deliveryIds, structures, domains, by, now } = asked;
  const done: Replayed = { replayed: 0, held: 0, superseded: 0, recalled: 0 };
  for (const delivery of await lockToMend(tx, deliveryIds, structures)) {
    const { patientId, deliveryId } = delivery;
    const wrote = (step: string, detail: string) =>
      writeAttempt(tx, { patientId, deliveryId, attemptId: uuidv7(), at: now, step, actor: by, detail });
    if (delivery.action === 'send' && (await gotLater(tx, delivery))) {
      await putBack(tx, delivery, { state: 'cancelled', reason: 'superseded', now });
      await wrote('cancelled', 'superseded');
      done.superseded += 1;
      continue;
    }
    if (delivery.reason === 'former.there') {
      const asked = await recallFormers(tx, delivery, uuidv7, now);
      await putBack(tx, delivery, { state: 'cancelled', reason: 'former.recalled', now });
      await wrote('cancelled', 'former.recalled');
      done.recalled += asked;
      continue;
    }
    const found = await addressNow(tx, delivery, domains);
    if ('address' in found) {
      await putBack(tx, delivery, { state: 'waiting', address: found.address, now });
      await wrote('replayed', found.address);
      done.replayed += 1;
    } else {
      await putBack(tx, delivery, { state: 'held', reason: found.missing, now });
      await wrote('held', found.missing);
      done.held += 1;
    }
  }
  return done;
}

/** The address that it went to, as long as the directory still gives it to them; else their first. */
async function addressNow(
  tx: Sql,
  { recipient, address, reason }: ToMendRow,
  domains: ReadonlySet<string> | undefined,
): Promise<{ address: string } | { missing: string }> {
  if (recipient === 'nobody') return { missing: 'recipient.none' };
  if (recipient === 'patient' || isShared({ recipient })) return address === null ? { missing: reason } : { address };
  if (isSoftware({ recipient })) {
    const software = await softwareOf(tx, recipient);
    return software ? { address: software.address } : { missing: 'software.unknown' };
  }
  const found = await findAddress(tx, recipient, domains);
  if ('missing' in found) return found;
  return { address: found.addresses.find((one) => one === address) ?? found.addresses[0]! };
}
