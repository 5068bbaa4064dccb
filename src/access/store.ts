import type { Sql } from '#kernel';
import type { Anchor, AnchoredHead } from './anchor.ts';
import { type AuditEvent, canonicalBytes, type ChainedEvent, GENESIS } from './audit.ts';
import type { LinkKind } from './decide.ts';

/* ---- the audit ---- */

/** Adds one event at the end of its chain, in one statement; the head's row is locked until the transaction ends. */
export async function appendEvent(tx: Sql, event: AuditEvent): Promise<void> {
  await tx.query(
    'access-append-event',
    `with head as (
       insert into access.audit_head as h (chain, sequence, previous_hash, hash)
       values ($1, 1, $2, sha256($2 || int8send(1) || $3))
       on conflict (chain) do update
         set sequence = h.sequence + 1, previous_hash = h.hash, hash = sha256(h.hash || int8send(h.sequence + 1) || $3)
       returning sequence, previous_hash, hash)
     insert into access.audit_event (chain, sequence, patient_id, at, actor, actor_name, role, organisation, organisation_name,
       acts_for, action, object, via, mode, allowed, rule, rights_version, reason, previous_hash, hash)
     select $1, sequence, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, previous_hash, hash from head`,
    [
      event.chain,
      GENESIS,
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
    ],
  );
}

const EVENT_COLUMNS = `chain, sequence, patient_id as "patientId", at, actor, actor_name as "actorName", role, organisation,
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
export function latestEvents(sql: Sql, patientId: string, before: number, limit: number): Promise<ChainedEvent[]> {
  return sql.query<ChainedEvent & Record<string, unknown>>(
    'access-latest-events',
    `select ${EVENT_COLUMNS} from access.audit_event where chain = $1 and sequence < $2 order by sequence desc limit $3`,
    [patientId, before, limit],
  );
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

/* ---- care links ---- */

export interface LinkRow {
  patientId: string;
  holder: string;
  kind: LinkKind;
  since: Date;
  until: Date | null;
}

export type ChoiceKind = 'blocks' | 'refuses-break-glass';

/** What stands between a patient and someone at an instant: care links, and the choices that the patient made about them or everyone. */
export function standingsInForce(
  sql: Sql,
  patientId: string,
  holders: readonly string[],
  now: Date,
): Promise<{ kind: LinkKind | ChoiceKind; holder: string; since: Date }[]> {
  return sql.query<{ kind: LinkKind | ChoiceKind; holder: string; since: Date }>(
    'access-standings-in-force',
    `select kind, holder, since from access.care_link
     where patient_id = $1 and holder = any($2) and since <= $3 and (until is null or until > $3)
     union all
     select kind, holder, since from access.patient_choice
     where patient_id = $1 and (holder = '' or holder = any($2)) and since <= $3 and (until is null or until > $3)`,
    [patientId, holders, now],
  );
}

/** All links in force of a patient, the latest first. */
export function linksOfPatient(sql: Sql, patientId: string, now: Date): Promise<LinkRow[]> {
  return sql.query<LinkRow & Record<string, unknown>>(
    'access-links-of-patient',
    `select patient_id as "patientId", holder, kind, since, until from access.care_link
     where patient_id = $1 and since <= $2 and (until is null or until > $2) order by since desc, holder`,
    [patientId, now],
  );
}

/** All choices in force of a patient. */
export function choicesOfPatient(sql: Sql, patientId: string, now: Date): Promise<{ kind: ChoiceKind; holder: string; since: Date }[]> {
  return sql.query<{ kind: ChoiceKind; holder: string; since: Date }>(
    'access-choices-of-patient',
    `select kind, holder, since from access.patient_choice
     where patient_id = $1 and since <= $2 and (until is null or until > $2) order by since desc, holder`,
    [patientId, now],
  );
}

interface Choice {
  patientId: string;
  kind: ChoiceKind;
  /** Whom it concerns; empty for everyone. */
  holder: string;
  now: Date;
  by: string;
}

/** Writes a choice, unless it is already in force. */
export async function writeChoice(tx: Sql, { patientId, kind, holder, now, by }: Choice): Promise<void> {
  await tx.query(
    'access-write-choice',
    `insert into access.patient_choice (patient_id, kind, holder, since, declared_by)
     select $1, $2, $3, $4, $5
     where not exists (select from access.patient_choice
       where patient_id = $1 and kind = $2 and holder = $3 and since <= $4 and (until is null or until > $4))
     on conflict do nothing`,
    [patientId, kind, holder, now, by],
  );
}

export async function endChoice(tx: Sql, { patientId, kind, holder, now, by }: Choice): Promise<void> {
  await tx.query(
    'access-end-choice',
    `update access.patient_choice set until = $4, ended_by = $5
     where patient_id = $1 and kind = $2 and holder = $3 and since <= $4 and (until is null or until > $4)`,
    [patientId, kind, holder, now, by],
  );
}

/** Links in force of these holders with anyone who did not shut them out, or with these patients only; the latest first. */
export function linksOfHolders(
  sql: Sql,
  holders: readonly string[],
  now: Date,
  options: { among?: readonly string[]; kinds: readonly LinkKind[]; limit: number },
): Promise<LinkRow[]> {
  return sql.query<LinkRow & Record<string, unknown>>(
    'access-links-of-holders',
    `select patient_id as "patientId", holder, kind, since, until from access.care_link l
     where holder = any($1) and since <= $2 and (until is null or until > $2)
       and kind = any($3) and ($4::uuid[] is null or patient_id = any($4))
       and not exists (select from access.patient_choice c
         where c.patient_id = l.patient_id and c.kind = 'blocks' and c.holder = any($1) and c.since <= $2 and (c.until is null or c.until > $2))
     order by since desc, patient_id limit $5`,
    [holders, now, options.kinds, options.among ?? null, options.limit],
  );
}

/** Writes links as one statement; one already in force of the same kind and holder has its end moved later, never sooner. */
export async function writeLinks(
  tx: Sql,
  links: readonly { patientId: string; holder: string; kind: LinkKind; since: Date; until?: Date | undefined }[],
  declaredBy: string,
): Promise<void> {
  await tx.query(
    'access-write-links',
    `with given as (
       select distinct on (patient_id, holder, kind) * from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[])
         as g (patient_id, holder, kind, since, until)
       order by patient_id, holder, kind, until desc nulls first),
     prolonged as (
       update access.care_link l set until = case when g.until is null or l.until is null then null else greatest(l.until, g.until) end
       from given g
       where l.patient_id = g.patient_id and l.holder = g.holder and l.kind = g.kind
         and l.since <= g.since and (l.until is null or l.until > g.since)
         and l.ended_by is null
       returning l.patient_id, l.holder, l.kind)
     insert into access.care_link (patient_id, holder, kind, since, until, declared_by)
     select patient_id, holder, kind, since, until, $6 from given g
     where not exists (select 1 from prolonged p where p.patient_id = g.patient_id and p.holder = g.holder and p.kind = g.kind)
     on conflict do nothing`,
    [
      links.map(({ patientId }) => patientId),
      links.map(({ holder }) => holder),
      links.map(({ kind }) => kind),
      links.map(({ since }) => since),
      links.map(({ until }) => until ?? null),
      declaredBy,
    ],
  );
}

/** Ends the links in force between a patient and a holder. @returns how many ended */
export async function endLinks(
  tx: Sql,
  link: { patientId: string; holder: string; kinds: readonly LinkKind[]; now: Date; endedBy: string },
): Promise<number> {
  const ended = await tx.query(
    'access-end-links',
    `update access.care_link set until = $4, ended_by = $5
     where patient_id = $1 and holder = $2 and kind = any($3) and since <= $4 and (until is null or until > $4) returning kind`,
    [link.patientId, link.holder, link.kinds, link.now, link.endedBy],
  );
  return ended.length;
}

/* ---- browser sessions ---- */

export async function insertSession(sql: Sql, session: { idHash: Buffer; principal: unknown; now: Date }): Promise<void> {
  await sql.query('access-insert-session', 'insert into access.session (id_hash, principal, opened_at, seen_at) values ($1, $2, $3, $3)', [
    session.idHash,
    JSON.stringify(session.principal),
    session.now,
  ]);
}

/** The person of a session that is neither ended, nor idle since `idleSince`, nor opened before `openedSince`. */
export async function findSession(
  sql: Sql,
  session: { idHash: Buffer; idleSince: Date; openedSince: Date },
): Promise<{ principal: unknown; seenAt: Date } | undefined> {
  const [found] = await sql.query<{ principal: unknown; seenAt: Date }>(
    'access-find-session',
    `select principal, seen_at as "seenAt" from access.session
     where id_hash = $1 and ended_at is null and seen_at > $2 and opened_at > $3`,
    [session.idHash, session.idleSince, session.openedSince],
  );
  return found;
}

export async function touchSession(sql: Sql, idHash: Buffer, now: Date): Promise<void> {
  await sql.query('access-touch-session', 'update access.session set seen_at = $2 where id_hash = $1 and ended_at is null', [idHash, now]);
}

/** Ends one session, or all those of a person. @returns how many were open */
export async function endSessions(sql: Sql, which: { idHash: Buffer } | { personId: string }, now: Date): Promise<number> {
  const ended =
    'idHash' in which
      ? await sql.query(
          'access-end-session',
          'update access.session set ended_at = $2 where id_hash = $1 and ended_at is null returning 1 as ended',
          [which.idHash, now],
        )
      : await sql.query(
          'access-end-sessions-of',
          `update access.session set ended_at = $2 where principal ->> 'id' = $1 and ended_at is null returning 1 as ended`,
          [which.personId, now],
        );
  return ended.length;
}

export async function deleteOldSessions(sql: Sql, seenBefore: Date): Promise<void> {
  await sql.query('access-delete-old-sessions', 'delete from access.session where seen_at < $1', [seenBefore]);
}

/* ---- what the embedded OpenID provider remembers ---- */

export async function upsertOidcItem(
  sql: Sql,
  item: { model: string; id: string; payload: Record<string, unknown>; expiresAt: Date | null },
): Promise<void> {
  await sql.query(
    'access-upsert-oidc-item',
    `insert into access.oidc_item (model, id, payload, grant_id, uid, expires_at) values ($1, $2, $3, $4, $5, $6)
     on conflict (model, id) do update
       set payload = excluded.payload, grant_id = excluded.grant_id, uid = excluded.uid, expires_at = excluded.expires_at`,
    [item.model, item.id, JSON.stringify(item.payload), item.payload['grantId'] ?? null, item.payload['uid'] ?? null, item.expiresAt],
  );
}

export async function findOidcItem(
  sql: Sql,
  key: { model: string; id?: string; uid?: string },
  now: Date,
): Promise<Record<string, unknown> | undefined> {
  const [item] = await sql.query<{ payload: Record<string, unknown> }>(
    'access-find-oidc-item',
    `select payload from access.oidc_item
     where model = $1 and ($2::text is null or id = $2) and ($3::text is null or uid = $3) and (expires_at is null or expires_at > $4) limit 1`,
    [key.model, key.id ?? null, key.uid ?? null, now],
  );
  return item?.payload;
}

/** Marks a code as used, in seconds since 1970 as oidc-provider expects. */
export async function consumeOidcItem(sql: Sql, key: { model: string; id: string }, now: Date): Promise<void> {
  await sql.query(
    'access-consume-oidc-item',
    `update access.oidc_item set payload = jsonb_set(payload, '{consumed}', to_jsonb($3::bigint)) where model = $1 and id = $2`,
    [key.model, key.id, Math.floor(now.getTime() / 1000)],
  );
}

export async function deleteOidcItems(
  sql: Sql,
  which: { model: string; id: string } | { grantId: string } | { expiredBefore: Date },
): Promise<void> {
  if ('grantId' in which) await sql.query('access-delete-oidc-grant', 'delete from access.oidc_item where grant_id = $1', [which.grantId]);
  else if ('id' in which) {
    await sql.query('access-delete-oidc-item', 'delete from access.oidc_item where model = $1 and id = $2', [which.model, which.id]);
  } else await sql.query('access-delete-oidc-expired', 'delete from access.oidc_item where expires_at < $1', [which.expiredBefore]);
}

/* ---- anchors of the audit ---- */

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

/** Chains whose event at an anchored place is not the one anchored, or is gone. */
export function chainsUnlikeAnchors(sql: Sql, limit: number): Promise<{ chain: string; sequence: number; number: number }[]> {
  return sql.query<{ chain: string; sequence: number; number: number }>(
    'access-chains-unlike-anchors',
    `select a.chain, a.sequence, a.number from access.audit_anchor_head a
     left join access.audit_event e on e.chain = a.chain and e.sequence = a.sequence
     where e.hash is distinct from a.hash order by a.number, a.chain limit $1`,
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
