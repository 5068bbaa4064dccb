import { randomUUID } from 'node:crypto';

/** What became of a mail, told to who sent it. */
export interface Disposition {
  /** Our mailbox, that the mail came to. */
  from: string;
  /** Where the sender asked to be told. */
  to: string;
  /** Message-ID of the mail. */
  about: string;
  subject: string;
  /** For a person: no name, no result. */
  words: string;
  /** `manual-action/MDN-sent-manually; displayed` (RFC 8098 §3.2.6). */
  disposition: string;
  /** Further fields of the notification. */
  fields?: readonly string[];
  /** Name of the software that answers. */
  agent: string;
}

/** A notification of disposition (RFC 8098). It holds no name of a patient, no result. @returns its bytes and its Message-ID */
export function writeDisposition(
  { from, to, about, subject, words, disposition, fields = [], agent }: Disposition,
  now: Date,
): { raw: Buffer; id: string } {
  const id = `<${randomUUID()}@${from.slice(from.indexOf('@') + 1)}>`;
  const boundary = `cigogne-${randomUUID()}`;
  const lines = [
    `From: <${from}>`,
    `To: <${to}>`,
    `Date: ${now.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: ${id}`,
    `In-Reply-To: ${about}`,
    `Subject: ${subject}`,
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=disposition-notification; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from(words).toString('base64'),
    `--${boundary}`,
    'Content-Type: message/disposition-notification',
    '',
    `Reporting-UA: ${agent}; Cigogne`,
    `Original-Recipient: rfc822;${from}`,
    `Final-Recipient: rfc822;${from}`,
    `Original-Message-ID: ${about}`,
    `Disposition: ${disposition}`,
    ...fields,
    '',
    `--${boundary}--`,
    '',
  ];
  return { raw: Buffer.from(lines.join('\r\n')), id };
}
