import type { Sql } from '#kernel';

/** Systems that fell silent: the only SQL of them. */

/** Those that are silent now; one that deposited again is forgotten, and told again another time. */
export async function writeSilences(tx: Sql, silent: readonly { sender: string; lastAt: Date }[]): Promise<void> {
  await tx.query(
    'exchange-silence-write',
    `with given as (select * from jsonb_to_recordset($1::jsonb) as g(sender text, "lastAt" timestamptz)),
     ended as (delete from exchange.silence s where not exists (select from given g where g.sender = s.sender))
     insert into exchange.silence as s (sender, last_at) select sender, "lastAt" from given
     on conflict (sender) do update set last_at = excluded.last_at, told_at = null where s.last_at <> excluded.last_at`,
    [JSON.stringify(silent)],
  );
}

/** Held until the end of the transaction: no other process tells them meanwhile. */
export function untoldSilences(tx: Sql): Promise<{ sender: string; lastAt: Date }[]> {
  return tx.query<{ sender: string; lastAt: Date }>(
    'exchange-silence-untold',
    'select sender, last_at as "lastAt" from exchange.silence where told_at is null order by sender for update skip locked',
  );
}

export async function noteTold(tx: Sql, sender: string, now: Date): Promise<void> {
  await tx.query('exchange-silence-told', 'update exchange.silence set told_at = $2 where sender = $1', [sender, now]);
}
