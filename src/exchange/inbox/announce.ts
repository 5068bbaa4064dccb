import type { Sql } from '#kernel';
import type { Severity } from './contract.ts';
import type { NewLine } from './store-inbox.ts';

/** Told when lines that must not wait were written, at the commit. */
export const INBOX_CHANNEL = 'cigogne_inbox';

/** Whose page has something new to show: nothing of what it is, nor of whom. */
export interface InboxNews {
  /** Principal ids. */
  people: readonly string[];
  /** FINESS of practices and laboratories. */
  places: readonly string[];
  /** Centre 15. */
  isForRegulation: boolean;
}

/** Tells the open pages of those concerned to ask again. */
export async function announce(tx: Sql, news: InboxNews): Promise<void> {
  await tx.query('inbox-announce', 'select pg_notify($1, $2)', [INBOX_CHANNEL, JSON.stringify(news)]);
}

/** What must be looked at before the page would ask again by itself. */
const URGENT: ReadonlySet<Severity> = new Set(['critical', 'corrected', 'withdrawn']);

/** Of lines just written, those that must not wait are told. */
export async function announceLines(tx: Sql, lines: readonly NewLine[]): Promise<void> {
  const urgent = lines.filter(({ severity }) => URGENT.has(severity));
  if (urgent.length === 0) return;
  const places = urgent.flatMap(({ practice, structure }) => [...practice, structure]);
  await announce(tx, { people: urgent.map(({ holder }) => holder), places: [...new Set(places)], isForRegulation: false });
}

interface Reader {
  id: string;
  role: string;
  organisation?: { finess: string } | undefined;
}

/** Has this reader something new to see? Colleagues see what is told to their practice, and cover one another. */
export const concerns = ({ people, places, isForRegulation }: InboxNews, { id, role, organisation }: Reader): boolean =>
  people.includes(id) || (organisation !== undefined && places.includes(organisation.finess)) || (isForRegulation && role === 'regulator');
