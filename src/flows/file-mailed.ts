import type { Principal } from '#access';
import { senderOfMailbox } from '#directory';
import { formatOfBytes, MEDIA_TYPE, readAny } from '#formats';
import { patientById, personOf } from '#identity';
import { Refusal } from '#kernel';
import { mayBeOf, namedBy } from '#mail';
import type { DocumentFiled } from '#record';
import { fileBytes } from './file-document.ts';
import type { ReceiveDeps } from './receive-document.ts';

export interface MailedToFile {
  who: Principal;
  patientId: string;
  /** Of one document. */
  bytes: Buffer;
  /** The address that the mail came from. */
  from: string;
  via: string;
  now: Date;
}

/**
 * A document that came by mail, filed with one gesture by who received it into the record of the patient whom it surely names. An HL7 or HPRIM report that
 * bears no INS is filed on the word of who tied the mail to the patient, and only when what it prints of them agrees. What is in the record already,
 * by another way, is not filed twice.
 * @throws Refusal `document.other-patient` when it is not of this patient, `deposit.wrong-structure` of HPRIM from nobody registered; and those of `fileDocument`
 */
export async function fileMailed(
  deps: ReceiveDeps,
  { who, patientId: asked, bytes, from, via, now }: MailedToFile,
): Promise<DocumentFiled> {
  const { patientId, homes } = await personOf(deps.db, asked);
  const format = formatOfBytes(bytes);
  const [content] = readAny(bytes).contents;
  const isDocument = content?.kind === 'report' || content?.kind === 'document';
  const named = isDocument ? await namedBy(deps.db, content, deps.mode, now) : undefined;
  const isLegacy = content?.kind === 'report' && (format === 'hl7' || format === 'hprim');
  const patient = named === undefined && isLegacy ? await patientById(deps.db, patientId) : undefined;
  const isTheirs = named === undefined ? isLegacy && patient !== undefined && mayBeOf(patient, content.report) : homes.includes(named);
  if (!isTheirs)
    throw new Refusal('document.other-patient', 'the document does not name the patient whom the mail is about', {
      at: 'ClinicalDocument/recordTarget',
    });
  // In HPRIM a laboratory calls itself by a code of its own: the register says whose mailbox wrote.
  const sender = isLegacy ? await senderOfMailbox(deps.db, from, deps.mode) : undefined;
  if (format === 'hprim' && !sender)
    throw new Refusal('deposit.wrong-structure', 'no registered laboratory writes from the address of this mail', { at: 'From' });
  const legacy = isLegacy && { mediaType: MEDIA_TYPE[format], structures: sender?.structures ?? [] };
  return fileBytes(deps, { who, patientId, homes, bytes, isMadeHere: true, channel: 'mssante', via, now, ...legacy });
}
