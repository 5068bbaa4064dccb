import type { Bundle, Resource } from '../wire/resource.ts';
import { dateSpan } from '../search/date.ts';
import type { Query } from '../search/query.ts';
import { followIncludes } from '../search/search.ts';
import { warningsOf } from '../wire/outcome.ts';
import { type Ground, judgeOfQuery } from '../search/match.ts';

/**
 * The latest results of each code, newest first, by code. Results cancelled or withdrawn are not among them: the last value is one that holds.
 * Source: FHIR R4 Observation $lastn.
 */
export function lastN(
  query: Query,
  ground: Ground,
  { base, max, pairs }: { base: string; max: number; pairs: readonly [string, string][] },
): Bundle {
  const isAsked = judgeOfQuery(query, ground);
  const holding = ground.world.all('Observation').filter((one) => !NOT_HOLDING.has(String(one['status'])) && isAsked(one));
  const byCode = Map.groupBy(holding, codeOf);
  const timeOf = (one: Resource) => dateSpan(String(one['effectiveDateTime'] ?? ''), ground.zone)?.low ?? -Infinity;
  const latest = [...byCode.values()].flatMap((group) =>
    group.toSorted((a, b) => timeOf(b) - timeOf(a) || (a.id < b.id ? 1 : -1)).slice(0, max),
  );
  const entryOf = (mode: string) => (resource: Resource) => ({
    fullUrl: `${base}/${resource.resourceType}/${resource.id}`,
    resource,
    search: { mode },
  });
  const entry = [
    ...latest.map(entryOf('match')),
    ...followIncludes(query.includes, latest, ground.world).map(entryOf('include')),
    ...(query.ignored.length > 0 ? [{ resource: warningsOf(query.ignored), search: { mode: 'outcome' } }] : []),
  ];
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    total: latest.length,
    link: [{ relation: 'self', url: `${base}/Observation/$lastn?${new URLSearchParams(pairs as [string, string][]).toString()}` }],
    ...(entry.length > 0 && { entry }),
  };
}

/** How an answer is wanted that this operation does not do: it has no pages, and an order of its own. */
export const notOfLastN = ({ used }: Query): string[] =>
  used.flatMap(([name]) => (PAGING.has(name) ? [`the parameter ${name} is not of $lastn`] : []));
const PAGING: ReadonlySet<string> = new Set(['_sort', '_count', '_summary', '_elements', '_total', '_cursor']);

const NOT_HOLDING: ReadonlySet<string> = new Set(['cancelled', 'entered-in-error']);

/** Two results are of the same code when their first coding is, or their words when they have none; an organism is part of it. */
function codeOf(observation: Resource): string {
  const { coding = [], text = '' } = observation['code'] as { coding?: { system?: string; code: string }[]; text?: string };
  const [first] = coding;
  return first ? `${first.system ?? ''}|${first.code}` : text;
}
