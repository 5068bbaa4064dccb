import { setTimeout as wait } from 'node:timers/promises';
import { type Db, Refusal, type Sql } from '#kernel';
import type { Action } from './actions.ts';
import { type AuditEvent, chainOf } from './audit.ts';
import type { Principal } from './contract.ts';
import { type Decision, decide, type Question, readerOf } from './decide.ts';
import type { Item, ItemReader } from './item.ts';
import { rightsVersion } from './families-in-force.ts';
import type { Category } from './matrix.ts';
import { ruleOf } from './rules.ts';
import { confirm, foundOpen, isUnconfirmed, sessionToFind } from './sessions.ts';
import { type Facts, factsLately, holdersOf, loadFacts } from './standing.ts';
import { appendEvent, type DecidedBy, isChanged, openRecords, passAgain } from './store-audit.ts';

export interface DoorRequest {
  who: Principal;
  action: Action;
  /** The record concerned. */
  patientId?: string | undefined;
  /**
   * The record may have been merged: the one that it is read under now is decided on, and its trail holds the event. The passage says which it is, and with
   * which others it is read as one.
   */
  isFollowed?: boolean | undefined;
  /** Judges the record that is read before all else: what it throws is thrown, and nothing is written. */
  mayAsk?: ((patientId: string) => void) | undefined;
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
   * is made. When making it fails the event stays, of what was read and not shown. It may be called twice, of which one sees nothing (`passAgain`).
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
  /** The record that is read and those read as one with it, itself first. Empty without a patient. */
  homes: readonly string[];
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
  const again = asked.atOnce && (await passedAgain(db, asked, work));
  if (again) return again.value;
  let isOpen: Promise<void> | undefined;
  // Rights are looked up by their keys; what the work asks for is planned as it comes, unless it is asked at once.
  const outcome = await db.steady().transaction(
    async (tx, end) => {
      const [{ request, passage }] = await Promise.all([judge(tx, asked), isOpen]);
      const written = appendEvent(tx, eventOf(request, passage), passage.homes, { endsSteady: !asked.atOnce });
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

/**
 * The door in one exchange with the database, for a record that this person was let into a moment ago. Nothing is taken from that moment but what to
 * expect: the decision is taken here by the one function that decides, from the facts as they were found, and sent with what is asked. The database
 * holds session and facts against those of now, in the transaction that writes the event and reads the record, before either: when anything
 * differs nothing of it is done, and the door is asked from the beginning. So a right that has ended, wherever and however lately, opens nothing.
 * @returns undefined when the door has to be asked from the beginning
 */
async function passedAgain<T>(
  db: Db,
  asked: DoorRequest,
  work: (tx: Sql, passage: Passage) => Promise<T>,
): Promise<{ value: T } | undefined> {
  const prepared = prepare(asked);
  if (!prepared) return undefined;
  const { by, passage, event } = prepared;
  let written: Promise<void> | undefined;
  try {
    const value = await db.exchange(
      (owner) => (written = passAgain(owner, by, event)),
      async (tx) => {
        const doing = work(tx, passage);
        const [held, done] = await Promise.allSettled([written, doing]);
        if (held.status === 'rejected') throw held.reason;
        foundOpen(asked.who);
        if (done.status === 'rejected') throw done.reason;
        return done.value;
      },
    );
    return { value };
  } catch (error) {
    if (isChanged(error)) return undefined;
    throw error;
  }
}

/** What is expected to be decided, by the facts as they were found; undefined when there are none, or when they do not open the record. */
function prepare(asked: DoorRequest): { by: DecidedBy; passage: Passage; event: AuditEvent } | undefined {
  const { who, patientId, isFollowed = false, item, mayAsk } = asked;
  const facts = patientId === undefined || item ? undefined : factsLately({ who, patientId, isFollowed });
  if (!facts || patientId === undefined) return undefined;
  try {
    mayAsk?.(facts.patientId);
  } catch {
    return undefined; // To be thrown only of the record as it is now.
  }
  const { request, question } = questionOf(asked, facts);
  const decision = decide(question);
  if (!decision.allowed) return undefined;
  const holders = holdersOf(who).map(({ id }) => id);
  const by = { session: sessionToFind(who), asked: patientId, isFollowed, homes: facts.homes, holders, standing: facts.text };
  return { by, passage: passageOf(question, decision, facts), event: eventOf(request, decision) };
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

/** @param started as `performance.now()` says it */
export async function evenOut(started: number): Promise<void> {
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
  await appendEvent(tx, eventOf(request, passage), passage.homes);
  return passage;
}

/** @returns the decision, and the request as it was decided: of the record that is read for the one asked */
async function judge(tx: Sql, asked: DoorRequest): Promise<{ request: DoorRequest; passage: Passage }> {
  const facts = await factsOf(tx, asked);
  if (facts) asked.mayAsk?.(facts.patientId);
  const { request, question } = questionOf(asked, facts);
  const decision = request.item ? await decideItem(tx, question, request.item) : decide(question);
  return { request, passage: passageOf(question, decision, facts) };
}

async function factsOf(tx: Sql, { who, patientId, isFollowed = false, now }: DoorRequest): Promise<Facts | undefined> {
  if (patientId === undefined) return undefined;
  if (!UUID.test(patientId)) throw new Refusal('request.invalid', 'not a patient id', { at: 'patientId' });
  return loadFacts(tx, { who, patientId, isFollowed }, now);
}

function questionOf(asked: DoorRequest, facts: Facts | undefined): { request: DoorRequest; question: Question } {
  const request = facts ? { ...asked, patientId: facts.patientId } : asked;
  const { who, patientId, action, producer, isDesignated, category } = request;
  const question = {
    who,
    action,
    ...(facts?.standing ?? { links: [] }),
    ...(patientId === undefined ? {} : { patientId }),
    ...(producer === undefined ? {} : { producer }),
    ...(isDesignated === undefined ? {} : { isDesignated }),
    ...(category === undefined ? {} : { category }),
  };
  return { request, question };
}

const passageOf = (question: Question, decision: Decision & Pick<Passage, 'isRemoved'>, facts: Facts | undefined): Passage => ({
  ...decision,
  reader: readerOf(question, decision),
  homes: facts?.homes ?? [],
});

function eventOf({ who, patientId, ...request }: DoorRequest, decision: Decision): AuditEvent {
  return {
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
  };
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
