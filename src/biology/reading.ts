/**
 * A reading: one value of one sampling as the viewer handles it, made from a stored result and its report. What the laboratory
 * printed stays in `result`; `value`, `low` and `high` are in the unit of the row. Pure; no rule of terminology here.
 */
import type { Flag, StoredReport, StoredResult } from '#record/contract';
import { regionalCritical } from '#terminology/contract';
import { isImmunoHaematology } from './immuno-haematology.ts';
import type { Catalogue, CatalogueRow } from './contract.ts';
import { gradeOf, type Grade } from './grade.ts';

export type ReadingStatus = StoredResult['status'] | 'withdrawn';

/** A value that another version of the same report said before. */
export interface EarlierVersion {
  text: string;
  unit?: string;
  documentId: string;
  n: number;
  /** ISO 8601: when that version was issued. */
  issuedAt: string;
  at?: string;
}

export interface Reading {
  /** `documentId#n`: names this value for ever. */
  id: string;
  /** Key of the comparable row, see rows.ts. */
  rowId: string;
  result: StoredResult;
  report: StoredReport;
  /** Sampling, milliseconds since 1970; the report's own earliest sampling when `timeIsAssumed`. */
  at: number;
  precision: NonNullable<StoredResult['atPrecision']>;
  /** The laboratory gave no time for this result: never drawn on a curve. */
  timeIsAssumed: boolean;
  /** A date that cannot be: told, never hidden. */
  suspectTime?: 'future' | 'before-birth';
  /** Unit of `value`: that of the row when converted, else as printed. */
  unit?: string;
  /** Absent for a text: then `result.text` is all there is. */
  value?: number;
  comparator?: '<' | '≤' | '>' | '≥';
  decimals: number;
  isConverted: boolean;
  low?: number;
  high?: number;
  intervalText?: string;
  flag?: Flag;
  /** A flag of the laboratory is drawn solid, one that we computed hollow. */
  flagBy?: 'laboratory' | 'cigogne' | 'region';
  grade: Grade;
  status: ReadingStatus;
  earlier?: EarlierVersion;
  conflict: boolean;
  isNew: boolean;
  /** Cigogne calculated it from these; `report` and `result.n` are those of the first. */
  derived?: { inputs: readonly Reading[]; cautions: readonly string[]; isBesideReported: boolean };
}

export interface ReadingOptions {
  now: number;
  /** ISO 8601 instant of this reader's last visit; absent on the first one: then nothing is called new. */
  lastVisit?: string;
  /** ISO day; a result before it is told as such. */
  birthDate?: string;
  /** As the identity says; anything but these two is not known. */
  sex?: 'M' | 'F';
}

export interface CatalogueIndex {
  rows: Map<string, CatalogueRow>;
  /** Place of each row in the display order. */
  order: Map<string, number>;
}

export function indexCatalogue(catalogue: Catalogue): CatalogueIndex {
  return {
    rows: new Map(catalogue.rows.map((row) => [row.row, row])),
    order: new Map(catalogue.rows.map((row, index) => [row.row, index])),
  };
}

/**
 * What the catalogue says of a result. A row that terminology kept apart for its unit (`eag.blood~%`) has the words of its analyte.
 */
export function infoOf(index: CatalogueIndex, { normalised: { row } }: StoredResult): CatalogueRow | undefined {
  const apart = row.indexOf('~');
  return index.rows.get(row) ?? (apart > 0 ? index.rows.get(row.slice(0, apart)) : undefined);
}

/** A result as a reading. `rowId` is the row of its unit (rows.ts joins texts to it afterwards). */
export function readingOf(report: StoredReport, result: StoredResult, info: CatalogueRow | undefined, options: ReadingOptions): Reading {
  const sampled = result.at === undefined ? Number.NaN : Date.parse(result.at);
  const assumed = Number.isNaN(sampled);
  const at = assumed ? Date.parse(report.sampledAt) : sampled;
  const status = report.status === 'cancelled' ? 'cancelled' : report.status === 'preliminary' ? provisional(result.status) : result.status;
  const reading: Reading = {
    id: `${report.documentId}#${result.n}`,
    rowId: result.normalised.row + unitSuffix(result, info),
    result,
    report,
    at: Number.isNaN(at) ? Date.parse(report.receivedAt) : at,
    precision: result.atPrecision ?? 'minute',
    timeIsAssumed: assumed,
    decimals: 0,
    isConverted: false,
    grade: 'none',
    status,
    conflict: report.conflict,
    isNew: options.lastVisit !== undefined && Date.parse(report.receivedAt) > Date.parse(options.lastVisit),
  };
  takeValue(reading, result);
  flagReading(reading, info);
  const suspect = suspectTimeOf(reading, options);
  if (suspect) reading.suspectTime = suspect;
  return reading;
}

/** A preliminary report makes its values provisional; what was not done or cancelled stays so. */
const provisional = (status: StoredResult['status']) => (status === 'final' ? 'provisional' : status);

/** The number with its unit and interval: of the row when it was converted, else as printed. Filled in place: a record has thousands. */
function takeValue(reading: Reading, { number, normalised, interval, unit: printed }: StoredResult): void {
  const { converted } = normalised;
  const unit = (number && converted?.unit) ?? printed;
  if (unit) reading.unit = unit;
  if (number) {
    reading.value = converted?.value ?? number.value;
    reading.decimals = converted?.decimals ?? number.decimals;
    reading.isConverted = converted !== undefined;
    if (number.comparator) reading.comparator = number.comparator;
  }
  // An interval that was not converted with its value would be drawn in the wrong unit: it is left out.
  const limits = number && converted ? converted : interval;
  if (limits?.low !== undefined) reading.low = limits.low;
  if (limits?.high !== undefined) reading.high = limits.high;
  if (limits === interval && interval?.text) reading.intervalText = interval.text;
}

/** Only what the laboratory did not call critical itself, and only in the unit of the row. */
function criticalOfRegion({ result, rowId, value, comparator }: Reading, info: CatalogueRow | undefined): 'LL' | 'HH' | undefined {
  if (!info?.critical || info.ucum === undefined || rowId !== info.row || value === undefined) return undefined;
  const bounds = new Map([[info.row, { row: info.row, unit: info.ucum, ...info.critical }]]);
  return regionalCritical({ row: info.row, value, comparator, unit: info.ucum, flag: result.flag }, bounds);
}

/** The laboratory's flag wins; ours is used only where it sent none. A value that does not count carries no flag. */
function flagReading(reading: Reading, info: CatalogueRow | undefined): void {
  if (reading.status === 'cancelled' || reading.status === 'not-done') return;
  const critical = criticalOfRegion(reading, info);
  if (critical) {
    reading.flag = critical;
    reading.flagBy = 'region';
    reading.grade = critical === 'LL' ? 'critical-low' : 'critical-high';
    return;
  }
  const { flag, normalised } = reading.result;
  const chosen = flag ?? normalised.computedFlag;
  if (!chosen) return;
  reading.flag = chosen;
  reading.flagBy = flag ? 'laboratory' : 'cigogne';
  reading.grade = gradeOf(chosen, reading);
}

/**
 * A number joins the row of its unit only: what could not be converted gets a row of its own, beside.
 * Texts and results not done have no unit to disagree about.
 */
function unitSuffix(result: StoredResult, info: CatalogueRow | undefined): string {
  const { number, normalised } = result;
  if (!number || (info && normalised.converted) || (info && info.row !== normalised.row)) return '';
  const printed = normalised.ucum ?? result.unit?.trim() ?? '';
  if (!info) return printed === '' ? '' : ` [${printed}]`;
  const isDimensionless = /^(1|\{.*\})?$/.test(printed);
  if (isDimensionless && !info.unit) return '';
  if (normalised.ucum && normalised.ucum === info.ucum) return '';
  if (result.unit && result.unit.trim() === info.unit) return '';
  return ` [${printed === '' ? 'sans unité' : printed}]`;
}

/** A clock may be a little wrong; a day ahead is an error to tell. */
const CLOCK_TOLERANCE_MS = 24 * 3_600_000;

function suspectTimeOf(reading: Reading, { now, birthDate }: ReadingOptions): Reading['suspectTime'] {
  if (reading.at > now + CLOCK_TOLERANCE_MS) return 'future';
  // A birth date with an unknown day or month (`00`) cannot be compared, and is not.
  const born = birthDate ? Date.parse(birthDate) : Number.NaN;
  return reading.at < born - CLOCK_TOLERANCE_MS ? 'before-birth' : undefined;
}

/** Where a result is shown: on the grid, in the microbiology part, or not at all as a plain row. */
export function placeOf(result: StoredResult, info: CatalogueRow | undefined): 'grid' | 'microbiology' | 'immuno-haematology' {
  if (isImmunoHaematology(result, info)) return 'immuno-haematology';
  return result.isolate === undefined ? 'grid' : 'microbiology';
}

/** True when the value is a plain number that may be compared: final or provisional, not censored. */
export function isMeasured(reading: Reading): boolean {
  return reading.value !== undefined && reading.comparator === undefined && counts(reading);
}

/** Cancelled, withdrawn and not done results are shown and never counted. */
export const counts = (reading: Reading): boolean => reading.status === 'final' || reading.status === 'provisional';
