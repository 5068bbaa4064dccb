import type { Db } from '#kernel';
import { writeDisposition } from '#transports';
import { type DueReceipt, dueReceipts, noteReceipt, type ReceiptKind } from './store-outgoing.ts';

/** One mail, ready to leave. */
export interface OutgoingMail {
  to: string;
  raw: Buffer;
  id: string;
}

/** Disposition of RFC 8098 §3.2.6; 902 of the CI-SIS: the patient is not known here. */
const DISPOSITIONS: Readonly<Record<ReceiptKind, string>> = {
  processed: 'automatic-action/MDN-sent-automatically; processed',
  refused: 'manual-action/MDN-sent-manually; processed/Error',
  displayed: 'manual-action/MDN-sent-manually; displayed',
};
const WORDS: Readonly<Record<ReceiptKind, string>> = {
  processed: 'Le document a été classé dans le dossier du patient.',
  refused: 'Le document n’a pas été classé : le patient n’est pas connu de ce cabinet.',
  displayed: 'Le document a été lu par un professionnel du cabinet.',
};
const FIELDS: Readonly<Record<ReceiptKind, readonly string[]>> = {
  processed: [],
  refused: ['Error: 902^Patient inconnu'],
  // Only what a person answered for is told as displayed: a critical result is acknowledged by it.
  displayed: ['X-Cigogne-Answered: yes'],
};

/** A notification of disposition (RFC 8098): no name of a patient, no result. */
export function writeReceipt(
  { reference, receiptTo, kind }: Pick<DueReceipt, 'reference' | 'receiptTo' | 'kind'>,
  from: string,
  now: Date,
): { raw: Buffer; id: string } {
  return writeDisposition(
    {
      from,
      to: receiptTo,
      about: reference,
      subject: kind === 'refused' ? '[KO Integration systeme !][902] XDM/1.0/DDM' : 'XDM/1.0/DDM',
      words: WORDS[kind],
      disposition: DISPOSITIONS[kind],
      fields: FIELDS[kind],
      agent: 'cigogne-lgc',
    },
    now,
  );
}

/**
 * Tells the senders what became of their mails: once each when all goes well; a stop between the sending and its note sends again, under the same
 * Original-Message-ID by which the receiver knows it.
 * @param from the mailbox of the practice, for mails of which it is not known to which they came
 * @param send whether the server of mail took it
 * @returns how many left
 */
export async function sendReceipts(db: Db, from: string, send: (mail: OutgoingMail) => Promise<boolean>): Promise<number> {
  let sent = 0;
  for (const due of await dueReceipts(db)) {
    const now = new Date();
    const { raw, id } = writeReceipt(due, due.mailbox ?? from, now);
    if (!(await send({ to: due.receiptTo, raw, id }))) continue;
    await noteReceipt(db, due, now);
    sent++;
  }
  return sent;
}
