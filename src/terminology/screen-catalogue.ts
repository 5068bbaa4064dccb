/** The catalogue as the screens take it: names, order, search, no LOINC axes. Made once; some 150 kB of JSON before compression. */
import type { CriticalBounds } from './critical.ts';
import { type FormulaId, FORMULAS } from './formulas.ts';
import { CATALOGUE_VERSION, catalogueRows, chapters, presets, type RowInfo } from './catalogue.ts';
import { readTable } from './table.ts';

export interface ScreenRow {
  row: string;
  label: string;
  labelEn: string;
  /** Names that the narrowest column of names holds whole beside the unit, where the others are longer; same meaning, said shorter. */
  short?: string;
  shortEn?: string;
  plain?: string;
  plainEn?: string;
  measures?: string;
  measuresEn?: string;
  specimen: string;
  specimenEn: string;
  /** As printed in France; absent for what has none. */
  unit?: string;
  ucum?: string;
  chapter: string;
  chapterEn: string;
  panel: string;
  panelEn: string;
  synonyms: string[];
  methodSensitive: boolean;
  variation?: { within: number; analytical?: number };
  immunoHaematology?: true;
  calculated?: true;
  /** Beyond these, in the unit of the row, the region calls a value critical even when the laboratory did not. */
  critical?: { below?: number | undefined; above?: number | undefined };
  /** Cigogne calculates it itself, from these rows. */
  derived?: { formula: FormulaId; inputs: string[]; cautions: string[]; isBesideReported?: true };
}

export interface ScreenCatalogue {
  version: string;
  /** In the order of display. */
  rows: ScreenRow[];
  presets: { id: string; label: string; labelEn: string; rows: string[] }[];
}

const shortNames: ReadonlyMap<string, Pick<ScreenRow, 'short' | 'shortEn'>> = new Map(
  readTable('short-labels.tsv').map(({ row = '', short_fr, short_en }) => [
    row,
    { ...(short_fr && { short: short_fr }), ...(short_en && { shortEn: short_en }) },
  ]),
);

/**
 * @param formulas of the values that the region lets Cigogne calculate: each has a row, after what a laboratory reports of the same kind
 * @param critical the region's table of critical values
 * @param isBesideReported calculates also where the laboratory reported the same quantity: both are shown
 */
export function screenCatalogue(
  formulas: readonly FormulaId[] = [],
  critical: readonly CriticalBounds[] = [],
  { isBesideReported = false } = {},
): ScreenCatalogue {
  const bounds = new Map(critical.map(({ row, unit: _unit, ...rest }) => [row, rest]));
  const names = new Map(chapters().map((chapter) => [chapter.chapter, chapter]));
  const reported = catalogueRows().map((row) => screenRow(row, names.get(row.chapter) ?? { label: row.chapter, labelEn: row.chapter }));
  const rows = formulas.reduce<readonly ScreenRow[]>((so, formula) => withFormula(so, formula, isBesideReported), reported);
  return {
    version: CATALOGUE_VERSION,
    rows: rows.map((row) => ({ ...row, ...shortNames.get(row.row), ...(bounds.has(row.row) && { critical: bounds.get(row.row)! }) })),
    presets: presets().map(({ preset, label, labelEn, rows }) => ({ id: preset, label, labelEn, rows: [...rows] })),
  };
}

function screenRow(row: RowInfo, chapter: { label: string; labelEn: string }): ScreenRow {
  const { plain, variation } = row;
  return {
    row: row.row,
    label: row.label,
    labelEn: row.labelEn,
    specimen: row.specimen,
    specimenEn: row.specimenEn,
    chapter: chapter.label,
    chapterEn: chapter.labelEn,
    panel: row.panel,
    panelEn: row.panelEn,
    synonyms: [...row.synonyms],
    methodSensitive: row.isMethodSensitive,
    ...(plain && { plain: plain.name, plainEn: plain.nameEn, measures: plain.measures, measuresEn: plain.measuresEn }),
    ...(row.unitPrinted !== '' && { unit: row.unitPrinted }),
    ...(row.unit !== '' && { ucum: row.unit }),
    ...(variation && {
      variation: { within: variation.within, ...(variation.analytical !== undefined && { analytical: variation.analytical }) },
    }),
    ...(row.family && { immunoHaematology: true as const }),
    ...(row.isCalculated && { calculated: true as const }),
  };
}

/** The row of a formula stands after the reported rows of the same quantity, else after its first input. */
function withFormula(rows: readonly ScreenRow[], formula: FormulaId, isBesideReported: boolean): ScreenRow[] {
  const { label, labelEn, inputs, sameAs, unit, cautions } = FORMULAS[formula];
  const place = Math.max(
    rows.findLastIndex(({ row }) => sameAs.includes(row)),
    rows.findIndex(({ row }) => row === inputs[0]?.row),
  );
  const [near, first] = [rows[place], rows.find(({ row }) => row === inputs[0]?.row)];
  if (!near || !first) throw new Error(`the formula ${formula} has no row beside which to stand`);
  const row: ScreenRow = {
    row: `calc:${formula}`,
    // Said in the name itself, and first, so that no screen, list or print can show it without or cut it off.
    label: `Calculé : ${label}`,
    labelEn: `Calculated: ${labelEn}`,
    specimen: first.specimen,
    specimenEn: first.specimenEn,
    chapter: near.chapter,
    chapterEn: near.chapterEn,
    panel: near.panel,
    panelEn: near.panelEn,
    synonyms: [label],
    methodSensitive: first.methodSensitive,
    ...(PRINTED_UNITS[unit] !== '' && { unit: PRINTED_UNITS[unit] ?? unit }),
    ucum: unit,
    calculated: true,
    derived: {
      formula,
      inputs: inputs.map((input) => input.row),
      cautions: [...cautions],
      ...(isBesideReported && { isBesideReported: true as const }),
    },
  };
  return [...rows.slice(0, place + 1), row, ...rows.slice(place + 1)];
}

/** Units of formulas whose UCUM code is not what one prints; an index has none. */
const PRINTED_UNITS: Readonly<Record<string, string>> = { 'mL/min/{1.73_m2}': 'mL/min/1,73 m²', '{index}': '' };
