import { senders } from '#directory';
import type { Sql } from '#kernel';
import { depositsByDay, type DepositsOfDay } from '#record';
import type { ExchangeState } from './contract.ts';
import { mailsByDay } from './store-messages.ts';
import { circuitsNow, waitingNow } from './store-state.ts';

const DAY_MS = 86_400_000;
export const DAYS_SHOWN = 7;
/** A sender that deposits on most days and of whom nothing came for so long is to be called. A laboratory closed on Sunday is not silent on Monday morning. */
const SILENT_AFTER_MS = 1.5 * DAY_MS;
const USUAL_DAYS = 4;

/** Does this system usually send, and has it stopped? */
export const isSilent = ({ days, lastAt }: { days: number; lastAt: Date }, now: Date): boolean =>
  days >= USUAL_DAYS && now.getTime() - lastAt.getTime() > SILENT_AFTER_MS;

/** What waits, what is left alone, and what each system sent these days: no patient in it. */
export async function stateOf(sql: Sql, { zone, now }: { zone: string; now: Date }): Promise<ExchangeState> {
  const since = new Date(now.getTime() - DAYS_SHOWN * DAY_MS);
  const [waiting, circuits, mails, days, known] = await Promise.all([
    waitingNow(sql, now),
    circuitsNow(sql, now),
    mailsByDay(sql, { since, zone }),
    depositsByDay(sql, { since, zone }),
    senders(sql),
  ]);
  const names = new Map(known.map(({ clientId, name }) => [`system:${clientId}`, name]));
  const bySender = Map.groupBy(days, ({ sender }) => sender);
  const told = [...bySender].map(([sender, of]) => senderState(names.get(sender) ?? sender, of, now));
  return {
    waiting,
    circuits,
    mails,
    senders: told.toSorted((a, b) => Number(b.isSilent) - Number(a.isSilent) || a.name.localeCompare(b.name, 'fr')),
  };
}

function senderState(name: string, of: readonly DepositsOfDay[], now: Date): ExchangeState['senders'][number] {
  const lastAt = of.reduce((last, one) => (one.lastAt > last ? one.lastAt : last), new Date(0));
  const days = of.map(({ day, deposits, refused }) => ({ day, deposits, refused }));
  return { name, lastAt: lastAt.toISOString(), days, isSilent: isSilent({ days: days.length, lastAt }, now) };
}
