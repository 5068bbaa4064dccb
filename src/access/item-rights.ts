import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RIGHTS_VERSION } from './matrix.ts';

/** Whom an item is open to, for each reason to hide it: read from `item-rights.tsv`. Sensitive families: terminology. */

/** What a reader can be, to a record or to an item of it. */
export const STANDS = [
  'holder',
  'representative',
  'treating-doctor',
  'author',
  'prescriber',
  'producer',
  'linked',
  'delegate',
  'emergency',
  'regulation',
] as const;
export type Stand = (typeof STANDS)[number];

export const REASONS = ['masked', 'not-announced', 'not-for-representatives', 'secret-care', 'deleted'] as const;
export type Reason = (typeof REASONS)[number];

/** One bit a stand, in the order of STANDS. */
export type Stands = number;

export function bits(...stands: readonly Stand[]): Stands {
  return stands.reduce((all, stand) => all | (1 << STANDS.indexOf(stand)), 0);
}

/**
 * @param text of `item-rights.tsv`
 * @throws Error with the line: a table that cannot be read stops the start, it never opens anything
 */
export function readItemRights(text: string): {
  version: string;
  opensTo: Readonly<Record<Reason, Stands>>;
  labels: Readonly<Record<Reason, string>>;
} {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const [version, columns, ...rows] = lines.map((line) => line.split('\t'));
  if (version?.[0] !== 'version' || !version[1]) throw new Error('the rights on items have no version');
  if (columns?.slice(2).join() !== STANDS.join()) throw new Error('the columns of the rights on items are not those known');
  if (rows.map(([reason]) => reason).join() !== REASONS.join()) throw new Error(`the rights on items are not about ${REASONS.join()}`);
  const opensTo = rows.map(([reason, , ...cells]) => {
    if (cells.length !== STANDS.length || !cells.every((cell) => /^[yn]$/i.test(cell)))
      throw new Error(`the rights on items cannot be read at ${reason}`);
    return [reason, bits(...STANDS.filter((_stand, n) => /y/i.test(cells[n]!)))];
  });
  const labels = Object.fromEntries(rows.map(([reason, label]) => [reason, label])) as Record<Reason, string>;
  return { version: version[1], labels, opensTo: Object.fromEntries(opensTo) as Record<Reason, Stands> };
}

const table = readItemRights(readFileSync(join(import.meta.dirname, 'item-rights.tsv'), 'utf8'));

if (table.version !== RIGHTS_VERSION) throw new Error('the rights on items and the matrix of rights are not of the same version');

export const OPENS_TO = table.opensTo;

/** What each reason to hide is called, in French. */
export const REASON_LABELS = table.labels;
