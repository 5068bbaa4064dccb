import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Principal } from '#access';
import { mailbox, practitioner } from '#directory';
import { patientById, permits, personOf } from '#identity';
import { backoffMs, type Db, Refusal, type Sql, uuidv7 } from '#kernel';
import { type MailRelay, writeDisposition } from '#transports';
import { patientBox } from './boxes.ts';
import type { FileToSend, MailToWrite } from './contract.ts';
import { type MessageRow, writeMessage } from './store.ts';
import { leaseDue, leaseReceipts, settleReceipt, settleSent } from './store-sent.ts';

export interface WriteDeps {
  /** Domains of the trusted operators; undefined: all that the directory holds. */
  domains: ReadonlySet<string> | undefined;
  patientDomain?: string | undefined;
  /** Reference number of the product (X-MSS-NIL). */
  nil?: string | undefined;
}

interface Writing {
  who: Principal;
  mail: MailToWrite;
  /** The message answered, of the same mailbox. */
  before: MessageRow | undefined;
  now: Date;
  /** A document of the record that goes with it, and the headers that tell of it. */
  enclosed?: { headers: Record<string, string>; enclosures: { filename: string; content: Buffer; contentType: string }[] } | undefined;
}

/**
 * Keeps a mail to be sent, whole: what leaves is these bytes. Written in the transaction of the door.
 * @throws Refusal `request.invalid` of an address that nobody trusts, of a patient who cannot be written to, of a thread that is closed
 */
export async function writeMail(tx: Sql, deps: WriteDeps, { who, mail, before, now, enclosed }: Writing): Promise<string> {
  const isPatient = who.role === 'patient';
  if (isPatient && !(before?.direction === 'in' && before.mayAnswer))
    throw new Refusal('request.invalid', 'a patient answers a professional who wrote to them, and may not open a thread', {
      at: 'answers',
    });
  if (before && !(await mayAnswer(tx, deps, before.other)))
    throw new Refusal('request.invalid', 'nobody reads what is answered to this address', { at: 'answers' });
  const { other, otherName, patientId } = before ? ofThread(before) : await addressed(tx, deps, mail);
  const from = await addressOf(tx, deps, mail.box);
  const to = await addressOf(tx, deps, other);
  const messageId = uuidv7(now.getTime());
  const rfcId = `<${messageId}@${from.slice(from.lastIndexOf('@') + 1)}>`;
  const isOpen = mail.mayAnswer ?? true;
  const attachments = [...(enclosed?.enclosures ?? []), ...(mail.files ?? []).map(fileOf)];
  const raw = await new MailComposer({
    from: { name: who.name, address: from },
    to,
    date: now,
    messageId: rfcId,
    ...(before && { inReplyTo: before.rfcId, references: [...new Set([before.thread, before.rfcId])] }),
    // Receiving software knows an archive by this beginning (CI-SIS, MSSanté §2).
    subject: enclosed ? `XDM/1.0/DDM+${mail.subject}` : mail.subject,
    text: mail.words,
    attachments,
    headers: {
      ...enclosed?.headers,
      // A patient tells nobody when they read (and is not asked to).
      ...(!isPatient && !other.startsWith('patient:') && { 'Disposition-Notification-To': from }),
      ...(deps.nil !== undefined && { 'X-MSS-NIL': deps.nil }),
      ...(other.startsWith('patient:') && !isOpen && { 'X-MSS-MES': 'FIN' }),
    },
  })
    .compile()
    .build();
  await writeMessage(tx, {
    messageId,
    box: mail.box,
    direction: 'out',
    thread: before?.thread ?? rfcId,
    rfcId,
    other,
    otherName,
    subject: mail.subject,
    words: mail.words,
    attachments: attachments.map(({ filename, contentType, content }) => ({
      name: filename,
      mediaType: contentType,
      size: content.length,
    })),
    at: now,
    zstd: zstdCompressSync(raw),
    ...(patientId !== null && { patientId, tiedBy: before ? 'thread' : who.id }),
    mayAnswer: isOpen,
    by: { id: who.id, name: who.name },
    state: 'waiting',
  });
  return messageId;
}

/** A name without a path nor a control character. */
const fileOf = ({ name, mediaType, file }: FileToSend) => ({
  filename: name.replaceAll(/[\p{Cc}/\\"]+/gu, '_'),
  contentType: mediaType,
  content: Buffer.from(file, 'base64'),
});

/** To whom a mail would go. @throws Refusal as `writeMail` */
export async function recipientOf(tx: Sql, deps: WriteDeps, { mail, before }: Pick<Writing, 'mail' | 'before'>): Promise<string> {
  return (before ?? (await addressed(tx, deps, mail))).other;
}

/** A patient, or a mailbox that the directory knows at a trusted operator: a system that writes reads no answer. */
export async function mayAnswer(tx: Sql, deps: Pick<WriteDeps, 'domains'>, other: string): Promise<boolean> {
  return other.startsWith('patient:') || (await trusted(tx, deps, other)) !== undefined;
}

async function trusted(tx: Sql, { domains }: Pick<WriteDeps, 'domains'>, address: string) {
  const isTrusted = !domains || domains.has(address.slice(address.lastIndexOf('@') + 1));
  return isTrusted ? mailbox(tx, address) : undefined;
}

const ofThread = ({ other, otherName, patientId }: MessageRow) => ({ other, otherName, patientId });

async function addressed(tx: Sql, deps: WriteDeps, { to = '', patientId }: MailToWrite) {
  const person = patientId === undefined ? null : (await personOf(tx, patientId)).patientId;
  if (to === 'patient') {
    if (person === null) throw new Refusal('request.invalid', 'say which patient', { at: 'patientId' });
    return { other: patientBox(person), otherName: 'Patient', patientId: person };
  }
  const address = to.toLowerCase();
  const known = await trusted(tx, deps, address);
  if (!known) throw new Refusal('request.invalid', 'no mailbox of the secure mail has this address', { at: 'to' });
  return { other: address, otherName: known.label ?? (await holderOf(tx, known.rpps)) ?? address, patientId: person };
}

/** Whose a personal mailbox is, by name. */
async function holderOf(tx: Sql, rpps: string | undefined): Promise<string | undefined> {
  const holder = rpps === undefined ? undefined : await practitioner(tx, rpps);
  return holder && [holder.title === 'DR' ? 'Dr' : holder.title, holder.given, holder.family].filter(Boolean).join(' ');
}

/** The address of a mailbox as it leaves: a patient's is their INS, and only while their identity is qualified. */
async function addressOf(tx: Sql, { patientDomain }: WriteDeps, box: string): Promise<string> {
  if (!box.startsWith('patient:')) return box;
  const { patientId } = await personOf(tx, box.slice('patient:'.length));
  const patient = await patientById(tx, patientId);
  if (patientDomain === undefined || !patient?.ins || !permits(patient, 'patient-mail'))
    throw new Refusal('request.invalid', 'this patient has no mailbox: their identity is not qualified', { at: 'to' });
  return `${patient.ins.value}@${patientDomain}`;
}

export interface SendDeps extends WriteDeps {
  db: Db;
  relay: Pick<MailRelay, 'send'>;
  now: () => Date;
}

/** Longer than a conversation with the operator may last. */
const LEASE_MS = 120_000;
/** After so long an operator that says "later" will not say yes: the author is told. */
const MOST_TRIES = 12;

/** Sends what waits, once each round; killed after the operator took it, the same bytes leave again under the same Message-ID. @returns how many */
export async function sendWaiting({ db, relay, now, ...deps }: SendDeps): Promise<number> {
  const due = await leaseDue(db, now(), new Date(now().getTime() + LEASE_MS));
  for (const { messageId, box, other, zstd, tries } of due) {
    const outcome = await conversation(db, deps, { box, other }).then(
      ({ from, to }) => relay.send({ from, to, raw: zstdDecompressSync(zstd), envelopeId: messageId }),
      (error: unknown) => {
        if (error instanceof Refusal && error.code !== 'store.unavailable')
          return { kind: 'refused' as const, code: 'patient.unqualified', reply: '' };
        throw error;
      },
    );
    if (outcome.kind === 'accepted') await settleSent(db, messageId, { state: 'sent', tries: tries + 1 });
    else if (outcome.kind === 'refused' || tries + 1 >= MOST_TRIES)
      await settleSent(db, messageId, { state: 'dead', reason: outcome.code, tries: tries + 1 });
    else {
      const nextAt = new Date(now().getTime() + backoffMs(tries + 1, Math.random()));
      await settleSent(db, messageId, { state: 'waiting', reason: outcome.code, tries: tries + 1, nextAt });
    }
  }
  return due.length;
}

/** A notification of reading that an operator refuses for so long is given up: the mail was read all the same. */
const MOST_RECEIPT_TRIES = 6;

/** Tells those who asked that their mail was read. From nobody, so that it is never answered in its turn (RFC 8098 §2). @returns how many */
export async function sendReceipts({ db, relay, now, domains }: SendDeps): Promise<number> {
  const due = await leaseReceipts(db, now(), new Date(now().getTime() + LEASE_MS));
  for (const { messageId, box, rfcId, receiptTo, tries } of due) {
    const isTrusted = !domains || domains.has(receiptTo.slice(receiptTo.lastIndexOf('@') + 1));
    const outcome = isTrusted ? await relay.send({ from: '', to: receiptTo, ...receiptOf(box, receiptTo, rfcId, now()) }) : undefined;
    const isLater = outcome?.kind === 'later' && tries < MOST_RECEIPT_TRIES;
    await settleReceipt(db, messageId, isLater ? new Date(now().getTime() + backoffMs(tries, Math.random())) : null);
  }
  return due.length;
}

function receiptOf(from: string, to: string, about: string, now: Date) {
  const words = 'Le message a été ouvert dans la messagerie de son destinataire.';
  const disposition = 'manual-action/MDN-sent-automatically; displayed';
  const { raw, id } = writeDisposition({ from, to, about, subject: 'Lu', words, disposition, agent: 'cigogne-messagerie' }, now);
  return { raw, envelopeId: id.replaceAll(/[<>]/g, '') };
}

async function conversation(sql: Sql, deps: WriteDeps, { box, other }: { box: string; other: string }) {
  return { from: await addressOf(sql, deps, box), to: await addressOf(sql, deps, other) };
}

/** Between two looks at what waits: a person has just pressed « send ». */
const REST_MS = 1_000;

/** Sends for as long as the server runs. @returns how to stop */
export function startMail(deps: SendDeps, onError: (error: unknown) => void): () => Promise<void> {
  const life: { stopped: boolean; end: () => void } = { stopped: false, end: () => {} };
  const rest = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, REST_MS);
      life.end = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const running = (async () => {
    while (!life.stopped) {
      await sendWaiting(deps).catch(onError);
      await sendReceipts(deps).catch(onError);
      if (!life.stopped) await rest();
    }
  })();
  return async () => {
    life.stopped = true;
    life.end();
    await running;
  };
}
