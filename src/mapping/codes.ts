/** From each way of printing to the codes that a biologist maps, and back. Pure. */
import { createHash } from 'node:crypto';
import { isLoinc, type Normalised, type ResultToNormalise, rowInfo } from '#terminology';
import type { ObservedCode } from './contract.ts';
import type { Line } from './lines.ts';
import type { Observed } from './store-census.ts';

/** One way of printing as the rules take it; `value` when it is in numbers. */
export function asResult(observed: Observed, laboratoryFiness: string, value = observed.numbers[0] ?? 1): ResultToNormalise {
  const { loinc, localSystem, local, label, unit, specimen, isNumber } = observed;
  return {
    label,
    laboratoryFiness,
    ...(loinc !== null && { loinc }),
    ...(localSystem !== null && { localSystem }),
    ...(local !== null && { local }),
    ...(unit !== null && { unit }),
    ...(specimen !== null && { specimen }),
    ...(isNumber && { number: { value, decimals: decimalsOf(value) } }),
  };
}

function decimalsOf(value: number): number {
  return String(value).split('.')[1]?.length ?? 0;
}

/** What a biologist maps at once: a code (or a label where there is no code) of one specimen. */
export function codeIdOf({
  localSystem,
  local,
  label,
  specimen,
}: Pick<Observed, 'localSystem' | 'local' | 'specimen'> & { label: string | null }): string {
  const named = local?.trim() ? ['code', localSystem ?? '', local.trim()] : ['label', label ?? ''];
  return createHash('sha256')
    .update(JSON.stringify([...named, specimen ?? '']))
    .digest('base64url')
    .slice(0, 22);
}

/** A real LOINC code of the laboratory always wins over a mapping: there is nothing to map. */
export const isMappable = ({ loinc }: Observed): boolean => loinc === null || !isLoinc(loinc);

/** The codes without LOINC, most frequent first. */
export function observedCodes(
  observed: readonly Observed[],
  laboratory: string,
  normalise: (input: ResultToNormalise) => Normalised,
  waiting: ReadonlySet<string>,
): ObservedCode[] {
  const byCode = Map.groupBy(observed.filter(isMappable), codeIdOf);
  return [...byCode]
    .map(([codeId, ways]): ObservedCode => {
      const first = ways[0]!;
      const row = normalise(asResult(first, laboratory)).row;
      const isMapped = !row.startsWith('local:');
      return {
        codeId,
        local: first.local?.trim() || null,
        localSystem: first.localSystem,
        labels: [...new Set(ways.map(({ label }) => label))].slice(0, 5),
        specimen: first.specimen,
        units: sumBy(ways, ({ unit }) => unit).map(([unit, results]) => ({ unit, results })),
        results: ways.reduce((sum, { results }) => sum + results, 0),
        row,
        rowLabel: labelOf(row),
        state: waiting.has(codeId) ? 'waiting' : isMapped ? 'mapped' : 'to-map',
      };
    })
    .toSorted((a, b) => b.results - a.results || a.codeId.localeCompare(b.codeId));
}

function sumBy<Key>(ways: readonly Observed[], keyOf: (way: Observed) => Key): [Key, number][] {
  const sums = new Map<Key, number>();
  for (const way of ways) sums.set(keyOf(way), (sums.get(keyOf(way)) ?? 0) + way.results);
  return [...sums].toSorted(([, a], [, b]) => b - a);
}

/** The French name of a row of the catalogue, of one that its unit keeps apart too; null outside. */
export function labelOf(row: string): string | null {
  const apart = row.indexOf('~');
  return (rowInfo(row) ?? rowInfo(apart > 0 ? row.slice(0, apart) : row))?.label ?? null;
}

/** The place of a line in the table, for all the ways in which one code is printed: its specimen always, its unit only when asked. */
export function lineOfCode(
  ways: readonly Observed[],
  unit: string | null,
): Pick<Line, 'localSystem' | 'local' | 'label' | 'unit' | 'specimen'> {
  const { localSystem, local, label, specimen } = ways[0]!;
  return { localSystem, local: local?.trim() || null, label, unit, specimen: specimen ?? '' };
}
