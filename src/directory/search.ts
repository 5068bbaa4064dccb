import type { Sql } from '#kernel';
import type { DirectoryAnswer } from './contract.ts';
import {
  commonness,
  describeEntries,
  entriesOfMailbox,
  entriesOfNumber,
  type Entry,
  foundByName,
  foundByWords,
  knownSpellings,
} from './store-search.ts';

/** What a person typed, understood. */
export type DirectoryQuery =
  /** RPPS (11 digits, or 12 with its kind) or FINESS (9 characters). */
  | { kind: 'number'; number: string }
  | { kind: 'mailbox'; start: string }
  /** Beginnings of words: names, specialities, towns, postal codes. */
  | { kind: 'words'; words: string[] }
  | { kind: 'unclear' };

const LEAST_LETTERS = 3;
/** Below this, one letter more or less makes too many other words. */
const LEAST_LETTERS_TYPO = 5;
/** Beyond these nobody has typed a name: fifty spellings a letter, of as many words as one likes, would be looked for. */
const MOST_LETTERS_TYPO = 30;
const MOST_WORDS_TYPO = 10;
const MOST_LETTERS = 200;
const MOST_FOUND = 20;
const MOST_SPELLINGS = 12;
/** A beginning that more entries bear is only checked on what the others found. */
const COMMON = 60_000;

export function readDirectoryQuery(text: string): DirectoryQuery {
  if (text.length > MOST_LETTERS) return { kind: 'unclear' };
  const typed = text.trim().toLowerCase();
  const compact = typed.replace(/[\s.]/g, '').toUpperCase();
  if (/^\d{11,12}$/.test(compact) || /^\d[\dAB]\d{7}$/.test(compact)) return { kind: 'number', number: compact };
  if (/^[^\s@]+@[^\s@]*$/.test(typed)) return { kind: 'mailbox', start: typed };
  const words = plain(typed)
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  const telling = words.filter((word) => word.length >= LEAST_LETTERS || /^\d{2}$/.test(word));
  return telling.length === 0 ? { kind: 'unclear' } : { kind: 'words', words: telling };
}

/** As directory.plain of the database. */
function plain(text: string): string {
  return text.replace(/œ/g, 'oe').replace(/æ/g, 'ae').normalize('NFD').replace(/\p{M}/gu, '');
}

const CAN_SLIP = new RegExp(`^[a-z]{${LEAST_LETTERS_TYPO},${MOST_LETTERS_TYPO}}$`);

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/**
 * Every word at one slip of the fingers: a letter missing, too many, wrong, or two exchanged. The first letter stays: few get it wrong. None of what is too short, or
 * longer than any name.
 */
export function oneSlipFrom(word: string): string[] {
  if (!CAN_SLIP.test(word)) return [];
  const slips = new Set<string>();
  for (let i = 1; i <= word.length; i++) {
    const [start, rest] = [word.slice(0, i), word.slice(i)];
    for (const letter of LETTERS) {
      slips.add(start + letter + rest);
      if (rest !== '') slips.add(start + letter + rest.slice(1));
    }
    if (rest !== '') slips.add(start + rest.slice(1));
    if (rest.length > 1) slips.add(start + rest[1] + rest[0] + rest.slice(2));
  }
  slips.delete(word);
  return [...slips];
}

/**
 * Professionals and places by number, by secure-mail address, or by the beginnings of words in any order; a word of five letters or more that
 * nothing begins with is looked for with one slip. At most 20, names that begin as typed first; of one kind alone when it is said.
 */
export async function searchDirectory(sql: Sql, text: string, kind?: Entry['kind']): Promise<DirectoryAnswer> {
  const query = readDirectoryQuery(text);
  if (query.kind === 'unclear') return { found: [], more: text.trim() !== '', corrected: [] };
  if (query.kind === 'number') return shown(sql, await entriesOfNumber(sql, query.number), []);
  if (query.kind === 'mailbox') return shown(sql, await entriesOfMailbox(sql, query.start, MOST_FOUND + 1), []);
  const alternatives = await alternativesOf(sql, query.words);
  const corrected = alternatives.flatMap(({ typed, used }) => (used.length === 1 && used[0] === typed ? [] : [{ typed, used }]));
  if (alternatives.some(({ used }) => used.length === 0)) return { found: [], more: false, corrected: [] };
  return shown(sql, await find(sql, alternatives, kind), corrected);
}

async function shown(sql: Sql, entries: readonly Entry[], corrected: DirectoryAnswer['corrected']): Promise<DirectoryAnswer> {
  const kept = entries.slice(0, MOST_FOUND);
  return { found: kept.length > 0 ? await describeEntries(sql, kept) : [], more: entries.length > MOST_FOUND, corrected };
}

interface Alternatives {
  typed: string;
  /** Spellings looked for: the word itself when something begins so. */
  used: string[];
  entries: number;
}

async function alternativesOf(sql: Sql, words: readonly string[]): Promise<Alternatives[]> {
  const counts = await commonness(sql, words);
  return Promise.all(
    words.map(async (typed, i) => {
      const entries = counts[i]!;
      if (entries > 0) return { typed, used: [typed], entries };
      const slips = words.length <= MOST_WORDS_TYPO ? oneSlipFrom(typed) : [];
      return { typed, used: slips.length > 0 ? await knownSpellings(sql, slips, MOST_SPELLINGS) : [], entries };
    }),
  );
}

/** First by the name, each word typed in turn being its beginning; then, when these are few, anywhere. */
async function find(sql: Sql, alternatives: readonly Alternatives[], kind: Entry['kind'] | undefined): Promise<Entry[]> {
  const found = new Map<string, Entry>();
  const take = (entries: readonly Entry[]) => {
    for (const entry of entries) if (found.size <= MOST_FOUND) found.set(`${entry.kind} ${entry.key}`, entry);
  };
  for (const [i, { used }] of alternatives.entries()) {
    const others = tsquery(alternatives.filter((_, j) => j !== i));
    for (const start of used) if (found.size <= MOST_FOUND) take(await foundByName(sql, { start, others, kind }, MOST_FOUND + 1));
  }
  const rare = alternatives.filter(({ entries }) => entries < COMMON);
  const common = alternatives.filter(({ entries }) => entries >= COMMON);
  if (found.size <= MOST_FOUND && rare.length > 0)
    take(await foundByWords(sql, { rare: tsquery(rare), common: tsquery(common), kind }, MOST_FOUND + 1));
  return [...found.values()];
}

/** Every word, each in one of its spellings, as a beginning. Words are letters and digits alone: nothing needs escaping. */
function tsquery(alternatives: readonly Alternatives[]): string {
  return alternatives.map(({ used }) => `(${used.map((word) => `'${word}':*`).join('|')})`).join('&');
}
