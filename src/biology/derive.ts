/**
 * Values that Cigogne calculates itself, as readings of rows of their own: never in the row of what a laboratory reported, never where it
 * reported the same quantity in that sampling. Which formulas: those that the catalogue of the region carries. The rules are terminology's.
 */
import {
  type DatedValue,
  type DerivedInput,
  deriveSeries,
  FORMULAS,
  mayTellOfPregnancy,
  type Person,
  pregnanciesOf,
  type PregnancySign,
} from '#terminology/contract';
import type { CatalogueRow } from './contract.ts';
import { type CatalogueIndex, counts, infoOf, type Reading } from './reading.ts';

/** @param readings of the grid, all laboratories; what does not count or is in doubt gives nothing */
export function derivedReadings(readings: readonly Reading[], index: CatalogueIndex, person: Person): Reading[] {
  const derivedRows = [...index.rows.values()].filter(({ derived }) => derived !== undefined);
  if (derivedRows.length === 0) return [];
  const formulas = derivedRows.map((row) => FORMULAS[row.derived!.formula]);
  const wanted = new Set(formulas.flatMap(({ inputs, sameAs }) => [...inputs.map(({ row }) => row), ...sameAs]));
  const readingOf = new Map<DerivedInput, Reading>();
  for (const reading of readings) {
    const input = inputOf(reading, index, wanted);
    if (input) readingOf.set(input, reading);
  }
  const inputs = [...readingOf.keys()];
  const asTheyWere = { ...person, heights: heightsOf(readings), pregnancies: pregnanciesOf(readings.flatMap(pregnancySign)) };
  return derivedRows.flatMap((row) =>
    deriveSeries(row.derived!.formula, inputs, asTheyWere, { isSideBySide: row.derived!.isBesideReported === true }).map((value) =>
      derivedReading(
        value,
        row,
        value.inputs.map((input) => readingOf.get(input)!),
      ),
    ),
  );
}

/** LOINC of a body height: measured, measured lying, measured standing. Stated and estimated heights are not measures. */
const HEIGHTS = new Set(['8302-2', '3137-7', '8306-3', '8308-9']);
const CENTIMETRES: Readonly<Record<string, number>> = { cm: 1, m: 100, mm: 0.1 };

/** Heights measured, in centimetres; of another unit, of no unit or as a limit they are none. */
function heightsOf(readings: readonly Reading[]): { at: string; cm: number }[] {
  return readings.flatMap((reading) => {
    const { result, value, comparator, at } = reading;
    const scale = CENTIMETRES[result.normalised.ucum ?? ''];
    if (!HEIGHTS.has(result.loinc ?? '') || value === undefined || comparator || !scale || !isSure(reading)) return [];
    return [{ at: new Date(at).toISOString(), cm: value * scale }];
  });
}

function pregnancySign(reading: Reading): PregnancySign[] {
  const { result, value, comparator, at } = reading;
  const { row, answer } = result.normalised;
  if (!mayTellOfPregnancy(row) || !isSure(reading)) return [];
  const said = answer?.kind === 'qualitative' && (answer.answer === 'positive' || answer.answer === 'negative') ? answer.answer : undefined;
  return value === undefined && said === undefined ? [] : [{ row, at: new Date(at).toISOString(), value, comparator, answer: said }];
}

function isSure(reading: Reading): boolean {
  return counts(reading) && !reading.conflict && !reading.timeIsAssumed && !reading.suspectTime && Number.isFinite(reading.at);
}

/** A reported number of a row that some formula asks for, in the unit of its row; of another unit it is passed on too, so that the formula refuses it rather than miss it. */
function inputOf(reading: Reading, index: CatalogueIndex, wanted: ReadonlySet<string>): DerivedInput | undefined {
  const { value, comparator, rowId, result, at } = reading;
  if (value === undefined) return undefined;
  const info = infoOf(index, result);
  if (!info || !wanted.has(info.row) || !isSure(reading)) return undefined;
  const unit = rowId === info.row ? (info.ucum ?? '') : (result.normalised.ucum ?? '?');
  return { row: info.row, value, ...(comparator && { comparator }), unit, at: new Date(at).toISOString() };
}

function derivedReading(
  { value, decimals, cautions, isBesideReported }: DatedValue,
  row: CatalogueRow,
  inputs: readonly Reading[],
): Reading {
  const first = inputs[0]!;
  const { interval: _interval, flag: _flag, interpretation: _interpretation, comment: _comment, ...printed } = first.result;
  return {
    id: `${row.row}@${first.id}`,
    rowId: row.row,
    result: {
      ...printed,
      label: row.label,
      text: value.toFixed(decimals).replace('.', ','),
      number: { value, decimals },
      ...(row.unit && { unit: row.unit }),
      normalised: { row: row.row, rules: first.result.normalised.rules, ...(row.ucum && { ucum: row.ucum }) },
    },
    report: first.report,
    at: first.at,
    precision: first.precision,
    timeIsAssumed: false,
    ...(row.unit && { unit: row.unit }),
    value,
    decimals,
    isConverted: false,
    grade: 'none',
    status: inputs.some(({ status }) => status === 'provisional') ? 'provisional' : 'final',
    conflict: false,
    isNew: first.isNew,
    derived: { inputs, cautions, isBesideReported },
  };
}
