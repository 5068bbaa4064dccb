/** May two results of one row be joined by a line and compared by a change? Units already agree; methods may not. */
import type { CatalogueRow } from './contract.ts';
import type { Reading } from './reading.ts';

const words = (method: string | undefined) => method?.trim().toLowerCase().replace(/\s+/g, ' ');

/**
 * Only for the rows that depend on the method. Two named methods decide; when one is not named, only the same laboratory may be
 * supposed to have kept its own, and two laboratories may not be supposed to share one.
 */
export function areComparable(a: Reading, b: Reading, info: CatalogueRow | undefined): boolean {
  if (!info?.methodSensitive) return true;
  const [first, second] = [words(a.result.method), words(b.result.method)];
  if (first && second) return first === second;
  return a.report.laboratory.finess === b.report.laboratory.finess;
}
