import { noteDeed, type Principal } from '#access';
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
  sender: Principal;
  via: 'hl7v2' | 'fhir';
  receivedAt: Date;
}

/**
 * Takes that word, with its event in the trail of the patient: of a system, about what was given to the software of its structures, and about who works there.
 * @throws Refusal as `takeReading`
 */
export async function receiveReading({ db }: { db: Db }, { about, reader, sender, via, receivedAt: at }: ReadingTold): Promise<void> {
  await db.transaction(async (tx) => {
    const read = await takeReading(tx, { about, reader, structures: sender.structures ?? [], at });
    const { patientId } = await personOf(tx, read.patientId);
    await noteDeed(tx, { sender, action: 'reading.tell', patientId, object: read.documentId, via, rule: 'role' }, at);
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
