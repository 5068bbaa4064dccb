/** Derived values over time: one for each sampling of the first input of a formula, with the person as they were that day. */
import type { DerivedInput, Subject } from './derivation.ts';
import { derive, type DerivationOptions, type DerivedValue, isAcuteChange } from './derived.ts';
import { type FormulaId, FORMULAS } from './formulas.ts';

export type DatedValue = DerivedValue & { at: string };

/** What is known of the person whatever the day. */
export interface Person {
  /** `YYYY-MM-DD`; a date with an unknown day or month gives no age. */
  birthDate?: string | undefined;
  sex?: 'M' | 'F' | undefined;
  /** Periods known as pregnancies, ISO 8601 instants. */
  pregnancies?: readonly { from: string; to: string }[];
  /** Heights measured, ISO 8601 instants. */
  heights?: readonly { at: string; cm: number }[];
}

const HOUR_MS = 3_600_000;

/**
 * The values that can be derived, oldest first; samplings where the formula refuses give nothing. `inputs`: every reported number
 * of the person, in the unit of its row: what a laboratory reported itself is found among them and not derived again.
 */
export function deriveSeries(
  id: FormulaId,
  inputs: readonly DerivedInput[],
  person: Person,
  options: DerivationOptions = {},
): DatedValue[] {
  const formula = FORMULAS[id];
  const byRow = datedByRow(inputs, [...formula.inputs.map(({ row }) => row), ...formula.sameAs]);
  const firsts = (byRow.get(formula.inputs[0]?.row ?? '') ?? []).toSorted((a, b) => a.ms - b.ms);
  return firsts.flatMap(({ input: first, ms }, n): DatedValue[] => {
    const others = formula.inputs.slice(1).flatMap(({ row }) => nearest(byRow.get(row) ?? [], ms)?.input ?? []);
    const reportedRows = new Set(formula.sameAs.filter((row) => isReported(byRow.get(row) ?? [], ms)));
    const subject = {
      ...subjectOf(person, first.at),
      isKidneyUnstable: isMoving(firsts, n),
    };
    const derived = derive(id, [first, ...others], subject, { ...options, reportedRows });
    return 'value' in derived ? [{ ...derived, at: first.at }] : [];
  });
}

/** An instant is read once: a record holds thousands of values, each compared with many others. */
interface Dated {
  input: DerivedInput;
  /** Milliseconds since 1970. */
  ms: number;
}

function datedByRow(inputs: readonly DerivedInput[], wanted: readonly string[]): Map<string, Dated[]> {
  const byRow = new Map<string, Dated[]>(wanted.map((row) => [row, []]));
  for (const input of inputs) byRow.get(input.row)?.push({ input, ms: Date.parse(input.at) });
  return byRow;
}

/** Has this value moved acutely since one of the week before? Only those are looked at. */
function isMoving(values: readonly Dated[], n: number): boolean {
  const now = values[n]!;
  for (let k = n - 1; k >= 0 && now.ms - values[k]!.ms <= 7 * 24 * HOUR_MS; k -= 1) {
    if (isAcuteChange(values[k]!.input, now.input)) return true;
  }
  return false;
}

/** The same day's results belong to one report, whatever the minute printed. */
const SAME_SAMPLING_HOURS = 24;

function isReported(results: readonly Dated[], at: number): boolean {
  return results.some(({ ms }) => Math.abs(ms - at) <= SAME_SAMPLING_HOURS * HOUR_MS);
}

/** The first given of those equally near. */
function nearest(results: readonly Dated[], at: number): Dated | undefined {
  let closest = results[0];
  for (const result of results) if (Math.abs(result.ms - at) < Math.abs(closest!.ms - at)) closest = result;
  return closest;
}

function subjectOf({ birthDate, sex, pregnancies, heights }: Person, at: string): Subject {
  const ageYears = birthDate === undefined ? undefined : completedYears(birthDate, at);
  const isPregnant = pregnancies?.some(({ from, to }) => Date.parse(from) <= Date.parse(at) && Date.parse(at) <= Date.parse(to));
  return { ageYears, sex, isPregnant, heightCm: heightAt(heights ?? [], at, ageYears) };
}

/** A child of two grows six centimetres a year at least: in three months, less than two percent of a filtration. Faster before. */
const HEIGHT_DAYS = 90;
const HEIGHT_DAYS_OF_INFANT = 30;

function heightAt(heights: NonNullable<Person['heights']>, at: string, ageYears: number | undefined): number | undefined {
  const distance = (height: { at: string }) => Math.abs(Date.parse(height.at) - Date.parse(at));
  const [closest] = heights.toSorted((a, b) => distance(a) - distance(b));
  const days = ageYears !== undefined && ageYears < 2 ? HEIGHT_DAYS_OF_INFANT : HEIGHT_DAYS;
  return closest && distance(closest) <= days * 24 * HOUR_MS ? closest.cm : undefined;
}

/** Birthdays passed between two days. Undefined for a birth date that is not a full one, or after the sampling. */
export function completedYears(birthDate: string, at: string): number | undefined {
  const born = /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.exec(birthDate);
  const day = /^(\d{4})-(\d{2})-(\d{2})/.exec(at);
  if (!born || !day) return undefined;
  const isBeforeBirthday = `${day[2]}-${day[3]}` < `${born[2]}-${born[3]}`;
  const years = Number(day[1]) - Number(born[1]) - (isBeforeBirthday ? 1 : 0);
  return years >= 0 ? years : undefined;
}
