/** A region's table of critical values: tab-separated text, first line `row unit below above`, bounds with a point. Pure: text in, bounds out. */
import { rowInfo } from './catalogue.ts';
import type { CriticalBounds } from './critical.ts';
import { parseTable } from './table.ts';

/**
 * @param name of the file, for the errors
 * @throws Error on a line that could not be applied: a row that the catalogue does not hold, another unit than the row's, a bound that is no
 *   number, no bound at all, two lines of one row
 */
export function readCriticalTable(text: string, name: string): CriticalBounds[] {
  const bounds = parseTable(text, name).map(({ row = '', unit = '', below = '', above = '' }): CriticalBounds => {
    const info = rowInfo(row);
    if (!info) throw new Error(`${name}: ${row} is no row of the catalogue`);
    if (info.unit !== unit) throw new Error(`${name}: ${row} is in ${info.unit}, not in ${unit}`);
    if (below === '' && above === '') throw new Error(`${name}: ${row} has no bound`);
    return {
      row,
      unit,
      ...(below !== '' && { below: numberIn(below, name, row) }),
      ...(above !== '' && { above: numberIn(above, name, row) }),
    };
  });
  const twice = bounds.find(({ row }, at) => bounds.findIndex((other) => other.row === row) !== at);
  if (twice) throw new Error(`${name}: ${twice.row} stands twice`);
  return bounds;
}

function numberIn(text: string, name: string, row: string): number {
  if (!/^-?\d+(?:\.\d+)?$/.test(text)) throw new Error(`${name}: ${text} (${row}) is not a number`);
  return Number(text);
}
