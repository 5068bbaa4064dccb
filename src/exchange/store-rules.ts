import { Refusal, type Sql } from '#kernel';
import type { RoutingRule, RulesInForce } from './contract.ts';
import { DEFAULT_RULES, FIXED_RULES } from './rule-set.ts';
import type { Facts } from './rules.ts';

/** The rules of the region, and what was routed by them: the SQL of both. */

export interface RuleSet {
  version: number;
  rules: readonly RoutingRule[];
}

/** The rules in force, or those of a version. */
export async function ruleSet(sql: Sql, version?: number): Promise<RuleSet> {
  const [found] = await sql.query<{ version: number; rules: string }>(
    'exchange-rules',
    'select version, rules from exchange.rule_set where $1::int is null or version = $1 order by version desc limit 1',
    [version ?? null],
  );
  return found ? { version: found.version, rules: JSON.parse(found.rules) as RoutingRule[] } : { version: 0, rules: DEFAULT_RULES };
}

/** What a rule said when it was applied. */
export const wordsOfRule = ({ rules }: RuleSet, id: string): string =>
  rules.find((rule) => rule.id === id)?.words ?? (Object.hasOwn(FIXED_RULES, id) ? FIXED_RULES[id as keyof typeof FIXED_RULES] : '');

export async function rulesHistory(sql: Sql): Promise<RulesInForce['history']> {
  const rows = await sql.query<{ version: number; at: Date; byName: string; words: string }>(
    'exchange-rules-history',
    'select version, at, by_name as "byName", words from exchange.rule_set order by version desc limit 100',
  );
  return rows.map(({ at, ...row }) => ({ ...row, at: at.toISOString() }));
}

/**
 * Puts rules in force as the version after `from`.
 * @throws Refusal `request.precondition` when somebody changed them since `from` was read
 */
export async function writeRules(
  tx: Sql,
  {
    from,
    rules,
    words,
    by,
    now,
  }: { from: number; rules: readonly RoutingRule[]; words: string; by: { id: string; name: string }; now: Date },
): Promise<number> {
  const rows = await tx.query<{ version: number }>(
    'exchange-rules-write',
    `insert into exchange.rule_set (version, rules, words, by_id, by_name, at)
     select $1::int + 1, $2, $3, $4, $5, $6 where coalesce((select max(version) from exchange.rule_set), 0) = $1
     on conflict do nothing returning version`,
    [from, JSON.stringify(rules), words, by.id, by.name, now],
  );
  if (!rows[0]) throw new Refusal('request.precondition', 'somebody changed the rules since they were read', { at: 'from' });
  return rows[0].version;
}

/** What was routed since an instant, latest first. */
export async function routedSince(sql: Sql, since: Date, most: number): Promise<{ notedAt: Date; facts: Facts }[]> {
  const rows = await sql.query<{ notedAt: Date; facts: string }>(
    'exchange-routed-since',
    `select noted_at as "notedAt", facts from exchange.dispatch where facts is not null and noted_at >= $1 order by noted_at desc limit $2`,
    [since, most],
  );
  return rows.map(({ notedAt, facts }) => ({ notedAt, facts: JSON.parse(facts) as Facts }));
}
