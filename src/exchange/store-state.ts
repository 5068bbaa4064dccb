import type { Sql } from '#kernel';
import type { ExchangeState } from './contract.ts';

/** How far the exchange is, without anybody's data: the SQL of it. */

export async function waitingNow(sql: Sql, now: Date): Promise<ExchangeState['waiting']> {
  const [row] = await sql.query<{ toRoute: number; toSend: number; toMend: number; oldest: Date | null }>(
    'exchange-waiting-now',
    `select (select count(*) from exchange.dispatch where routed_at is null)::int as "toRoute",
       (select count(*) from exchange.delivery where state = 'waiting')::int as "toSend",
       (select count(*) from exchange.delivery where state in ('held', 'dead'))::int as "toMend",
       least((select min(noted_at) from exchange.dispatch where routed_at is null and next_at <= $1),
         (select min(next_at) from exchange.delivery where state = 'waiting' and next_at <= $1)) as oldest`,
    [now],
  );
  const { oldest, ...counts } = row!;
  return { ...counts, ...(oldest && { oldestAt: oldest.toISOString() }) };
}

/** Destinations that failed and have not answered since. */
export async function circuitsNow(sql: Sql, now: Date): Promise<ExchangeState['circuits']> {
  const rows = await sql.query<{ destination: string; failures: number; isOpen: boolean; reason: string; openUntil: string | null }>(
    'exchange-circuits-now',
    `select destination, failures, open_until > $1 as "isOpen", reason,
       case when open_until > $1 then to_char(open_until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') end as "openUntil"
     from exchange.circuit order by destination`,
    [now],
  );
  return rows.map(({ openUntil, isOpen, ...row }) => ({ ...row, isLeftAlone: isOpen, ...(openUntil !== null && { openUntil }) }));
}
