import { createHash } from 'node:crypto';
import { type Db, uuidv7 } from '#kernel';
import { answerByMail } from './inbox/answer-by-mail.ts';
import { readReceipts, type Receipt } from '#transports';
import type { Reason } from './remedies.ts';
import { deliveryOfMail, keepUnmatched, lockDeliveries, moveForward, writeAttempt } from './store-deliveries.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Takes a mail that came back: a notification moves the delivery that it is about. One that answers no mail of ours, or speaks for an address
 * that the mail did not go to, is kept apart for a person. The same notification twice changes nothing more.
 * @returns how many notifications it held
 */
export async function takeReceipt(db: Db, raw: Uint8Array, now: Date): Promise<number> {
  const receipts = await readReceipts(raw);
  for (const [i, receipt] of receipts.entries()) await take(db, receipt, idOf(raw, i), now);
  return receipts.length;
}

async function take(db: Db, receipt: Receipt, attemptId: string, at: Date): Promise<void> {
  const { kind, envelopeId, messageId, recipient, from, detail } = receipt;
  const by = { ...(envelopeId !== undefined && UUID.test(envelopeId) && { envelopeId }), ...(messageId !== undefined && { messageId }) };
  const about = await deliveryOfMail(db, by);
  const speaker = kind === 'delivered' || kind === 'delayed' || kind === 'failed' ? recipient : from;
  if (!about || speaker !== about.address.toLowerCase()) {
    return keepUnmatched(db, { receiptId: uuidv7(at.getTime()), at, kind, about: messageId ?? envelopeId ?? '' });
  }
  await db.transaction(async (tx) => {
    await lockDeliveries(tx, [about]);
    const state = STATES[kind];
    if (state) await moveForward(tx, about, { state, now: at, ...(state === 'dead' && { reason: reasonOf(receipt) }) });
    await writeAttempt(tx, { ...about, attemptId, at, step: kind, actor: speaker, detail });
    if (kind === 'read') await answerByMail(tx, about, { isAnswered: receipt.isAnswered === true, at });
  });
}

/** What each notification makes of the delivery; the others are only written down. */
const STATES: Partial<Record<Receipt['kind'], 'delivered' | 'read' | 'dead'>> = {
  delivered: 'delivered',
  filed: 'delivered',
  read: 'read',
  failed: 'dead',
};

function reasonOf({ status = '' }: Receipt): Reason {
  if (status.startsWith('5.1.') || status === '5.2.1') return 'address.refused';
  if (status.endsWith('.2.2')) return 'mailbox.full';
  if (status === '5.3.4' || status === '5.2.3') return 'message.too-large';
  if (status.startsWith('5.7.')) return 'operator.refused';
  return status.startsWith('4.') || status.startsWith('5.4.') ? 'mailbox.unavailable' : 'message.refused';
}

/** The same bytes are the same happening. */
function idOf(raw: Uint8Array, i: number): string {
  const hex = createHash('sha256').update(raw).update(String(i)).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}
