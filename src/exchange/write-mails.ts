import { createHash } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import PostalMime from 'postal-mime';
import type { XdmSender } from '#formats';
import { homesOf, patientsByIds, permits, survivorsOf } from '#identity';
import { type Db, Refusal, type Sql, uuidv7 } from '#kernel';
import { documentsToSend } from '#record';
import { contentOf, headerOf, withdrawalOf, type Writing } from './archive.ts';
import { asKept, type Compose, type Composed, type ToCompose } from './composing/compose.ts';
import type { DocumentsInHand, Original } from './documents-in-hand.ts';
import { domainOf } from './find-address.ts';
import { filesOf, type MailEnvelope, writeMail } from './mail.ts';
import { lastMailTo } from './store-deliveries.ts';
import type { Leased } from './store-lease.ts';
import { type KeptMessage, keptMessages, type MailsBefore, mailsBefore, type MessageToKeep, writeMessages } from './store-messages-kept.ts';

export interface WriteMailDeps {
  db: Db;
  /** Our sending address. */
  from: string;
  /** Reference number of the product (X-MSS-NIL). */
  nil?: string | undefined;
  /** IANA zone of printed times that carry no offset. */
  zone: string;
  sender: XdmSender;
  now: () => Date;
  /** Documents that were just routed: they are not fetched again. */
  inHand: DocumentsInHand;
  /** Writes the mails of one document. */
  compose: Compose;
}

/** Why a mail cannot be written. */
export type Unwritten = 'document.gone' | 'document.unreadable' | 'patient.unqualified' | 'address.refused';

/** A mail as it leaves, or why it does not. */
export type Written = { to: string; raw: Buffer } | { reason: Unwritten };

/**
 * The mails of these deliveries, as first written, or written now and kept: what is asked of the database is asked once for all, and a document that goes
 * to several is read, archived and encoded once.
 * @returns by delivery
 */
export async function writeMails(deps: WriteMailDeps, leased: readonly Leased[]): Promise<Map<string, Written>> {
  const started = performance.now();
  const gathered = await gather(deps, leased);
  const written = new Map<string, Written>();
  const fresh: MessageToKeep[] = [];
  const composing = new Map<string, Composing>();
  const keep = ({ patientId, deliveryId }: Leased, { to: address, messageId }: MailEnvelope, { raw, ...message }: Composed) => {
    written.set(deliveryId, { to: address, raw });
    fresh.push({ patientId, deliveryId, address, attemptId: uuidv7(), messageId, sizeBytes: raw.length, ...message });
  };
  for (const delivery of leased) {
    const { deliveryId, documentId, action } = delivery;
    const to = addressOf(gathered, delivery);
    const kept = gathered.kept.find((one) => one.deliveryId === deliveryId && one.address === to);
    const document = gathered.documents.get(documentId) ?? { reason: 'document.gone' as const };
    if (typeof to !== 'string') written.set(deliveryId, to);
    else if (kept) written.set(deliveryId, { to, raw: zstdDecompressSync(kept.zstd) });
    else if (action === 'recall') {
      const recall = await orReason(() => recallMail(deps, { ...delivery, address: to }));
      if ('reason' in recall) written.set(deliveryId, recall);
      else keep(delivery, recall.envelope, recall.mail);
    } else if ('reason' in document) written.set(deliveryId, document);
    else addMail(deps, composing, document, delivery, { to, ...gathered.before.get(deliveryId) });
  }
  const composed = [...composing.values()].map(async ({ asked, deliveries }) => {
    const mails = await orReason(() => deps.compose(asked));
    for (const [n, delivery] of deliveries.entries()) {
      if ('reason' in mails) written.set(delivery.deliveryId, mails);
      else keep(delivery, asked.mails[n]!.envelope, mails[n]!);
    }
  });
  await Promise.all(composed);
  if (fresh.length > 0) {
    const tookMs = Math.round((performance.now() - started) / fresh.length);
    const first = await writeMessages(deps.db, fresh, { now: deps.now(), tookMs });
    const others = fresh.filter(({ deliveryId }) => !first.has(deliveryId));
    // Another worker wrote them first: its bytes are the ones.
    for (const { deliveryId, address, zstd } of others.length === 0 ? [] : await keptMessages(deps.db, others))
      if (others.some((other) => other.deliveryId === deliveryId && other.address === address))
        written.set(deliveryId, { to: address, raw: zstdDecompressSync(zstd) });
  }
  return written;
}

/** All that the database is asked for these deliveries. */
interface Gathered {
  kept: KeptMessage[];
  before: ReadonlyMap<string, MailsBefore>;
  /** Of patients to whom mails go: where, when they may be written to. */
  ins: ReadonlyMap<string, string>;
  /** Of documents that are still in the record. */
  documents: ReadonlyMap<string, DocumentToSend | { reason: Unwritten }>;
}

interface DocumentToSend extends Pick<Writing, 'masks'> {
  original: Original;
}

function gather({ db, inHand }: WriteMailDeps, leased: readonly Leased[]): Promise<Gathered> {
  return db.steady().transaction(async (tx) => {
    const [kept, before, homes, ins] = await Promise.all([
      keptMessages(tx, leased),
      mailsBefore(tx, leased),
      homesOf(tx, [...new Set(leased.map(({ patientId }) => patientId))]),
      mailboxesOf(tx, [...new Set(leased.filter(isToPatient).map(({ patientId }) => patientId))]),
    ]);
    const isKept = new Set(kept.map(({ deliveryId }) => deliveryId));
    const toWrite = leased.filter(({ deliveryId, action }) => action === 'send' && !isKept.has(deliveryId));
    const asked = new Map(toWrite.map(({ documentId, patientId }) => [documentId, { documentId, homes: homes.get(patientId)! }]));
    const found = asked.size === 0 ? undefined : await documentsToSend(tx, [...asked.values()]);
    const read = [...(found?.values() ?? [])].map(async (item) => {
      const { documentId, masks } = item;
      const original = await orReason(() => inHand.originalOf(tx, asked.get(documentId)!.homes, item));
      return [documentId, 'reason' in original ? original : { original, masks }] as const;
    });
    return { kept, before, ins, documents: new Map(await Promise.all(read)) };
  });
}

const isToPatient = ({ recipient }: Leased) => recipient === 'patient';

/** The INS of each patient who may be written to: only while their identity is qualified. */
async function mailboxesOf(tx: Sql, patientIds: readonly string[]): Promise<Map<string, string>> {
  if (patientIds.length === 0) return new Map();
  const survivors = await survivorsOf(tx, patientIds);
  const patients = await patientsByIds(tx, [...new Set(survivors.values())]);
  const ins = new Map(
    patients.flatMap((one) => (one.ins && permits(one, 'patient-mail') ? [[one.patientId, one.ins.value] as const] : [])),
  );
  return new Map(
    patientIds.flatMap((patientId) => {
      const value = ins.get(survivors.get(patientId) ?? patientId);
      return value === undefined ? [] : [[patientId, value] as const];
    }),
  );
}

function addressOf({ ins }: Gathered, { recipient, patientId, address }: Leased): string | { reason: Unwritten } {
  if (recipient !== 'patient') return /^[\x21-\x7e]+$/.test(address) ? address : { reason: 'address.refused' };
  const value = ins.get(patientId);
  return value === undefined ? { reason: 'patient.unqualified' } : `${value}@${domainOf(address)}`;
}

/** What was asked, or why there is none: the record does not have the document, or nothing can be read in it. */
async function orReason<T extends object>(work: () => Promise<T>): Promise<T | { reason: Unwritten }> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === 'store.unavailable') throw error;
    return { reason: error.code === 'request.not-found' ? 'document.gone' : 'document.unreadable' };
  }
}

/** The mails of one document that are to be written, and whose they are. */
interface Composing {
  asked: ToCompose & { mails: ToCompose['mails'][number][] };
  deliveries: Leased[];
}

/** One more mail of a document: with the others that say the same of it. */
function addMail(
  deps: WriteMailDeps,
  composing: Map<string, Composing>,
  { original, masks }: DocumentToSend,
  delivery: Leased,
  { to, before, letter }: MailsBefore & { to: string },
): void {
  const { zone, sender, now } = deps;
  const action = before === undefined ? 'new' : 'replace';
  const key = `${delivery.documentId} ${action}`;
  const known = composing.get(key) ?? {
    asked: { original, writing: { now: now(), zone, sender, action, masks }, mails: [] },
    deliveries: [],
  };
  composing.set(key, known);
  // Awaited since a discharge letter: its mail is the one that this one answers.
  const isAwaited = before === undefined && letter !== undefined;
  known.asked.mails.push({ envelope: envelopeOf(deps, { ...delivery, address: to }, before ?? letter), ...(isAwaited && { isAwaited }) });
  known.deliveries.push(delivery);
}

/** Asks to withdraw what was sent: the archive is the one that was sent, so the document in it is too. */
async function recallMail(deps: WriteMailDeps, delivery: Leased): Promise<{ envelope: MailEnvelope; mail: Composed }> {
  const before = await lastMailTo(deps.db, delivery);
  if (!before) throw new Refusal('request.not-found', 'what was sent is not kept', { at: 'message' });
  const { attachments } = await PostalMime.parse(zstdDecompressSync(before.zstd));
  const zip = attachments.find(({ filename }) => filename === 'IHE_XDM.ZIP');
  if (!zip) throw new Error('a mail of ours holds no archive');
  const sent = new Uint8Array(zip.content as ArrayBuffer);
  const content = contentOf(sent, 'application/zip');
  const header = headerOf(content);
  const files = filesOf({ header, archive: withdrawalOf(sent, deps.sender) }, deps.now());
  const envelope = envelopeOf(deps, delivery, before.messageId);
  return { envelope, mail: asKept(writeMail({ header, files, action: 'delete' }, envelope)) };
}

function envelopeOf(
  { from, nil, now }: WriteMailDeps,
  { deliveryId, address, recipient }: Leased,
  answers: string | undefined,
): MailEnvelope {
  return {
    from,
    to: address,
    messageId: messageIdOf({ from }, { deliveryId, address }),
    date: now(),
    ...(answers !== undefined && { answers }),
    ...(nil !== undefined && { nil }),
    isToPatient: recipient === 'patient',
  };
}

/** The address is part of it: the same document to another address is another message. */
export const messageIdOf = ({ from }: { from: string }, { deliveryId, address }: Pick<Leased, 'deliveryId' | 'address'>): string =>
  `<${deliveryId}.${createHash('sha256').update(address).digest('hex').slice(0, 8)}@${domainOf(from)}>`;
