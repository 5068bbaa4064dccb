/**
 * What a region adds to the catalogue without redeploying: LOINC codes replaced by newer ones, and each laboratory's own codes
 * mapped to LOINC by a biologist. Versioned: every result says by which version it was normalised, so that history can be done
 * again. Where the tables are kept, edited and validated is the business of another module.
 */
import { CATALOGUE_VERSION, rowOfLoinc } from './catalogue.ts';
import { tidyUnit } from './french-units.ts';
import { normalise, normaliseAs } from './normalise.ts';
import { plainText } from './plain-text.ts';
import type { Normalised, ResultToNormalise } from './result.ts';
import { isLoinc, rowOf } from './row.ts';

/**
 * One line of a laboratory's mapping table. Either its code, or its label for what it does not code. `unit` and `specimen` narrow
 * the line; a code that one laboratory uses for two specimens needs one line each.
 */
export interface LocalMapping {
  laboratoryFiness: string;
  local?: string;
  localSystem?: string;
  label?: string;
  unit?: string;
  specimen?: string;
  loinc: string;
}

export interface RegionalTables {
  /** Of both tables together; changes with them. */
  version: string;
  /** Deprecated LOINC code → the one that replaces it (MapTo of a LOINC release). */
  replacedCodes?: ReadonlyMap<string, string>;
  mappings?: readonly LocalMapping[];
}

/**
 * `normalise` with the region's tables. The laboratory's LOINC code always wins over a mapping.
 * @throws Error on a mapping that names no real LOINC code, or neither a local code nor a label: a wrong table must not start
 */
export function normaliserFor(tables: RegionalTables): (input: ResultToNormalise) => Normalised {
  for (const mapping of tables.mappings ?? []) checkMapping(mapping);
  const mappingOf = mappingFinder(tables.mappings ?? []);
  const rules = `${CATALOGUE_VERSION}+${tables.version}`;
  const lookup = {
    rowOfLoinc: (loinc: string) => rowOfLoinc(loinc) ?? rowOfLoinc(tables.replacedCodes?.get(loinc) ?? ''),
    mappedLoinc: (input: ResultToNormalise) => mappingOf(input)?.loinc,
  };
  return (input) => normaliseAs(input, rowOf(input, lookup), rules);
}

/** The line of these tables that a result falls under, whether its own LOINC code leaves the line a say or not. */
export function mappingFinder<T extends LocalMapping>(mappings: readonly T[]): (input: ResultToNormalise) => T | undefined {
  const narrowestFirst = mappings.toSorted((a, b) => narrowness(b) - narrowness(a));
  const byKey = Map.groupBy(narrowestFirst, keyOfMapping);
  return (input) => (byKey.get(keyOfResult(input)) ?? []).find((mapping) => fits(mapping, input));
}

/** A line that says more of the result wins over one that says less; of two alike, the first. */
function narrowness({ localSystem, unit, specimen }: LocalMapping): number {
  return [localSystem, unit, specimen].filter((part) => part !== undefined).length;
}

function checkMapping(mapping: LocalMapping): void {
  const name = mapping.local ?? mapping.label;
  if (!name?.trim()) throw new Error(`a mapping of ${mapping.laboratoryFiness} has neither a local code nor a label`);
  if (!isLoinc(mapping.loinc))
    throw new Error(`the mapping of ${name} (${mapping.laboratoryFiness}) names ${mapping.loinc}, not a LOINC code`);
}

function keyOfMapping({ laboratoryFiness, local, label }: LocalMapping): string {
  return `${laboratoryFiness} ${local === undefined ? `label ${plainText(label ?? '')}` : `code ${local.trim()}`}`;
}

function keyOfResult({ laboratoryFiness, local, label }: ResultToNormalise): string {
  return `${laboratoryFiness} ${local?.trim() ? `code ${local.trim()}` : `label ${plainText(label)}`}`;
}

function fits(mapping: LocalMapping, input: ResultToNormalise): boolean {
  if (mapping.localSystem !== undefined && mapping.localSystem !== input.localSystem) return false;
  if (mapping.unit !== undefined && tidyUnit(mapping.unit) !== tidyUnit(input.unit ?? '')) return false;
  return mapping.specimen === undefined || plainText(mapping.specimen) === plainText(input.specimen ?? '');
}

/** What a change of tables would do to results already stored, counted by what changes. */
export interface DryRun {
  results: number;
  unchanged: number;
  /** Most frequent first. `example`: index of the first input concerned. */
  changes: { from: string; to: string; results: number; refused?: string; example: number }[];
}

/**
 * Normalises again, changes nothing, and says exactly what would change. `current` defaults to the catalogue alone.
 * @param inputs each with how many results were printed this very way; 1 when absent
 */
export function dryRun(
  inputs: Iterable<ResultToNormalise & { times?: number }>,
  next: (input: ResultToNormalise) => Normalised,
  current: (input: ResultToNormalise) => Normalised = normalise,
): DryRun {
  const changes = new Map<string, DryRun['changes'][number]>();
  let [results, unchanged, place] = [0, 0, 0];
  for (const input of inputs) {
    const times = input.times ?? 1;
    const [before, after] = [current(input), next(input)];
    if (isSameReading(before, after)) unchanged += times;
    else count(changes, before, after, { results: times, example: place });
    results += times;
    place += 1;
  }
  return { results, unchanged, changes: [...changes.values()].toSorted((a, b) => b.results - a.results) };
}

function count(
  changes: Map<string, DryRun['changes'][number]>,
  before: Normalised,
  after: Normalised,
  { results, example }: { results: number; example: number },
): void {
  const key = `${before.row}\n${after.row}`;
  const known = changes.get(key);
  if (known) known.results += results;
  else changes.set(key, { from: before.row, to: after.row, results, ...(after.refused && { refused: after.refused }), example });
}

/** Do two versions of the rules make the same of a result? The version itself does not count: it changes for every result. */
export function isSameReading(before: Omit<Normalised, 'refused'> & { refused?: string }, after: typeof before): boolean {
  return (
    before.row === after.row &&
    before.ucum === after.ucum &&
    before.refused === after.refused &&
    before.computedFlag === after.computedFlag &&
    before.germ?.taxon === after.germ?.taxon &&
    isSameAnswer(before.answer, after.answer) &&
    JSON.stringify(before.converted) === JSON.stringify(after.converted)
  );
}

/** Nearly always both absent: the results of a region are compared by the million. Written by one function, so their keys are in one order. */
function isSameAnswer(before: Normalised['answer'], after: Normalised['answer']): boolean {
  return before === after || JSON.stringify(before) === JSON.stringify(after);
}
