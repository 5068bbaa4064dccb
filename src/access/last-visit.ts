import type { Sql } from '#kernel';
import type { Action } from './actions.ts';
import type { Principal } from './contract.ts';
import { lastTimeOf } from './store-audit.ts';

/** Readings closer than this are one visit: a page read again, a patient opened twice in one consultation. */
const VISIT_MINUTES = 30;

/** When this person last read this of this patient, before the visit of now: what came since is new to them. From the audit. */
export function lastVisit(
  sql: Sql,
  who: Principal,
  patientId: string,
  now: Date,
  action: Action = 'biology.read',
): Promise<Date | undefined> {
  const before = new Date(now.getTime() - VISIT_MINUTES * 60_000);
  return lastTimeOf(sql, { patientId, actor: who.id, action, before });
}
