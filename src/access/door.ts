import { type Db, Refusal, type Sql } from '#kernel';
import type { Action } from './actions.ts';
import { chainOf } from './audit.ts';
import type { Principal } from './contract.ts';
import { type ActiveLink, type Decision, decide, isLinkKind, type Question } from './decide.ts';
import { type Category, RIGHTS_VERSION } from './matrix.ts';
import { standingsInForce } from './store.ts';
import { appendEvent } from './store-audit.ts';

export interface DoorRequest {
  who: Principal;
  action: Action;
  /** The record concerned. */
  patientId?: string | undefined;
  /** Identifier of what is asked for (a document, a deposit), for the audit. Never a name nor a search text. */
  object?: string | undefined;
  /** FINESS of the structure that produced the thing asked for. */
  producer?: string | undefined;
  /** Category of the document, for `document.read` and `document.feed`. */
  category?: Category | undefined;
  /** Why, in the person's own words, when an emergency is declared: the patient reads it. */
  reason?: string | undefined;
  /** Through what: `web`, `api`, `deposit`, `worklist`. */
  via: string;
  now: Date;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * The one door to anything that concerns a patient, or that must leave a trace: loads the care links, decides, writes exactly one
 * audit event and does the work, all in one transaction. A refusal is written and committed before it is told.
 *
 * Keep `work` short: until it ends, another reader of the same patient waits to write their own event.
 *
 * @throws Refusal `access.denied` with the rule in `at`; `request.invalid` when the patient's id is not one; and what `work` throws
 *   (then nothing was read, and nothing is written)
 */
export async function passDoor<T>(db: Db, request: DoorRequest, work: (tx: Sql, decision: Decision) => Promise<T>): Promise<T> {
  const outcome = await db.transaction(async (tx) => {
    const decision = await knock(tx, request);
    return decision.allowed ? { decision, value: await work(tx, decision) } : { decision };
  });
  if ('value' in outcome) return outcome.value as T;
  throw denial(outcome.decision);
}

/**
 * The same door inside a transaction already open (a deposit that stores in one transaction): decides and writes the event.
 * The caller obeys the decision: when refused, commits without doing the work, then throws `denial(decision)`.
 */
export async function knock(tx: Sql, request: DoorRequest): Promise<Decision> {
  const { who, patientId } = request;
  if (patientId !== undefined && !UUID.test(patientId)) throw new Refusal('request.invalid', 'not a patient id', { at: 'patientId' });
  const standing = patientId === undefined ? { links: [] } : await loadStanding(tx, who, patientId, request.now);
  const { action, producer, category } = request;
  const decision = decide({
    who,
    action,
    ...standing,
    ...(patientId === undefined ? {} : { patientId }),
    ...(producer === undefined ? {} : { producer }),
    ...(category === undefined ? {} : { category }),
  });
  await appendEvent(tx, {
    chain: patientId?.toLowerCase() ?? chainOf(who.id),
    patientId: patientId?.toLowerCase() ?? null,
    at: request.now,
    actor: who.id,
    actorName: who.name,
    role: who.role,
    organisation: who.organisation?.finess ?? null,
    organisationName: who.organisation?.name ?? null,
    actsFor: who.actsFor ?? null,
    action,
    object: request.object ?? null,
    via: request.via,
    mode: decision.mode,
    reason: request.reason ?? null,
    allowed: decision.allowed,
    rule: decision.rule,
    rightsVersion: RIGHTS_VERSION,
  });
  return decision;
}

/** The refusal of a denied decision: names the rule, in plain words. */
export function denial(decision: Decision): Refusal {
  return new Refusal('access.denied', `${decision.because.fr} (${decision.because.en})`, { at: decision.rule });
}

/** Roles that nobody's care link concerns: their links are not even looked for. */
const WITHOUT_LINKS = new Set(['patient', 'operator', 'identity-cell', 'laboratory-system']);

/** Under which names a person may hold a care link: their own, their structure's, or that of the professional they act for. */
export function holdersOf(who: Principal): { id: string; of: ActiveLink['of'] }[] {
  if (WITHOUT_LINKS.has(who.role)) return [];
  if (who.role === 'secretary') return who.actsFor ? [{ id: who.actsFor, of: 'principal' }] : [];
  const own = { id: who.id, of: 'person' } as const;
  return who.organisation ? [own, { id: structureHolder(who.organisation.finess), of: 'structure' }] : [own];
}

/** The holder of a link that belongs to everyone who treats in a structure (a hospital stay, a laboratory's report). */
export function structureHolder(finess: string): string {
  return `structure:${finess}`;
}

/** What stands between this person and this patient now. */
async function loadStanding(
  tx: Sql,
  who: Principal,
  patientId: string,
  now: Date,
): Promise<Pick<Question, 'links' | 'isBlocked' | 'refusesBreakGlass'>> {
  const holders = holdersOf(who);
  if (holders.length === 0) return { links: [] };
  const ids = holders.map(({ id }) => id);
  const rows = await standingsInForce(tx, patientId, ids, now);
  return {
    links: rows.flatMap(({ kind, since, holder }) =>
      isLinkKind(kind) ? [{ kind, since: since.toISOString(), of: holders.find(({ id }) => id === holder)!.of }] : [],
    ),
    isBlocked: rows.some(({ kind }) => kind === 'blocks'),
    refusesBreakGlass: rows.some(({ kind }) => kind === 'refuses-break-glass'),
  };
}
