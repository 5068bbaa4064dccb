import { choicesOfPatient } from '#access';
import { mailbox } from '#directory';
import { archiveOf, codesOf, contentOf, type Enclosure, enclosures, headerOf } from '#exchange';
import { Refusal, type Sql } from '#kernel';
import { documentById, itemToOpen, originalOf } from '#record';

export interface ToAttach {
  patientId: string;
  homes: readonly string[];
  documentId: string;
  /** Address of the professional or the place to whom it goes. */
  to: string;
  /** Address that the mail leaves from. */
  from: string;
  zone: string;
  now: Date;
}

/** A document of the record as a mail carries it: the archive and its readable copy, and the headers that go with them. */
export interface AttachedDocument {
  headers: Record<string, string>;
  enclosures: Enclosure[];
}

/**
 * A document of the record, joined by a professional to a mail of theirs. The caller has passed the door of that document.
 * What the patient hides, what belongs to a sensitive family and what they are still to be told of is not joined by hand, nor anything to whom they
 * shut out: the rules of routing know who gets it.
 * @throws Refusal `document.not-by-hand`; `request.not-found` when there is none in force
 */
export async function attachDocument(tx: Sql, { patientId, homes, documentId, to, from, zone, now }: ToAttach): Promise<AttachedDocument> {
  const found = await documentById(tx, homes, documentId);
  if (!found?.current || found.status === 'deleted')
    throw new Refusal('request.not-found', 'this patient has no such document in force', { at: 'documentId' });
  const item = await itemToOpen(tx, homes, documentId, 'file');
  const isPlain = item && !item.masked && !item.awaits && !item.notForRepresentatives && (item.families ?? []).length === 0;
  if (!isPlain || found.masks.length > 0 || (await isShutOut(tx, patientId, to, now)))
    throw new Refusal('document.not-by-hand', 'what the patient hides, or hides from this reader, is not joined to a mail', {
      at: 'documentId',
    });
  const { bytes, mediaType } = await originalOf(tx, homes, documentId, found.kind);
  const content = contentOf(bytes, mediaType);
  const sender = { name: from, software: 'Cigogne', version: '0.1.0', publisher: 'Cigogne' };
  const parts = await archiveOf(content, { now, zone, sender, action: 'new', masks: [] });
  const header = headerOf(content);
  return { headers: codesOf(header), enclosures: enclosures({ header, ...parts }, now) };
}

/** Whom the patient shut out, themselves or the place where the mailbox is. */
async function isShutOut(tx: Sql, patientId: string, to: string, now: Date): Promise<boolean> {
  const of = await mailbox(tx, to);
  const holders = [of?.rpps && `rpps:${of.rpps}`, of?.siteId && `structure:${of.siteId}`];
  return (await choicesOfPatient(tx, patientId, now)).some(({ kind, holder }) => kind === 'blocks' && holders.includes(holder));
}
