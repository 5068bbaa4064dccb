import type { Sql } from '#kernel';
import type { DeliveryState, MessageLine, RecipientRole } from './contract.ts';

export const STATES = ['waiting', 'sent', 'delivered', 'read', 'held', 'dead', 'cancelled'] as const satisfies readonly DeliveryState[];

export interface MessagesAsked {
  /** Whose messages; null: of everyone. */
  structures: readonly string[] | null;
  states?: readonly DeliveryState[];
  from?: Date;
  /** Not included. */
  until?: Date;
  most: number;
}

/**
 * The latest messages, without their patients. Whatever is asked, each sender and state is read from its own end of one index, a page of each: as long among
 * millions as among thousands.
 */
export async function latestMessages(sql: Sql, { structures, states = STATES, from, until, most }: MessagesAsked): Promise<MessageLine[]> {
  const rows = await sql.query<{
    deliveryId: string;
    uniqueId: string;
    structure: string;
    action: 'send' | 'recall';
    role: RecipientRole;
    recipientName: string;
    state: DeliveryState;
    reason: string | null;
    createdAt: Date;
    settledAt: Date | null;
  }>(
    'exchange-messages-latest',
    `with recursive senders as (
       (select structure from exchange.delivery order by structure limit 1)
       union all
       select (select d.structure from exchange.delivery d where d.structure > s.structure order by d.structure limit 1)
       from senders s where s.structure is not null),
     asked as (select structure from senders where structure is not null and ($1::text[] is null or structure = any($1::text[]))),
     found as (
       select l.delivery_id from asked, unnest($2::text[]) as one(wanted),
         lateral (select d.delivery_id from exchange.delivery d where d.structure = asked.structure and d.state = one.wanted
           and d.delivery_id >= $3::uuid and d.delivery_id < $4::uuid order by d.delivery_id desc limit $5) l
       order by l.delivery_id desc limit $5)
     select delivery_id as "deliveryId", unique_id as "uniqueId", structure, action, role, recipient_name as "recipientName", state, reason,
       created_at as "createdAt", settled_at as "settledAt"
     from found join exchange.delivery using (delivery_id) order by delivery_id desc`,
    [structures, states, firstIdOf(from?.getTime() ?? 0), firstIdOf(until?.getTime() ?? LAST_INSTANT), most],
  );
  return rows.map(({ reason, createdAt, settledAt, ...row }) => ({
    ...row,
    ...(reason !== null && { reason }),
    createdAt: createdAt.toISOString(),
    ...(settledAt && { settledAt: settledAt.toISOString() }),
  }));
}

/** The largest that a UUID of version 7 counts, in milliseconds. */
const LAST_INSTANT = 2 ** 48 - 1;

/** Numbers of deliveries are made of their time (RFC 9562 §5.7): those since an instant are at least this one. */
function firstIdOf(ms: number): string {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

/** Instants at which a day of the region begins and ends. `day`: `2026-11-22`; `zone`: IANA. */
export async function boundsOfDay(sql: Sql, day: string, zone: string): Promise<{ begins: Date; ends: Date }> {
  const [row] = await sql.query<{ begins: Date; ends: Date }>(
    'exchange-day',
    `select ($1::date)::timestamp at time zone $2 as begins, ($1::date + 1)::timestamp at time zone $2 as ends`,
    [day, zone],
  );
  return row!;
}

/** What left and what came by mail on each of the last days, from `since` on. */
export async function mailsByDay(
  sql: Sql,
  { since, zone }: { since: Date; zone: string },
): Promise<{ day: string; sent: number; arrived: number; failed: number }[]> {
  return sql.query<{ day: string; sent: number; arrived: number; failed: number }>(
    'exchange-mails-by-day',
    `select to_char(created_at at time zone $2, 'YYYY-MM-DD') as day, count(*) filter (where state in ('sent', 'delivered', 'read'))::int as sent,
       count(*) filter (where state in ('delivered', 'read'))::int as arrived, count(*) filter (where state in ('held', 'dead'))::int as failed
     from exchange.delivery where delivery_id >= $1::uuid group by 1 order by 1`,
    [firstIdOf(since.getTime()), zone],
  );
}
