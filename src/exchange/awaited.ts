import { askedAsOne, type Sql, uuidv7 } from '#kernel';
import type { DocumentItem, StandingDocument, StoredResult } from '#record';
import type { Named } from './rules.ts';
import { bearsWords, namesOf } from './words.ts';

/** Results awaited when a patient left hospital: listed by the discharge letter, told to those whom it is for when they arrive. */

interface Person {
  /** `rpps:8…` */
  id: string;
  name: string;
}

export interface ToAwait {
  patientId: string;
  /** The letter, as a document of the record. */
  letterId: string;
  results: readonly { words: string; day: string }[];
  people: readonly Person[];
  now: Date;
}

/** Written in the transaction that files the letter. A day may be empty: not said. */
export async function awaitResults(tx: Sql, { patientId, letterId, results, people, now }: ToAwait): Promise<void> {
  for (const { words, day } of results)
    await tx.query(
      'exchange-await',
      `insert into exchange.awaited (patient_id, awaited_id, letter_id, words, sampled_on, people, noted_at) values ($1, $2, $3, $4, $5, $6, $7)`,
      [patientId, uuidv7(now.getTime()), letterId, words.trim(), day === '' ? null : day, JSON.stringify(people), now],
    );
}

interface AwaitedRow {
  patientId: string;
  awaitedId: string;
  letterId: string;
  words: string;
  sampledOn: string | null;
  people: Person[];
  notedAt: Date;
}

/** What a report brings of what letters await, and whom it is told to. */
export interface Met {
  rows: AwaitedRow[];
  people: Named[];
}

export const NOTHING_MET: Met = { rows: [], people: [] };

/**
 * What letters of these records still await, and what this report brought already when it is routed again. Of several side by side, it is asked as one.
 */
export const awaitedIn = askedAsOne(
  async (sql: Sql, asked: readonly { homes: readonly string[]; documentId: string }[]): Promise<AwaitedRow[][]> => {
    const rows = await sql.query<AwaitedRow & { metBy: string | null }>(
      'exchange-awaited',
      `select patient_id as "patientId", awaited_id as "awaitedId", letter_id as "letterId", words, sampled_on::text as "sampledOn",
         people::jsonb as people, noted_at as "notedAt", met_by as "metBy"
       from exchange.awaited where patient_id = any($1::uuid[]) and (met_by is null or met_by = any($2::uuid[]))`,
      [asked.flatMap(({ homes }) => homes), asked.map(({ documentId }) => documentId)],
    );
    return asked.map(({ homes, documentId }) =>
      rows.flatMap(({ metBy, ...row }) => (homes.includes(row.patientId) && (metBy === null || metBy === documentId) ? [row] : [])),
    );
  },
);

interface Report {
  item: StandingDocument;
  /** All the documents of the person. */
  items: readonly DocumentItem[];
  results: readonly StoredResult[];
}

const DAY_MS = 86_400_000;

/**
 * A report brings what was awaited when it bears its words, as a value that stays (not a provisional one), and was sampled before the letter was signed, not sooner than the letter says (a day
 * sooner is granted: a night, a slip). A letter that was replaced or withdrawn awaits nothing more. Pure.
 */
export function metBy(awaited: readonly AwaitedRow[], { item, items, results }: Report): Met {
  if (awaited.length === 0 || results.length === 0) return NOTHING_MET;
  const names = namesOf(results.filter(({ status }) => status !== 'provisional'));
  const inForce = new Set(items.filter(({ current, status }) => current && status === 'current').map(({ documentId }) => documentId));
  const sampledAt = Date.parse(item.servedAt);
  const rows = awaited.filter(
    ({ letterId, words, sampledOn, notedAt }) =>
      inForce.has(letterId) &&
      sampledAt <= notedAt.getTime() &&
      (sampledOn === null || sampledAt >= Date.parse(sampledOn) - DAY_MS) &&
      bearsWords(words, names),
  );
  const people = new Map(rows.flatMap((row) => row.people.map(({ id, name }) => [id, name] as const)));
  return { rows, people: [...people].map(([recipient, name]) => ({ role: 'copy', recipient, name })) };
}

export async function settleMet(tx: Sql, { rows }: Met, documentId: string): Promise<void> {
  if (rows.length === 0) return;
  await tx.query('exchange-awaited-met', 'update exchange.awaited set met_by = $2 where awaited_id = any($1::uuid[])', [
    rows.map(({ awaitedId }) => awaitedId),
    documentId,
  ]);
}
