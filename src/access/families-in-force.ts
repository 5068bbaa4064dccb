/**
 * The rules of the sensitive families as they are in force: the strict default, or a region's own table from its day on. Set once, at the start:
 * which table holds is a fact of the installation, as the matrix of rights is.
 */
import { FAMILY_RULES, type FamilyTable, type FamilyRules, familyTableOn } from '#terminology/contract';
import { RIGHTS_VERSION } from './matrix.ts';

const settled: { tables: readonly FamilyTable[] } = { tables: [] };

/** @param tables the oldest first; none for the strict default */
export function settleFamilies(tables: readonly FamilyTable[]): void {
  settled.tables = tables;
}

/** The region's table in force at an instant (its day in UTC); undefined: the strict default. */
export function familyTableInForce(now = new Date()): FamilyTable | undefined {
  return settled.tables.length === 0 ? undefined : familyTableOn(settled.tables, now.toISOString().slice(0, 10));
}

export function familyRulesInForce(now?: Date): FamilyRules {
  return familyTableInForce(now)?.rules ?? FAMILY_RULES;
}

/** Version of all that decides, written in each event of the trail: `2026-11-22`, and the region's table of families when it has one. */
export function rightsVersion(now?: Date): string {
  const table = familyTableInForce(now);
  return table ? `${RIGHTS_VERSION}+${table.version}` : RIGHTS_VERSION;
}
