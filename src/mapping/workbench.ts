/** What the workbench shows and does, from what is stored. Pure but for the store given in. */
import { senders, structures } from '#directory';
import { Refusal, type Sql, uuidv7 } from '#kernel';
import {
  codingQuality,
  dryRun,
  isLoinc,
  type Normalised,
  normaliserFor,
  proposeRows,
  type ResultToNormalise,
  rowInfo,
  type RowInfo,
  rowOfLoinc,
  type UsualValue,
} from '#terminology';
import { asResult, codeIdOf, isMappable, labelOf, lineOfCode, observedCodes } from './codes.ts';
import type { DryRunView, JobView, LineView, Proposals, ProposalView, Quality, Wish, Workbench } from './contract.ts';
import { designatedFor, designatedOf } from './designations.ts';
import { inForce, type Line, sitesOf, toMappings } from './lines.ts';
import { dayOf } from './load-release.ts';
import { currentVersion, type DecidedLine, linesOf, validatedLines } from './store.ts';
import { type Observed, observedEverywhere, observedOf } from './store-census.ts';
import { officialEntry, releaseInForce } from './store-releases.ts';
import { type Job, jobsOf } from './store-jobs.ts';

type Normalise = (input: ResultToNormalise) => Normalised;

const MOST_JOBS = 5;
const MOST_EXAMPLES = 4;

/** Everything about the codes of one laboratory. @param reader id of the person who looks, and their own laboratory */
export async function workbenchOf(sql: Sql, finess: string, reader: { id: string; own: string }, normalise: Normalise): Promise<Workbench> {
  const [observed, lines, jobs] = [await observedOf(sql, finess), await linesOf(sql, finess), await jobsOf(sql, finess, MOST_JOBS)];
  const names = new Map((await structures(sql)).map((one) => [one.finess, one.name]));
  const named = (site: string) => ({ finess: site, name: names.get(site) ?? site });
  const { name } = named(finess);
  const waiting = new Set(lines.filter(({ validated }) => validated === null).map(codeIdOf));
  const [quality] = qualityOf(
    observed.map((one) => ({ ...one, laboratory: finess })),
    new Map([[finess, name]]),
    normalise,
  );
  return {
    laboratory: { finess, name },
    sites: (await sharedSites(sql, finess)).map(named),
    isOwn: finess === reader.own,
    validators: (await designatedOf(sql, finess)).map((designation) => designation.name),
    designatedFor: (await designatedFor(sql, reader.id)).map(named),
    version: await currentVersion(sql),
    codes: observedCodes(observed, finess, normalise, waiting),
    lines: lineViews(lines, finess, reader.id, names),
    jobs: jobs.map(jobView),
    ...(quality && { quality }),
  };
}

/** FINESS of the other structures that deposit by a system of this one: they share its codes, when they say so. */
async function sharedSites(sql: Sql, finess: string): Promise<string[]> {
  const systems = (await senders(sql)).filter((sender) => sender.structures.includes(finess));
  return [...new Set(systems.flatMap((sender) => sender.structures))].filter((site) => site !== finess).toSorted();
}

function lineViews(lines: readonly DecidedLine[], finess: string, reader: string, names: ReadonlyMap<string, string>): LineView[] {
  const validated = lines.filter((line) => line.validated).toSorted((a, b) => a.version! - b.version!);
  const current = new Set(inForce(validated).flatMap(({ lineId, laboratory }) => (laboratory === finess ? [lineId] : [])));
  return lines
    .map((line): LineView => {
      const { lineId, local, label, unit, specimen, loinc, reason, version, verdictReason, decidedByName } = line;
      const row = loinc === null ? null : (rowOfLoinc(loinc)?.row ?? `loinc:${loinc}`);
      const state = line.validated === null ? 'waiting' : !line.validated ? 'refused' : current.has(lineId) ? 'in-force' : 'former';
      return {
        lineId,
        codeId: codeIdOf(line),
        local,
        label,
        unit,
        specimen,
        loinc,
        row,
        rowLabel: row === null ? null : labelOf(row),
        reason,
        proposedBy: line.proposedByName,
        proposedAt: line.proposedAt.toISOString(),
        sites: sitesOf(line).flatMap((site) => (site === finess ? [] : [names.get(site) ?? site])),
        isMine: line.proposedBy === reader,
        state,
        version,
        verdictReason,
        decidedBy: decidedByName,
        asDesignated: line.asDesignated ?? false,
        decidedAt: line.decidedAt?.toISOString() ?? null,
      };
    })
    .toReversed();
}

function jobView({
  jobId,
  version,
  publishedAt,
  startedAt,
  finishedAt,
  results,
  expectedResults,
  changedResults,
  changedDocuments,
}: Job): JobView {
  return {
    jobId,
    version,
    publishedAt: publishedAt.toISOString(),
    startedAt: startedAt?.toISOString() ?? null,
    finishedAt: finishedAt?.toISOString() ?? null,
    results,
    expectedResults,
    changedResults,
    changedDocuments,
  };
}

/** Of every laboratory of the region, the largest sender first. */
export async function regionQuality(sql: Sql, normalise: Normalise): Promise<Quality[]> {
  const names = new Map((await structures(sql)).map(({ finess, name }) => [finess, name]));
  return qualityOf(await observedEverywhere(sql), names, normalise);
}

function qualityOf(
  observed: readonly (Observed & { laboratory: string })[],
  names: ReadonlyMap<string, string>,
  normalise: Normalise,
): Quality[] {
  const results = observed.map((one) => ({
    laboratoryFiness: one.laboratory,
    ...(one.loinc !== null && { loinc: one.loinc }),
    ...(one.unit !== null && { unit: one.unit }),
    normalised: normalise(asResult(one, one.laboratory)),
    times: one.results,
  }));
  return codingQuality(results).map((quality) => ({
    ...quality,
    name: names.get(quality.laboratoryFiness) ?? quality.laboratoryFiness,
    refusals: { ...quality.refusals },
    conflicts: quality.conflicts.map(({ loinc, units }) => ({ loinc, units, rowLabel: rowOfLoinc(loinc)?.label ?? null })),
  }));
}

/** What a code may be: from its label, unit, specimen and values, or from the words that the biologist types. */
export async function proposalsFor(
  sql: Sql,
  finess: string,
  asked: { codeId: string; words: string },
  normalise: Normalise,
  usual: UsualValue,
): Promise<Proposals> {
  const ways = await waysOfCode(sql, finess, asked.codeId);
  const [code] = observedCodes(ways, finess, normalise, new Set());
  const main = ways.find(({ isNumber }) => isNumber) ?? ways[0]!;
  const ucum = normalise(asResult(main, finess)).ucum;
  const named = rowOfLoinc(asked.words);
  const found = named
    ? [{ row: named, score: 1, reasons: [] }]
    : proposeRows(
        { label: asked.words || main.label, unit: main.unit ?? undefined, specimen: main.specimen ?? undefined, values: main.numbers },
        usual,
        8,
      );
  return { code: code!, proposals: found.map(({ row, score, reasons }) => proposalView(row, score, reasons, ucum)) };
}

function proposalView(row: RowInfo, score: number, reasons: readonly string[], ucum: string | undefined): ProposalView {
  const code = row.codes.find(({ unit }) => unit === ucum) ?? row.codes[0]!;
  return {
    row: row.row,
    label: row.label,
    specimen: row.specimen,
    unit: row.unitPrinted,
    loinc: code.loinc,
    name: code.name,
    score,
    reasons: [...reasons],
  };
}

/** Median of what the region's laboratories measure in each row, brought to its unit: tells whether the values of a code are likely. */
export async function usualValues(sql: Sql, normalise: Normalise): Promise<UsualValue> {
  const medians = new Map<string, number[]>();
  for (const observed of await observedEverywhere(sql)) {
    const sorted = observed.numbers.toSorted((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)];
    if (median === undefined) continue;
    const { row, converted, refused } = normalise(asResult(observed, observed.laboratory, median));
    if (refused || !rowInfo(row)) continue;
    const known = medians.get(row) ?? [];
    medians.set(row, [...known, converted?.value ?? median]);
  }
  const typical = new Map([...medians].map(([row, all]) => [row, all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)]!]));
  return (row) => typical.get(row);
}

/** What a line would change of all that the laboratory has sent and we have counted. Nothing is kept. */
export async function tryLine(sql: Sql, finess: string, wish: Wish): Promise<DryRunView> {
  const lines = await validatedLines(sql);
  const line = await newLine(sql, finess, wish, { reason: '', by: { id: '', name: '' }, now: new Date(0) });
  const sites = sitesOf(line);
  const ways = (await Promise.all(sites.map(async (site) => (await observedOf(sql, site)).map((way) => ({ ...way, site }))))).flat();
  const tablesWith = (all: readonly Line[]) =>
    normaliserFor({ version: '', mappings: toMappings(inForce(all).filter(({ laboratory }) => sites.includes(laboratory))) });
  const [before, after] = [tablesWith(lines), tablesWith([...lines, line])];
  const inputs = ways.map((way) => ({ ...asResult(way, way.site), times: way.results }));
  const run = dryRun(inputs, after, before);
  return {
    ...run,
    changes: run.changes.map(({ from, to, results, refused }) => ({
      from,
      to,
      results,
      fromLabel: labelOf(from),
      toLabel: labelOf(to),
      refused: refused ?? null,
      examples: ways
        .filter((way) => before(asResult(way, way.site)).row === from && after(asResult(way, way.site)).row === to)
        .flatMap((way) => way.numbers.slice(0, MOST_EXAMPLES).map((value) => ({ way, value })))
        .slice(0, MOST_EXAMPLES)
        .map(({ way: { label, unit, ...way }, value }) => {
          const converted = after(asResult({ ...way, label, unit }, way.site, value)).converted;
          return {
            label,
            value,
            unit,
            becomes: converted ? { value: converted.value, decimals: converted.decimals, unit: converted.unit } : null,
          };
        }),
    })),
  };
}

/**
 * @throws Refusal `request.not-found` when the laboratory never sent this code; `request.invalid` when the LOINC code is not one that results
 *   can be compared under
 */
export async function newLine(
  sql: Sql,
  finess: string,
  { codeId, loinc, unit, allSites = false }: Wish,
  { reason, by, now }: { reason: string; by: { id: string; name: string }; now: Date },
): Promise<Line> {
  const ways = await waysOfCode(sql, finess, codeId);
  if (loinc !== null && !isLoinc(loinc)) throw new Refusal('request.invalid', `${loinc} is not a LOINC code`, { at: 'loinc' });
  if (loinc !== null && !rowOfLoinc(loinc))
    throw new Refusal('request.invalid', `${loinc} is in no row of the catalogue: mapping it would compare nothing`, { at: 'loinc' });
  const deprecated = loinc === null ? undefined : await deprecatedIn(sql, loinc, now);
  if (deprecated !== undefined)
    throw new Refusal('request.invalid', `${loinc} is deprecated in LOINC ${deprecated}: map to the code that replaces it`, {
      at: 'loinc',
    });
  return {
    lineId: uuidv7(now.getTime()),
    laboratory: finess,
    sites: allSites ? await sharedSites(sql, finess) : [],
    ...lineOfCode(ways, unit),
    loinc,
    reason,
    proposedBy: by.id,
    proposedByName: by.name,
    proposedAt: now,
  };
}

/** A code that the release in force calls deprecated is no code to map to. @returns the version of that release; undefined when the code is in use */
export async function deprecatedIn(sql: Sql, loinc: string, now: Date): Promise<string | undefined> {
  const release = await releaseInForce(sql, 'loinc', dayOf(now));
  const entry = release && (await officialEntry(sql, release.releaseId, loinc));
  return entry?.status === 'DEPRECATED' ? release!.version : undefined;
}

async function waysOfCode(sql: Sql, finess: string, codeId: string): Promise<Observed[]> {
  const ways = (await observedOf(sql, finess)).filter((one) => isMappable(one) && codeIdOf(one) === codeId);
  if (ways.length === 0) throw new Refusal('request.not-found', 'this laboratory has sent no such code without LOINC', { at: 'codeId' });
  return ways;
}
