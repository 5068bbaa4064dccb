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
  const shown = daysUntil(now, zone);
  const made = new Map(mails.map((one) => [one.day, one]));
  return {
    waiting,
    circuits,
    days: shown,
    mails: shown.map((day) => made.get(day) ?? { day, sent: 0, arrived: 0, failed: 0 }),
    senders: told.toSorted((a, b) => Number(b.isSilent) - Number(a.isSilent) || a.name.localeCompare(b.name, 'fr')),
  };
}

/** Days of the calendar, oldest first: noon is of the same day in whatever zone whose clock changes at night. */
function daysUntil(now: Date, zone: string): string[] {
  const written = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' });
  const noon = Date.parse(`${written.format(now)}T12:00:00Z`);
  return Array.from({ length: DAYS_SHOWN }, (_, n) => new Date(noon - (DAYS_SHOWN - 1 - n) * DAY_MS).toISOString().slice(0, 10));
}

function senderState(name: string, of: readonly DepositsOfDay[], now: Date): ExchangeState['senders'][number] {
  const lastAt = of.reduce((last, one) => (one.lastAt > last ? one.lastAt : last), new Date(0));
  const days = of.map(({ day, deposits, refused }) => ({ day, deposits, refused }));
  return { name, lastAt: lastAt.toISOString(), days, isSilent: isSilent({ days: days.length, lastAt }, now) };
}
