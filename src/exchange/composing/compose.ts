import { createHash } from 'node:crypto';
import { constants, zstdCompressSync } from 'node:zlib';
import type { Original } from '../documents-in-hand.ts';
import { archiveOf, contentOf, headerOf, type Writing } from '../archive.ts';
import { filesOf, type MailContent, type MailEnvelope, writeMail } from '../mail.ts';

/** A document of the record, and the mails that carry it. Plain data: it passes from one thread to another. */
export interface ToCompose {
  original: Original;
  /** How the archive is written, `now` being the instant that it bears. */
  writing: Writing;
  mails: readonly (Pick<MailContent, 'isAwaited'> & { envelope: MailEnvelope })[];
}

/** A mail as it leaves, and as it is kept. */
export interface Composed<Bytes = Buffer> {
  raw: Bytes;
  /** Of `raw`. */
  sha256: Bytes;
  /** `raw`, compressed. */
  zstd: Bytes;
}

/** Writes the mails of one document, in the order asked. */
export type Compose = (asked: ToCompose) => Promise<Composed[]>;

/**
 * The document is read, archived and encoded once, whoever it goes to.
 * @throws Refusal when the original holds no single document
 */
export async function compose({ original: { bytes, mediaType }, writing, mails }: ToCompose): Promise<Composed[]> {
  const content = contentOf(bytes, mediaType);
  const header = headerOf(content);
  const { now, action } = writing;
  const files = filesOf({ header, ...(await archiveOf(content, writing)) }, now);
  return mails.map(({ envelope, ...more }) => asKept(writeMail({ header, files, action, ...more }, envelope)));
}

/** A message, with what is kept of it. */
export const asKept = (raw: Buffer): Composed => ({
  raw,
  sha256: createHash('sha256').update(raw).digest(),
  zstd: zstdCompressSync(raw, { params: { [constants.ZSTD_c_compressionLevel]: 1 } }),
});
