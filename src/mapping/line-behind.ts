import type { Sql } from '#kernel';
import type { PrintedResult, Validation } from '#record';
import { isLoinc, mappingFinder } from '#terminology';
import { inForce, toMappings } from './lines.ts';
import { type DecidedLine, linesOf } from './store.ts';
import { toNormalise } from './to-normalise.ts';

/**
 * Who decided what the code of a result means, as the tables stood when it was read: the line of its laboratory that it fell under.
 * Undefined for a result that carries a LOINC code, and for one that no line spoke of.
 * @param rules version kept with the reading: `2026-11-22+m42`
 */
export async function linesBehind(
  sql: Sql,
  laboratory: string,
  readings: readonly { printed: PrintedResult; rules: string }[],
): Promise<(Validation | undefined)[]> {
  const lines = await linesOf(sql, laboratory);
  return readings.map(({ printed, rules }) => lineBehind(lines, laboratory, printed, rules));
}

/** @param lines of the laboratory, whatever was decided of them */
export function lineBehind(
  lines: readonly DecidedLine[],
  laboratory: string,
  printed: PrintedResult,
  rules: string,
): Validation | undefined {
  if (printed.loinc !== undefined && isLoinc(printed.loinc)) return undefined;
  const version = Number(/\+m(\d+)/.exec(rules)?.[1] ?? 0);
  const then = inForce(
    lines
      .filter((line) => line.version !== null && Number(line.version) <= version)
      .toSorted((a, b) => Number(a.version) - Number(b.version)),
  );
  const found = mappingFinder(then.flatMap((line) => toMappings([line]).map((mapping) => ({ ...mapping, line }))))(
    toNormalise(printed, laboratory),
  );
  if (!found?.line.decidedAt) return undefined;
  const { loinc, proposedByName, decidedByName, decidedAt } = found.line;
  return { loinc: loinc!, proposedBy: proposedByName, validatedBy: decidedByName ?? '', validatedAt: decidedAt.toISOString() };
}
