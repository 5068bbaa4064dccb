import type { Sql } from '#kernel';
import type { Channel, Mask, PlaceSaid } from './document-contract.ts';
import type { SubmissionSaid } from './store-registry.ts';
import type { RelationToStore } from './store-write.ts';

/** Originals that wait until a person says whose they are, and further copies of them: the only SQL that knows these tables. */

/** Keeps an original whose patient is not decided. @returns false when these very bytes were taken before */
export async function keepWaitingOriginal(
  tx: Sql,
  deposit: {
    sha256: Buffer;
    depositId: string;
    senderId: string;
    uniqueId: string;
    /** FINESS of the structure that answers for the document. */
    structure: string;
    receivedAt: string;
    bytes: Buffer;
    mediaType: string;
    channel: Channel;
    /** Under which it came, beside those that it says itself. */
    masks?: readonly Mask[];
    /** What its sender says it adds to, transforms or signs, beside those that it says itself. */
    relations?: readonly RelationToStore[];
    place?: PlaceSaid;
    submission?: SubmissionSaid;
  },
): Promise<boolean> {
  const [row] = await tx.query<{ taken: number }>(
    'deposit-wait',
    `with taken as (
       insert into record.deposit (sha256, deposit_id, sender_id, unique_id, state, received_at, structure, identifier_is_shared)
       values ($1, $2, $3, $4, 'identity', $5, $8, exists (select from record.deposit where unique_id = $4 and structure <> $8))
       on conflict (sha256) do nothing returning 1),
     kept as (insert into record.waiting_original (deposit_id, bytes, media_type, channel, masks, relations, submission, place)
       select $2, $6, $7, $9, $10, $11::jsonb, $12::jsonb, $13::jsonb from taken)
     select count(*)::int as taken from taken`,
    [
      deposit.sha256,
      deposit.depositId,
      deposit.senderId,
      deposit.uniqueId,
      deposit.receivedAt,
      deposit.bytes,
      deposit.mediaType,
      deposit.structure,
      deposit.channel,
      deposit.masks ?? [],
      JSON.stringify(deposit.relations ?? []),
      deposit.submission ? JSON.stringify(deposit.submission) : null,
      deposit.place ? JSON.stringify(deposit.place) : null,
    ],
  );
  return row!.taken === 1;
}

export interface WaitingOriginal {
  sha256: Buffer;
  senderId: string;
  /** FINESS of the structure that answers for the document. */
  structure: string;
  receivedAt: Date;
  bytes: Buffer;
  mediaType: string;
  channel: Channel;
  masks: Mask[];
  relations: RelationToStore[];
  submission?: SubmissionSaid;
  place?: PlaceSaid;
}

/** The waiting original of a deposit, locked until the transaction ends. */
export async function lockWaitingOriginal(tx: Sql, depositId: string): Promise<WaitingOriginal | undefined> {
  const [row] = await tx.query<Omit<WaitingOriginal, 'submission' | 'place'> & Kept & Record<string, unknown>>(
    'deposit-waiting',
    `select sha256, sender_id as "senderId", structure, received_at as "receivedAt", bytes, media_type as "mediaType", channel, masks,
       relations, submission, place
     from record.deposit join record.waiting_original using (deposit_id) where deposit_id = $1 and state = 'identity' for update`,
    [depositId],
  );
  if (!row) return undefined;
  const { submission, place, ...waiting } = row;
  return { ...waiting, ...(submission && { submission }), ...(place && { place }) };
}

interface Kept {
  submission: SubmissionSaid | null;
  place: PlaceSaid | null;
}

/** What waits was made again by ourselves, for another patient: other bytes, another identifier. */
export async function renewWaiting(
  tx: Sql,
  { depositId, sha256, uniqueId }: { depositId: string; sha256: Buffer; uniqueId: string },
): Promise<void> {
  await tx.query(
    'deposit-renew-waiting',
    `update record.deposit set sha256 = $2, unique_id = $3 where deposit_id = $1 and state = 'identity'`,
    [depositId, sha256, uniqueId],
  );
}

/** The deposit that waits under these bytes, or under the identifier that a structure gave. */
export async function findWaiting(
  sql: Sql,
  { sha256, uniqueId, structure }: { sha256: Buffer; uniqueId: string; structure: string },
): Promise<string | undefined> {
  const [row] = await sql.query<{ depositId: string }>(
    'deposit-find-waiting',
    `select deposit_id as "depositId" from record.deposit where state = 'identity' and (sha256 = $1 or (unique_id = $2 and structure = $3)) limit 1`,
    [sha256, uniqueId, structure],
  );
  return row?.depositId;
}

export interface WaitingArrival {
  depositId: string;
  at: Date;
  channel: Channel;
  senderId: string;
  sha256: Buffer;
  /** The copy itself, when its bytes are not those that wait. */
  copy?: { mediaType: string; zstd: Buffer };
}

/** One more copy of what waits. The same copy again by the same door is nothing new. */
export async function writeWaitingArrival(tx: Sql, { depositId, at, channel, senderId, sha256, copy }: WaitingArrival): Promise<void> {
  await tx.query(
    'deposit-waiting-arrival',
    `insert into record.waiting_arrival (deposit_id, arrived_at, channel, sender_id, sha256, media_type, zstd)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
    [depositId, at, channel, senderId, sha256, copy?.mediaType ?? null, copy?.zstd ?? null],
  );
}

/** What waited is filed: its further copies are arrivals of the document. */
export async function moveWaitingArrivals(
  tx: Sql,
  { depositId, patientId, documentId }: { depositId: string; patientId: string; documentId: string },
): Promise<void> {
  await tx.query(
    'deposit-move-arrivals',
    `with gone as (delete from record.waiting_arrival where deposit_id = $1 returning *)
     insert into record.arrival (patient_id, document_id, arrived_at, channel, sender_id, sha256, media_type, zstd)
     select $2, $3, arrived_at, channel, sender_id, sha256, media_type, zstd from gone on conflict do nothing`,
    [depositId, patientId, documentId],
  );
}

/**
 * A waiting deposit that nobody's record receives: the caller puts its original in quarantine, in the same transaction. Who sent further copies is
 * remembered, their bytes are not.
 */
export async function refuseWaiting(tx: Sql, depositId: string): Promise<void> {
  await tx.query(
    'deposit-refuse',
    `with refused as (update record.deposit set state = 'refused', settled_at = now() where deposit_id = $1 and state = 'identity' returning 1),
     copies as (update record.waiting_arrival set zstd = null, media_type = null where deposit_id = $1 and exists (select 1 from refused))
     delete from record.waiting_original where deposit_id = $1 and exists (select 1 from refused)`,
    [depositId],
  );
}
