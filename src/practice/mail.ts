import { createHash } from 'node:crypto';
import PostalMime from 'postal-mime';
import { Refusal } from '#kernel';
import { keepFault } from './store.ts';
import { take, type Taken, type TakeDeps } from './take.ts';

/** What the connector looks for in a mail. */
export interface ReadMail {
  messageId: string;
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
  const [asked, returns] = [addressIn(header('disposition-notification-to')), addressIn(header('return-path'))];
  const mayTell = asked !== undefined && (returns === undefined || returns === asked);
  return { messageId: mail.messageId, ...(mayTell && { receiptTo: asked }), attachments };
}

const DOCUMENTS = /\.(?:zip|xml|cda|hpr|hpm|hl7|er7|pdf)$/i;
const MEDIA_TYPES = /^(?:application\/(?:zip|x-zip-compressed|pdf|hl7-v2.*|hprim)|(?:text|application)\/xml|text\/hprim)$/i;
const isDocument = (name: string, mediaType: string): boolean => DOCUMENTS.test(name) || MEDIA_TYPES.test(mediaType);

const addressIn = (header: string | undefined): string | undefined => /<?([^<>\s]+@[^<>\s]+)>?\s*$/.exec(header ?? '')?.[1]?.toLowerCase();

const isPdf = (bytes: Uint8Array): boolean => Buffer.from(bytes.subarray(0, 5)).toString('latin1') === '%PDF-';

/**
 * Takes what a mail carries. A PDF beside exactly one document with its data is the readable copy that the sender joins (CI-SIS, transmission by
 * mail): not filed again. Any other PDF is a document of its own, that a person files.
 * @returns nothing for a mail that carries no document, or one that could not be opened: kept, with its reason
 */
export async function takeMail(deps: TakeDeps, raw: Uint8Array): Promise<Taken[]> {
  const mail = await readMail(raw).catch(async (error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
    const sha256 = createHash('sha256').update(raw).digest();
    const origin = { channel: 'mail' as const, reference: sha256.toString('hex') };
    await keepFault(deps.db, { sha256, origin, code: error.code, at: error.at, message: error.message, bytes: raw }, new Date());
    return undefined;
  });
  if (!mail) return [];
  const { messageId, receiptTo } = mail;
  const origin = { channel: 'mail' as const, reference: messageId, ...(receiptTo !== undefined && { receiptTo }) };
  const taken: Taken[] = [];
  // The name of the type is the sender's word: the bytes tell, among those of a mail.
  const open = async (bytes: Uint8Array) => {
    try {
      taken.push(...(await take(deps, bytes, undefined, origin)));
    } catch (error) {
      if (!(error instanceof Refusal) || error.code === 'store.unavailable') throw error;
    }
  };
  for (const { bytes } of mail.attachments.filter((one) => !isPdf(one.bytes))) await open(bytes);
  const pdfs = mail.attachments.filter((one) => isPdf(one.bytes));
  if (taken.length === 1 && pdfs.length === 1) return taken;
  for (const { bytes } of pdfs) await open(bytes);
  return taken;
}
