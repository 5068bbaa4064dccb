import type { Coded, PreviousResult, ReferenceRange, Result, ResultValue } from '#formats';
import { ANALYTES, FERRITIN_METHODS, type Analyte, type AnalyteKey, type ChapterKey, type Interval } from './analytes.ts';
import { CHAPTERS, SPECIMENS } from './panels.ts';
import { DEMO_OID } from './ids.ts';
import type { Group, Laboratory } from './region.ts';

/** How one laboratory says what it measured: its units, its code, its interval, its flags. */

export const LOINC_OID = '2.16.840.1.113883.6.1';
const TECHNIQUE_OID = '1.2.250.1.213.2.3.5';
const SPECIMEN_OID = '2.16.840.1.113883.18.311';

/** A value in the usual unit of its analyte, or words as printed (`<8`, `traces`). */
export type Measured = number | string;

export interface Printing {
  laboratory: Laboratory;
  sex: 'F' | 'M';
  /** Sampling, HL7 TS. */
  at: string;
  /** True after the day when the group changed its ferritin method. */
  newFerritin: boolean;
}

interface Form {
  loinc: string;
  unit: string;
  factor: number;
  decimals: number;
}

/** The form or forms (mole, mass) in which this laboratory prints an analyte. */
function formsOf(key: AnalyteKey, group: Group): Form[] {
  const analyte: Analyte = ANALYTES[key];
  const usual = { loinc: analyte.loinc, unit: analyte.unit, factor: 1, decimals: analyte.decimals };
  if (key === 'hemoglobin' && group.hemoglobinPerLitre) return [{ ...usual, unit: 'g/L', factor: 10, decimals: 0 }];
  if (!analyte.mass || group.units === 'mole') return [usual];
  return group.units === 'mass' ? [analyte.mass] : [usual, analyte.mass];
}

/** The analyte's code at this laboratory: LOINC with the local code beside it, or the local code alone. */
export function codeOf(key: AnalyteKey, form: Pick<Form, 'loinc'>, laboratory: Laboratory): Coded {
  const { label, local }: Analyte = ANALYTES[key];
  const { group } = laboratory;
  const printed = group.capitals ? label.toUpperCase() : label;
  const translation = { code: local, system: localCodes(laboratory), systemName: `codes ${group.name}`, display: printed };
  if (isUncoded(key, group)) return { originalText: printed, translations: [translation] };
  return { code: form.loinc, system: LOINC_OID, systemName: 'LOINC', display: label, originalText: printed, translations: [translation] };
}

const GROUP_NUMBER: Record<Group['key'], number> = { biorives: 1, 'grand-pont': 2, cordelane: 3, 'sources-vives': 4, hospital: 5 };

/** OID of the table of local codes of a laboratory's system. */
export function localCodes({ group }: Laboratory): string {
  return `${DEMO_OID}.9.${GROUP_NUMBER[group.key]}`;
}

/** Rows that the stories are read by: always with their LOINC code. */
const ALWAYS_CODED: ReadonlySet<AnalyteKey> = new Set(['creatinine', 'potassium', 'ntProBnp', 'inr', 'ferritin', 'hba1c', 'tsh']);

/** Always the same analytes for the same group, and never those of the blood count. */
function isUncoded(key: AnalyteKey, { uncodedOneIn, key: group }: Group): boolean {
  if (uncodedOneIn === 0 || ANALYTES[key].panel === 'Hémogramme' || ALWAYS_CODED.has(key)) return false;
  const place = Object.keys(ANALYTES).indexOf(key) + GROUP_NUMBER[group];
  return place % uncodedOneIn === 0;
}

/** The interval in the form printed, a little different from one group to the other. */
export function intervalOf(key: AnalyteKey, form: Pick<Form, 'factor' | 'decimals'>, printing: Printing): Interval {
  const analyte: Analyte = ANALYTES[key];
  const { group } = printing.laboratory;
  if (key === 'ferritin' && printing.sex === 'F') return ferritinOfWomen(group, printing.newFerritin);
  const usual = printing.sex === 'F' ? analyte.women : analyte.men;
  const shift = 1 + (SHIFTED.has(analyte.panel) ? group.intervalShift : 0) / 100;
  const of = (bound: number | undefined) => (bound === undefined ? undefined : rounded(bound * shift * form.factor, form.decimals));
  const [low, high] = [of(usual.low), of(usual.high)];
  return { ...(low !== undefined && { low }), ...(high !== undefined && { high }) };
}
/** Where methods truly differ. Electrolytes, counts and ratios have the same limits everywhere. */
const SHIFTED = new Set([
  'Bilan hépatique',
  'Bilan martial',
  'Fonction rénale',
  'Bilan thyroïdien',
  'Vitamines et marqueurs',
  'Bilan phosphocalcique',
]);

/** Each group took the interval of its kit, and another one with the new method. */
function ferritinOfWomen({ key }: Group, isNew: boolean): Interval {
  if (key === 'hospital') return { low: 30, high: 200 };
  if (key === 'grand-pont') return isNew ? { low: 18, high: 180 } : { low: 15, high: 150 };
  return isNew ? { low: 20, high: 204 } : { low: 13, high: 150 };
}

const rounded = (value: number, decimals: number) => Math.round(value * 10 ** decimals) / 10 ** decimals;

/** Every result printed for one measured analyte: one, or two where the laboratory prints mole and mass. */
export function printResults(key: AnalyteKey, measured: Measured, printing: Printing): Result[] {
  const forms = formsOf(key, printing.laboratory.group);
  return forms.map((form) => printResult(key, measured, form, printing));
}

function printResult(key: AnalyteKey, measured: Measured, form: Form, printing: Printing): Result {
  const { laboratory, at } = printing;
  const { group } = laboratory;
  const interval = intervalOf(key, form, printing);
  const value = valueOf(key, measured, form, group);
  const flag =
    typeof measured === 'number'
      ? flagOf(key, measured, form, interval)
      : value.type === 'range'
        ? censoredFlag(value, interval)
        : undefined;
  const method = methodOf(key, printing);
  const reference = referenceOf(interval, unitOf(key, form, group));
  return {
    kind: 'result',
    code: codeOf(key, form, laboratory),
    status: 'completed',
    at,
    value,
    ...(flag && group.sendsFlags && { interpretations: [flag] }),
    ...(method && { method }),
    ...(reference && { reference }),
  };
}

function unitOf(key: AnalyteKey, form: Form, group: Group): string {
  const { spelled, unit }: Analyte = ANALYTES[key];
  return group.spelledUnits && spelled && form.unit === unit ? spelled : form.unit;
}

/** @param measured words: `<8` is a value below the limit, anything else a text result */
export function valueOf(key: AnalyteKey, measured: Measured, form: Form, group: Group): ResultValue {
  const unit = unitOf(key, form, group);
  const { limit }: Analyte = ANALYTES[key];
  if (typeof measured === 'string') {
    const below = /^<([\d.]+)$/.exec(measured);
    return below ? { type: 'range', high: { value: below[1]!, unit, inclusive: false } } : { type: 'text', text: measured };
  }
  if (limit !== undefined && measured < limit) {
    return { type: 'range', high: { value: decimalText(limit * form.factor, form.decimals), unit, inclusive: false } };
  }
  return { type: 'quantity', value: (measured * form.factor).toFixed(form.decimals), unit };
}

/** At least one significant digit: a limit of 0.3 never prints as `0`. */
function decimalText(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? value.toPrecision(1) : text;
}

function flagOf(key: AnalyteKey, usual: number, form: Form, { low, high }: Interval): string | undefined {
  const { alert }: Analyte = ANALYTES[key];
  const printed = rounded(usual * form.factor, form.decimals);
  if (alert?.high !== undefined && usual > alert.high) return 'HH';
  if (alert?.low !== undefined && usual < alert.low) return 'LL';
  if (high !== undefined && printed > high) return 'H';
  return low !== undefined && printed < low ? 'L' : undefined;
}

function censoredFlag(value: ResultValue & { type: 'range' }, { low }: Interval): string | undefined {
  return low !== undefined && value.high !== undefined && Number(value.high.value) <= low ? 'L' : undefined;
}

function methodOf(key: AnalyteKey, { laboratory, newFerritin }: Printing): Coded | undefined {
  if (!laboratory.group.sendsMethods) return undefined;
  const { method }: Analyte = ANALYTES[key];
  const used = key === 'ferritin' ? FERRITIN_METHODS[newFerritin ? 'after' : 'before'] : method;
  if (!used) return undefined;
  return used.code ? { code: used.code, system: TECHNIQUE_OID, display: used.display } : { originalText: used.display };
}

function referenceOf({ low, high }: Interval, unit: string): ReferenceRange | undefined {
  if (low === undefined && high === undefined) return undefined;
  return {
    ...(low !== undefined && { low: { value: String(low), unit } }),
    ...(high !== undefined && { high: { value: String(high), unit } }),
    interpretation: 'N',
  };
}

/** The same result as reprinted beside a later one. */
export function asPrevious({ code, value, at }: Result, when: string): PreviousResult {
  const { translations: _local, ...kept } = code;
  return { code: kept.code ? kept : code, status: 'completed', at: at ?? when, ...(value && { value }) };
}

export function specimenType(chapter: ChapterKey | 'microbiology' | 'immunohaematology'): Coded {
  const code = CHAPTERS[chapter].specimen;
  return { code, system: SPECIMEN_OID, display: SPECIMENS[code] };
}
