/** What each laboratory's results lack to be compared: counted, so that it can be asked for. No value and no person in it. */
import type { ConversionRefusal } from './conversion.ts';
import type { Normalised } from './result.ts';

export interface CodedResult {
  laboratoryFiness: string;
  loinc?: string | undefined;
  /** As printed. */
  unit?: string | undefined;
  normalised: Pick<Normalised, 'row' | 'ucum' | 'refused'>;
  /** How many results were printed this very way; 1 when absent. */
  times?: number | undefined;
}

export interface CodingQuality {
  laboratoryFiness: string;
  results: number;
  /** In a row of the catalogue, unit included. */
  comparable: number;
  /** LOINC codes that the catalogue does not hold. */
  unknownCodes: number;
  /** Without a LOINC code. */
  uncoded: number;
  refusals: Partial<Record<ConversionRefusal, number>>;
  /** Spellings of units that nobody could read, most frequent first, at most 20. */
  unknownUnits: { unit: string; results: number }[];
  /** One code printed in several units: `loinc` → the UCUM units met, when more than one. */
  conflicts: { loinc: string; units: string[] }[];
}

interface Tally {
  quality: CodingQuality;
  unknownUnits: Map<string, number>;
  unitsOfCode: Map<string, Set<string>>;
}

/** One line a laboratory, the largest sender first. */
export function codingQuality(results: Iterable<CodedResult>): CodingQuality[] {
  const tallies = new Map<string, Tally>();
  for (const result of results) {
    const known = tallies.get(result.laboratoryFiness) ?? newTally(result.laboratoryFiness);
    tallies.set(result.laboratoryFiness, known);
    add(known, result);
  }
  return [...tallies.values()].map(close).toSorted((a, b) => b.results - a.results);
}

function newTally(laboratoryFiness: string): Tally {
  const quality = {
    laboratoryFiness,
    results: 0,
    comparable: 0,
    unknownCodes: 0,
    uncoded: 0,
    refusals: {},
    unknownUnits: [],
    conflicts: [],
  };
  return { quality, unknownUnits: new Map(), unitsOfCode: new Map() };
}

function add({ quality, unknownUnits, unitsOfCode }: Tally, { loinc, unit, normalised, times = 1 }: CodedResult): void {
  const { row, ucum, refused } = normalised;
  quality.results += times;
  if (row.startsWith('loinc:')) quality.unknownCodes += times;
  else if (row.startsWith('local:')) quality.uncoded += times;
  else if (!refused) quality.comparable += times;
  if (refused) quality.refusals[refused] = (quality.refusals[refused] ?? 0) + times;
  if (unit?.trim() && ucum === undefined) unknownUnits.set(unit.trim(), (unknownUnits.get(unit.trim()) ?? 0) + times);
  if (loinc !== undefined && ucum !== undefined) {
    const units = unitsOfCode.get(loinc) ?? new Set();
    unitsOfCode.set(loinc, units.add(ucum));
  }
}

function close({ quality, unknownUnits, unitsOfCode }: Tally): CodingQuality {
  quality.unknownUnits = [...unknownUnits]
    .map(([unit, results]) => ({ unit, results }))
    .toSorted((a, b) => b.results - a.results)
    .slice(0, 20);
  quality.conflicts = [...unitsOfCode]
    .filter(([, units]) => units.size > 1)
    .map(([loinc, units]) => ({ loinc, units: [...units].toSorted() }));
  return quality;
}
