/**
 * The rules that server, browser and print share. Nothing here loads the catalogue: what an analyte needs (sensitivity to the
 * method, variation) comes with the arguments, from `/api/biology/catalogue`.
 */
export { changeBetween, type Change, referenceChangeValue, type VariationPercent } from './change.ts';
export { type Comparable, type Incomparable, type Measured, whyIncomparable } from './comparable.ts';
export type { ConversionRefusal } from './conversion.ts';
export { completedYears, type DatedValue, deriveSeries, type Person } from './derived-series.ts';
export { type CriticalBounds, type CriticalCandidate, regionalCritical } from './critical.ts';
export type { DerivationRefusal, DerivedInput, Subject } from './derivation.ts';
export { derive, type Derivation, type DerivationOptions, type DerivedValue } from './derived.ts';
export { flagFromInterval } from './flag.ts';
export { type Formula, FORMULA_IDS, type FormulaId, FORMULAS } from './formulas.ts';
export {
  FAMILIES,
  FAMILIES_VERSION,
  familiesOf,
  type Family,
  FAMILY_RULES,
  type FamilyRule,
  type FamilyRules,
  type SensitiveContext,
  type SensitiveResult,
} from './families.ts';
export { type FamilyTable, familyTableOn } from './family-table.ts';
export { type FamilyReader, type FamilyVerdict, isKeptOut, visibleTo } from './family-readers.ts';
export { type SaidOfPurpose, whyNotForRecord } from './not-for-record.ts';
export { organismKey, type Qualitative, readQualitative, readSusceptibility, readTitre, type Susceptibility } from './qualitative.ts';
export { readPrintedInterval, readPrintedNumber } from './printed-number.ts';
export type { Answer, Comparator, Flag, Normalised, PrintedInterval, PrintedNumber, ResultToNormalise } from './result.ts';
export { mayTellOfPregnancy, type PregnancySign, pregnanciesOf } from './pregnancy.ts';
export { type IsolateResult, type Resistance, resistancesOf } from './resistance.ts';
export { type Zlog, zlog } from './zlog.ts';
