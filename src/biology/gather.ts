/** From everything that the record answers to the readings of each part of the viewer. Nothing is dropped: it moves. */
import type { StoredReport } from '#record/contract';
import type { Catalogue } from './contract.ts';
import { currentReports } from './earlier.ts';
import { derivedReadings } from './derive.ts';
import { infoOf, indexCatalogue, placeOf, readingOf, type CatalogueIndex, type Reading, type ReadingOptions } from './reading.ts';

export interface Gathered {
  /** Oldest first. */
  readings: Reading[];
  microbiology: Reading[];
  /** How many results of blood groups and antibody screens there are, and the reports that hold them. */
  immunoHaematology: { count: number; documentIds: string[] };
  index: CatalogueIndex;
}

export function gather(reports: readonly StoredReport[], catalogue: Catalogue, options: ReadingOptions): Gathered {
  const index = indexCatalogue(catalogue);
  const readings: Reading[] = [];
  const microbiology: Reading[] = [];
  const blood: Reading[] = [];
  const places = { grid: readings, microbiology, 'immuno-haematology': blood };
  for (const { report, earlier, withdrawn } of currentReports(reports)) {
    for (const result of report.results) {
      const info = infoOf(index, result);
      const reading = readingOf(report, result, info, options);
      const before = earlier.get(result.n);
      if (before) reading.earlier = before;
      places[placeOf(result, info)].push(reading);
    }
    for (const { report: source, result } of withdrawn) {
      const info = infoOf(index, result);
      const reading = readingOf(source, result, info, options);
      places[placeOf(result, info)].push({ ...unflagged(reading), status: 'withdrawn' });
    }
  }
  joinTexts(readings, index);
  readings.push(...derivedReadings(readings, index, options));
  readings.sort(byTime);
  microbiology.sort(byTime);
  return {
    readings,
    microbiology,
    immunoHaematology: { count: blood.length, documentIds: [...new Set(blood.map((reading) => reading.report.documentId))] },
    index,
  };
}

function unflagged({ flag: _flag, flagBy: _by, ...rest }: Reading): Reading {
  return { ...rest, grade: 'none', isNew: false };
}

const byTime = (a: Reading, b: Reading) => a.at - b.at || a.report.issuedAt.localeCompare(b.report.issuedAt) || a.result.n - b.result.n;

/**
 * Outside the catalogue a row is its code and its unit. A text (`traces`, `non fait`) names no unit: it joins the numbers of the
 * same code when they agree on one unit, otherwise it keeps a row without unit.
 */
function joinTexts(readings: Reading[], index: CatalogueIndex): void {
  const unitRows = new Map<string, Set<string>>();
  for (const { result, rowId } of readings) {
    if (infoOf(index, result) || rowId === result.normalised.row) continue;
    const rows = unitRows.get(result.normalised.row);
    if (rows) rows.add(rowId);
    else unitRows.set(result.normalised.row, new Set([rowId]));
  }
  for (const reading of readings) {
    const rows = reading.result.number ? undefined : unitRows.get(reading.result.normalised.row);
    if (rows?.size === 1 && !infoOf(index, reading.result)) reading.rowId = [...rows][0]!;
  }
}
