import { zstdDecompressSync } from 'node:zlib';
import type { Identifier } from '#formats';
import { personOf } from '#identity';
import { type Db, Refusal, type Sql } from '#kernel';
import { documentById, type Mask } from '#record';
import type { MailOutcome } from '#transports';
import { cdaOf, contentOf, headerOf } from './archive.ts';
import type { DocumentsInHand } from './documents-in-hand.ts';
import type { Candidate } from './rules.ts';
import { lastMailTo, sentOf } from './store-deliveries.ts';
import type { Leased } from './store-lease.ts';

/** A shared record to which documents go: the national one, that of another region (PDSm, IHE MHD). */
export interface SharedRecord {
  /** Named by rules as `shared:ID`. */
  id: string;
  name: string;
  /** Where its server is: its circuit. */
  host: string;
}

/** What became of a document handed to a shared record: as of a mail, in words of its own. */
export type SharedOutcome =
  | Extract<MailOutcome, { kind: 'accepted' }>
  | { kind: 'later'; scope: 'domain'; code: 'shared.unreachable' | 'shared.refuses-us'; reply: string; retryAfterSeconds?: number }
  | { kind: 'refused'; code: 'shared.refused' | 'shared.unknown' | 'shared.recall' | 'document.gone'; reply: string };

export interface SharedRecords {
  records: readonly SharedRecord[];
  /** Publishes a CDA, which replaces the version that it names. The same one again changes nothing there. Never throws. */
  publish(id: string, document: { bytes: Buffer; masks: readonly Mask[] }, now: Date): Promise<SharedOutcome>;
  /** Withdraws from reading there a CDA that was published. Withdrawn already, it is done. Never throws. */
  withdraw(id: string, bytes: Buffer): Promise<SharedOutcome>;
}

const PREFIX = 'shared:';

/** Each is a candidate for every document: rules say which go there. */
export const sharedCandidate = ({ id, name, host }: SharedRecord): Candidate => ({
  role: 'shared',
  recipient: `${PREFIX}${id}`,
  name,
  found: { addresses: [`documents@${host}`] },
  isFollowing: false,
  isShutOut: false,
});

export const isShared = ({ recipient }: { recipient: string }): boolean => recipient.startsWith(PREFIX);

/**
 * The document as it goes there: the CDA that the record holds, byte for byte, under its own identifier. A report of another format is written as one, and
 * names the version of it that went there before: its sender does not (HL7 v2, FHIR), and both would stay in force. @throws Refusal
 */
export async function sharedDocument(sql: Sql, inHand: DocumentsInHand, delivery: Leased): Promise<Buffer> {
  const { patientId, documentId } = delivery;
  const { homes } = await personOf(sql, patientId);
  const item = await documentById(sql, homes, documentId);
  if (!item) throw new Refusal('request.not-found', 'the document is not in this record any more', { at: 'documentId' });
  const content = await inHand.contentOf(sql, homes, item);
  if (content.kind !== 'report' || content.source !== undefined) return cdaOf(content);
  const before = await lastMailTo(sql, delivery);
  const written = cdaOf(content);
  const former = before && namedIn(zstdDecompressSync(before.zstd))[0]!;
  // As both are written: an authority that FHIR names by an address is another word in a CDA.
  const isNamed = !former || namedIn(written).some((one) => one.root === former.root && one.extension === former.extension);
  if (isNamed) return written;
  const { report } = content;
  return cdaOf({ ...content, report: { ...report, replaces: [...report.replaces, former] } });
}

/** The identifier of a CDA, then those that it replaces. */
function namedIn(cda: Uint8Array): Identifier[] {
  const { id, replaces } = headerOf(contentOf(cda, 'text/xml'));
  return [id, ...replaces];
}

/** Hands it over, hidden there from whom it is hidden here now. */
export async function publish(
  { db, shared, now }: { db: Db; shared?: SharedRecords | undefined; now: () => Date },
  { patientId, documentId, recipient }: Leased,
  bytes: Buffer,
): Promise<SharedOutcome> {
  const id = recipient.slice(PREFIX.length);
  if (!shared?.records.some((record) => record.id === id)) return { kind: 'refused', code: 'shared.unknown', reply: '' };
  const { homes } = await personOf(db, patientId);
  const item = await documentById(db, homes, documentId);
  if (!item || item.status === 'deleted') return { kind: 'refused', code: 'document.gone', reply: '' };
  return shared.publish(id, { bytes, masks: item.masks.map(({ mask }) => mask) }, now());
}

/** Asks it back: the document is named by the very bytes that were published. */
export async function withdraw({ db, shared }: { db: Db; shared?: SharedRecords | undefined }, delivery: Leased): Promise<SharedOutcome> {
  const id = delivery.recipient.slice(PREFIX.length);
  const sent = await sentOf(db, delivery);
  if (!sent || !shared?.records.some((record) => record.id === id)) return { kind: 'refused', code: 'shared.recall', reply: '' };
  return shared.withdraw(id, zstdDecompressSync(sent));
}
