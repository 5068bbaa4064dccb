import { isDeepStrictEqual } from 'node:util';
import { readLabReport } from '#formats';
import type { StoredResult } from '#record';
import {
  contentKey,
  type FiledDocument,
  findByBytes,
  findByUniqueId,
  findWaiting,
  idText,
  originalOf,
  packBytes,
  reportHead,
  structureOf,
  writeArrival,
  writeWaitingArrival,
} from '#record';
import type { Db, Sql } from '#kernel';
import type { InHand, ReadArrival } from './read-arrival.ts';
import { noteDeposit } from './refused-deposit.ts';
import { sourceOf } from './to-store.ts';
import { waitingInHand } from './waiting-in-hand.ts';

/** The very bytes of a document, from another system of its structure: one document, one more arrival. */
export async function joinSameBytes(sql: Sql, inHand: InHand): Promise<FiledDocument | undefined> {
  const first = await findByBytes(sql, inHand.sha256);
  if (first) await writeArrival(sql, arrivalOf(inHand, first));
  return first;
}

/**
 * The same report of biology in another form (its identifier with other bytes, the same results from another source): one document, one
 * more arrival, whose bytes are kept. So is one in FHIR that says again all that the first says: its software names the entries of a Bundle anew each
 * time that it sends them.
 * @returns undefined when it says anything else
 */
export async function joinFirstCopy(
  { db, zone }: { db: Db; zone: string },
  inHand: InHand,
  results: readonly StoredResult[],
): Promise<FiledDocument | undefined> {
  const { header } = inHand;
  const first = await findByUniqueId(db, idText(header.id), structureOf(header).finess);
  if (!first) return undefined;
  const key = keyOf(zone, inHand, results);
  if (!key || !first.contentKey?.equals(key)) return undefined;
  if (first.source === sourceOf(inHand) && !(await isSaidAgain(db, inHand, first))) return undefined;
  await writeArrival(db, { ...arrivalOf(inHand, first), copy: copyOf(inHand) });
  return first;
}

async function isSaidAgain(db: Db, { read }: InHand, { patientId, documentId }: FiledDocument): Promise<boolean> {
  if (read.kind !== 'laboratory-report' || read.report.format !== 'fhir') return false;
  const { bytes, mediaType } = await originalOf(db, [patientId], documentId, 'laboratory-report');
  return isDeepStrictEqual(readLabReport(bytes, mediaType), read.report);
}

/**
 * The same document by another channel while its first copy still waits for a person: one item of the worklist, with one more arrival. The same
 * bytes from another system, or, for a report of biology, the same results in another form.
 * @param resultsOf the results of a report as this region reads them
 * @returns the deposit that waits; undefined when nothing waits, or says anything else
 */
export function joinWaiting(
  { db, zone }: { db: Db; zone: string },
  inHand: InHand,
  resultsOf: (read: ReadArrival) => readonly StoredResult[],
): Promise<string | undefined> {
  const { header, sha256, receivedAt: at, channel, sender } = inHand;
  return db.transaction(async (tx) => {
    const depositId = await findWaiting(tx, { sha256, uniqueId: idText(header.id), structure: structureOf(header).finess });
    const first = depositId === undefined ? undefined : await waitingInHand(tx, depositId);
    if (!depositId || !first) return undefined;
    const isSameBytes = first.sha256.equals(sha256);
    if (!isSameBytes) {
      const [one, other] = [first, inHand].map((each) => keyOf(zone, each, resultsOf(each.read)));
      if (sourceOf(first) === sourceOf(inHand) || !one || !other?.equals(one)) return undefined;
    }
    const arrival = { depositId, at, channel, senderId: sender.id, sha256 };
    await writeWaitingArrival(tx, isSameBytes ? arrival : { ...arrival, copy: copyOf(inHand) });
    await noteDeposit(tx, { ...inHand, depositId }, 'deposit-waits');
    return depositId;
  });
}

/** What a report of biology says, whatever its form; null for what is no such report. */
function keyOf(zone: string, { read, receivedAt }: InHand, results: readonly StoredResult[]): Buffer | null {
  if (read.kind !== 'laboratory-report') return null;
  const head = reportHead(read.report, results, { documentId: '', receivedAt: receivedAt.toISOString(), joinedBy: '', zone });
  return contentKey(head, results);
}

const copyOf = ({ mediaType, bytes }: InHand) => ({ mediaType, zstd: packBytes(bytes) });

function arrivalOf({ receivedAt, channel, sender, sha256 }: InHand, { patientId, documentId }: FiledDocument) {
  return { patientId, documentId, at: receivedAt, channel, senderId: sender.id, sha256 };
}
