import { personOf } from '#identity';
import { type Db, Refusal, type Sql } from '#kernel';
import { documentById } from '#record';
import { zstdDecompressSync } from 'node:zlib';
import type { XdmSender } from '#formats';
import type { SoftwareDestination } from '../contract.ts';
import type { DocumentsInHand } from '../documents-in-hand.ts';
import { lastMailTo, sentOf } from '../store-deliveries.ts';
import type { Leased } from '../store-lease.ts';
import { addressOfSoftware, idOfSoftware } from './destination.ts';
import type { SoftwareLinks } from './hand-over.ts';
import type { SoftwareOutcome } from './outcome.ts';
import { softwareSet } from './store.ts';
import { softwareMessage, softwareWithdrawal } from './write-message.ts';

/** A delivery to the software of a place: what it is now, what is written for it, and how it is handed over. */

export interface SoftwareDeps {
  /** Absent: this process speaks to no software. */
  software?: SoftwareLinks | undefined;
}

/** The destination as the region has it now, with its address. */
export async function softwareOf(sql: Sql, recipient: string): Promise<{ to: SoftwareDestination; address: string } | undefined> {
  const id = idOfSoftware(recipient);
  const to = (await softwareSet(sql)).destinations.find((one) => one.id === id);
  return to && { to, address: addressOfSoftware(to) };
}

/** @throws Refusal `request.not-found` when the document left the record; any other: it cannot be said so */
export async function writeForSoftware(
  {
    db,
    inHand,
    zone,
    sender,
    now,
    software,
  }: SoftwareDeps & { db: Db; inHand: DocumentsInHand; zone: string; sender: XdmSender; now: () => Date },
  { link }: SoftwareDestination,
  delivery: Leased,
): Promise<Buffer> {
  const { deliveryId, patientId, documentId } = delivery;
  const wording = { deliveryId, now: now(), zone, sender, fhir: software!.fhir };
  if (delivery.action === 'recall') {
    const sent = await sentOf(db, delivery);
    if (!sent) throw new Refusal('request.not-found', 'what was sent is not kept', { at: 'message' });
    return softwareWithdrawal(link, zstdDecompressSync(sent), wording);
  }
  const document = await db.transaction(async (tx) => {
    const { homes } = await personOf(tx, patientId);
    const [item, before] = await Promise.all([documentById(tx, homes, documentId), lastMailTo(tx, delivery)]);
    if (!item || item.status === 'deleted')
      throw new Refusal('request.not-found', 'the document is not in this record any more', { at: 'documentId' });
    return {
      content: await inHand.contentOf(tx, homes, item),
      masks: item.masks.map(({ mask }) => mask),
      isCorrection: before !== undefined,
    };
  });
  return softwareMessage(link, document, wording);
}

/** What was not taken back is for a person. */
export async function handToSoftware(
  { software }: SoftwareDeps,
  to: SoftwareDestination,
  delivery: Leased,
  message: Buffer,
): Promise<SoftwareOutcome> {
  const outcome = await software!.hand(to, delivery, message);
  return outcome.kind === 'refused' && delivery.action === 'recall' ? { ...outcome, code: 'software.recall' } : outcome;
}
