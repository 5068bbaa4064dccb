import { zstdCompressSync } from 'node:zlib';
import PostalMime, { type Email } from 'postal-mime';
import { formatOfBytes, readAny, type ReadFormat } from '#formats';
import { INS_OIDS, patientsByNumber } from '#identity';
import { type Db, uuidv7 } from '#kernel';
import { readReceipts, type Receipt } from '#transports';
import { patientBox } from './boxes.ts';
import { answered, writeMessage } from './store.ts';
import { moveForward, sentAs } from './store-sent.ts';
import { type Enclosed, namedBy } from './whose.ts';

export interface TakeDeps {
  db: Db;
  mode: 'demo' | 'production';
  /** Domain of the mailboxes of patients. */
  patientDomain?: string | undefined;
}

/** Formats that laboratories sent by mail before documents: they are told by their first bytes, whatever they are called. */
const LEGACY = new Set<ReadFormat | undefined>(['hl7', 'hprim']);
export const isLegacy = (bytes: Uint8Array): boolean => LEGACY.has(formatOfBytes(bytes));

/** Documents in an attachment: those of an archive, the one that it is, the reports of an HL7 or HPRIM file. None when it is something else, or cannot be read. */
export function documentsIn(bytes: Uint8Array, mediaType: string, name: string): Enclosed[] {
  if (!/zip|xml/i.test(mediaType) && !/\.(zip|xml)$/i.test(name) && !isLegacy(bytes)) return [];
  try {
    return readAny(bytes).contents.filter((content) => content.kind === 'report' || content.kind === 'document');
  } catch {
    return []; // what nobody can read is still there to be downloaded
  }
}

/**
 * A mail that arrived for a mailbox that the region keeps: filed in its thread, tied to the patient whom what is attached names by INS, or whom
 * its thread is about. The same mail again changes nothing. A patient answers a professional, and does not open a thread.
 * @returns what became of it
 */
export async function takeMail(
  deps: TakeDeps,
  { address, raw, now }: { address: string; raw: Buffer; now: Date },
): Promise<'kept' | 'known' | 'told' | 'refused'> {
  const box = await boxOf(deps, address.toLowerCase());
  if (box !== undefined && (await takeNotifications(deps, box, raw, now))) return 'told';
  const email = await PostalMime.parse(raw);
  const from = email.from?.address?.toLowerCase() ?? '';
  const other = await boxOf(deps, from);
  if (box === undefined || other === undefined) return 'refused';
  const rfcId = email.messageId ?? `<${uuidv7()}@sans-identifiant>`;
  const before = await answered(deps.db, box, [email.inReplyTo ?? '', ...(email.references ?? '').split(/\s+/)].filter(Boolean));
  // From a patient: only as an answer to what a professional wrote to that very patient, who said that they may answer.
  const isFromPatient = other.startsWith('patient:');
  if (isFromPatient && !(before?.direction === 'out' && before.other === other && before.mayAnswer)) return 'refused';
  const attached = attachmentsOf(email);
  const patientId = isFromPatient
    ? other.slice('patient:'.length)
    : ((await patientIn(deps, attached, now)) ?? before?.patientId ?? undefined);
  const isSameThread = before !== undefined && [before.patientId, null].includes(patientId ?? null);
  const isNew = await writeMessage(deps.db, {
    messageId: uuidv7(now.getTime()),
    box,
    direction: 'in',
    // One person a thread: an answer about somebody else opens another.
    thread: isSameThread ? before.thread : rfcId,
    rfcId,
    other,
    otherName: email.from?.name || (isFromPatient ? 'Patient' : from),
    subject: plainSubject(email.subject ?? ''),
    words: (email.text ?? '').slice(0, 100_000),
    attachments: attached.map(({ name, mediaType, bytes }) => ({ name, mediaType, size: bytes.length })),
    zstd: zstdCompressSync(raw),
    at: now,
    patientId,
    tiedBy: patientId === undefined ? undefined : isFromPatient ? 'sender' : before?.patientId === patientId ? 'thread' : 'ins',
    mayAnswer: !email.headers.some(({ key, value }) => key === 'x-mss-mes' && value.trim().toUpperCase() === 'FIN'),
    state: 'received',
    receiptTo: isFromPatient || box.startsWith('patient:') ? undefined : receiptAsked(email, from),
  });
  return isNew ? 'kept' : 'known';
}

/**
 * Notifications of delivery and of reading (RFC 3464, RFC 8098) of mails that left this mailbox: each moves the mail that it is about, when it speaks
 * for the one to whom that mail went.
 * @returns false for any other mail, and for a notification of what did not leave from here: people read it
 */
async function takeNotifications(deps: TakeDeps, box: string, raw: Buffer, now: Date): Promise<boolean> {
  const receipts = await readReceipts(raw);
  const matched: boolean[] = [];
  for (const receipt of receipts) {
    const { kind, recipient, from, status } = receipt;
    const about = await sentAs(deps.db, box, receipt);
    const speaker = (kind === 'delivered' || kind === 'delayed' || kind === 'failed' ? recipient : from) ?? '';
    const isTheirs = about !== undefined && (await boxOf(deps, speaker)) === about.other;
    matched.push(isTheirs);
    const state = STATES[kind];
    if (!isTheirs || !state) continue;
    await moveForward(deps.db, about.messageId, { state, now, ...(state === 'dead' && { reason: status ?? 'failed' }) });
  }
  return matched.length > 0 && matched.every(Boolean);
}

/** What a notification makes of a mail; filed by a program is no reading. */
const STATES: { [kind in Receipt['kind']]?: 'delivered' | 'read' | 'dead' } = {
  delivered: 'delivered',
  filed: 'delivered',
  'not-filed': 'delivered',
  read: 'read',
  failed: 'dead',
};

/** Where the sender asks to be told that it was read: only the address that the mail comes from, so that nobody is made to write to another. */
function receiptAsked({ headers }: Email, from: string): string | undefined {
  const header = (name: string) => headers.find(({ key }) => key === name)?.value;
  const addressIn = (value = '') => /([^<>\s,;]+@[^<>\s,;]+)>?\s*$/.exec(value.trim())?.[1]?.toLowerCase();
  const asked = addressIn(header('disposition-notification-to'));
  const returnPath = addressIn(header('return-path'));
  return asked === from && (returnPath === undefined || returnPath === asked) ? asked : undefined;
}

export interface Attached {
  name: string;
  mediaType: string;
  bytes: Uint8Array;
}

export const attachmentsOf = ({ attachments }: Email): Attached[] =>
  attachments.map(({ filename, mimeType, content }, n) => ({
    name: filename ?? `piece-${n + 1}`,
    mediaType: mimeType,
    bytes: typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content),
  }));

/** An address as a mailbox: that of a patient, which is their INS, by their record; undefined of a patient whom nobody knows. */
async function boxOf({ db, patientDomain }: TakeDeps, address: string): Promise<string | undefined> {
  const [name = '', domain] = address.split('@');
  if (patientDomain === undefined || domain !== patientDomain.toLowerCase()) return address;
  for (const root of Object.values(INS_OIDS)) {
    const [patient] = await patientsByNumber(db, [root], name.toUpperCase());
    if (patient) return patientBox(patient.patientId);
  }
  return undefined;
}

/** The one person whom all the documents name by INS; nobody when they disagree. */
async function patientIn({ db, mode }: TakeDeps, attached: readonly Attached[], now: Date): Promise<string | undefined> {
  const found = new Set<string | undefined>();
  for (const { bytes, mediaType, name } of attached)
    for (const content of documentsIn(bytes, mediaType, name)) found.add(await namedBy(db, content, mode, now));
  return found.size === 1 ? [...found][0] : undefined;
}

/** Without the prefix by which software knows an archive: it is hidden from people (CI-SIS, MSSanté §2). */
const plainSubject = (subject: string) =>
  subject
    .replace(/^\s*XDM\/1\.0\/DDM\+?/i, '')
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 300);
