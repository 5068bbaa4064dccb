/** Before one prescribes: when was each analysis last done, where, and what came of it. */
import type { Catalogue, CatalogueRow } from './contract.ts';
import { plain } from './find-row.ts';
import type { Row } from './grid.ts';
import { isMeasured, type Reading } from './reading.ts';
import { daysBetween, DAY_MS } from './time.ts';

export interface Wanted {
  info: CatalogueRow;
  /** Newest that counts; absent: never received here, which is not never done. */
  last?: Reading;
  row?: Row;
  daysAgo?: number;
  /** Results in the last twelve months. */
  inAYear: number;
}

/**
 * @param rows of the patient, of all dates
 * @param words few letters of a name, a synonym or a panel; empty: only what `rowKeys` names
 */
export function alreadyDone(catalogue: Catalogue, rows: readonly Row[], words: string, rowKeys: readonly string[], now: number): Wanted[] {
  const asked = plain(words);
  const keys = new Set(rowKeys);
  const known = new Map(rows.flatMap((row) => (row.info && row.id === row.info.row ? [[row.id, row] as const] : [])));
  return catalogue.rows
    .filter((info) => !info.immunoHaematology && !info.derived && (asked === '' ? keys.has(info.row) : answers(info, asked)))
    .map((info) => wantedOf(info, known.get(info.row), now));
}

function answers(info: CatalogueRow, asked: string): boolean {
  return [info.label, info.panel, ...info.synonyms].some((name) => ` ${plain(name)}`.includes(` ${asked}`));
}

function wantedOf(info: CatalogueRow, row: Row | undefined, now: number): Wanted {
  const done = row?.readings.filter((reading) => isMeasured(reading) || reading.status === 'final') ?? [];
  const last = done.findLast((reading) => !reading.timeIsAssumed && reading.status !== 'not-done' && reading.status !== 'cancelled');
  return {
    info,
    inAYear: done.filter((reading) => reading.at > now - 365 * DAY_MS).length,
    ...(row && { row }),
    ...(last && { last, daysAgo: daysBetween(last.at, now) }),
  };
}
