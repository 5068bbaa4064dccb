import { type Sql, uuidv7 } from '#kernel';
import { type Normalised, type ResultToNormalise, rowOfLoinc } from '#terminology';
import { type CatalogueEntry, readCatalogue } from './catalogue-file.ts';
import { asResult, codeIdOf, isMappable, lineOfCode } from './codes.ts';
import type { CatalogueTaken } from './contract.ts';
import type { Line } from './lines.ts';
import { addLine, linesOf } from './store.ts';
import { announce, type Observed, observedOf } from './store-census.ts';
import { deprecatedIn } from './workbench.ts';

interface Asked {
  laboratory: string;
  text: string;
  /** Why its LOINC codes are proposed, as the lines say it. */
  reason: string;
  /** Nothing is kept: what would be done is told. */
  isTrial: boolean;
  by: { id: string; name: string };
  now: Date;
}

/**
 * Takes the catalogue of a laboratory before its first results come: its codes wait on the bench as those that were sent, with no result yet; a LOINC code that the
 * laboratory names becomes a line, for another biologist to validate as any other. What is known already stays as it is; the same file again changes nothing.
 * @throws Refusal `request.invalid` as `readCatalogue`
 */
export async function takeCatalogue(
  tx: Sql,
  { laboratory, text, reason, isTrial, by, now }: Asked,
  normalise: (input: ResultToNormalise) => Normalised,
): Promise<CatalogueTaken> {
  const { entries, refused, ignored } = readCatalogue(text);
  const known = Map.groupBy((await observedOf(tx, laboratory)).filter(isMappable), nameOf);
  const ways = entries.map((entry) => ({ ...wayOf(entry), entry }));
  const announced = ways.filter((way) => !known.has(nameOf(way)));
  const waiting = new Set((await linesOf(tx, laboratory)).filter(({ validated }) => validated === null).map(nameOf));
  const lines = new Map<string, Line>();
  let outside = 0;
  for (const { entry, ...way } of ways) {
    const { line, loinc } = entry;
    const name = nameOf(way);
    if (loinc === null || waiting.has(name)) continue;
    const printed = known.get(name) ?? [way];
    const row = rowOfLoinc(loinc)?.row;
    if (row === undefined || (await deprecatedIn(tx, loinc, now)) !== undefined) outside += 1;
    else if ((lines.get(name)?.loinc ?? loinc) !== loinc) refused.push({ line, fault: 'twice' });
    else if (printed.some((one) => normalise(asResult(one, laboratory)).row !== row))
      lines.set(name, {
        lineId: uuidv7(now.getTime()),
        laboratory,
        sites: [],
        ...lineOfCode(printed, null),
        loinc,
        reason,
        proposedBy: by.id,
        proposedByName: by.name,
        proposedAt: now,
      });
  }
  if (!isTrial) {
    await announce(tx, laboratory, announced);
    for (const line of lines.values()) await addLine(tx, line);
  }
  return {
    codes: entries.length,
    announced: new Set(announced.map(nameOf)).size,
    proposed: lines.size,
    outside,
    refused: refused.toSorted((a, b) => a.line - b.line).slice(0, MOST_REFUSED),
    refusedInAll: refused.length,
    ignored,
  };
}

const MOST_REFUSED = 20;

/** What a code is called, whichever system its results will name it in. */
const nameOf = ({ local, label, specimen }: Parameters<typeof codeIdOf>[0]): string =>
  codeIdOf({ localSystem: null, local, label, specimen });

/** As results of it may be printed. The LOINC code is not part of it: it stands when the laboratory sends it with a result, or when a line is validated. */
function wayOf({ local, localSystem, label, unit, specimen }: CatalogueEntry): Observed {
  const way = { loinc: null, localSystem, local, label, unit, specimen, isNumber: unit !== null };
  return { key: JSON.stringify(Object.values(way)), ...way, results: 0, numbers: [] };
}
