/** What is most often read beside analytes that are already crossed: the views of the catalogue, and one's own, say it. Pure. */
import type { Catalogue } from './contract.ts';

/**
 * @param crossed rows that stand on the screen
 * @param offered rows of this patient that could join them
 * @returns at most `most` of the rows offered: those that share most views with what is crossed, then in the order of the first view
 */
export function crossedWith(
  crossed: readonly string[],
  offered: ReadonlySet<string>,
  presets: Catalogue['presets'],
  most: number,
): string[] {
  const shared = new Map<string, number>();
  for (const { rows } of presets) {
    const here = rows.filter((row) => crossed.includes(row)).length;
    if (here === 0) continue;
    for (const row of new Set(rows)) if (offered.has(row) && !crossed.includes(row)) shared.set(row, (shared.get(row) ?? 0) + here);
  }
  return [...shared]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, most)
    .map(([row]) => row);
}
