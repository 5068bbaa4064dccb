/** From what a laboratory printed to what can be compared, kept beside it. Runs for every result that arrives. */
import { readAnswer } from './answer.ts';
import { CATALOGUE_VERSION } from './catalogue.ts';
import { type Bringing, bringTo, type RowUnit } from './conversion.ts';
import { flagFromInterval, flagOfInterpretations } from './flag.ts';
import { tidyUnit } from './french-units.ts';
import { organismOf } from './organisms.ts';
import { decimalsAfter, roundTo, withoutZeros } from './precision.ts';
import type { Normalised, PrintedInterval, PrintedNumber, ResultToNormalise } from './result.ts';
import { type Row, rowOf } from './row.ts';

/** A row outside the catalogue has no usual unit: its unit is read, never converted. */
const WITHOUT_UNIT: RowUnit = { unit: '' };

/** Plans already made, by row then by printed unit. Bounded: spellings come from outside. */
const plans = new WeakMap<RowUnit, Map<string, Bringing>>();
const MOST_SPELLINGS_A_ROW = 200;

/** The row, the unit and, when allowed, the value in the row's unit and a flag from the laboratory's own interval. */
export function normalise(input: ResultToNormalise): Normalised {
  return normaliseAs(input, rowOf(input), CATALOGUE_VERSION);
}

/** The same for a row found with what a region adds to the catalogue: `regional.ts`. `rules`: version of both. */
export function normaliseAs(input: ResultToNormalise, { key, info }: Row, rules: string): Normalised {
  const bringing = plan(info ?? WITHOUT_UNIT, input.unit);
  const normalised: Normalised = { row: key, rules };
  if (bringing.ucum !== undefined) normalised.ucum = bringing.ucum;
  if (input.number) {
    if (bringing.kind === 'refused') {
      normalised.refused = bringing.reason;
      normalised.row = splitRow(key, bringing.ucum, input.unit);
    }
    if (bringing.kind === 'converted') normalised.converted = convertPrinted(bringing, input.number, input.interval);
    const flag = flagToAdd(input, input.number);
    if (flag) normalised.computedFlag = flag;
  }
  const answer = readAnswer(input, key);
  if (answer) normalised.answer = answer;
  const germ = input.isolate === undefined ? undefined : organismOf(input.isolate);
  if (germ) normalised.germ = germ;
  return normalised;
}

/** A number whose unit cannot reach the row's never shares its line: `eag.blood~%`, `urea.serum~none`. */
function splitRow(row: string, ucum: string | undefined, printed: string | undefined): string {
  return `${row}~${ucum ?? (tidyUnit(printed ?? '') || 'none')}`;
}

function plan(row: RowUnit, unit: string | undefined): Bringing {
  let known = plans.get(row);
  if (!known) plans.set(row, (known = new Map()));
  const found = known.get(unit ?? '');
  if (found) return found;
  const made = bringTo(row, unit);
  if (known.size < MOST_SPELLINGS_A_ROW) known.set(unit ?? '', made);
  return made;
}

function convertPrinted(
  by: Bringing & { kind: 'converted' },
  number: PrintedNumber,
  interval: PrintedInterval | undefined,
): NonNullable<Normalised['converted']> {
  const kept = by.decimals ?? decimalsAfter(number.decimals, by.scale);
  const onlyMovesTheComma = by.offset === 0 && Number.isInteger(Math.log10(by.scale));
  /* Beside its limits a value keeps the decimals that they need: 130 g/L within 117 to 143 is 13,0 g/dL within 11,7 to 14,3, never 13 within 12 to 14. */
  const printed = [number.value, interval?.low, interval?.high].filter((value) => value !== undefined);
  const decimals =
    number.decimals === 0 && onlyMovesTheComma ? Math.max(...printed.map((value) => withoutZeros(value * by.scale, kept))) : kept;
  const bring = (value: number) => roundTo(value * by.scale + by.offset, decimals);
  const converted: NonNullable<Normalised['converted']> = { value: bring(number.value), decimals, unit: by.to };
  if (interval?.low !== undefined) converted.low = bring(interval.low);
  if (interval?.high !== undefined) converted.high = bring(interval.high);
  return converted;
}

function flagToAdd(input: ResultToNormalise, number: PrintedNumber): Normalised['computedFlag'] {
  if (input.flag !== undefined || !input.interval) return undefined;
  return flagOfInterpretations(input.interpretations) === undefined ? flagFromInterval(number, input.interval) : undefined;
}
