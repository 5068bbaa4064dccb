/** The catalogue as the screens take it: names, order, search, no LOINC axes. Made once; some 150 kB of JSON before compression. */
import { CATALOGUE_VERSION, catalogueRows, chapters, presets, type RowInfo } from './catalogue.ts';

export interface ScreenRow {
  row: string;
  label: string;
  labelEn: string;
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
}

export interface ScreenCatalogue {
  version: string;
  /** In the order of display. */
  rows: ScreenRow[];
  presets: { id: string; label: string; labelEn: string; rows: string[] }[];
}

export function screenCatalogue(): ScreenCatalogue {
  const names = new Map(chapters().map((chapter) => [chapter.chapter, chapter]));
  return {
    version: CATALOGUE_VERSION,
    rows: catalogueRows().map((row) => screenRow(row, names.get(row.chapter) ?? { label: row.chapter, labelEn: row.chapter })),
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
