import { Refusal, type Sql } from '#kernel';
import { fingerprintOf } from './traits.ts';
import type { IdentityFacts, Traits } from './contract.ts';
import type { Ins } from './ins.ts';
import { isToAsk } from './insi/decide.ts';
import { askLater } from './insi/store.ts';
import { refreshAliases } from './refresh-aliases.ts';
import { refreshMarks } from './refresh-marks.ts';
import { statusOf } from './status.ts';
import * as store from './store.ts';
import { type By, type ChangedFacts, eventById, type EventKind, insertEvents, type StoredEvent } from './store-events.ts';
import { factsOf, type KeptFacts, moveIns, writeFacts } from './store-facts.ts';

/** A change that a person, or a rule, makes to one live record. */
export interface ChangeRequest extends By {
  patientId: string;
}

/**
 * Corrects the traits. A strict trait that changes is a new identity to prove: the confirmation of the national service falls, and the document
 * checked before, unless one is shown for the new traits (RNIV: a corrected identity is downgraded until it is verified again).
 */
export function correctTraits(
  tx: Sql,
  { traits, document, ...request }: ChangeRequest & { traits: Traits; document?: IdentityFacts['document'] },
): Promise<void> {
  return change(tx, request, 'traits-corrected', (facts) => {
    const isSameStrict = fingerprintOf(facts.traits) === fingerprintOf(traits);
    if (isSameStrict) return { ...facts, traits, document: document ?? facts.document };
    return { ...facts, traits, insiAt: undefined, document };
  });
}

/** A person has seen a document of high confidence that bears these traits; or takes that back. */
export function checkDocument(tx: Sql, { document, ...request }: ChangeRequest & { document: IdentityFacts['document'] }): Promise<void> {
  return change(tx, request, document ? 'document-checked' : 'document-withdrawn', (facts) => ({ ...facts, document }));
}

/**
 * Gives an INS to a record that has none. That it was printed by a sender qualifies nothing here: the national service is asked.
 * @throws Refusal `patient.ambiguous` when it is already someone's, or the record has another
 */
export function attachIns(tx: Sql, { ins, waitingId, ...request }: ChangeRequest & { ins: Ins; waitingId?: string }): Promise<void> {
  const next = (facts: IdentityFacts) => {
    if (facts.ins) throw new Refusal('patient.ambiguous', 'this record already has an INS: withdraw it first', { at: 'body.ins' });
    return { ...facts, ins, insiAt: undefined };
  };
  return change(tx, request, 'ins-attached', next, waitingId === undefined ? {} : { waitingId });
}

/** The INS is not this person's: it is free again, and the next print of it is judged anew. The documents stay with the traits they print. */
export function withdrawIns(tx: Sql, request: ChangeRequest): Promise<void> {
  return change(tx, request, 'ins-withdrawn', (facts) => ({ ...facts, ins: undefined, insiAt: undefined }));
}

/** Marks an identity doubtful or fictitious, or lifts it. While it lasts: provisional, no call of the national service, no sharing. */
export function setDoubt(tx: Sql, { doubt, isOn, ...request }: ChangeRequest & { doubt: 'DOUT' | 'FICT'; isOn: boolean }): Promise<void> {
  return change(tx, request, isOn ? 'doubt-set' : 'doubt-lifted', (facts) => ({
    ...facts,
    doubts: [...facts.doubts.filter((other) => other !== doubt), ...(isOn ? [doubt] : [])].toSorted(),
  }));
}

/** What each kind of change is about: it can be taken back as long as that is still as it left it. */
const SUBJECT: Partial<Record<EventKind, keyof IdentityFacts>> = {
  'traits-corrected': 'traits',
  'document-checked': 'document',
  'document-withdrawn': 'document',
  'ins-attached': 'ins',
  'ins-withdrawn': 'ins',
  'death-noted': 'deceasedOn',
  'death-withdrawn': 'deceasedOn',
  'doubt-set': 'doubts',
  'doubt-lifted': 'doubts',
};

/** Whether a person may take an event back: one that a person decided, that nothing has changed since. */
export function isUndoable(event: Pick<StoredEvent, 'kind' | 'after' | 'before'>, facts: IdentityFacts): boolean {
  const subject = SUBJECT[event.kind];
  return subject !== undefined && sameText(event.after?.[subject] ?? null, facts[subject] ?? null);
}

/**
 * Takes a change back: what it changed is as it was before. The confirmation of the national service is not given back: it is asked again.
 * @returns what was taken back
 * @throws Refusal `request.not-found` when it was taken back already, or changed again since
 */
export async function undoChange(tx: Sql, { eventId, ...request }: ChangeRequest & { eventId: string }): Promise<StoredEvent> {
  const event = await eventById(tx, request.patientId, eventId);
  const gone = new Refusal('request.not-found', 'no change to take back: it was taken back, or changed again since', {
    at: 'body.eventId',
  });
  if (!event) throw gone;
  const next = (facts: IdentityFacts): IdentityFacts => {
    const subject = SUBJECT[event.kind];
    if (!subject || !isUndoable(event, facts)) throw gone;
    const before = event.before ?? {};
    const kept = (fact: keyof IdentityFacts) => {
      const isItsDoing = fact in before && sameText(event.after?.[fact] ?? null, facts[fact] ?? null);
      return isItsDoing ? (before[fact] ?? undefined) : facts[fact];
    };
    const isProof = subject === 'traits' || subject === 'ins';
    return {
      traits: kept('traits') as Traits,
      ins: kept('ins') as Ins | undefined,
      insiAt: isProof ? undefined : facts.insiAt,
      document: kept('document') as IdentityFacts['document'],
      deceasedOn: kept('deceasedOn') as string | undefined,
      doubts: (kept('doubts') ?? []) as IdentityFacts['doubts'],
    };
  };
  await change(tx, request, 'undone', next, {}, eventId);
  return event;
}

/**
 * Every change of a record: locks it and its neighbourhoods, writes what is known from now on and one event of what changed, and has the national
 * service asked about what it has not confirmed.
 * @throws Refusal `request.not-found` when there is no such live record; `request.invalid` when nothing would change; `patient.ambiguous`
 */
export async function change(
  tx: Sql,
  { patientId, ...by }: ChangeRequest,
  kind: EventKind,
  next: (facts: IdentityFacts) => IdentityFacts,
  more: Pick<ChangedFacts, 'waitingId'> = {},
  undoes?: string,
): Promise<void> {
  const neighbours = await meetNeighbours(tx, patientId, next);
  const kept = await liveFacts(tx, patientId, 'for update');
  const { facts } = kept;
  const after = next(facts);
  const changed = (['traits', 'ins', 'insiAt', 'document', 'deceasedOn', 'doubts'] as const).filter(
    (fact) => !sameText(facts[fact], after[fact]),
  );
  if (changed.length === 0) throw new Refusal('request.invalid', 'nothing would change', { at: 'body' });
  if (changed.includes('ins') && !(await moveIns(tx, patientId, facts.ins, after.ins))) {
    throw new Refusal('patient.ambiguous', 'another record already has this INS', { at: 'body.ins' });
  }
  await writeFacts(tx, patientId, after);
  const was = { ...Object.fromEntries(changed.map((fact) => [fact, facts[fact] ?? null])), status: kept.status } as ChangedFacts;
  const is = {
    ...Object.fromEntries(changed.map((fact) => [fact, after[fact] ?? null])),
    status: statusOf(after),
    ...more,
  } as ChangedFacts;
  await insertEvents(tx, [{ patientId, kind, before: was, after: is, ...(undoes !== undefined && { undoes }) }], by);
  if (changed.includes('traits')) {
    await refreshMarks(tx, [patientId, ...neighbours], by);
    await refreshAliases(tx, [patientId]);
  }
  if (!kind.startsWith('insi-') && isToAsk(after)) await askLater(tx, patientId, by.now);
}

/**
 * Those whom a record could be taken for before its traits change. First, and before any record is locked, all makers of records of the names
 * before and after are kept apart until the end of the transaction: locks are always taken in this order.
 */
async function meetNeighbours(tx: Sql, patientId: string, next: (facts: IdentityFacts) => IdentityFacts): Promise<string[]> {
  const { facts } = await liveFacts(tx, patientId);
  const around = [facts.traits, next(facts).traits];
  if (sameText(around[0], around[1])) return [];
  for (const traits of around.toSorted((a, b) => (fingerprintOf(a) < fingerprintOf(b) ? -1 : 1))) await store.lockNeighbourhood(tx, traits);
  return (await store.bornSameDay(tx, facts.traits)).map((patient) => patient.patientId);
}

async function liveFacts(tx: Sql, patientId: string, lock?: 'for update'): Promise<KeptFacts> {
  const kept = await factsOf(tx, patientId, lock);
  if (!kept || kept.mergedInto) throw new Refusal('request.not-found', 'no such patient', { at: 'patientId' });
  return kept;
}

const sameText = (a: unknown, b: unknown): boolean => JSON.stringify(ordered(a)) === JSON.stringify(ordered(b));

/** The database gives the keys of an object back in an order of its own. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value ?? null;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, ordered(inner)]));
}
