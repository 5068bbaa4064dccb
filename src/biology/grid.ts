/** The grid: rows are comparable analytes in the order of the catalogue, columns are samplings, newest first. */
import { changeBetween, type Change } from './change.ts';
import { columnIdOf, columnsOf, type Column } from './columns.ts';
import { areComparable } from './comparable.ts';
import type { CatalogueRow } from './contract.ts';
import type { Gathered } from './gather.ts';
import { isOutside } from './grade.ts';
import { counts, infoOf, isMeasured, type Reading } from './reading.ts';

/** What a cell holds: more than one reading when a laboratory gave several at the same time; they stay apart. */
export interface Cell {
  readings: Reading[];
  /** The next older value was made by a method that may not be compared: the eye must not join them. */
  cutBefore: boolean;
}

export interface Row {
  id: string;
  label: string;
  /** Absent outside the catalogue. */
  info?: CatalogueRow;
  /** As printed, outside the catalogue: inside, it is in the key of the row. */
  specimen?: string;
  unit?: string;
  /** Oldest first. */
  readings: Reading[];
  cells: Map<string, Cell>;
  /** Newest that counts: the one that the head of the row speaks of. */
  latest?: Reading;
  /** From the last measured value before `latest` to it. */
  change?: Change;
  newCount: number;
  correctedCount: number;
}

export interface RowGroup {
  id: string;
  chapter: string;
  chapterEn: string;
  panel: string;
  rows: Row[];
  outside: number;
  beyondExpected: number;
  newCount: number;
  /** Rows of no catalogue: shown last, never dropped. */
  isUnclassified: boolean;
}

export interface Grid {
  groups: RowGroup[];
  columns: Column[];
}

export const UNCLASSIFIED = 'unclassified';

/** @param readings oldest first, all or those of a period */
export function gridOf(readings: readonly Reading[], index: Gathered['index']): Grid {
  const byRow = Map.groupBy(readings, (reading) => reading.rowId);
  const rows = [...byRow].map(([id, list]) => rowOf(id, list, infoOf(index, list[0]!.result)));
  return { groups: groupsOf(rows, index), columns: columnsOf(readings) };
}

function rowOf(id: string, readings: Reading[], info: CatalogueRow | undefined): Row {
  const counting = readings.filter(counts);
  const latest = counting.at(-1);
  const newest = latest ?? readings.at(-1)!;
  const unit = unitOf(readings, info);
  const previous = latest && counting.findLast((reading) => reading !== latest && reading.at < latest.at && isMeasured(reading));
  const change = previous && changeBetween(previous, latest, info);
  return {
    id,
    label: info?.label ?? (newest.result.label || newest.result.loinc || newest.result.local || newest.result.normalised.row),
    ...(info && { info }),
    ...(!info && newest.result.specimen && { specimen: newest.result.specimen }),
    ...(unit && { unit }),
    readings,
    cells: cellsOf(readings, info),
    ...(latest && { latest }),
    ...(change && { change }),
    newCount: readings.filter((reading) => reading.isNew && !reading.derived).length,
    correctedCount: readings.filter((reading) => reading.earlier).length,
  };
}

/** The unit of the numbers of the row: they all have the same, by construction of its id. */
function unitOf(readings: Reading[], info: CatalogueRow | undefined): string | undefined {
  const measured = readings.findLast((reading) => reading.value !== undefined);
  if (!measured) return info?.unit;
  return info && measured.rowId === info.row ? info.unit : measured.unit;
}

function cellsOf(readings: Reading[], info: CatalogueRow | undefined): Map<string, Cell> {
  const cells = new Map<string, Cell>();
  let older: Reading | undefined;
  for (const reading of readings) {
    const id = columnIdOf(reading);
    const cell = cells.get(id);
    if (cell) cell.readings.push(reading);
    else {
      const cutBefore = older !== undefined && reading.value !== undefined && !areComparable(older, reading, info);
      cells.set(id, { readings: [reading], cutBefore });
    }
    if (reading.value !== undefined && counts(reading)) older = reading;
  }
  return cells;
}

function groupsOf(rows: Row[], index: Gathered['index']): RowGroup[] {
  const place = (row: Row) => (row.info ? (index.order.get(row.info.row) ?? 0) : Number.MAX_SAFE_INTEGER);
  const sorted = rows.toSorted((a, b) => (place(a) === place(b) ? compareRows(a, b) : place(a) - place(b)));
  const grouped = Map.groupBy(sorted, (row) => (row.info ? `${row.info.chapter} · ${row.info.panel}` : UNCLASSIFIED));
  return [...grouped].map(([id, list]) => ({
    id,
    chapter: list[0]!.info?.chapter ?? '',
    chapterEn: list[0]!.info?.chapterEn ?? '',
    panel: list[0]!.info?.panel ?? '',
    rows: list,
    outside: list.filter(isRowOutside).length,
    beyondExpected: list.filter((row) => row.change?.beyondExpected).length,
    newCount: list.reduce((sum, row) => sum + row.newCount, 0),
    isUnclassified: id === UNCLASSIFIED,
  }));
}

/** Within a catalogue row, its usual unit first; outside, by name. */
function compareRows(a: Row, b: Row): number {
  if (a.info && b.info) return Number(a.id !== a.info.row) - Number(b.id !== b.info.row) || a.id.localeCompare(b.id);
  return a.label.localeCompare(b.label, 'fr') || a.id.localeCompare(b.id);
}

export const isRowOutside = (row: Row): boolean => row.latest !== undefined && isOutside(row.latest.grade);
