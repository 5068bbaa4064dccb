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
  const byRow = Map.groupBy(inputs, ({ row }) => row);
  const firsts = (byRow.get(formula.inputs[0]?.row ?? '') ?? []).toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return firsts.flatMap((first, n): DatedValue[] => {
    const others = formula.inputs.slice(1).flatMap(({ row }) => nearest(byRow.get(row) ?? [], first.at) ?? []);
    const reportedRows = new Set(formula.sameAs.filter((row) => isReported(byRow.get(row) ?? [], first.at)));
    const subject = {
      ...subjectOf(person, first.at),
      isKidneyUnstable: isMoving(firsts, n),
    };
    const derived = derive(id, [first, ...others], subject, { ...options, reportedRows });
    return 'value' in derived ? [{ ...derived, at: first.at }] : [];
  });
}

/** Has this value moved acutely since one of the week before? Only those are looked at: a record may hold thousands. */
function isMoving(values: readonly DerivedInput[], n: number): boolean {
  const now = values[n]!;
  for (let k = n - 1; k >= 0 && Date.parse(now.at) - Date.parse(values[k]!.at) <= 7 * 24 * HOUR_MS; k -= 1) {
    if (isAcuteChange(values[k]!, now)) return true;
  }
  return false;
}

/** The same day's results belong to one report, whatever the minute printed. */
const SAME_SAMPLING_HOURS = 24;

function isReported(results: readonly DerivedInput[], at: string): boolean {
  return results.some((result) => Math.abs(Date.parse(result.at) - Date.parse(at)) <= SAME_SAMPLING_HOURS * HOUR_MS);
}

function nearest(results: readonly DerivedInput[], at: string): DerivedInput | undefined {
  const distance = (result: DerivedInput) => Math.abs(Date.parse(result.at) - Date.parse(at));
  return results.toSorted((a, b) => distance(a) - distance(b))[0];
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
