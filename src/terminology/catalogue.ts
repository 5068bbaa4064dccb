/** The analytes that Cigogne knows, loaded once: rows of the viewer, the LOINC codes of each, chapters, presets, plain words. */
import type { RowUnit } from './conversion.ts';
import { type Line, readTable } from './table.ts';

/** Changes whenever a rule or a table changes what a printed result becomes: kept with every normalised result. */
export const CATALOGUE_VERSION = '2026-11-22.2';

export interface CatalogueCode {
  loinc: string;
  /** Official LOINC long name as seen in public sources: kept with the code, as the LOINC licence asks. */
  name: string;
  component: string;
  property: string;
  system: string;
  scale: string;
  method: string;
  unit: string;
}

/** Within-subject and analytical variation, in percent. */
export interface Variation {
  within: number;
  analytical?: number;
  /** `ricos`: figure of the table of Ricós et al. read in a secondary table; `recalled`: same table, not read again. Both to be confirmed. */
  standing: 'ricos' | 'recalled';
}

/** Words for the patient. */
export interface PlainWords {
  name: string;
  /** What it measures, one sentence. */
  measures: string;
  nameEn: string;
  measuresEn: string;
}

export interface RowInfo extends RowUnit {
  row: string;
  label: string;
  /** English on screen: the LOINC component of the first code. */
  labelEn: string;
  synonyms: readonly string[];
  /** The usual unit as French laboratories print it. */
  unitPrinted: string;
  chapter: string;
  panel: string;
  panelEn: string;
  /** Place in the catalogue: chapters, then panels, then the order of a usual report. */
  order: number;
  /** In words: `Sang (sérum ou plasma)`. */
  specimen: string;
  specimenEn: string;
  isMethodSensitive: boolean;
  /** The laboratory reports the result of a formula. Values that Cigogne derives have rows of their own: `derived.ts`. */
  isCalculated: boolean;
  variation?: Variation;
  plain?: PlainWords;
  /** Never shown as a plain row: transfusion view only. */
  family?: 'immuno-haematology';
  codes: readonly CatalogueCode[];
}

export interface Chapter {
  chapter: string;
  /** LOINC of the CI-SIS section, shared by several chapters of ours. */
  sectionLoinc: string;
  label: string;
  labelEn: string;
}

export interface Preset {
  preset: string;
  label: string;
  labelEn: string;
  rows: readonly string[];
}

const chapterList: readonly Chapter[] = readTable('chapters.tsv').map((line) => ({
  chapter: cell(line, 'chapter'),
  sectionLoinc: cell(line, 'section_loinc'),
  label: cell(line, 'label_fr'),
  labelEn: cell(line, 'label_en'),
}));

const presetList: readonly Preset[] = readTable('presets.tsv').map((line) => ({
  preset: cell(line, 'preset'),
  label: cell(line, 'label_fr'),
  labelEn: cell(line, 'label_en'),
  rows: list(line, 'rows'),
}));

const rows = readRows();
const byKey: ReadonlyMap<string, RowInfo> = new Map(rows.map((row) => [row.row, row]));
const byLoinc: ReadonlyMap<string, RowInfo> = new Map(rows.flatMap((row) => row.codes.map(({ loinc }) => [loinc, row] as const)));

function readRows(): readonly RowInfo[] {
  const codes = Map.groupBy(readTable('codes.tsv'), (line) => cell(line, 'row'));
  const byRow = (lines: Line[], key: string) => new Map(lines.map((line) => [cell(line, key), line]));
  const words: Words = {
    plain: byRow(readTable('plain-words.tsv'), 'row'),
    specimens: byRow(readTable('specimens.tsv'), 'specimen'),
    panels: byRow(readTable('panels.tsv'), 'label_fr'),
  };
  const rank = new Map(chapterList.map(({ chapter }, at) => [chapter, at]));
  return readTable('rows.tsv')
    .map((line, at) => ({ line, order: (rank.get(cell(line, 'chapter')) ?? 99) * 1000 + at }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ line }, order) => readRow(line, order, codes.get(cell(line, 'row')) ?? [], words));
}

interface Words {
  plain: ReadonlyMap<string, Line>;
  specimens: ReadonlyMap<string, Line>;
  panels: ReadonlyMap<string, Line>;
}

function readRow(line: Line, order: number, codeLines: readonly Line[], words: Words): RowInfo {
  const key = cell(line, 'row');
  const plain = words.plain.get(key);
  const specimen = words.specimens.get(key.slice(key.lastIndexOf('.') + 1));
  const panel = words.panels.get(cell(line, 'panel'));
  if (!specimen || !panel) throw new Error(`the row ${key} has an unknown specimen or panel`);
  const within = number(line, 'cv_within');
  const analytical = number(line, 'cv_analytical');
  const molarMass = number(line, 'molar_mass');
  const valence = number(line, 'valence');
  const rule = cell(line, 'rule');
  const codes = codeLines.map(readCode);
  return {
    row: key,
    label: cell(line, 'label'),
    labelEn: codes[0]?.component ?? cell(line, 'label'),
    synonyms: list(line, 'synonyms'),
    unit: cell(line, 'unit'),
    unitPrinted: cell(line, 'printed'),
    chapter: cell(line, 'chapter'),
    panel: cell(panel, 'label_fr'),
    panelEn: cell(panel, 'label_en'),
    order,
    specimen: cell(specimen, 'label_fr'),
    specimenEn: cell(specimen, 'label_en'),
    isCalculated: cell(line, 'calculated') === 'yes',
    isMethodSensitive: cell(line, 'method_sensitive') === 'yes',
    codes,
    ...(molarMass !== undefined && { molarMass }),
    ...(valence !== undefined && { valence }),
    ...(codes.every(({ property }) => /^[NMVS]Fr$/.test(property)) && { isFraction: true }),
    ...(rule !== '' && { rule: rule as NonNullable<RowUnit['rule']> }),
    ...(plain && { plain: readPlain(plain) }),
    ...(cell(line, 'chapter') === 'immuno-haematology' && { family: 'immuno-haematology' as const }),
    ...(within !== undefined && {
      variation: {
        within,
        ...(analytical !== undefined && { analytical }),
        standing: cell(line, 'variation_standing') === 'ricos' ? ('ricos' as const) : ('recalled' as const),
      },
    }),
  };
}

function readPlain(line: Line): PlainWords {
  return {
    name: cell(line, 'name_fr'),
    measures: cell(line, 'measures_fr'),
    nameEn: cell(line, 'name_en'),
    measuresEn: cell(line, 'measures_en'),
  };
}

function readCode(line: Line): CatalogueCode {
  return {
    loinc: cell(line, 'loinc'),
    name: cell(line, 'name'),
    component: cell(line, 'component'),
    property: cell(line, 'property'),
    system: cell(line, 'system'),
    scale: cell(line, 'scale'),
    method: cell(line, 'method'),
    unit: cell(line, 'unit'),
  };
}

function cell(line: Line, column: string): string {
  const value = line[column];
  if (value === undefined) throw new Error(`the tables of the catalogue lack the column ${column}`);
  return value;
}

function list(line: Line, column: string): string[] {
  return cell(line, column).split('|').filter(Boolean);
}

function number(line: Line, column: string): number | undefined {
  const text = cell(line, column);
  return text === '' ? undefined : Number(text);
}

/** All rows, in the order of a report. */
export function catalogueRows(): readonly RowInfo[] {
  return rows;
}

/** What the catalogue knows of a row key; a row split by its unit (`eag.blood~%`) is not in the catalogue. */
export function rowInfo(row: string): RowInfo | undefined {
  return byKey.get(row);
}

export function rowOfLoinc(loinc: string): RowInfo | undefined {
  return byLoinc.get(loinc);
}

export function chapters(): readonly Chapter[] {
  return chapterList;
}

export function presets(): readonly Preset[] {
  return presetList;
}
