import type { Sql } from '#kernel';
import { type ChainedEvent } from './audit.ts';
import { EVENT_COLUMNS } from './store-audit.ts';

/** Reading the audit across patients and people: for the data protection officer, never for those whose readings it tells. */

export interface AuditQuery {
  from: Date;
  /** Not included. */
  to: Date;
  /** Principal id, whole. */
  actor?: string | undefined;
  patientId?: string | undefined;
  outcome?: 'allowed' | 'denied' | undefined;
  mode?: 'break-glass' | 'regulation' | undefined;
  /** The last event of the page before: what comes after it, further back in time. */
  after?: { at: Date; chain: string; sequence: number } | undefined;
}

/** Events of a period, the latest first. */
export function searchEvents(
  sql: Sql,
  { from, to, actor, patientId, outcome, mode, after }: AuditQuery,
  limit: number,
): Promise<ChainedEvent[]> {
  return sql.query<ChainedEvent & Record<string, unknown>>(
    'access-search-events',
    `select ${EVENT_COLUMNS} from access.audit_event
     where at >= $1 and at < $2 and ($3::text is null or actor = $3) and ($4::uuid is null or chain = $4)
       and ($5::boolean is null or allowed = $5) and ($6::text is null or mode = $6)
       and ($7::timestamptz is null or (at, chain, sequence) < ($7, $8::uuid, $9::bigint))
     order by at desc, chain desc, sequence desc limit $10`,
    [
      from,
      to,
      actor ?? null,
      patientId ?? null,
      outcome === undefined ? null : outcome === 'allowed',
      mode ?? null,
      after?.at ?? null,
      after?.chain ?? null,
      after?.sequence ?? null,
      limit,
    ],
  );
}

export interface ActorOfPeriod {
  actor: string;
  actorName: string;
  role: string;
  organisationName: string | null;
}

/** Someone who opened a record in a period. */
export interface Pair extends ActorOfPeriod {
  patientId: string;
  /** FINESS. */
  organisation: string | null;
  /** The record is one of those watched. */
  isWatched: boolean;
  lastAt: Date;
}

/** Who opened more records than this in one period. */
export function massReaders(
  sql: Sql,
  from: Date,
  to: Date,
  moreThan: number,
): Promise<(ActorOfPeriod & { patients: number; lastAt: Date })[]> {
  return sql.query(
    'access-mass-readers',
    `select actor, max(actor_name) as "actorName", max(role) as role, max(organisation_name) as "organisationName",
       count(distinct patient_id)::int as patients, max(at) as "lastAt"
     from access.audit_event
     where at >= $1 and at < $2 and allowed and patient_id is not null and role not in ('patient', 'identity-cell', 'laboratory-system')
     group by actor having count(distinct patient_id) > $3 order by patients desc limit 100`,
    [from, to, moreThan],
  );
}

/** Who was refused, for want of a care link, the records of at least so many patients. */
export function refusedReaders(
  sql: Sql,
  from: Date,
  to: Date,
  atLeast: number,
): Promise<(ActorOfPeriod & { patients: number; lastAt: Date })[]> {
  return sql.query(
    'access-refused-readers',
    `select actor, max(actor_name) as "actorName", max(role) as role, max(organisation_name) as "organisationName",
       count(distinct patient_id)::int as patients, max(at) as "lastAt"
     from access.audit_event
     where at >= $1 and at < $2 and not allowed and rule in ('no-care-link', 'no-delegation') and patient_id is not null
     group by actor having count(distinct patient_id) >= $3 order by patients desc limit 100`,
    [from, to, atLeast],
  );
}

/** Which professional opened which record in a period, once each, the latest first. */
export function pairsOfPeriod(sql: Sql, from: Date, to: Date, limit: number): Promise<Pair[]> {
  return sql.query<Pair & Record<string, unknown>>(
    'access-pairs',
    `select actor, max(actor_name) as "actorName", max(role) as role, max(organisation) as organisation,
       max(organisation_name) as "organisationName", patient_id as "patientId", max(at) as "lastAt",
       exists (select from access.watched_record w where w.patient_id = e.patient_id and w.since <= max(e.at)
         and (w.until is null or w.until > min(e.at))) as "isWatched"
     from access.audit_event e
     where at >= $1 and at < $2 and allowed and patient_id is not null and role not in ('patient', 'identity-cell', 'laboratory-system', 'dpo')
     group by actor, patient_id order by max(at) desc limit $3`,
    [from, to, limit],
  );
}

/** Records watched now, the latest first. */
export function watchedRecords(sql: Sql): Promise<{ patientId: string; since: Date; declaredBy: string }[]> {
  return sql.query(
    'access-watched-records',
    `select patient_id as "patientId", since, declared_by as "declaredBy" from access.watched_record where until is null order by since desc limit 1000`,
  );
}

/** Begins to watch a record, or ends it; nothing changes when it already is so. */
export async function watchRecord(tx: Sql, watch: { patientId: string; isWatched: boolean; now: Date; by: string }): Promise<void> {
  const { patientId, isWatched, now, by } = watch;
  if (isWatched) {
    await tx.query(
      'access-watch-record',
      `insert into access.watched_record (patient_id, since, declared_by)
       select $1, $2, $3 where not exists (select from access.watched_record where patient_id = $1 and until is null)`,
      [patientId, now, by],
    );
  } else {
    await tx.query(
      'access-unwatch-record',
      'update access.watched_record set until = $2, ended_by = $3 where patient_id = $1 and until is null',
      [patientId, now, by],
    );
  }
}
