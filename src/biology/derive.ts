/**
 * Values that Cigogne calculates itself, as readings of rows of their own: never in the row of what a laboratory reported, never where it
 * reported the same quantity in that sampling. Which formulas: those that the catalogue of the region carries. The rules are terminology's.
 */
import { type DatedValue, type DerivedInput, deriveSeries, type Person } from '#terminology/contract';
import type { CatalogueRow } from './contract.ts';
import { type CatalogueIndex, counts, infoOf, type Reading } from './reading.ts';

/** @param readings of the grid, all laboratories; what does not count or is in doubt gives nothing */
export function derivedReadings(readings: readonly Reading[], index: CatalogueIndex, person: Person): Reading[] {
  const derivedRows = [...index.rows.values()].filter(({ derived }) => derived !== undefined);
  if (derivedRows.length === 0) return [];
  const readingOf = new Map<DerivedInput, Reading>();
  for (const reading of readings) {
    const input = inputOf(reading, index);
    if (input) readingOf.set(input, reading);
  }
  const inputs = [...readingOf.keys()];
  return derivedRows.flatMap((row) =>
    deriveSeries(row.derived!.formula, inputs, person).map((value) =>
      derivedReading(
        value,
        row,
        value.inputs.map((input) => readingOf.get(input)!),
      ),
    ),
  );
}

/** A reported number in the unit of its row; of another unit it is passed on too, so that the formula refuses it rather than miss it. */
function inputOf(reading: Reading, index: CatalogueIndex): DerivedInput | undefined {
  const { value, comparator, rowId, result, at } = reading;
  const isSure = counts(reading) && !reading.conflict && !reading.timeIsAssumed && !reading.suspectTime && Number.isFinite(at);
  if (value === undefined || !isSure) return undefined;
  const info = infoOf(index, result);
  if (!info) return undefined;
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
