import type { Bundle, Resource } from '../wire/resource.ts';
import { dateSpan } from '../search/date.ts';
import type { Query } from '../search/query.ts';
import { type Ground, judgeOfQuery } from '../search/match.ts';

/**
 * The latest results of each code, newest first, by code. Results cancelled or withdrawn are not among them: the last value is one that holds.
 * Source: FHIR R4 Observation $lastn.
 */
export function lastN(query: Query, ground: Ground, { base, max }: { base: string; max: number }): Bundle {
  const isAsked = judgeOfQuery(query, ground);
  const holding = ground.world.all('Observation').filter((one) => !NOT_HOLDING.has(String(one['status'])) && isAsked(one));
  const byCode = Map.groupBy(holding, codeOf);
  const timeOf = (one: Resource) => dateSpan(String(one['effectiveDateTime'] ?? ''), ground.zone)?.low ?? -Infinity;
  const latest = [...byCode.values()].flatMap((group) =>
    group.toSorted((a, b) => timeOf(b) - timeOf(a) || (a.id < b.id ? 1 : -1)).slice(0, max),
  );
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    total: latest.length,
    entry: latest.map((resource) => ({ fullUrl: `${base}/Observation/${resource.id}`, resource, search: { mode: 'match' } })),
  };
}

const NOT_HOLDING: ReadonlySet<string> = new Set(['cancelled', 'entered-in-error']);

/** Two results are of the same code when their first coding is, or their words when they have none; an organism is part of it. */
function codeOf(observation: Resource): string {
  const { coding = [], text = '' } = observation['code'] as { coding?: { system?: string; code: string }[]; text?: string };
  const [first] = coding;
  return first ? `${first.system ?? ''}|${first.code}` : text;
}
