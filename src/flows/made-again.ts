import { hash } from 'node:crypto';
import { type ClinicalDocument, readClinicalDocument, writeClinicalDocument } from '#formats';
import { patientById } from '#identity';
import { Refusal, type Sql } from '#kernel';
import { idText, personName, renewWaiting } from '#record';
import { madeForAnother } from './made-document.ts';
import { type InHand, readArrival } from './read-arrival.ts';

/**
 * A PDF filed from a screen names in its own document the patient whose record was open; one that came by mail, whom its subject named. When a person
 * says whose it is, it is made again with their traits and INS, under an identifier of its own: nothing in that record, nor what is sent on from it, may name the first patient.
 * Anything else is what its author wrote, and stays as it came.
 */
export async function madeAgainFor(tx: Sql, inHand: InHand, patientId: string): Promise<InHand> {
  const { depositId, mediaType, sender } = inHand;
  const made = madeHere(inHand);
  if (!made) return inHand;
  const patient = await patientById(tx, patientId);
  if (!patient) throw new Refusal('request.not-found', 'no such patient', { at: 'patientId' });
  const document = madeForAnother(made, patient);
  if (!document) return inHand;
  const bytes = Buffer.from(writeClinicalDocument(document));
  const sha256 = hash('sha256', bytes, 'buffer');
  await renewWaiting(tx, { depositId, sha256, uniqueId: idText(document.id) });
  const again = readArrival(bytes, mediaType, sender.structures ?? []);
  return { ...inHand, bytes, sha256, read: again, header: document };
}

/** The document that we made ourselves, around a PDF filed from a screen or come by mail: no software of another writes the very bytes that ours does. */
function madeHere({ channel, read, bytes }: InHand): ClinicalDocument | undefined {
  if (channel !== 'screen' && channel !== 'mssante') return undefined;
  const isLevelOne = read.kind === 'document' ? read.document.format === 'cda-n1' : read.report.format === 'cda-n1';
  if (!isLevelOne) return undefined;
  const document = read.kind === 'document' ? read.document : readClinicalDocument(bytes);
  return bytes.equals(Buffer.from(writeClinicalDocument(document))) ? document : undefined;
}

/** Who filed a document from a screen, as its own document tells it: kept with it wherever it goes. */
export function screenFiler(inHand: InHand) {
  const { channel, read, sender } = inHand;
  if (channel !== 'screen' || read.kind !== 'document') return {};
  const { document } = read;
  const isOurs = madeHere(inHand) !== undefined;
  const name = isOurs ? filerOf(document) : sender.id;
  const institution = document.custodian.name;
  const isOwn = isOurs && document.dataEnterer === undefined;
  return {
    filedBy: { id: sender.id, name },
    ...(isOwn && { authors: [{ name, id: sender.id, ...(institution !== undefined && { institution }) }] }),
  };
}

const filerOf = ({ legalAuthenticator }: ClinicalDocument): string =>
  legalAuthenticator?.name === undefined ? '' : personName(legalAuthenticator.name);
