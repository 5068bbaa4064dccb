import type { Sql } from '#kernel';
import type { Anchor, AnchoredHead } from './anchor.ts';
import { type AuditEvent, canonicalBytes, type ChainedEvent, GENESIS } from './audit.ts';
import type { SessionToFind } from './store-sessions.ts';

/**
 * Adds one event at the end of its chain, in one statement; the head's row is locked until the transaction ends. What the event allows is
 * what row-level security then lets this transaction read: the records that are read as one with its patient's, or none.
 * @param options.endsSteady statements after it are planned by their values again (`steady` of kernel)
 */
export async function appendEvent(
  tx: Sql,
  event: AuditEvent,
  homes: readonly string[],
  { endsSteady = false }: { endsSteady?: boolean } = {},
): Promise<void> {
  await tx.query(
    'access-append-event',
    `with head as (
       insert into access.audit_head as h (chain, sequence, previous_hash, hash)
       values ($1, 1, $19, sha256($19 || int8send(1) || $2))
       on conflict (chain) do update
         set sequence = h.sequence + 1, previous_hash = h.hash, hash = sha256(h.hash || int8send(h.sequence + 1) || $2)
       returning sequence, previous_hash, hash),
     event as (
     insert into access.audit_event (chain, sequence, patient_id, at, actor, actor_name, role, organisation, organisation_name,
       acts_for, action, object, via, mode, allowed, rule, rights_version, reason, previous_hash, hash)
     select $1, sequence, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, previous_hash, hash from head)
     select set_config('cigogne.records', $20, true), case when $21::boolean then set_config('plan_cache_mode', 'auto', true) end,
       case when $21::boolean then set_config('enable_seqscan', 'on', true) end`,
    [...valuesOf(event), GENESIS, event.allowed ? homes.join() : '', endsSteady],
  );
}

const valuesOf = (event: AuditEvent): readonly unknown[] => [
  event.chain,
  canonicalBytes(event),
  event.patientId,
  event.at,
  event.actor,
  event.actorName,
  event.role,
  event.organisation,
  event.organisationName,
  event.actsFor,
  event.action,
  event.object,
  event.via,
  event.mode,
  event.allowed,
  event.rule,
  event.rightsVersion,
  event.reason,
];

/** What a decision was taken by, to be held against what is so now. */
export interface DecidedBy {
  /** Undefined when the session is known to be open. */
  session: SessionToFind | undefined;
  /** The record asked for. */
  asked: string;
  isFollowed: boolean;
  homes: readonly string[];
  holders: readonly string[];
  /** As the database told it (store.ts). */
  standing: string;
}

/**
 * Writes the event and opens its records if the session is still open and nothing that was decided by has changed.
 * @throws an error that `isChanged` knows when something differs: nothing was done, nor is anything else of the transaction
 */
export async function passAgain(owner: Sql, by: DecidedBy, event: AuditEvent): Promise<void> {
  const { session, asked, isFollowed, homes, holders, standing } = by;
  await owner.query(
    'access-pass-again',
    `select access.pass_again($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
       $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28)`,
    [
      session?.idHash,
      session?.idleSince,
      session?.openedSince,
      session?.account?.id,
      session?.account?.payload,
      asked,
      isFollowed,
      homes,
      holders,
      standing,
      ...valuesOf(event),
    ],
  );
}

export const isChanged = (error: unknown): boolean => (error as { code?: unknown }).code === 'CG001';

/** Adds events to as many chains, at most one to each, in one statement: what the system itself did. Opens nothing. */
export async function appendToChains(tx: Sql, events: readonly AuditEvent[]): Promise<void> {
  await tx.query(
    'access-append-to-chains',
    `with given as (select * from unnest($1::uuid[], $2::bytea[]) as g (chain, bytes)),
     head as (
       insert into access.audit_head as h (chain, sequence, previous_hash, hash)
       select chain, 1, $3::bytea, sha256($3::bytea || int8send(1) || bytes) from given order by chain
       on conflict (chain) do update
         set sequence = h.sequence + 1, previous_hash = h.hash,
           hash = sha256(h.hash || int8send(h.sequence + 1) || (select bytes from given where given.chain = excluded.chain))
       returning chain, sequence, previous_hash, hash)
     insert into access.audit_event (chain, sequence, patient_id, at, actor, actor_name, role, organisation, organisation_name,
       acts_for, action, object, via, mode, allowed, rule, rights_version, reason, previous_hash, hash)
     select chain, sequence, "patientId", at, actor, "actorName", role, organisation, "organisationName",
       "actsFor", action, object, via, mode, allowed, rule, "rightsVersion", reason, previous_hash, hash
     from head join jsonb_to_recordset($4::jsonb) as e (chain uuid, "patientId" uuid, at timestamptz, actor text, "actorName" text,
       role text, organisation text, "organisationName" text, "actsFor" text, action text, object text, via text, mode text,
       allowed boolean, rule text, "rightsVersion" text, reason text) using (chain)`,
    [events.map(({ chain }) => chain), events.map(canonicalBytes), GENESIS, JSON.stringify(events)],
  );
}

/** Lets this transaction read the records of a patient, until the event that settles it is written. */
export async function openRecords(tx: Sql, patientId: string): Promise<void> {
  await tx.query('access-open-records', 'select access.open_records($1::uuid)', [patientId]);
}

export const EVENT_COLUMNS = `chain, sequence, patient_id as "patientId", at, actor, actor_name as "actorName", role, organisation,
  organisation_name as "organisationName", acts_for as "actsFor", action, object, via, mode, allowed, rule,
  rights_version as "rightsVersion", reason, previous_hash as "previousHash", hash`;

/** Events of a chain after a sequence, oldest first. */
export function eventsOfChain(sql: Sql, chain: string, after: number, limit: number): Promise<ChainedEvent[]> {
  return sql.query<ChainedEvent & Record<string, unknown>>(
    'access-events-of-chain',
    `select ${EVENT_COLUMNS} from access.audit_event where chain = $1 and sequence > $2 order by sequence limit $3`,
    [chain, after, limit],
  );
}

/** The latest events about a patient, newest first. */
export function latestEvents(
  sql: Sql,
  patientId: string,
  { before, limit, from, until }: { before: number; limit: number; from?: Date | undefined; until?: Date | undefined },
): Promise<ChainedEvent[]> {
  return sql.query<ChainedEvent & Record<string, unknown>>(
    'access-latest-events',
    `select ${EVENT_COLUMNS} from access.audit_event where chain = $1 and sequence < $2
       and ($4::timestamptz is null or at >= $4) and ($5::timestamptz is null or at <= $5) order by sequence desc limit $3`,
    [patientId, before, limit, from ?? null, until ?? null],
  );
}

/** Where an event stands in its chain, by the first 16 bytes of its hash in hexadecimal. */
export async function sequenceOf(sql: Sql, chain: string, place: string): Promise<number | undefined> {
  const [event] = await sql.query<{ sequence: number }>(
    'access-sequence-of',
    `select sequence from access.audit_event where chain = $1 and substring(hash from 1 for 16) = decode($2, 'hex')`,
    [chain, place],
  );
  return event?.sequence;
}

/** The latest time that somebody did something with a patient's record, before an instant. */
export async function lastTimeOf(
  sql: Sql,
  { patientId, actor, action, before }: { patientId: string; actor: string; action: string; before: Date },
): Promise<Date | undefined> {
  const [event] = await sql.query<{ at: Date }>(
    'access-last-time',
    `select at from access.audit_event
     where chain = $1 and actor = $2 and action = $3 and allowed and at < $4 order by sequence desc limit 1`,
    [patientId, actor, action, before],
  );
  return event?.at;
}

export async function headOfChain(sql: Sql, chain: string): Promise<{ sequence: number; hash: Buffer } | undefined> {
  const [head] = await sql.query<{ sequence: number; hash: Buffer }>(
    'access-head-of-chain',
    'select sequence, hash from access.audit_head where chain = $1',
    [chain],
  );
  return head;
}

/* ---- anchors ---- */

/** Any number will do, as long as every Cigogne uses the same: one anchor at a time. */
const ANCHOR_LOCK = 4_201_968;

export async function lockAnchors(tx: Sql): Promise<void> {
  await tx.query('access-lock-anchors', 'select pg_advisory_xact_lock($1)', [ANCHOR_LOCK]);
}

const ANCHOR_COLUMNS = 'number, at, previous_hash as "previousHash", hash, statement';

export async function lastAnchor(sql: Sql): Promise<Anchor | undefined> {
  const [anchor] = await sql.query<Anchor & Record<string, unknown>>(
    'access-last-anchor',
    `select ${ANCHOR_COLUMNS} from access.audit_anchor order by number desc limit 1`,
  );
  return anchor;
}

/** Heads of the chains with an event since an instant, further than their last anchor. */
export function headsMovedSince(sql: Sql, since: Date): Promise<AnchoredHead[]> {
  return sql.query<AnchoredHead & Record<string, unknown>>(
    'access-heads-moved',
    `select h.chain, h.sequence, h.hash from access.audit_head h
     where h.chain in (select e.chain from access.audit_event e where e.at >= $1)
       and h.sequence > coalesce((select a.sequence from access.audit_anchor_head a where a.chain = h.chain order by a.number desc limit 1), 0)`,
    [since],
  );
}

export async function insertAnchor(tx: Sql, anchor: Anchor, heads: readonly AnchoredHead[]): Promise<void> {
  await tx.query(
    'access-insert-anchor',
    `with anchor as (insert into access.audit_anchor (number, at, previous_hash, hash, statement) values ($1, $2, $3, $4, $5))
     insert into access.audit_anchor_head (chain, number, sequence, hash)
     select chain, $1, sequence, hash from unnest($6::uuid[], $7::bigint[], $8::bytea[]) as h (chain, sequence, hash)`,
    [
      anchor.number,
      anchor.at,
      anchor.previousHash,
      anchor.hash,
      anchor.statement,
      heads.map(({ chain }) => chain),
      heads.map(({ sequence }) => sequence),
      heads.map(({ hash }) => hash),
    ],
  );
}

export function anchorsAfter(sql: Sql, number: number, limit: number): Promise<Anchor[]> {
  return sql.query<Anchor & Record<string, unknown>>(
    'access-anchors-after',
    `select ${ANCHOR_COLUMNS} from access.audit_anchor where number > $1 order by number limit $2`,
    [number, limit],
  );
}

export function headsOfAnchor(sql: Sql, number: number): Promise<AnchoredHead[]> {
  return sql.query<AnchoredHead & Record<string, unknown>>(
    'access-heads-of-anchor',
    'select chain, sequence, hash from access.audit_anchor_head where number = $1',
    [number],
  );
}

/** Chains whose event at an anchored place is not the one anchored, or is gone without having been archived. */
export function chainsUnlikeAnchors(sql: Sql, limit: number): Promise<{ chain: string; sequence: number; number: number }[]> {
  return sql.query<{ chain: string; sequence: number; number: number }>(
    'access-chains-unlike-anchors',
    `select a.chain, a.sequence, a.number from access.audit_anchor_head a
     left join access.audit_event e on e.chain = a.chain and e.sequence = a.sequence
     where e.hash is distinct from a.hash
       and not exists (select from access.audit_archive_head c where c.chain = a.chain and c.sequence >= a.sequence)
     order by a.number, a.chain limit $1`,
    [limit],
  );
}

/** Every chain there is trace of, whatever was taken away elsewhere, in order. */
export async function chainsAfter(sql: Sql, chain: string, limit: number): Promise<string[]> {
  const rows = await sql.query<{ chain: string }>(
    'access-chains-after',
    `(select chain from access.audit_head where chain > $1 order by chain limit $2)
     union (select distinct chain from access.audit_event where chain > $1 order by chain limit $2)
     union (select distinct chain from access.audit_anchor_head where chain > $1 order by chain limit $2)
     order by chain limit $2`,
    [chain, limit],
  );
  return rows.map((row) => row.chain);
}
