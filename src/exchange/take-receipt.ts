import { createHash } from 'node:crypto';
import { type Db, type Sql, together, uuidv7 } from '#kernel';
import { answerByMail } from './inbox/answer-elsewhere.ts';
import { readReceipts, type Receipt } from '#transports';
import type { Reason } from './remedies.ts';
import { lockDeliveries, moveAllForward, writeAttempts } from './store-deliveries.ts';
import { deliveriesOfMails, type DeliveryOfMail, keepUnmatched } from './store-receipts.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Operators tell of many mails at once, and nobody waits for what they say. */
const WRITTEN_WITHIN_MS = 20;

interface Taken {
  receipt: Receipt;
  attemptId: string;
  at: Date;
}

/**
 * Takes mails that came back: a notification moves the delivery that it is about. One that answers no mail of ours, or speaks for an address
 * that the mail did not go to, is kept apart for a person. The same notification twice changes nothing more. Those that come together are written together.
 * @returns takes one mail, and says how many notifications it held
 */
export function receiptTaker(db: Db): (raw: Uint8Array, now: Date) => Promise<number> {
  const take = together((taken: readonly Taken[]) => takeAll(db, taken), { gatherMs: WRITTEN_WITHIN_MS });
  return async (raw, at) => {
    const receipts = await readReceipts(raw);
    await Promise.all(receipts.map((receipt, i) => take({ receipt, attemptId: idOf(raw, i), at })));
    return receipts.length;
  };
}

/** The same, of one mail. */
export const takeReceipt = (db: Db, raw: Uint8Array, now: Date): Promise<number> => receiptTaker(db)(raw, now);

async function takeAll(db: Db, taken: readonly Taken[]): Promise<void> {
  const by = taken.map(({ receipt: { envelopeId, messageId } }) => ({
    ...(envelopeId !== undefined && UUID.test(envelopeId) && { envelopeId }),
    ...(messageId !== undefined && { messageId }),
  }));
  const found = await db.steady().transaction((tx, end) => {
    const asked = deliveriesOfMails(tx, by);
    end();
    return asked;
  });
  let matched: (Taken & Matched)[] = [];
  for (const [n, one] of taken.entries()) {
    const about = found.get(n);
    const speaker = speakerOf(one.receipt);
    if (about && speaker !== undefined && speaker === about.address.toLowerCase()) matched.push({ ...one, about, speaker });
    else await keepApart(db, one);
  }
  // Of one delivery, one after the other.
  while (matched.length > 0) {
    const first = new Map(matched.toReversed().map((one) => [one.about.deliveryId, one]));
    const round = matched.filter((one) => first.get(one.about.deliveryId) === one);
    await db.steady().transaction((tx) => apply(tx, round));
    matched = matched.filter((one) => first.get(one.about.deliveryId) !== one);
  }
}

interface Matched {
  about: DeliveryOfMail;
  speaker: string;
}

const speakerOf = ({ kind, recipient, from }: Receipt): string | undefined =>
  kind === 'delivered' || kind === 'delayed' || kind === 'failed' ? recipient : from;

const keepApart = (db: Db, { receipt: { kind, messageId, envelopeId }, at }: Taken): Promise<void> =>
  keepUnmatched(db, { receiptId: uuidv7(at.getTime()), at, kind, about: messageId ?? envelopeId ?? '' });

async function apply(tx: Sql, round: readonly (Taken & Matched)[]): Promise<void> {
  const moves = round.flatMap(({ receipt, about, at }) => {
    const state = STATES[receipt.kind];
    return state ? [{ ...about, state, now: at, ...(state === 'dead' && { reason: reasonOf(receipt) }) }] : [];
  });
  const lines = round.map(({ receipt: { kind, detail }, about, attemptId, at, speaker }) => {
    return { ...about, attemptId, at, step: kind, actor: speaker, detail };
  });
  // Together on their way, executed in this order.
  await Promise.all([
    lockDeliveries(
      tx,
      round.map(({ about }) => about),
    ),
    moveAllForward(tx, moves),
    writeAttempts(tx, lines),
  ]);
  for (const { receipt, about, at } of round)
    if (receipt.kind === 'read') await answerByMail(tx, about, { isAnswered: receipt.isAnswered === true, at });
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
