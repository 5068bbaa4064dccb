import type { StoredResult } from '#record';
import {
  contentKey,
  type FiledDocument,
  findByBytes,
  findByUniqueId,
  idText,
  packBytes,
  reportHead,
  structureOf,
  writeArrival,
} from '#record';
import type { Db, Sql } from '#kernel';
import type { InHand } from './read-arrival.ts';
import { sourceOf } from './to-store.ts';

/** The very bytes of a document, from another system of its structure: one document, one more arrival. */
export async function joinSameBytes(sql: Sql, inHand: InHand): Promise<FiledDocument | undefined> {
  const first = await findByBytes(sql, inHand.sha256);
  if (first) await writeArrival(sql, arrivalOf(inHand, first));
  return first;
}

/**
 * The same report of biology in another form (its identifier with other bytes, the same results from another source): one document, one
 * more arrival, whose bytes are kept.
 * @returns undefined when it says anything else
 */
export async function joinFirstCopy(
  { db, zone }: { db: Db; zone: string },
  inHand: InHand,
  results: readonly StoredResult[],
): Promise<FiledDocument | undefined> {
  const { read, header, receivedAt, mediaType, bytes } = inHand;
  if (read.kind !== 'laboratory-report') return undefined;
  const first = await findByUniqueId(db, idText(header.id), structureOf(header).finess);
  if (!first || first.source === sourceOf(inHand)) return undefined;
  const head = reportHead(read.report, results, { documentId: first.documentId, receivedAt: receivedAt.toISOString(), joinedBy: '', zone });
  const key = contentKey(head, results);
  if (!key || !first.contentKey?.equals(key)) return undefined;
  await writeArrival(db, { ...arrivalOf(inHand, first), copy: { mediaType, zstd: packBytes(bytes) } });
  return first;
}

function arrivalOf({ receivedAt, channel, sender, sha256 }: InHand, { patientId, documentId }: FiledDocument) {
  return { patientId, documentId, at: receivedAt, channel, senderId: sender.id, sha256 };
}
