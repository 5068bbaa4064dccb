import { zstdDecompressSync } from 'node:zlib';
import { backoffMs, type Db, Refusal, type Sql, together, uuidv7 } from '#kernel';
import type { MailOutcome, MailRelay } from '#transports';
import { asKept } from './composing/compose.ts';
import { domainOf } from './find-address.ts';
import { isShared, publish, sharedDocument, withdraw, type SharedOutcome, type SharedRecords } from './shared-records.ts';
import { handToSoftware, type SoftwareDeps, softwareOf, writeForSoftware } from './software/deliver.ts';
import { isSoftware } from './software/destination.ts';
import type { SoftwareOutcome } from './software/outcome.ts';
import { findMessage, lockDeliveries, openCircuit, type SentToSettle, settleSent, settleTry, writeAttempt } from './store-deliveries.ts';
import { type DeliveryKind, leaseDeliveries, type LeaseAsked, type Leased } from './store-lease.ts';
import { writeMessages } from './store-messages-kept.ts';
import { messageIdOf, type Unwritten, type WriteMailDeps, writeMails, type Written } from './write-mails.ts';

export interface DeliverDeps extends SoftwareDeps, WriteMailDeps {
  relay: Pick<MailRelay, 'send'>;
  onError: (error: unknown) => void;
  /** Shared records to which documents also go. */
  shared?: SharedRecords | undefined;
  /** Writes that something was taken by the other side; together with others, when many lanes share it (`settler`). */
  settle?: ((sent: SentToSettle) => Promise<void>) | undefined;
  /** Takes what is due: in turn, when many lanes share it, or two would look at the same rows and one of them find nothing. */
  lease?: ((asked: LeaseAsked) => Promise<Leased[]>) | undefined;
}

/** A worker that died gives its deliveries back after that. */
const LEASE_MS = 120_000;
/** What has not begun to leave by then stays: its conversation with the operator could outlast the lease. */
const LEAVES_WITHIN_MS = 40_000;
/** A destination that says "later" for so long will not say yes: a person is asked. */
const PATIENCE_MS = 3 * 86_400_000;
/** A software that answers, and cannot take this one message, has a fault that somebody has to mend. */
const PATIENCE_WITH_SOFTWARE_MS = 3_600_000;

/** One mail may fail by itself; so many in a row, and the operator of the mailboxes is left alone for a while. */
const FAILURES_OF_A_DOMAIN = 3;

/**
 * Sends what is due, `most` at once.
 * @param kind mails, or what goes to shared records and software; both when not said
 * @returns how many were taken
 */
export async function deliverDue(deps: DeliverDeps, most: number, kind?: DeliveryKind): Promise<number> {
  const now = deps.now();
  const lease = new Date(now.getTime() + LEASE_MS);
  const take = deps.lease ?? leaser(deps.db);
  const leased = await take({ now, until: lease, most, kind });
  const [machines, mails] = [leased.filter(isToMachine), leased.filter((delivery) => !isToMachine(delivery))];
  await Promise.all([sendMails(deps, mails, lease), ...machines.map((delivery) => handOver(deps, delivery, lease).catch(deps.onError))]);
  return leased.length;
}

const isToMachine = (delivery: Leased) => isShared(delivery) || isSoftware(delivery);

/**
 * One try of each: written, kept, sent, settled, in this order. Killed before it is sent, nothing left; killed after, the same bytes leave again under the
 * same Message-ID, by which the receiver knows them (RFC 5322 §3.6.4). What cannot be written holds back no other.
 */
async function sendMails(deps: DeliverDeps, leased: readonly Leased[], lease: Date): Promise<void> {
  if (leased.length === 0) return;
  let mails: Awaited<ReturnType<typeof writeMails>>;
  try {
    mails = await writeMails(deps, leased);
  } catch (error) {
    const isAway = error instanceof Refusal && error.code === 'store.unavailable';
    if (isAway || leased.length === 1) return deps.onError(error);
    for (const delivery of leased) await sendMails(deps, [delivery], lease);
    return;
  }
  await Promise.all(leased.map((delivery) => sendMail(deps, delivery, mails.get(delivery.deliveryId)!, lease).catch(deps.onError)));
}

async function sendMail(deps: DeliverDeps, delivery: Leased, mail: Written, lease: Date): Promise<void> {
  const started = performance.now();
  const outcome: Outcome =
    'reason' in mail
      ? { kind: 'refused', code: mail.reason, reply: '' }
      : await deps.relay.send({ from: deps.from, to: mail.to, raw: mail.raw, envelopeId: delivery.deliveryId, withinMs: LEAVES_WITHIN_MS });
  await settle(deps, delivery, lease, outcome, started);
}

/** One try to hand a document over to a shared record or a software: the same order. */
async function handOver(deps: DeliverDeps, delivery: Leased, lease: Date): Promise<void> {
  const started = performance.now();
  if (isSoftware(delivery)) return deliverToSoftware(deps, delivery, lease, started);
  if (delivery.action === 'recall') return settle(deps, delivery, lease, await withdraw(deps, delivery), started);
  const message = await keptOrWritten(deps, delivery, async () => ({
    raw: await sharedDocument(deps.db, deps.inHand, delivery),
    messageId: `<${delivery.deliveryId}@${domainOf(delivery.address)}>`,
  }));
  const outcome: Outcome =
    typeof message === 'string' ? { kind: 'refused', code: message, reply: '' } : await publish(deps, delivery, message);
  await settle(deps, delivery, lease, outcome, started);
}

/** The same, where the region says that the software is now. */
async function deliverToSoftware(deps: DeliverDeps, delivery: Leased, lease: Date, started: number): Promise<void> {
  const found = deps.software && (await softwareOf(deps.db, delivery.recipient));
  if (!found) return settle(deps, delivery, lease, { kind: 'refused', code: 'software.unknown', reply: '' }, started);
  const { to, address } = found;
  const message = await keptOrWritten(deps, { ...delivery, address }, async () => ({
    raw: await writeForSoftware(deps, to, delivery),
    messageId: messageIdOf(deps, { ...delivery, address }),
  }));
  const outcome: Outcome =
    typeof message === 'string'
      ? { kind: 'refused', code: message === 'document.unreadable' ? 'software.unwritable' : message, reply: '' }
      : await handToSoftware(deps, to, delivery, message);
  await settle(deps, { ...delivery, address }, lease, outcome, started);
}

/** What is sent is kept before it leaves: what leaves again is the same, byte for byte. */
async function keptOrWritten(
  deps: DeliverDeps,
  delivery: Leased,
  write: () => Promise<{ raw: Buffer; messageId: string }>,
): Promise<Buffer | 'document.gone' | 'document.unreadable'> {
  const { patientId, deliveryId, address } = delivery;
  const kept = await findMessage(deps.db, patientId, deliveryId, address);
  if (kept) return zstdDecompressSync(kept.zstd);
  const started = performance.now();
  let written: { raw: Buffer; messageId: string };
  try {
    written = await write();
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === 'store.unavailable') throw error;
    return error.code === 'request.not-found' ? 'document.gone' : 'document.unreadable';
  }
  const { raw, messageId } = written;
  const { sha256, zstd } = asKept(raw);
  const message = { patientId, deliveryId, address, attemptId: uuidv7(), messageId, sizeBytes: raw.length, sha256, zstd };
  const first = await writeMessages(deps.db, [message], { now: deps.now(), tookMs: Math.round(performance.now() - started) });
  return first.has(deliveryId) ? raw : zstdDecompressSync((await findMessage(deps.db, patientId, deliveryId, address))!.zstd);
}

type Outcome = MailOutcome | SharedOutcome | SoftwareOutcome | { kind: 'refused'; code: Unwritten; reply: string };

/** What many mails ended with is written together: nobody but their own lane waits for it. */
const SETTLED_WITHIN_MS = 20;

/** What takes the deliveries that are due. */
export const leaser =
  (db: Db): NonNullable<DeliverDeps['lease']> =>
  (asked) =>
    leaseDeliveries(db, asked);

/** Writes together what many tries ended with, as they come. */
export const settler = (db: Db): NonNullable<DeliverDeps['settle']> =>
  together(
    async (sent: readonly SentToSettle[]) => {
      await db.steady().transaction(async (tx, end) => {
        // Together on their way, executed in this order.
        const settled = Promise.all([
          lockDeliveries(
            tx,
            sent.map(({ delivery }) => delivery),
          ),
          settleSent(tx, sent),
        ]);
        end();
        await settled;
      });
    },
    { gatherMs: SETTLED_WITHIN_MS },
  );

/** What became of the try, the row that tells it and the state of the destination: one transaction. */
async function settle(deps: DeliverDeps, delivery: Leased, lease: Date, outcome: Outcome, started: number): Promise<void> {
  const { db, now: clock } = deps;
  const now = clock();
  const after = (ms: number) => new Date(now.getTime() + ms);
  const tookMs = performance.now() - started;
  const { tries } = delivery;
  if (outcome.kind === 'accepted') {
    const { reply } = outcome;
    const attemptId = uuidv7(now.getTime());
    const destinations = [domainOf(delivery.address), ...(isToMachine(delivery) ? [] : ['relay'])];
    // Told in one answer, of one instant: their order is that of their numbers.
    const filedId = 'isFiled' in outcome && outcome.isFiled ? uuidv7(now.getTime() + 1) : undefined;
    const sent = { delivery, lease, attemptId, reply, tookMs: Math.round(tookMs), filedId, destinations, now };
    await (deps.settle ?? settler(db))(sent);
    return;
  }
  await db.transaction(async (tx) => {
    const { code: reason, reply } = outcome;
    const detail = reply ? `${reason}: ${reply}` : reason;
    const patience = reason === 'software.not-now' ? PATIENCE_WITH_SOFTWARE_MS : PATIENCE_MS;
    const isOver = outcome.kind === 'refused' || (outcome.scope !== 'relay' && now.getTime() - delivery.createdAt.getTime() > patience);
    if (isOver) {
      if (await settleTry(tx, delivery, lease, { state: 'dead', reason, tries: tries + 1, nextAt: now, now })) {
        await happened(tx, delivery, { at: now, step: 'dead', detail, tookMs });
      }
      return;
    }
    // What our own operator does to us is not a try of this mail.
    const isOurs = outcome.kind === 'later' && outcome.scope === 'relay';
    const failures = isOurs ? tries : tries + 1;
    // A destination that says how long it wants to be left alone is left alone at once, and as long.
    const asked = 'retryAfterSeconds' in outcome ? outcome.retryAfterSeconds : undefined;
    const least = 1_000 * (asked ?? 0);
    const nextAt = isOurs ? now : after(Math.max(least, backoffMs(failures, Math.random())));
    if (!(await settleTry(tx, delivery, lease, { state: 'waiting', reason, tries: failures, nextAt, now }))) return;
    const failing = outcome.kind === 'later' && outcome.scope !== 'mailbox' ? outcome.scope : undefined;
    const until = (times: number) => after(Math.max(least, backoffMs(times, Math.random())));
    if (failing === 'relay') await openCircuit(tx, { destination: 'relay', after: 1, until, reason, now });
    if (failing === 'domain')
      await openCircuit(tx, {
        destination: domainOf(delivery.address),
        after: asked === undefined ? FAILURES_OF_A_DOMAIN : 1,
        until,
        reason,
        now,
      });
    await happened(tx, delivery, { at: now, step: 'postponed', detail, tookMs });
  });
}

function happened(
  tx: Sql,
  { patientId, deliveryId }: Leased,
  what: { at: Date; step: string; detail: string; tookMs: number },
): Promise<void> {
  return writeAttempt(tx, { patientId, deliveryId, attemptId: uuidv7(), actor: 'cigogne', ...what, tookMs: Math.round(what.tookMs) });
}
