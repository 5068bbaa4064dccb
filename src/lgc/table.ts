import { rowInfo } from '#terminology';
import type { StoredResult } from '#record';
import type { TableRow, TableValue } from './contract.ts';
import type { LgcDocument } from './store.ts';

const LATEST = Number.MAX_SAFE_INTEGER;

/**
 * The table of results of a patient: one row an analyte, whatever the laboratory, values as printed, the latest first. A value whose unit could not be brought
 * to that of its row has a row of its own; one that is no number has no place on the small curve. Pure.
 */
export function tableOf(documents: readonly LgcDocument[]): TableRow[] {
  const all = documents.flatMap((document) => document.results.filter(({ text }) => text !== '').map((result) => ({ document, result })));
  const rows = Map.groupBy(all, ({ result }) => result.normalised.row);
  return [...rows]
    .map(([row, values]) => ({ row, values: values.toSorted((a, b) => timeOf(b).localeCompare(timeOf(a))) }))
    .toSorted((a, b) => orderOf(a.row) - orderOf(b.row) || a.row.localeCompare(b.row))
    .map(({ row, values }) => {
      const [{ result: latest }] = values as [(typeof values)[number]];
      const { interval, label } = latest;
      const isConverted = latest.normalised.converted !== undefined;
      return {
        row,
        label: rowInfo(row)?.label ?? label,
        ...(interval && { interval: { low: interval.low, high: interval.high, text: interval.text } }),
        decimals: latest.number?.decimals ?? 0,
        // On the small curve: bounds of the printed unit only.
        ...(!isConverted && interval?.low !== undefined && { low: interval.low }),
        ...(!isConverted && interval?.high !== undefined && { high: interval.high }),
        values: withChanges(values.map(({ document, result }) => valueOf(document, result))),
      };
    });
}

/** Older than this, the value before is no comparison. */
const OLDEST_MS = 3 * 365.25 * 86_400_000;

/** How much each changed since the one before it: both numbers in the unit of the row, the one before neither zero nor older than three years. */
function withChanges(values: readonly TableValue[]): TableValue[] {
  return values.map((value, n) => {
    const before = values.slice(n + 1).find(({ at }) => at < value.at);
    if (value.number === undefined || before?.number === undefined || before.number === 0) return value;
    if (Date.parse(value.at) - Date.parse(before.at) > OLDEST_MS) return value;
    const percent = ((value.number - before.number) / Math.abs(before.number)) * 100;
    return { ...value, change: { percent, since: before.at, text: before.text } };
  });
}

type Placed = { document: LgcDocument; result: StoredResult };
const timeOf = ({ document, result }: Placed): string => result.at ?? document.issuedAt.toISOString();
const orderOf = (row: string): number => rowInfo(row)?.order ?? LATEST;

function valueOf(document: LgcDocument, result: StoredResult): TableValue {
  const { text, flag, number, normalised } = result;
  // A document carries the code of a unit (`10*9/L`): its French writing (`G/L`) is the same unit, and what the paper says.
  const info = rowInfo(normalised.row);
  const unit = result.unit !== undefined && result.unit === info?.unit ? info.unitPrinted : result.unit;
  const shown = flag ?? normalised.computedFlag;
  const value = normalised.converted?.value ?? number?.value;
  return {
    documentId: document.documentId,
    at: timeOf({ document, result }),
    name: result.label,
    text,
    ...(unit !== undefined && unit !== '' && { unit }),
    ...(shown !== undefined && shown !== 'N' && { flag: shown }),
    ...(value !== undefined && number?.comparator === undefined && normalised.refused === undefined && { number: value }),
    producer: document.producer,
  };
}
