import { createHash } from 'node:crypto';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import PostalMime from 'postal-mime';
import type { XdmSender } from '#formats';
import { patientById, permits, personOf } from '#identity';
import { backoffMs, type Db, Refusal, type Sql, uuidv7 } from '#kernel';
import { documentById } from '#record';
import type { MailOutcome, MailRelay } from '#transports';
import { archiveOf, contentOf, headerOf, withdrawalOf } from './archive.ts';
import { mailOfLetter } from './awaited.ts';
import type { DocumentsInHand } from './documents-in-hand.ts';
import { domainOf } from './find-address.ts';
import { writeMail } from './mail.ts';
import { isSoftware } from './software/destination.ts';
import { handToSoftware, type SoftwareDeps, softwareOf, writeForSoftware } from './software/deliver.ts';
import type { SoftwareOutcome } from './software/outcome.ts';
import { isShared, publish, sharedDocument, withdraw, type SharedOutcome, type SharedRecords } from './shared-records.ts';
import {
  findMessage,
  lastMailTo,
  lockDelivery,
  moveForward,
  openCircuit,
  settleSent,
  settleTry,
  writeAttempt,
  writeMessage,
} from './store-deliveries.ts';
import { type DeliveryKind, leaseDeliveries, type Leased } from './store-lease.ts';

export interface DeliverDeps extends SoftwareDeps {
  db: Db;
  relay: Pick<MailRelay, 'send'>;
  /** Our sending address. */
  from: string;
  /** Reference number of the product (X-MSS-NIL). */
  nil?: string | undefined;
  /** IANA zone of printed times that carry no offset. */
  zone: string;
  sender: XdmSender;
  now: () => Date;
  onError: (error: unknown) => void;
  /** Shared records to which documents also go. */
  shared?: SharedRecords | undefined;
  /** Documents that were just routed: they are not read again. */
  inHand: DocumentsInHand;
}

/** Longer than a conversation with the operator may last: a worker that died gives its deliveries back after that. */
const LEASE_MS = 120_000;
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
  const leased = await leaseDeliveries(deps.db, { now, until: lease, most, kind });
  await Promise.all(leased.map((delivery) => deliver(deps, delivery, lease).catch(deps.onError)));
  return leased.length;
}

/**
 * One try: written, kept, sent, settled, in this order. Killed before `send`, nothing left; killed after, the same bytes leave again under the
 * same Message-ID, by which the receiver knows them (RFC 5322 §3.6.4).
 */
async function deliver(deps: DeliverDeps, delivery: Leased, lease: Date): Promise<void> {
  const started = performance.now();
  if (isShared(delivery) && delivery.action === 'recall') return settle(deps, delivery, lease, await withdraw(deps, delivery), started);
  if (isSoftware(delivery)) return deliverToSoftware(deps, delivery, lease, started);
  const to = await addressOf(deps, delivery);
  const message = to === undefined ? 'patient.unqualified' : await messageOf(deps, { ...delivery, address: to });
  if (typeof message === 'string') return settle(deps, delivery, lease, { kind: 'refused', code: message, reply: '' }, started);
  const outcome = isShared(delivery)
    ? await publish(deps, delivery, message)
    : await deps.relay.send({ from: deps.from, to: to!, raw: message, envelopeId: delivery.deliveryId });
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

/** Where the mail leaves for: the mailbox of a patient is named by their INS, which may leave only while their identity is qualified. */
async function addressOf({ db }: DeliverDeps, { recipient, patientId, address }: Leased): Promise<string | undefined> {
  if (recipient !== 'patient') return address;
  const { patientId: survivor } = await personOf(db, patientId);
  const patient = await patientById(db, survivor);
  if (!patient?.ins || !permits(patient, 'patient-mail')) return undefined;
  return `${patient.ins.value}@${domainOf(address)}`;
}

/** The mail as first written, or written now; the reason when it cannot be. */
const messageOf = (deps: DeliverDeps, delivery: Leased): Promise<Buffer | Unwritten> =>
  keptOrWritten(deps, delivery, async () =>
    isShared(delivery)
      ? {
          raw: await sharedDocument(deps.db, deps.inHand, delivery),
          messageId: `<${delivery.deliveryId}@${domainOf(delivery.address)}>`,
        }
      : delivery.action === 'recall'
        ? recallMail(deps, delivery)
        : documentMail(deps, delivery),
  );

type Unwritten = 'document.gone' | 'document.unreadable';

/** What is sent is kept before it leaves: what leaves again is the same, byte for byte. */
async function keptOrWritten(
  deps: DeliverDeps,
  delivery: Leased,
  write: () => Promise<{ raw: Buffer; messageId: string }>,
): Promise<Buffer | Unwritten> {
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
  const isFirst = await writeMessage(deps.db, {
    patientId,
    deliveryId,
    address,
    messageId,
    sha256: createHash('sha256').update(raw).digest(),
    sizeBytes: raw.length,
    zstd: zstdCompressSync(raw, { params: { [constants.ZSTD_c_compressionLevel]: 1 } }),
    now: deps.now(),
    attemptId: uuidv7(),
    tookMs: Math.round(performance.now() - started),
  });
  return isFirst ? raw : zstdDecompressSync((await findMessage(deps.db, patientId, deliveryId, address))!.zstd);
}

async function documentMail(deps: DeliverDeps, delivery: Leased): Promise<{ raw: Buffer; messageId: string }> {
  const { db, zone, sender, inHand } = deps;
  const { patientId, documentId } = delivery;
  const { item, before, letter, content } = await db.transaction(async (tx) => {
    const { homes } = await personOf(tx, patientId);
    const [found, last, awaited] = await Promise.all([
      documentById(tx, homes, documentId),
      lastMailTo(tx, delivery),
      mailOfLetter(tx, delivery),
    ]);
    if (!found) throw new Refusal('request.not-found', 'the document is not in this record any more', { at: 'documentId' });
    return { item: found, before: last, letter: awaited, content: await inHand.contentOf(tx, homes, found) };
  });
  const action = before ? 'replace' : 'new';
  const parts = await archiveOf(content, { now: deps.now(), zone, sender, action, masks: item.masks.map(({ mask }) => mask) });
  // Awaited since a discharge letter: its mail is the one that this one answers.
  const isAwaited = !before && letter !== undefined && { isAwaited: true };
  return written(deps, delivery, { header: headerOf(content), ...parts, action, ...isAwaited }, before?.messageId ?? letter);
}

/** Asks to withdraw what was sent: the archive is the one that was sent, so the document in it is too. */
async function recallMail(deps: DeliverDeps, delivery: Leased): Promise<{ raw: Buffer; messageId: string }> {
  const before = await lastMailTo(deps.db, delivery);
  if (!before) throw new Refusal('request.not-found', 'what was sent is not kept', { at: 'message' });
  const { attachments } = await PostalMime.parse(zstdDecompressSync(before.zstd));
  const zip = attachments.find(({ filename }) => filename === 'IHE_XDM.ZIP');
  if (!zip) throw new Error('a mail of ours holds no archive');
  const sent = new Uint8Array(zip.content as ArrayBuffer);
  const content = contentOf(sent, 'application/zip');
  return written(
    deps,
    delivery,
    { header: headerOf(content), archive: withdrawalOf(sent, deps.sender), action: 'delete' },
    before.messageId,
  );
}

async function written(
  { from, nil, now }: DeliverDeps,
  { deliveryId, address, recipient }: Leased,
  content: Parameters<typeof writeMail>[0],
  answers: string | undefined,
): Promise<{ raw: Buffer; messageId: string }> {
  const messageId = messageIdOf({ from }, { deliveryId, address });
  const envelope = {
    from,
    to: address,
    messageId,
    date: now(),
    ...(answers !== undefined && { answers }),
    ...(nil !== undefined && { nil }),
    isToPatient: recipient === 'patient',
  };
  return { raw: await writeMail(content, envelope), messageId };
}

/** The address is part of it: the same document to another address is another message. */
const messageIdOf = ({ from }: Pick<DeliverDeps, 'from'>, { deliveryId, address }: Pick<Leased, 'deliveryId' | 'address'>): string =>
  `<${deliveryId}.${createHash('sha256').update(address).digest('hex').slice(0, 8)}@${domainOf(from)}>`;

type Outcome =
  | MailOutcome
  | SharedOutcome
  | SoftwareOutcome
  | { kind: 'refused'; code: 'document.gone' | 'document.unreadable' | 'patient.unqualified'; reply: string };

/** What became of the try, the row that tells it and the state of the destination: one transaction. */
async function settle({ db, now: clock }: DeliverDeps, delivery: Leased, lease: Date, outcome: Outcome, started: number): Promise<void> {
  const now = clock();
  const after = (ms: number) => new Date(now.getTime() + ms);
  const tookMs = performance.now() - started;
  const { tries } = delivery;
  const destinations = [domainOf(delivery.address), ...(isShared(delivery) || isSoftware(delivery) ? [] : ['relay'])];
  await db.transaction(async (tx) => {
    if (outcome.kind === 'accepted') {
      const { reply } = outcome;
      const sent = { attemptId: uuidv7(), reply, tookMs: Math.round(tookMs), destinations, now };
      // Together on their way, executed in this order.
      await Promise.all([lockDelivery(tx, delivery), settleSent(tx, delivery, lease, sent)]);
      if ('isFiled' in outcome && outcome.isFiled && (await moveForward(tx, delivery, { state: 'delivered', now })))
        await writeAttempt(tx, { ...delivery, attemptId: uuidv7(), at: now, step: 'filed', actor: delivery.address, detail: reply });
      return;
    }
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
    const nextAt = isOurs ? now : after(backoffMs(failures, Math.random()));
    if (!(await settleTry(tx, delivery, lease, { state: 'waiting', reason, tries: failures, nextAt, now }))) return;
    const failing = outcome.kind === 'later' && outcome.scope !== 'mailbox' ? outcome.scope : undefined;
    const until = (times: number) => after(backoffMs(times, Math.random()));
    if (failing === 'relay') await openCircuit(tx, { destination: 'relay', after: 1, until, reason, now });
    if (failing === 'domain')
      await openCircuit(tx, { destination: domainOf(delivery.address), after: FAILURES_OF_A_DOMAIN, until, reason, now });
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
