import { Refusal, type Sql } from '#kernel';
import { lockWaitingOriginal, personName } from '#record';
import { headerOf, type InHand, readArrival } from './read-arrival.ts';

/**
 * A document that waits for a person, read again and held until the transaction ends.
 * @throws Refusal `request.not-found` when the deposit does not wait any more
 */
export async function waitingInHand(tx: Sql, depositId: string): Promise<InHand> {
  const waiting = await lockWaitingOriginal(tx, depositId);
  if (!waiting) throw new Refusal('request.not-found', 'this deposit does not wait any more', { at: 'depositId' });
  const read = readArrival(waiting.bytes, waiting.mediaType, [waiting.structure]);
  const header = headerOf(read);
  // Filed by someone who works for no structure, a patient among them: they answer in their own name.
  const isOwnName = waiting.structure === waiting.senderId;
  const name = header.legalAuthenticator?.name;
  return {
    ...waiting,
    sender: { id: waiting.senderId },
    depositId,
    read,
    header,
    ...(isOwnName && { answeredBy: { finess: waiting.senderId, name: name ? personName(name) : waiting.senderId } }),
  };
}
