/** Other orders of the same rows: by the laboratory's panel, by LOINC code, by name. No row is lost on the way. */
import { isRowOutside, type Row, type RowGroup, UNCLASSIFIED } from './grid.ts';

export const GROUPINGS = ['chapter', 'panel', 'loinc', 'name'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** @param groups in the order of the catalogue, which stays the order inside each new group */
export function regroup(groups: readonly RowGroup[], by: Grouping): RowGroup[] {
  if (by === 'chapter') return [...groups];
  const rows = groups.flatMap((group) => group.rows);
  if (by === 'name') return rows.length === 0 ? [] : [groupOf('name', '', rows.toSorted(byName))];
  const named = Map.groupBy(rows, (row) => (by === 'panel' ? (row.info?.panel ?? '') : (loincOf(row) ?? '')));
  const keys = by === 'loinc' ? [...named.keys()].toSorted(byCode) : [...named.keys()];
  return [...keys.filter((key) => key !== ''), ...keys.filter((key) => key === '')].map((key) => groupOf(by, key, named.get(key)!));
}

const byName = (a: Row, b: Row) => a.label.localeCompare(b.label, 'fr') || a.id.localeCompare(b.id);
const byCode = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true });

/** The code of its newest result: laboratories may have coded older ones otherwise, and they are still comparable. */
const loincOf = (row: Row): string | undefined => row.readings.findLast(({ result, derived }) => result.loinc && !derived)?.result.loinc;

function groupOf(by: Grouping, key: string, rows: Row[]): RowGroup {
  const isUnclassified = key === '' && by !== 'name';
  const name = by === 'loinc' && key !== '' ? `LOINC ${key}` : key;
  return {
    id: isUnclassified ? UNCLASSIFIED : `${by} ${key}`,
    chapter: name,
    chapterEn: name,
    panel: '',
    rows,
    outside: rows.filter(isRowOutside).length,
    beyondExpected: rows.filter((row) => row.change?.beyondExpected).length,
    newCount: rows.reduce((sum, row) => sum + row.newCount, 0),
    isUnclassified,
  };
}
