/**
 * The results shown, one a line, for a spreadsheet: what was printed and what Cigogne made of it side by side, with the document each
 * comes from. Semicolons and decimal commas, as French spreadsheets expect (RFC 4180 otherwise).
 */
import type { RowGroup } from './grid.ts';
import type { Reading } from './reading.ts';

const HEADS = [
  'analyse',
  'échantillon',
  'prélèvement',
  'précision',
  'valeur imprimée',
  'unité imprimée',
  'comparateur',
  'valeur',
  'unité',
  'borne basse',
  'borne haute',
  'drapeau',
  'drapeau par',
  'statut',
  'calculée',
  'laboratoire',
  'FINESS',
  'méthode',
  'LOINC',
  'libellé du laboratoire',
  'document',
] as const;

export function csvOf(groups: readonly RowGroup[]): string {
  const lines = groups.flatMap((group) =>
    group.rows.flatMap((row) => row.readings.map((reading) => lineOf(row.label, row.info?.specimen, reading))),
  );
  return `\u{feff}${[HEADS, ...lines].map((cells) => cells.map(cellOf).join(';')).join('\r\n')}\r\n`;
}

type Cell = string | number | undefined;

function lineOf(label: string, specimen: string | undefined, reading: Reading): Cell[] {
  const { result, report, comparator, value, unit, low, high, flag, flagBy, status, derived } = reading;
  return [
    label,
    specimen ?? result.specimen,
    new Date(reading.at).toISOString(),
    reading.timeIsAssumed ? 'supposé' : reading.precision,
    derived ? undefined : result.text,
    derived ? undefined : result.unit,
    comparator,
    value,
    value === undefined ? undefined : unit,
    low,
    high,
    flag,
    flag && flagBy,
    status,
    derived ? 'oui' : undefined,
    derived ? undefined : report.laboratory.name,
    derived ? undefined : report.laboratory.finess,
    result.method,
    derived ? undefined : result.loinc,
    derived ? undefined : result.label,
    report.documentId,
  ];
}

/** A text that a spreadsheet would take for a formula is quoted by an apostrophe: it comes from outside. */
function cellOf(cell: Cell): string {
  if (cell === undefined) return '';
  if (typeof cell === 'number') return String(cell).replace('.', ',');
  const isFormula = /^[=+\-@\t\r]/.test(cell) && !/^[+-]?\d+([.,]\d+)?$/.test(cell);
  const safe = isFormula ? `'${cell}` : cell;
  return /[;"\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
