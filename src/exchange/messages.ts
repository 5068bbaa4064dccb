import { senders, structure } from '#directory';
import type { Sql } from '#kernel';
import type { DeliveryState, Messages } from './contract.ts';
import { boundsOfDay, latestMessages } from './store-messages.ts';

interface Asked {
  /** Those whose messages may be seen; null: everyone's. */
  scope: readonly string[] | null;
  sender?: string | undefined;
  state?: DeliveryState | undefined;
  from?: string | undefined;
  to?: string | undefined;
  /** IANA zone of the region: days are its days. */
  zone: string;
  most: number;
}

/** The latest messages of one sender or of all that may be seen, and which senders these are. */
export async function messagesOf(sql: Sql, { scope, sender, state, from, to, zone, most }: Asked): Promise<Messages> {
  const known = new Set(scope ?? (await senders(sql)).flatMap(({ structures }) => structures));
  const asked = sender === undefined ? scope : scope === null || scope.includes(sender) ? [sender] : [];
  const begins = from === undefined ? undefined : (await boundsOfDay(sql, from, zone)).begins;
  const ends = to === undefined ? undefined : (await boundsOfDay(sql, to, zone)).ends;
  const lines = await latestMessages(sql, {
    structures: asked,
    ...(state !== undefined && { states: [state] }),
    ...(begins && { from: begins }),
    ...(ends && { until: ends }),
    most,
  });
  const places = await Promise.all([...known].map(async (finess) => ({ finess, name: (await structure(sql, finess))?.name ?? finess })));
  return { lines, senders: places.toSorted((a, b) => a.name.localeCompare(b.name, 'fr')) };
}
