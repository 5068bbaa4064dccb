import { linkedAmong, passDoor } from '#access';
import { personOf, survivorsOf } from '#identity';
import { type Db, Refusal, type Sql } from '#kernel';
import { heardBy, withItems } from '#record';
import { viaOf } from '../world/door.ts';
import { documentId as idOfDocument, seriesId } from '../wire/ids.ts';
import { checkScope } from '../world/software.ts';
import { insertEvents, type KeptSubscription, subscriptionsInForce, type ToldEvent, waitingEvents, type WaitingEvent } from './store.ts';
import { TOPICS } from './subscription.ts';

/** What the record tells of. */
interface RecordEvent {
  patientId: string;
  kind: string;
  documentId: string;
  structure: string;
  setId: string;
  results: number;
}

/** Notes for its subscribers what the record tells of, in the transaction that takes its events: none is lost when the server dies. */
export async function noteForSubscribers(tx: Sql, events: readonly RecordEvent[], now: Date): Promise<void> {
  const stored = events.filter(({ kind }) => kind === 'report-stored' || kind === 'document-stored');
  if (stored.length === 0) return;
  const survivors = await survivorsOf(tx, [...new Set(stored.map(({ patientId }) => patientId))]);
  const readAs = (patientId: string) => survivors.get(patientId) ?? patientId;
  const patients = [...new Set(stored.map(({ patientId }) => readAs(patientId)))];
  const waiting: WaitingEvent[] = [];
  for (const { subscriptionId, principal, about, topic } of await subscriptionsInForce(tx, patients, now)) {
    const followed = about === undefined ? await linkedAmong(tx, principal, patients, now) : new Set([about]);
    for (const { kind, patientId, documentId, structure, setId, results } of stored)
      if (followed.has(readAs(patientId)) && (kind === 'report-stored' || TOPICS[topic] === 'DocumentReference'))
        waiting.push({
          kind: kind as WaitingEvent['kind'],
          patientId: readAs(patientId),
          subscriptionId,
          documentId,
          structure,
          setId,
          results,
          at: now,
        });
  }
  if (waiting.length > 0) await insertEvents(tx, waiting, now);
}

/** Of one notification. */
const MOST_TOLD = 20;

/**
 * What may be told now of what waits: each report passes the door under the rights of this instant, and is not told when it is hidden from its
 * subscriber, of which nothing is written either. `done`: all that was looked at, told or not.
 */
export async function tellable(db: Db, subscription: KeptSubscription, now: Date): Promise<{ told: ToldEvent[]; done: WaitingEvent[] }> {
  const done = await waitingEvents(db, subscription.subscriptionId, MOST_TOLD);
  const told: ToldEvent[] = [];
  for (const event of done) {
    const focus = await focusOf(db, subscription, event, now);
    if (focus !== undefined) told.push({ number: subscription.events + told.length + 1, at: event.at, focus, event });
  }
  return { told, done };
}

class NotTold extends Error {}

/** What is new, by its name, when it may be told under the rights of this instant. */
export async function focusOf(
  db: Db,
  { principal: who, topic }: Pick<KeptSubscription, 'principal' | 'topic'>,
  event: WaitingEvent,
  now: Date,
): Promise<string | undefined> {
  const { kind, documentId, structure, setId, results } = event;
  const type = TOPICS[topic];
  const action = kind === 'document-stored' ? ('document.follow' as const) : ('biology.follow' as const);
  const { patientId, homes } = await personOf(db, event.patientId);
  try {
    checkScope(who, type, 's', patientId);
    const door = { who, now, via: viaOf(who), action, patientId, object: documentId };
    await passDoor(db, door, async (tx, { reader }) => {
      const found = { kind, documentId, laboratory: '', results, isCorrection: false };
      const heard = await withItems(
        tx,
        homes.map((home) => ({ ...found, patientId: home })),
      );
      if (!heard.some((one) => heardBy(reader, one) !== undefined)) throw new NotTold();
    });
  } catch (error) {
    const isRefused = error instanceof NotTold || (error instanceof Refusal && error.code !== 'store.unavailable');
    if (isRefused) return undefined;
    throw error;
  }
  return type === 'DocumentReference'
    ? `DocumentReference/${idOfDocument(patientId, documentId)}`
    : `DiagnosticReport/${seriesId(patientId, structure, setId)}`;
}
