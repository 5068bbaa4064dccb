import { createHash } from 'node:crypto';
import { Refusal } from '#kernel';
import { readMail } from '#transports';
import { keepFault } from './store.ts';
import { take, type Taken, type TakeDeps } from './take.ts';

const isPdf = (bytes: Uint8Array): boolean => Buffer.from(bytes.subarray(0, 5)).toString('latin1') === '%PDF-';

/**
 * Takes what a mail carries. A PDF beside exactly one document with its data is the readable copy that the sender joins (CI-SIS, transmission by
 * mail): not filed again. Any other PDF is a document of its own, that a person files.
 * @param mailbox to which mailbox of the practice it came
 * @returns nothing for a mail that carries no document, or one that could not be opened: kept, with its reason
 */
export async function takeMail(deps: TakeDeps, raw: Uint8Array, mailbox?: string): Promise<Taken[]> {
  const mail = await readMail(raw).catch(async (error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
    const sha256 = createHash('sha256').update(raw).digest();
    const origin = { channel: 'mail' as const, reference: sha256.toString('hex') };
    await keepFault(deps.db, { sha256, origin, code: error.code, at: error.at, message: error.message, bytes: raw }, new Date());
    return undefined;
  });
  if (!mail) return [];
  const { messageId, receiptTo } = mail;
  const origin = {
    channel: 'mail' as const,
    reference: messageId,
    ...(receiptTo !== undefined && { receiptTo }),
    ...(mailbox !== undefined && { mailbox }),
  };
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
