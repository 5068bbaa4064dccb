import { noteDeed, placeOfLast, type Principal } from '#access';
import { takeReading } from '#exchange';
import type { ZamMessage } from '#formats';
import { personOf } from '#identity';
import { type Db, Refusal } from '#kernel';

/** That somebody read, in their software, a document that it was given. */
export interface ReadingTold {
  /** The identifier of the document, or the number of the message that carried it. */
  about: string;
  /** National identifier: `8` and their RPPS. */
  reader: string;
  /** It was tried, and failed. */
  hasFailed?: boolean;
  sender: Principal;
  via: 'hl7v2' | 'fhir';
  receivedAt: Date;
}

/**
 * Takes that word, with its event in the trail of the patient: of a system, about what was given to the software of its structures, and about who works there.
 * A reading that failed is an event too, and the document is no more read than before.
 * @returns where the event is: the record as it is read, and the event's name in its trail
 * @throws Refusal as `takeReading`
 */
export async function receiveReading(
  { db }: { db: Db },
  { about, reader, hasFailed = false, sender, via, receivedAt: at }: ReadingTold,
): Promise<{ patientId: string; place: string }> {
  return db.transaction(async (tx) => {
    const read = await takeReading(tx, { about, reader, structures: sender.structures ?? [], hasFailed, at });
    const { patientId } = await personOf(tx, read.patientId);
    const rule = hasFailed ? 'reading-failed' : 'role';
    await noteDeed(tx, { sender, action: 'reading.tell', patientId, object: read.documentId, via, rule }, at);
    return { patientId, place: await placeOfLast(tx, patientId) };
  });
}

/**
 * What a ZAM of HL7 v2 says (CI-SIS): Z03, read; OBX-4 of the second OBX is the national identifier of who read (`8` and their RPPS).
 * @throws Refusal `deposit.unsupported-format` for another event, `report.unreadable` when nobody, or that nobody, read it
 */
export function readingOf({ event, about, isPositive, mailbox }: ZamMessage): { about: string; reader: string } {
  if (event !== 'Z03') throw new Refusal('deposit.unsupported-format', 'of ZAM, Z03 (read) is taken here', { at: 'MSH-9' });
  const [, rpps] = /^8?(\d{11})$/.exec(mailbox?.ofId ?? '') ?? [];
  if (!isPositive || rpps === undefined)
    throw new Refusal('report.unreadable', 'a word of reading says Y and the national identifier of who read (LECTEUR_MSS)', {
      at: 'OBX[2]-4',
    });
  return { about, reader: `8${rpps}` };
}
