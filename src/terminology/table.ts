/** Reads the tables of this folder: tab-separated text, first line the names of the columns, kept readable in a spreadsheet. */
import { readFileSync } from 'node:fs';

export type Line = Readonly<Record<string, string>>;

/** @param name file of `catalogue/`; every line must have as many cells as the first. */
export function readTable(name: string): Line[] {
  return parseTable(readFileSync(new URL(`catalogue/${name}`, import.meta.url), 'utf8'), name);
}

/** @throws Error on a line whose number of cells differs: a shifted column would be a wrong unit or a wrong molar mass. */
export function parseTable(text: string, name: string): Line[] {
  const [head = '', ...lines] = text.replaceAll('\r', '').split('\n');
  const columns = head.split('\t');
  return lines
    .filter((line) => line !== '')
    .map((line, n) => {
      const cells = line.split('\t');
      if (cells.length !== columns.length) throw new Error(`${name}, line ${n + 2}: ${cells.length} cells instead of ${columns.length}`);
      return Object.fromEntries(columns.map((column, at) => [column, cells[at] ?? '']));
    });
}
