import { linkedAmong, passDoor } from '#access';
import { personOf, survivorsOf } from '#identity';
import { type Db, Refusal, type Sql } from '#kernel';
import { heardBy, withItems } from '#record';
import { viaOf } from '../world/door.ts';
import { documentId as idOfDocument, seriesId } from '../wire/ids.ts';
import { paramOf, targetsOf } from '../search/params.ts';
import { readRecord } from '../world/read-record.ts';
import { checkScope, seenBySoftware, seesAllOf } from '../world/software.ts';
import { insertEvents, type KeptSubscription, subscriptionsInForce, type ToldEvent, waitingEvents, type WaitingEvent } from './store.ts';
import { type Told, TOPICS } from './subscription.ts';

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

/** Of one notification; reports themselves are long. */
const MOST_TOLD = 20;
const MOST_TOLD_WHOLE = 5;

/** Where what is told is looked for. `zone`: IANA zone of the region. */
export interface TellDeps {
  db: Db;
  zone: string;
}

/**
 * What may be told now of what waits: each report passes the door under the rights of this instant, and is not told when it is hidden from its
 * subscriber, of which nothing is written either. `done`: all that was looked at, told or not.
 */
export async function tellable(
  deps: TellDeps,
  subscription: KeptSubscription,
  now: Date,
): Promise<{ told: ToldEvent[]; done: WaitingEvent[] }> {
  const most = subscription.content === 'full-resource' ? MOST_TOLD_WHOLE : MOST_TOLD;
  const done = await waitingEvents(deps.db, subscription.subscriptionId, most);
  const told: ToldEvent[] = [];
  for (const event of done) {
    const said = await sayable(deps, subscription, event, now);
    if (said) told.push({ number: subscription.events + told.length + 1, at: event.at, ...said, event });
  }
  return { told, done };
}

class NotTold extends Error {}

/** What is new, by its name, and itself when that is wanted (then it is a reading); undefined when it may not be told under the rights of this instant. */
export async function sayable(
  { db, zone }: TellDeps,
  { principal: who, topic, content }: Pick<KeptSubscription, 'principal' | 'topic' | 'content'>,
  event: WaitingEvent,
  now: Date,
): Promise<Pick<Told, 'focus' | 'resources'> | undefined> {
  const { kind, documentId, structure, setId, results } = event;
  const type = TOPICS[topic];
  const isWhole = content === 'full-resource';
  const follow = kind === 'document-stored' ? ('document.follow' as const) : ('biology.follow' as const);
  const { patientId, homes } = await personOf(db, event.patientId);
  const isDocument = type === 'DocumentReference';
  const id = isDocument ? idOfDocument(patientId, documentId) : seriesId(patientId, structure, setId);
  const focus = `${type}/${id}`;
  try {
    checkScope(who, type, 's', patientId);
    if (isWhole) checkScope(who, type, 'r', patientId);
    const door = {
      who,
      now,
      via: viaOf(who),
      action: isWhole ? ('record.software' as const) : follow,
      patientId,
      object: isWhole ? focus : documentId,
    };
    const resources = await passDoor(db, door, async (tx, { reader }) => {
      const found = { kind, documentId, laboratory: '', results, isCorrection: false };
      const heard = await withItems(
        tx,
        homes.map((home) => ({ ...found, patientId: home })),
      );
      if (!heard.some((one) => heardBy(reader, one) !== undefined)) throw new NotTold();
      // A narrowed scope is of some of them: which this is, it says itself.
      if (!isWhole && seesAllOf(who, type, 's', patientId)) return undefined;
      const wanted = { patient: false, documents: isDocument, reports: !isDocument, stays: false, stated: false };
      const world = seenBySoftware(await readRecord(tx, { patientId, homes }, reader, { wanted, zone }), who, {
        patientId,
        zone,
        asked: { type, permission: isWhole ? 'r' : 's' },
      });
      const whole = world.find(type, id);
      if (!whole) throw new NotTold();
      if (!isWhole) return undefined;
      const parts = isDocument ? [] : targetsOf(whole, paramOf(type, 'result')!);
      return [whole, ...parts.flatMap((part) => world.find('Observation', part.split('/')[1]!) ?? [])];
    });
    return { focus, ...(resources && { resources }) };
  } catch (error) {
    const isRefused = error instanceof NotTold || (error instanceof Refusal && error.code !== 'store.unavailable');
    if (isRefused) return undefined;
    throw error;
  }
}
