import type { Sql } from '#kernel';

/* ---- browser sessions ---- */

export async function insertSession(sql: Sql, session: { idHash: Buffer; principal: unknown; now: Date }): Promise<void> {
  await sql.query('access-insert-session', 'insert into access.session (id_hash, principal, opened_at, seen_at) values ($1, $2, $3, $3)', [
    session.idHash,
    JSON.stringify(session.principal),
    session.now,
  ]);
}

/** A session to be found in force, by what the database keeps of it. */
export interface SessionToFind {
  idHash: Buffer;
  idleSince: Date;
  openedSince: Date;
  now: Date;
  /** What the token that it was asked with stands for: has to be there still, and as it was when `payload` says how. */
  account?: { id: string; payload?: object };
}

/**
 * The person of a session that is neither ended, nor idle since `idleSince`, nor opened before `openedSince`. A patient's own record is the one that
 * is read for it now: it may have been merged, or split, since they signed in.
 */
export async function findSession(
  sql: Sql,
  session: Pick<SessionToFind, 'idHash' | 'idleSince' | 'openedSince'>,
): Promise<{ principal: unknown; seenAt: Date } | undefined> {
  const [found] = await sql.query<{ principal: unknown; seenAt: Date }>(
    'access-find-session',
    `select case when principal ? 'patientId'
        then jsonb_set(principal, '{patientId}', to_jsonb(access.survivor_of((principal ->> 'patientId')::uuid))) else principal end as principal,
       seen_at as "seenAt" from access.session
     where id_hash = $1 and ended_at is null and seen_at > $2 and opened_at > $3`,
    [session.idHash, session.idleSince, session.openedSince],
  );
  return found;
}

/** Is this session in force, and what its token stands for still there? */
export async function isInForce(sql: Sql, { idHash, idleSince, openedSince, now, account }: SessionToFind): Promise<boolean> {
  const found = await sql.query(
    'access-is-in-force',
    `select 1 from access.session
     where id_hash = $1 and ended_at is null and seen_at > $2 and opened_at > $3
       and ($4::text is null or exists (
         select from access.oidc_item where model = 'SmartAccount' and id = $4 and ($5::jsonb is null or payload = $5) and (expires_at is null or expires_at > $6)))`,
    [idHash, idleSince, openedSince, account?.id ?? null, account?.payload ?? null, now],
  );
  return found.length > 0;
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

/**
 * Writes what may exist once until it expires, in one statement: of two servers that try at the same instant, one is told true.
 * @returns was it still free
 */
export async function takeOidcItem(
  sql: Sql,
  item: { model: string; id: string; payload: Record<string, unknown>; expiresAt: Date | null },
  now: Date,
): Promise<boolean> {
  const taken = await sql.query(
    'access-take-oidc-item',
    `insert into access.oidc_item as held (model, id, payload, expires_at) values ($1, $2, $3, $4)
     on conflict (model, id) do update set payload = excluded.payload, expires_at = excluded.expires_at where held.expires_at <= $5
     returning 1 as taken`,
    [item.model, item.id, JSON.stringify(item.payload), item.expiresAt, now],
  );
  return taken.length === 1;
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

/** Marks a code as used, in seconds since 1970 as oidc-provider expects. @returns was it still to be used: of two at the same instant, one is told true */
export async function consumeOidcItem(sql: Sql, key: { model: string; id: string }, now: Date): Promise<boolean> {
  const used = await sql.query(
    'access-consume-oidc-item',
    `update access.oidc_item set payload = jsonb_set(payload, '{consumed}', to_jsonb($3::bigint))
     where model = $1 and id = $2 and not payload ? 'consumed' returning 1 as used`,
    [key.model, key.id, Math.floor(now.getTime() / 1000)],
  );
  return used.length === 1;
}

/** @param which of a grant: all that came of it, what its tokens stand for too, so that they end at once */
export async function deleteOidcItems(
  sql: Sql,
  which: { model: string; id: string } | { grantId: string } | { expiredBefore: Date },
): Promise<void> {
  if ('grantId' in which) {
    await sql.query(
      'access-delete-oidc-grant',
      `with gone as (delete from access.oidc_item where grant_id = $1 returning payload ->> 'accountId' as account)
       delete from access.oidc_item where model = 'SmartAccount' and id in (select account from gone)`,
      [which.grantId],
    );
  } else if ('id' in which) {
    await sql.query('access-delete-oidc-item', 'delete from access.oidc_item where model = $1 and id = $2', [which.model, which.id]);
  } else await sql.query('access-delete-oidc-expired', 'delete from access.oidc_item where expires_at < $1', [which.expiredBefore]);
}
