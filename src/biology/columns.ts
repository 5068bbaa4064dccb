/** Columns of the grid: one per sampling time and laboratory, newest first. */
import type { Reading } from './reading.ts';
import type { TimePrecision } from './time.ts';

export interface Column {
  id: string;
  at: number;
  precision: TimePrecision;
  laboratory: { finess: string; name: string };
  timeIsAssumed: boolean;
  suspectTime?: 'future' | 'before-birth';
  /** Reports of the sampling whose values hold. */
  documentIds: string[];
  /** Everything in it came since the reader's last visit. */
  isNew: boolean;
}

/**
 * Two laboratories at the same minute stay two columns, because a column names its laboratory. A sampling known to the day and
 * one known to the minute of that day stay apart too: joining them would invent a time.
 */
export const columnIdOf = (reading: Reading): string =>
  `${reading.at} ${reading.precision} ${reading.report.laboratory.finess}${reading.timeIsAssumed ? ' ?' : ''}`;

export function columnsOf(readings: readonly Reading[]): Column[] {
  const columns = new Map<string, Column>();
  for (const reading of readings) {
    const id = columnIdOf(reading);
    const known = columns.get(id);
    if (known) joinColumn(known, reading);
    else columns.set(id, columnOf(id, reading));
  }
  return [...columns.values()].toSorted((a, b) => b.at - a.at || a.id.localeCompare(b.id));
}

function joinColumn(column: Column, { isNew, report, status }: Reading): void {
  column.isNew &&= isNew;
  if (status !== 'withdrawn' && !column.documentIds.includes(report.documentId)) column.documentIds.push(report.documentId);
}

function columnOf(id: string, { at, precision, report, timeIsAssumed, suspectTime, isNew, status }: Reading): Column {
  return {
    id,
    at,
    precision,
    laboratory: report.laboratory,
    documentIds: status === 'withdrawn' ? [] : [report.documentId],
    timeIsAssumed,
    isNew,
    ...(suspectTime && { suspectTime }),
  };
}

/** Two or three letters for each laboratory, all different: `BioRives` → BR, `Grand-Pont` → GP. Legend and heads use the same. */
export function laboratoryCodes(laboratories: readonly { finess: string; name: string }[]): Map<string, string> {
  const codes = new Map<string, string>();
  const taken = new Set<string>();
  for (const { finess, name } of laboratories) {
    if (codes.has(finess)) continue;
    const code = candidates(name).find((candidate) => !taken.has(candidate)) ?? numbered(taken);
    taken.add(code);
    codes.set(finess, code);
  }
  return codes;
}

const COMMON_WORDS = /^(laboratoires?|labo|lbm|biologie|medicale?|de|du|des|la|le|les|et|saint|sainte|centre|analyses?)$/i;

function candidates(name: string): string[] {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '');

  const words = plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '' && !COMMON_WORDS.test(word));
  const initials = words.map((word) => word[0]!.toUpperCase());
  const first = words[0]?.toUpperCase() ?? '';
  const inner = words[0]?.match(/[A-Z](?=[a-z])/g) ?? [];
  const acronym = /\b[A-Z]{2,3}\b/.exec(plain)?.[0];
  const listed = [
    acronym ?? '',
    inner.length > 1 ? inner.slice(0, 2).join('') : '',
    words.length > 1 ? initials.slice(0, 2).join('') : '',
    first.slice(0, 2),
    initials.slice(0, 3).join(''),
    first.slice(0, 3),
  ];
  return listed.filter((code) => code.length >= 2);
}

function numbered(taken: Set<string>): string {
  let n = 1;
  while (taken.has(`L${n}`)) n++;
  return `L${n}`;
}
