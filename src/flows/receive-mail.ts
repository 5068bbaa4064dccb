import { createHash } from 'node:crypto';
import { systemPrincipal } from '#access';
import { type Sender, structure } from '#directory';
import { hasMail, keepMail, type MailPart } from '#exchange';
import { formatOfBytes, MEDIA_TYPE } from '#formats';
import { Refusal, uuidv7 } from '#kernel';
import { type ReadMail, readMail } from '#transports';
import { documentOfPdf } from './document-of-pdf.ts';
import { receiveFile } from './receive-file.ts';
import type { Arrival, ReceiveDeps } from './receive-document.ts';

export interface MailArrived {
  raw: Buffer;
  /** The registered system whose address the mail was proved to come from; undefined: nobody known. */
  senderOf: (mail: ReadMail) => Promise<Sender | undefined>;
  receivedAt: Date;
  /** Our address, which answers. */
  ours: string;
}

/**
 * A mail with documents, from a laboratory that sends by secure mail: each document goes the way of every deposit, and the answer that its sender is
 * owed is kept with what became of each. Answers when all of it is durable; the same mail again changes nothing.
 *
 * @returns whether it is settled: false for a mail without documents, or from nobody known, which is left to people
 * @throws Refusal `store.unavailable`: nothing is lost, the mail is taken again
 */
export async function receiveMail(deps: ReceiveDeps, { raw, senderOf, receivedAt, ours }: MailArrived): Promise<boolean> {
  const mail = await readMail(raw).catch((error: unknown) => {
    if (error instanceof Refusal) return undefined;
    throw error;
  });
  if (!mail?.from) return false;
  const { from } = mail;
  const sha256 = createHash('sha256').update(raw).digest();
  const known = await hasMail(deps.db, sha256, from);
  if (known) return known.isSettled;
  const sender = await senderOf(mail);
  const parts = sender ? await takeParts(deps, mail, sender, receivedAt) : [];
  const { messageId } = mail;
  const about = { mailId: uuidv7(receivedAt.getTime()), sha256, from, messageId, receivedAt, parts, ours };
  await keepMail(deps.db, { ...about, clientId: sender?.clientId });
  return sender !== undefined;
}

const isPdf = (bytes: Uint8Array): boolean => Buffer.from(bytes.subarray(0, 5)).toString('latin1') === '%PDF-';

/** A PDF beside exactly one document with its data is its readable copy (CI-SIS, transmission by mail): the document speaks for both. */
async function takeParts(deps: ReceiveDeps, mail: ReadMail, sender: Sender, receivedAt: Date): Promise<MailPart[]> {
  const data = mail.attachments.filter(({ bytes }) => !isPdf(bytes));
  const pdfs = mail.attachments.filter(({ bytes }) => isPdf(bytes));
  const arrival = (bytes: Uint8Array, mediaType: string): Arrival => {
    const principal = systemPrincipal(sender);
    return { bytes: Buffer.from(bytes), mediaType, sender: principal, receivedAt, channel: 'mssante' };
  };
  const parts: MailPart[] = [];
  for (const [n, { bytes }] of data.entries()) {
    const format = formatOfBytes(bytes);
    const mediaType = format ? MEDIA_TYPE[format] : 'application/octet-stream';
    parts.push(...(await outcome(deps, `file ${n + 1}`, async () => arrival(bytes, mediaType))));
  }
  if (pdfs.length === 1 && parts.length === 1 && parts[0]!.state !== 'refused') return parts;
  for (const [n, { bytes }] of pdfs.entries()) {
    const wrap = async () => {
      const [finess = ''] = sender.structures;
      const place = { finess, name: (await structure(deps.db, finess))?.name ?? sender.name };
      return arrival(
        await documentOfPdf(bytes, { subject: mail.subject, sentAt: mail.sentAt ?? receivedAt, structure: place }),
        'application/xml',
      );
    };
    parts.push(...(await outcome(deps, `PDF ${n + 1}`, wrap)));
  }
  return parts;
}

/** What became of one file, as its sender is told. */
async function outcome(deps: ReceiveDeps, at: string, make: () => Promise<Arrival>): Promise<MailPart[]> {
  try {
    const taken = await receiveFile(deps, await make());
    if (!('parts' in taken)) return [{ at, state: taken.receipt.state, depositId: taken.receipt.depositId }];
    return taken.parts.map((part): MailPart => {
      const place = `${at}, ${part.at}`;
      if ('deposited' in part) return { at: place, state: part.deposited.receipt.state, depositId: part.deposited.receipt.depositId };
      return 'withdrawn' in part ? { at: place, state: 'withdrawn' } : refused(place, part.refusal);
    });
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === 'store.unavailable') throw error;
    return [refused(at, error)];
  }
}

const refused = (at: string, { code, at: where, message }: Refusal): MailPart => ({
  at,
  state: 'refused',
  code,
  message,
  ...(where !== undefined && { where }),
});
