import type { Sql } from '#kernel';
import type { RoutingPreview, RoutingRule, RulesTrial, Verdict } from './contract.ts';
import { type Facts, route, type Routed } from './rules.ts';
import { routedSince, type RuleSet, ruleSet, wordsOfRule } from './store-rules.ts';

/** Documents looked at when other rules are tried, and changed ones that are shown. */
const MOST_TRIED = 20_000;
const MOST_SHOWN = 50;

/** What the rules say of each recipient, one line each: what leaves, what waits for a person, what does not leave. */
export function verdictsOf({ destinations, kept }: Pick<Routed, 'destinations' | 'kept'>, set: RuleSet): Verdict[] {
  return [
    ...destinations.map(({ role, name, recipient, rule, address, held }): Verdict => {
      const told = { role, name, recipient, rule, words: wordsOfRule(set, rule) };
      if (held !== undefined) return { ...told, does: 'held', reason: held };
      return { ...told, does: 'mail', ...(role !== 'patient' && address !== undefined && { address }) };
    }),
    ...kept.map((one): Verdict => ({ ...one, words: wordsOfRule(set, one.rule), does: 'nothing' })),
  ];
}

export function previewOf(facts: Facts, set: RuleSet, { isIdentified }: { isIdentified: boolean }): RoutingPreview {
  const routed = route(facts, set.rules);
  const { type, isSensitive, isOpposed, masks, identity } = facts;
  return {
    rulesVersion: set.version,
    isIdentified,
    ...(isIdentified && { identity }),
    type,
    isSensitive,
    isOpposed,
    masks: [...masks],
    verdicts: verdictsOf(routed, set),
    rules: routed.applied.map((rule) => ({ rule, words: wordsOfRule(set, rule) })),
  };
}

/**
 * What other rules would have done to what was routed since an instant, by the facts as they were then. Nothing is written, nothing is sent.
 */
export async function tryRules(sql: Sql, rules: readonly RoutingRule[], since: Date): Promise<RulesTrial> {
  const inForce = await ruleSet(sql);
  const tried = { version: inForce.version + 1, rules };
  const past = await routedSince(sql, since, MOST_TRIED);
  const changed = past.flatMap(({ notedAt, facts }) => {
    const before = verdictsOf(route(facts, inForce.rules), inForce);
    const after = verdictsOf(route(facts, rules), tried);
    if (sameOutcome(before, after)) return [];
    return [{ uniqueId: facts.uniqueId, structure: facts.structure, notedAt: notedAt.toISOString(), before, after }];
  });
  return { seen: past.length, from: since.toISOString(), changed: changed.length, lines: changed.slice(0, MOST_SHOWN) };
}

/** A rule that only says the same otherwise changes nothing for anybody. */
function sameOutcome(before: readonly Verdict[], after: readonly Verdict[]): boolean {
  const outcome = (verdicts: readonly Verdict[]) =>
    JSON.stringify(verdicts.map(({ recipient, does, address, reason }) => [recipient, does, address, reason]).toSorted());
  return outcome(before) === outcome(after);
}
