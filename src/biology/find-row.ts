/** Finding a row by a few letters: `pot` is potassium, `k` too, `nfs` the whole blood count. Accents and case do not count. */
import type { Row } from './grid.ts';

export const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').replace(/œ/gi, 'oe').toLowerCase().trim();

/** How well a row answers: 0 the name itself, then its start, a synonym, a word inside, its panel; undefined when not at all. */
function rank(row: Row, asked: string): number | undefined {
  const label = plain(row.label);
  if (label === asked) return 0;
  const synonyms = (row.info?.synonyms ?? []).map(plain);
  if (synonyms.includes(asked)) return 1;
  if (label.startsWith(asked)) return 2;
  if (synonyms.some((synonym) => synonym.startsWith(asked))) return 3;
  if (` ${label}`.includes(` ${asked}`) || printedLabels(row).some((printed) => printed.startsWith(asked))) return 4;
  const panel = plain(row.info?.panel ?? '');
  if (panel === asked || ` ${panel}`.includes(` ${asked}`)) return 5;
  return asked.length >= 3 && label.includes(asked) ? 6 : undefined;
}

const printedLabels = (row: Row): string[] => [...new Set(row.readings.map((reading) => plain(reading.result.label)))];

/** @returns rows that answer, best first, then in the order of the grid */
export function findRows(rows: readonly Row[], text: string): Row[] {
  const asked = plain(text);
  if (asked === '') return [...rows];
  return rows
    .map((row, place) => ({ row, place, rank: rank(row, asked) }))
    .filter((found): found is { row: Row; place: number; rank: number } => found.rank !== undefined)
    .toSorted((a, b) => a.rank - b.rank || a.place - b.place)
    .map(({ row }) => row);
}
