import { readUnit } from './french-units.ts';
import { scaleBetween } from './ucum.ts';

/** Kinds that no spelling takes one for another: masses, amounts and counts in a volume, and their ratios. */
const PLAIN: ReadonlySet<string> = new Set(['M/L3', 'N/L3', '1/L3', 'M/M', 'N/N', 'M/N']);
/** Two ways to count to the same scale differ by less (minutes and seconds in floating point). */
const NEARLY = 1e-9;

/**
 * Whether two spellings are of two units: of one kind and of another size (`g/L`, `g/dL`), or of kinds that nobody writes for one another (`g/L`,
 * `mmol/L`). What is not understood contradicts nothing, nor what the same words may mean (`UI/L` and `U/L`).
 */
export function areOtherUnits(one: string, other: string): boolean {
  const [a, b] = [readUnit(one), readUnit(other)];
  if (!a || !b) return false;
  if (a.kind !== b.kind) return PLAIN.has(a.kind) && PLAIN.has(b.kind);
  return Math.abs(scaleBetween(a, b) - 1) > NEARLY;
}
