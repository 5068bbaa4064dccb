import { type Action, ACTIONS, actionWords } from './actions.ts';
import type { ChainedEvent } from './audit.ts';
import type { Sql } from '#kernel';
import type { AccessLine, Role } from './contract.ts';
import { ruleOf } from './rules.ts';
import { headOfChain, latestEvents, sequenceOf } from './store-audit.ts';
import { keyOfAsked, unansweredBetween } from './store-unanswered.ts';

export type Language = 'fr' | 'en';

/** One event of the audit in plain words, for the patient. The person is always named. */
export function accessLine(event: ChainedEvent, language: Language): AccessLine {
  return {
    at: event.at.toISOString(),
    who: event.actorName,
    role: event.role as Role,
    ...(event.organisationName ? { organisation: event.organisationName } : {}),
    action: actionWords(event.action)?.[language] ?? event.action,
    outcome: event.allowed ? 'allowed' : 'denied',
    rule: ruleOf(event.rule)?.patient[language] ?? event.rule,
    ...(event.mode === 'break-glass' ? { mode: 'break-glass' } : {}),
    ...(event.reason === null ? {} : { reason: event.reason }),
    actionId: event.action,
    ruleId: event.rule,
  };
}

const DOCUMENT = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Done about one document, or one mail of it, without opening the record: the words alone would say that there is one. */
const ABOUT_A_DOCUMENT = new Set([
  'inbox.answer',
  'critical.follow',
  'versions.decide',
  'exchange.follow',
  'exchange.mail',
  'exchange.replay',
  'exchange.recall',
]);

/**
 * The event as told to someone who may not read every document: what was done to one that is hidden from them is told as what is done to the
 * record, and neither its deposit nor the reminder that it has to be told is. A document that never existed is told in the same words.
 * A deposit that their own choice refused is told to the patient alone.
 * @param readable ids of the documents that the reader may see
 */
export function discreet(event: ChainedEvent, readable: ReadonlySet<string>, isHolder: boolean): ChainedEvent | undefined {
  const { action, object, rule } = event;
  if (object === null || !DOCUMENT.test(object) || readable.has(object)) return event;
  if (action === 'deposit.send') return isHolder && !event.allowed ? event : undefined;
  if (action === 'deposit.withdraw' || action === 'announcement.remind') return undefined;
  if (ABOUT_A_DOCUMENT.has(action)) return { ...event, action: 'record.act' };
  if (!Object.hasOwn(ACTIONS, action) || !('category' in ACTIONS[action as Action])) return event;
  return { ...event, action: 'patient.open', rule: ruleOf(rule)?.conceals ? 'no-such-item' : rule };
}

/**
 * The latest events about a patient as this reader is told them, newest first: as many as asked for, so that no shorter page tells that something is not
 * told. Call it behind the door (`accesses.read`).
 * @param before the last one that was told, by its `placeOf`; from the newest when absent
 * @param from of this time and later; `until`: of this time and before
 */
export async function toldEvents(
  sql: Sql,
  {
    patientId,
    readable,
    isHolder,
    before,
    limit,
    ...period
  }: ToldTo & { before?: string | undefined; limit: number; from?: Date | undefined; until?: Date | undefined },
): Promise<ToldEvent[]> {
  const told: ChainedEvent[] = [];
  let next = before === undefined ? Number.MAX_SAFE_INTEGER : ((await sequenceOf(sql, patientId, before)) ?? 0);
  for (;;) {
    const events = await latestEvents(sql, patientId, { before: next, limit, ...period });
    told.push(...events.flatMap((event) => discreet(event, readable, isHolder) ?? []));
    if (told.length >= limit || events.length < limit) return answered(sql, patientId, told.slice(0, limit));
    next = events.at(-1)!.sequence;
  }
}

interface ToldTo {
  patientId: string;
  readable: ReadonlySet<string>;
  isHolder: boolean;
}

/** The one event of a patient that is named so (`placeOf`), however old, as this reader is told it. Call it behind the door (`accesses.read`). */
export async function toldEvent(
  sql: Sql,
  { patientId, readable, isHolder, place }: ToldTo & { place: string },
): Promise<ToldEvent | undefined> {
  const sequence = /^[\da-f]{32}$/.test(place) ? await sequenceOf(sql, patientId, place) : undefined;
  if (sequence === undefined) return undefined;
  const [event] = await latestEvents(sql, patientId, { before: sequence + 1, limit: 1 });
  const told = event && discreet(event, readable, isHolder);
  return told && (await answered(sql, patientId, [told]))[0];
}

/** An event as it is told: of some it is known that what was asked could not be answered. */
export interface ToldEvent extends ChainedEvent {
  isUnanswered?: true;
}

/** @param events the newest first */
async function answered(sql: Sql, patientId: string, events: readonly ChainedEvent[]): Promise<ToldEvent[]> {
  const [newest, oldest] = [events[0], events.at(-1)];
  if (!newest || !oldest) return [];
  const not = await unansweredBetween(sql, patientId, oldest.at, newest.at);
  return events.map((event) => (not.size > 0 && not.has(keyOfAsked(event)) ? { ...event, isUnanswered: true } : event));
}

/** The name of an event that says nothing of how many stand before it: 16 bytes of its hash, in hexadecimal. */
export const placeOf = ({ hash }: Pick<ChainedEvent, 'hash'>): string => hash.toString('hex', 0, 16);

/** The name of the event that this transaction has just written: its chain is held until the transaction ends. */
export async function placeOfLast(tx: Sql, chain: string): Promise<string> {
  const head = await headOfChain(tx, chain);
  if (!head) throw new Error('no event was written in this chain');
  return placeOf(head);
}

/** French unless English is asked for first. */
export function languageOf(asked: unknown, acceptLanguage: string | undefined): Language {
  if (asked === 'fr' || asked === 'en') return asked;
  return /^\s*en\b/i.test(acceptLanguage ?? '') ? 'en' : 'fr';
}
