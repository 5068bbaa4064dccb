import type { StoredReport, StoredResult } from '#record/contract';
import { partId } from '../wire/ids.ts';
import type { Resource } from '../wire/resource.ts';
import { observation, type ReportContext } from './observation.ts';
import { isolateOf } from './specimen.ts';

/** LOINC: bacteria identified. */
const BACTERIA = '634-6';

/** An organism that was found, with the results that are of it: its count, its antibiogram. */
export interface Organism {
  id: string;
  result: StoredResult;
  members: string[];
}

/**
 * The organisms of a report, each as the result that it is: readers of FHIR look for it in an Observation and in a Specimen (EU laboratory report 2.0.0, microbiology).
 * Its state and its time are those of its own results.
 * @param ids of the results, in their order
 */
export function organismsOf(series: string, report: StoredReport, ids: readonly string[]): Organism[] {
  const found = new Map<string, Organism & { states: Set<StoredResult['status']> }>();
  for (const [k, result] of report.results.entries()) {
    const { isolate, specimen = '' } = result;
    if (isolate === undefined) continue;
    const what = `organism ${specimen} ${isolate}`;
    const known = found.get(what) ?? { id: partId(series, what), result: organismResult(report, result), members: [], states: new Set() };
    known.members.push(ids[k]!);
    known.states.add(result.status);
    found.set(what, known);
  }
  return [...found.values()].map(({ states, ...organism }) => ({ ...organism, result: { ...organism.result, status: statusOf(states) } }));
}

function organismResult(report: StoredReport, first: StoredResult): StoredResult {
  const { n, chapter, specimen, specimenCodes, collectedAt, collectedPrecision, at, atPrecision, status } = first;
  const { organism, codes, loinc = BACTERIA, interpretation, comment } = isolateOf(report, first.isolate!);
  const given = { chapter, specimen, specimenCodes, collectedAt, collectedPrecision, at, atPrecision, interpretation, comment };
  return {
    ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<StoredResult>),
    n,
    label: 'Micro-organisme identifié',
    loinc,
    status,
    text: organism,
    codes: codes ?? [],
    isolate: organism,
    normalised: { row: '', rules: '' },
  };
}

/** Found as far as any of its results is. */
function statusOf(states: ReadonlySet<StoredResult['status']>): StoredResult['status'] {
  if (states.has('final')) return 'final';
  if (states.has('provisional')) return 'provisional';
  // A result that was not done says nothing against the organism that it would have been of.
  return states.has('not-done') ? 'final' : 'cancelled';
}

/** The organism as an Observation, its results its members. */
export function organismObservation({ id, result, members }: Organism, context: ReportContext): Resource {
  const isCorrected = () => members.some(context.isCorrected);
  const made = observation(id, result, { ...context, isCorrected });
  return { ...made, hasMember: members.map((member) => ({ reference: `Observation/${member}` })) };
}
