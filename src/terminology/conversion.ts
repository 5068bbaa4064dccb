/**
 * The closed table of conversions: what brings a value to the usual unit of its row, and why the rest is refused.
 *
 * Allowed, and nothing else:
 * 1. scaling inside one kind of unit (prefixes, mL and L, minutes and days, mmHg and kPa, U and katal);
 * 2. mass ↔ amount of substance, in a volume or per time, by the molar mass of the row;
 * 3. urinary ratios to creatinine, per gram ↔ per mole, by the molar mass of creatinine;
 * 4. a fraction of one volume, mass or amount (`L/L`, `g/g`, `mol/mol`) ↔ percent;
 * 5. milliequivalents ↔ millimoles, by the charge of the ion;
 * 6. HbA1c NGSP % ↔ IFCC mmol/mol, by the affine master equation.
 * A count never meets a percentage, `[IU]` never meets a kit's own unit, FEU never meets DDU.
 */
import { readUnit, tidyUnit } from './french-units.ts';
import { parseUcum, scaleBetween, type Unit } from './ucum.ts';

/** g/mol; the denominator of urinary ratios: 1 mg/mmol is 8.84 mg/g. */
const CREATININE_G_PER_MOL = 113.12;

/** NGSP % = 0.09148 × IFCC mmol/mol + 2.152 (master equation, Hoelzel et al., Clin Chem 2004; slope per mmol/mol). */
const NGSP_PER_IFCC = 0.091_48;
const NGSP_AT_ZERO = 2.152;

/** What a row says about its units. */
export interface RowUnit {
  /** Usual unit, UCUM; empty for a row whose results have no unit. */
  unit: string;
  molarMass?: number;
  /** Charge of the ion. */
  valence?: number;
  /** A share of a number, mass, volume or amount: printed in percent, or as `L/L`, `g/g`. Not a percent of normal activity. */
  isFraction?: boolean;
  rule?: 'hba1c' | 'per-creatinine' | 'no-molar';
}

export type ConversionRefusal =
  | 'no-unit'
  | 'unit-unknown'
  | 'molar-mass-unknown'
  | 'molar-not-comparable'
  | 'arbitrary-unit'
  | 'fraction-and-count'
  | 'field-count'
  | 'culture-and-count'
  | 'feu-and-ddu'
  | 'copies-and-units'
  | 'logarithm'
  | 'body-surface'
  | 'osmolality-and-osmolarity'
  | 'other-quantity';

/** What a printed unit is for a row. `y = scale × x + offset` gives the value in the row's unit. */
export type Bringing =
  | { kind: 'same'; ucum?: string }
  | { kind: 'converted'; ucum: string; to: string; scale: number; offset: number; decimals?: number }
  | { kind: 'refused'; ucum?: string; reason: ConversionRefusal };

/** Rows of these units may be printed without any: the number is the same. */
const NEEDS_NO_UNIT = new Set(['', '{ratio}', '{index}', '{INR}', '{titer}', '{specific_gravity}', '[pH]', '{M.o.M}', '{score}']);

/** Spellings that leave to the analyte what it is over: a sedimentation rate in mm (of the first hour), casts per field (low power). */
const SHORT_FOR: Readonly<Record<string, string>> = { 'mm/h': 'mm', '/[LPF]': '/champ' };

/** Reads a printed unit for a row, and plans how its values reach the row's unit. Pure; the caller keeps the plan. */
export function bringTo(row: RowUnit, printed: string | undefined): Bringing {
  const hasNoUnit = printed === undefined || printed.trim() === '' || printed.trim() === '1';
  if (row.unit === '') return bringToNothing(hasNoUnit ? undefined : printed);
  const target = parseUcum(row.unit);
  if (!target) throw new Error(`the catalogue holds a unit that cannot be read: ${row.unit}`);
  if (hasNoUnit) return NEEDS_NO_UNIT.has(row.unit) ? { kind: 'same', ucum: row.unit } : { kind: 'refused', reason: 'no-unit' };
  if (Object.hasOwn(SHORT_FOR, row.unit) && SHORT_FOR[row.unit] === tidyUnit(printed)) return { kind: 'same', ucum: row.unit };
  const read = readUnit(printed);
  if (!read) return { kind: 'refused', reason: 'unit-unknown' };
  if (read.kind === '1' && NEEDS_NO_UNIT.has(row.unit)) return { kind: 'same', ucum: row.unit };
  return bring(row, asRowReads(read, target), target);
}

function bringToNothing(printed: string | undefined): Bringing {
  const read = printed === undefined ? undefined : readUnit(printed);
  return read ? { kind: 'same', ucum: read.ucum } : { kind: 'same' };
}

function bring(row: RowUnit, from: Unit, target: Unit): Bringing {
  if (from.ucum === row.unit) return { kind: 'same', ucum: from.ucum };
  const plan = (scale: number, offset = 0, decimals?: number): Bringing => ({
    kind: 'converted',
    ucum: from.ucum,
    to: row.unit,
    scale,
    offset,
    ...(decimals !== undefined && { decimals }),
  });
  if (row.rule === 'hba1c' && from.kind !== target.kind) return bringHba1c(from, target, plan);
  if (from.kind === target.kind) {
    const scale = scaleBetween(from, target);
    // `ng/mL` and `ug/L`, `/mm3` and `/uL`, `mg/d` and `mg/(24.h)`: one unit, two spellings
    return Math.abs(scale - 1) < 1e-12 ? { kind: 'same', ucum: row.unit } : plan(scale);
  }
  const factor = crossingFactor(row, from, target);
  if (factor === undefined) return { kind: 'refused', ucum: from.ucum, reason: whyNot(row, from.kind, target.kind) };
  return plan(scaleBetween(from, target) * factor);
}

function bringHba1c(from: Unit, target: Unit, plan: (scale: number, offset: number, decimals: number) => Bringing): Bringing {
  if (from.ucum === 'mmol/mol' && target.ucum === '%') return plan(NGSP_PER_IFCC, NGSP_AT_ZERO, 1);
  if (from.ucum === '%' && target.ucum === 'mmol/mol') return plan(1 / NGSP_PER_IFCC, -NGSP_AT_ZERO / NGSP_PER_IFCC, 0);
  return { kind: 'refused', ucum: from.ucum, reason: 'other-quantity' };
}

/** Spellings of a fraction of one. A bare number is none of them: 42 without unit is more often percent than not. */
const FRACTIONS = new Set(['L/L', 'l/l', 'g/g', 'mol/mol', '{fraction}']);

/** The factor between base units of two different kinds (g, mol, percent), for the pairs of the closed table only. */
function crossingFactor(row: RowUnit, from: Unit, to: Unit): number | undefined {
  const [over, under] = split(from.kind);
  const [toOver, toUnder] = split(to.kind);
  const isOfVolumeOrTime = under === toUnder && (under === 'L3' || under === 'T');
  if (isOfVolumeOrTime && row.molarMass !== undefined) {
    if (over === 'M' && toOver === 'N') return 1 / row.molarMass;
    if (over === 'N' && toOver === 'M') return row.molarMass;
  }
  if (isOfVolumeOrTime && row.valence !== undefined) {
    if (over === 'eq' && toOver === 'N') return 1 / row.valence;
    if (over === 'N' && toOver === 'eq') return row.valence;
  }
  if (row.rule === 'per-creatinine' && over === 'M' && toOver === 'M') {
    if (under === 'M' && toUnder === 'N') return CREATININE_G_PER_MOL;
    if (under === 'N' && toUnder === 'M') return 1 / CREATININE_G_PER_MOL;
  }
  if (row.isFraction && to.kind === 'percent' && FRACTIONS.has(from.ucum)) return 100;
  return row.isFraction && from.kind === 'percent' && FRACTIONS.has(to.ucum) ? 0.01 : undefined;
}

function split(kind: string): [over: string, under: string] {
  const [over = '', under = ''] = kind.split('/', 2);
  return [over, under];
}

/**
 * `U`, `UI` and `[IU]` on paper mean what the analyte is measured in: an enzyme unit for ALT, an international unit for FSH,
 * the kit's own unit for CA 125. A kit's unit is never read as an international one, nor the reverse.
 */
function asRowReads(read: Unit, target: Unit): Unit {
  if (read.kind === target.kind) return read;
  const implied = target.kind.match(/\{(?:FEU|DDU)\}/)?.[0];
  if (implied && withTag(read.kind, implied) === target.kind) {
    // the LOINC code already says FEU or DDU, and the laboratory prints plain `ng/mL`
    return { ...read, ucum: `${read.ucum}${implied}`, kind: target.kind };
  }
  for (const [printed, meant, respell] of READINGS) {
    if (rename(read.kind, printed, meant) === target.kind && !read.ucum.includes('kat')) {
      return { ...read, ucum: respell(read.ucum), kind: target.kind };
    }
  }
  return read;
}

const READINGS: readonly (readonly [printed: string, meant: string, respell: (ucum: string) => string])[] = [
  ['IU', 'U', (ucum) => ucum.replace(/\[[iI]U\]/, 'U')],
  ['U', 'IU', (ucum) => ucum.replace('U', '[IU]')],
  // [arb'U] takes no prefix in UCUM
  ['U', 'arb', (ucum) => ucum.replace(/([kmun]?)U/, (_, prefix: string) => `${POWER_OF[prefix] ?? ''}[arb'U]`)],
];

const POWER_OF: Readonly<Record<string, string>> = { k: '10*3.', m: '10*-3.', u: '10*-6.', n: '10*-9.' };

function withTag(kind: string, tag: string): string {
  const [over, under] = split(kind);
  return `${[...over.split('·'), tag].toSorted().join('·')}/${under}`;
}

function rename(kind: string, from: string, to: string): string {
  const side = (symbols: string) =>
    symbols
      .split('·')
      .map((symbol) => (symbol === from ? to : symbol))
      .toSorted()
      .join('·');
  return kind.split('/').map(side).join('/');
}

function whyNot(row: RowUnit, from: string, to: string): ConversionRefusal {
  const either = (pattern: RegExp) => pattern.test(from) !== pattern.test(to);
  const both = (a: RegExp, b: RegExp) => (a.test(from) && b.test(to)) || (b.test(from) && a.test(to));
  if (either(/\{Log/i)) return 'logarithm';
  if (both(/\{FEU\}/, /\{DDU\}/)) return 'feu-and-ddu';
  if (either(/[HL]PF/)) return 'field-count';
  if (both(/\{copies\}/, /IU/)) return 'copies-and-units';
  if (either(/CFU/)) return 'culture-and-count';
  if (either(/1\.73/)) return 'body-surface';
  if (both(/osm\/M/, /osm\/L3/)) return 'osmolality-and-osmolarity';
  if (both(/^percent/, /^1\//)) return 'fraction-and-count';
  if (either(/IU/) || either(/arb/) || either(/GPL|MPL|APL|BAU/)) return 'arbitrary-unit';
  if (both(/^M\//, /^N\//)) return row.rule === 'no-molar' ? 'molar-not-comparable' : 'molar-mass-unknown';
  return 'other-quantity';
}
