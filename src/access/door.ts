import { setTimeout as wait } from 'node:timers/promises';
import { type Db, Refusal, type Sql } from '#kernel';
import type { Action } from './actions.ts';
import { chainOf } from './audit.ts';
import type { Principal } from './contract.ts';
import { type ActiveLink, type Decision, decide, isLinkKind, readerOf, type Question, type Standing } from './decide.ts';
import type { Item, ItemReader } from './item.ts';
import { rightsVersion } from './families-in-force.ts';
import type { Category } from './matrix.ts';
import { type ChoiceKind, standingsInForce } from './store.ts';
import { ruleOf } from './rules.ts';
import { confirm, isUnconfirmed } from './sessions.ts';
import { appendEvent, openRecords } from './store-audit.ts';

export interface DoorRequest {
  who: Principal;
  action: Action;
  /** The record concerned. */
  patientId?: string | undefined;
  /**
   * Under which record that one is read, when it may have been merged: asked in the transaction of the door, beside what it decides by. It is the record
   * that is decided on, and whose trail holds the event. What it throws is thrown, and nothing is written.
   */
  readAs?: ((tx: Sql) => Promise<string>) | undefined;
  /** Identifier of what is asked for (a document, a deposit), for the audit. Never a name nor a search text. */
  object?: string | undefined;
  /** FINESS of the structure that produced the thing asked for. */
  producer?: string | undefined;
  /** The region designated this person to act for that structure: said by the module that keeps the designations. */
  isDesignated?: boolean | undefined;
  /** Category of the document, for `document.feed`. */
  category?: Category | undefined;
  /** The one document or result asked for: finds what its reading is decided by, `undefined` when there is none. Asked of those the record is open to. */
  item?: ((tx: Sql) => Promise<Item | undefined>) | undefined;
  /** Who might have read the item before it was removed is told that it is gone, and not that there is none. */
  tellsRemoved?: boolean | undefined;
  /** Why, in the person's own words, when an emergency is declared: the patient reads it. */
  reason?: string | undefined;
  /**
   * The work gives all its statements in the very turn in which it is called: the commit then travels with them, and the disk is waited for while the answer
   * is made. When making it fails the event stays, of what was read and not shown.
   */
  atOnce?: boolean | undefined;
  /** Through what: `web`, `api`, `deposit`, `worklist`. */
  via: string;
  now: Date;
}

/** What the door lets through: the decision, and to whom items are shown (`visibleItems`). */
export interface Passage extends Decision {
  reader: ItemReader;
  /** The item was removed, and nothing else keeps this person from it. */
  isRemoved?: boolean;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * The one door to anything that concerns a patient, or that must leave a trace: loads the care links, decides, writes exactly one
 * audit event and does the work, all in one transaction. A refusal is written and committed before it is told.
 *
 * The event and the work travel together and are committed together. Keep `work` short: until it ends, another reader of the same
 * patient waits to write their own event.
 *
 * @throws Refusal `access.denied` with the rule in `at`; `request.not-found` for an item that is hidden or absent; `request.gone` as `tellsRemoved` says;
 *   `request.invalid` when the patient's id is not one; and what `work` throws (then nothing was read, and nothing is written). `access.unauthenticated` when the session has ended:
 *   nothing was read or written either
 */
export async function passDoor<T>(db: Db, asked: DoorRequest, work: (tx: Sql, passage: Passage) => Promise<T>): Promise<T> {
  const started = performance.now();
  let isOpen: Promise<void> | undefined;
  const outcome = await db.transaction(
    async (tx, end) => {
      const [{ request, passage }] = await Promise.all([judge(tx, asked), isOpen]);
      const written = writeDown(tx, request, passage);
      if (!passage.allowed) {
        end();
        await written;
        return { passage };
      }
      const doing = work(tx, passage);
      if (asked.atOnce) end();
      // Both settle before the transaction ends: nothing of the work may run on after it.
      const [event, done] = await Promise.allSettled([written, doing]);
      if (event.status === 'rejected') throw event.reason;
      if (done.status === 'rejected') throw done.reason;
      return { passage, value: done.value };
    },
    isUnconfirmed(asked.who) ? (owner) => (isOpen = confirm(asked.who, owner)) : undefined,
  );
  if ('value' in outcome) return outcome.value as T;
  if (ruleOf(outcome.passage.rule)?.conceals) await evenOut(started);
  const isGone = asked.tellsRemoved === true && outcome.passage.isRemoved === true;
  const refusal = isGone ? new Refusal('request.gone', 'this document was removed by who wrote it') : denial(outcome.passage);
  refused.set(refusal, asked);
  throw refusal;
}

/** What was refused, and what was asked. */
const refused = new WeakMap<object, DoorRequest>();

/**
 * Writes again the event of a refusal that was taken back with the transaction that held it: who was refused once among other things is in the trail
 * all the same. Nothing of any other error.
 */
export async function keepDenial(db: Db, error: unknown): Promise<void> {
  const asked = refused.get(error as object);
  if (asked) await db.transaction((tx) => knock(tx, asked));
}

/** What is hidden and what does not exist are answered after the same time, so that a clock does not tell them apart. */
const CONCEALED_MILLISECONDS = 40;

async function evenOut(started: number): Promise<void> {
  const elapsed = performance.now() - started;
  const due = Math.ceil(elapsed / CONCEALED_MILLISECONDS) * CONCEALED_MILLISECONDS;
  await wait(Math.ceil(due - elapsed));
}

/**
 * The same door inside a transaction already open (a deposit that stores in one transaction): decides and writes the event.
 * The caller obeys the decision: when refused, commits without doing the work, then throws `denial(decision)`.
 */
export async function knock(tx: Sql, asked: DoorRequest): Promise<Passage> {
  const { request, passage } = await judge(tx, asked);
  await writeDown(tx, request, passage);
  return passage;
}

/** @returns the decision, and the request as it was decided: of the record that is read for the one asked */
async function judge(tx: Sql, asked: DoorRequest): Promise<{ request: DoorRequest; passage: Passage }> {
  const { request, standing } = await standingOf(tx, asked);
  const { who, patientId, action, producer, isDesignated, category } = request;
  const question = {
    who,
    action,
    ...standing,
    ...(patientId === undefined ? {} : { patientId }),
    ...(producer === undefined ? {} : { producer }),
    ...(isDesignated === undefined ? {} : { isDesignated }),
    ...(category === undefined ? {} : { category }),
  };
  const decision = request.item ? await decideItem(tx, question, request.item) : decide(question);
  return { request, passage: { ...decision, reader: readerOf(question, decision) } };
}

async function standingOf(tx: Sql, request: DoorRequest): Promise<{ request: DoorRequest; standing: Standing }> {
  const { who, patientId: asked, readAs, now } = request;
  if (asked === undefined) return { request, standing: { links: [] } };
  if (!UUID.test(asked)) throw new Refusal('request.invalid', 'not a patient id', { at: 'patientId' });
  // Nearly always the record is its own: both are asked at once.
  const [standing, patientId = asked] = await Promise.all([loadStanding(tx, who, asked, now), readAs?.(tx)]);
  if (patientId === asked) return { request, standing };
  return { request: { ...request, patientId }, standing: await loadStanding(tx, who, patientId, now) };
}

function writeDown(tx: Sql, { who, patientId, ...request }: DoorRequest, decision: Decision): Promise<void> {
  return appendEvent(tx, {
    chain: patientId?.toLowerCase() ?? chainOf(who.id),
    patientId: patientId?.toLowerCase() ?? null,
    at: request.now,
    actor: who.id,
    actorName: who.name,
    role: who.role,
    organisation: who.organisation?.finess ?? null,
    organisationName: who.organisation?.name ?? null,
    actsFor: who.actsFor ?? null,
    action: request.action,
    object: request.object ?? null,
    via: request.via,
    mode: decision.mode,
    reason: request.reason ?? null,
    allowed: decision.allowed,
    rule: decision.rule,
    rightsVersion: rightsVersion(request.now),
  });
}

/** A record that is not open is refused before anything of it is looked for, but for a biologist, whose own laboratory's reports need no link. */
async function decideItem(
  tx: Sql,
  question: Question,
  findItem: NonNullable<DoorRequest['item']>,
): Promise<Decision & Pick<Passage, 'isRemoved'>> {
  const mayDependOnItem = question.who.role === 'biologist';
  const recordDecision = decide(question);
  if (question.patientId === undefined || (!recordDecision.allowed && !mayDependOnItem)) return recordDecision;
  const [, item] = await Promise.all([openRecords(tx, question.patientId), findItem(tx)]);
  const decision = decide({ ...question, item: item ?? 'absent' });
  if (decision.allowed || item?.status !== 'deleted') return decision;
  return { ...decision, isRemoved: decide({ ...question, item: { ...item, status: 'current' } }).allowed };
}

/** The refusal of a denied decision: names the rule, in plain words; what is hidden is answered as what does not exist. */
export function denial(decision: Decision): Refusal {
  if (ruleOf(decision.rule)?.conceals) return new Refusal('request.not-found', 'this patient has no such document');
  return new Refusal('access.denied', `${decision.because.fr} (${decision.because.en})`, { at: decision.rule });
}

/** Roles that neither a care link nor a choice of the patient concerns: nothing is looked for. */
const WITHOUT_STANDING = new Set(['operator', 'dpo', 'identity-cell']);

/** Under which names a person may hold a care link: their own, their structure's, or that of the professional they act for. */
export function holdersOf(who: Principal): { id: string; of: ActiveLink['of'] }[] {
  if (WITHOUT_STANDING.has(who.role) || who.role === 'laboratory-system') return [];
  if (who.role === 'secretary') return who.actsFor ? [{ id: who.actsFor, of: 'principal' }] : [];
  const own = { id: who.id, of: 'person' } as const;
  return who.organisation ? [own, { id: structureHolder(who.organisation.finess), of: 'structure' }] : [own];
}

/** The holder of a link that belongs to everyone who treats in a structure (a hospital stay, a laboratory's report). */
export function structureHolder(finess: string): string {
  return `structure:${finess}`;
}

/** What stands between this person and this patient now. */
export async function loadStanding(tx: Sql, who: Principal, patientId: string, now: Date): Promise<Standing> {
  if (WITHOUT_STANDING.has(who.role)) return { links: [] };
  const holders = holdersOf(who);
  const ids = holders.map(({ id }) => id);
  const rows = await standingsInForce(tx, patientId, ids, now);
  return {
    links: rows.flatMap(({ kind, since, holder }) =>
      isLinkKind(kind) ? [{ kind, since: since.toISOString(), of: holders.find(({ id }) => id === holder)!.of }] : [],
    ),
    ...Object.fromEntries(rows.flatMap(({ kind }) => (kind in CHOICES ? [[CHOICES[kind as ChoiceKind], true]] : []))),
  };
}

const CHOICES: Record<ChoiceKind, Exclude<keyof Standing, 'links'>> = {
  blocks: 'isBlocked',
  'refuses-break-glass': 'refusesBreakGlass',
  'refuses-regulation': 'refusesRegulation',
  'opposes-consultation': 'opposesConsultation',
  'opposes-feeding': 'opposesFeeding',
  closed: 'isClosed',
  deceased: 'isDeceased',
};
