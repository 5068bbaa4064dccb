import { type DocumentHeader, pdfOf, withdrawHl7, writeAs, writeMdm, writeOru, type XdmSender } from '#formats';
import { Refusal } from '#kernel';
import type { Mask } from '#record';
import { cdaOf, type Content, headerOf, withdrawalOf } from '../archive.ts';
import type { SoftwareLink } from '../contract.ts';
import type { FhirSharing } from './fhir-sharing.ts';

/** What a document is to a software, in the words that it speaks: written once, kept, and handed over as it is. Pure but for making a PDF. */

export interface Wording {
  /** The delivery: its number is that of the message. */
  deliveryId: string;
  now: Date;
  /** IANA zone of printed times that carry no offset. */
  zone: string;
  sender: XdmSender;
  fhir: FhirSharing;
}

/** A number that HL7 v2 has place for (20 characters): the random end of that of the delivery. */
const controlIdOf = (deliveryId: string): string => deliveryId.replaceAll('-', '').slice(-20);

const hl7Time = (now: Date): string => `${now.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}+0000`;

/** @throws Refusal when the document cannot be said so */
export async function softwareMessage(
  link: SoftwareLink,
  { content, masks, isCorrection }: { content: Content; masks: readonly Mask[]; isCorrection: boolean },
  wording: Wording,
): Promise<Buffer> {
  const { now, zone, sender, fhir } = wording;
  switch (link.kind) {
    case 'fhir':
      if (content.kind === 'report' && link.results === 'resources')
        return Buffer.from(fhir.results({ report: content.report, bytes: cdaOf(content) }, zone));
      return Buffer.from(fhir.publication({ bytes: cdaOf(content), masks }, { sourceId: link.sourceId, zone }, now));
    case 'hl7':
      return Buffer.from(hl7Of(link, content, isCorrection, wording));
    case 'folder':
      if (content.kind !== 'report' && (link.format === 'hl7' || link.format === 'hprim')) return pdf(content, zone);
      if (link.format === 'pdf') return pdf(content, zone);
      return Buffer.from(
        writeAs(content, link.format, { now, zone, sender, isCorrection, action: isCorrection ? 'replace' : 'new', visibility: [...masks] })
          .bytes,
      );
  }
}

const pdf = async (content: Content, zone: string): Promise<Buffer> =>
  Buffer.from((await pdfOf(content.kind === 'report' ? content.report : content.document, zone)).bytes);

function hl7Of(
  { results, application, facility }: Extract<SoftwareLink, { kind: 'hl7' }>,
  content: Content,
  isCorrection: boolean,
  { deliveryId, now }: Wording,
): string {
  const at = hl7Time(now);
  const receiver = {
    ...(application !== undefined && { receivingApplication: application }),
    ...(facility !== undefined && { receivingFacility: facility }),
  };
  if (content.kind === 'report' && results === 'oru') return writeOru(content.report, { at, ...receiver });
  const { patient, id, replaces, code, title, createdAt, confidentiality }: DocumentHeader = headerOf(content);
  return writeMdm({
    controlId: controlIdOf(deliveryId),
    at,
    action: isCorrection ? 'replace' : 'new',
    sendingApplication: 'CIGOGNE',
    ...receiver,
    patient,
    id,
    parent: isCorrection ? replaces[0] : undefined,
    code,
    title,
    issuedAt: createdAt,
    confidentiality: confidentiality.code,
    document: { bytes: cdaOf(content), mediaType: 'application/xml' },
  });
}

/**
 * What takes back what was sent, made of it: the document itself may have left the record.
 * @param sent as it was handed over
 * @throws Refusal when it was not written for such a link
 */
export function softwareWithdrawal(link: SoftwareLink, sent: Buffer, { deliveryId, now, sender, zone, fhir }: Wording): Buffer {
  const spoken = spokenIn(sent);
  if (link.kind === 'fhir' && spoken === 'http') return Buffer.from(fhir.withdrawal(sent.toString(), zone));
  if (link.kind === 'hl7' && spoken === 'hl7')
    return Buffer.from(withdrawHl7(sent.toString(), { controlId: controlIdOf(deliveryId), at: hl7Time(now) }));
  if (link.kind === 'folder' && spoken === 'zip') return Buffer.from(withdrawalOf(sent, sender));
  if (link.kind === 'folder' && spoken !== 'http')
    return Buffer.from('Document retiré par son émetteur : à retirer du dossier du patient.\r\n');
  throw new Refusal('request.invalid', 'the software is not spoken to as it was when the document went there', { at: 'link' });
}

function spokenIn(bytes: Buffer): 'http' | 'hl7' | 'zip' | 'other' {
  const head = bytes.subarray(0, 5).toString('latin1');
  if (head === 'POST ' || head === 'PATCH') return 'http';
  if (head.startsWith('MSH|')) return 'hl7';
  return head.startsWith('PK') ? 'zip' : 'other';
}

/** `1.2.250….7.xml`: named by the document, so that the same again takes the place of the first; `….retrait.txt` beside it takes it back. */
export function fileNameOf({ uniqueId, action }: { uniqueId: string; action: 'send' | 'recall' }, bytes: Buffer): string {
  const name = encodeURIComponent(uniqueId.replace('^', '_')).replaceAll('%', '_');
  if (action === 'recall') return `${name}.retrait.${spokenIn(bytes) === 'zip' ? 'zip' : 'txt'}`;
  const head = bytes.subarray(0, 5).toString('latin1');
  const extension =
    head === '%PDF-' ? 'pdf' : head.startsWith('PK') ? 'zip' : head.startsWith('MSH|') ? 'hl7' : head.startsWith('<') ? 'xml' : 'hpr';
  return `${name}.${extension}`;
}
