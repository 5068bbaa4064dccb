import PostalMime from 'postal-mime';
import { Refusal } from '#kernel';

/** A mail that transmits documents. Addresses are in small letters. */
export interface ReadMail {
  messageId: string;
  subject: string;
  /** As its sender dates it. */
  sentAt?: Date;
  /** Who wrote it, as it says itself. */
  from?: string;
  /** To whom a server returns it: written above all the rest by the one that delivered it. */
  returnPath?: string;
  /** Where the sender asks to be told, when it may be told without a person (RFC 8098 §2.1: the address to which the mail returns). */
  receiptTo?: string;
  attachments: { name: string; mediaType: string; bytes: Uint8Array }[];
}

/**
 * Reads a mail. Undefined for one that is no transmission of documents: a notification, a letter between people; such a mail is left to its reader.
 * @throws Refusal `report.unreadable` when it is no mail
 */
export async function readMail(raw: Uint8Array): Promise<ReadMail | undefined> {
  const mail = await PostalMime.parse(raw).catch((cause: unknown) => {
    throw new Refusal('report.unreadable', 'this is no mail that can be read', { at: 'mail', cause });
  });
  const header = (name: string) => mail.headers.find(({ key }) => key === name)?.value.trim();
  if (/^multipart\/report\b/i.test(header('content-type') ?? '')) return undefined;
  const attachments = mail.attachments.flatMap(({ filename, mimeType, content }) => {
    const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content as ArrayBuffer);
    return isDocument(filename ?? '', mimeType) ? [{ name: filename ?? '', mediaType: mimeType, bytes }] : [];
  });
  if (attachments.length === 0 || !mail.messageId) return undefined;
  const from = mail.from?.address?.toLowerCase();
  const sentAt = mail.date !== undefined && !Number.isNaN(Date.parse(mail.date)) ? new Date(mail.date) : undefined;
  const [asked, returnPath] = [addressIn(header('disposition-notification-to')), addressIn(header('return-path'))];
  const mayTell = asked !== undefined && (returnPath === undefined || returnPath === asked);
  return {
    messageId: mail.messageId,
    subject: mail.subject ?? '',
    ...(sentAt && { sentAt }),
    ...(from !== undefined && { from }),
    ...(returnPath !== undefined && { returnPath }),
    ...(mayTell && { receiptTo: asked }),
    attachments,
  };
}

const DOCUMENTS = /\.(?:zip|xml|cda|hpr|hpm|hl7|er7|pdf)$/i;
const MEDIA_TYPES = /^(?:application\/(?:zip|x-zip-compressed|pdf|hl7-v2.*|hprim)|(?:text|application)\/xml|text\/hprim)$/i;
const isDocument = (name: string, mediaType: string): boolean => DOCUMENTS.test(name) || MEDIA_TYPES.test(mediaType);

const addressIn = (header: string | undefined): string | undefined => /<?([^<>\s]+@[^<>\s]+)>?\s*$/.exec(header ?? '')?.[1]?.toLowerCase();
