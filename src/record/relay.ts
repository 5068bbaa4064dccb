import { noteFiled, registerProducers } from '#access';
import { survivorsOf } from '#identity';
import { type Db, keepDoing, type Sql } from '#kernel';
import { noteConflicts } from './conflicts.ts';
import { startIndexer } from './indexer.ts';
import { queueTexts } from './store-text.ts';
import { type HeardEvent, withItems } from './heard-events.ts';
import { depositsOf, type OutboxEvent, type PatientEventRow, takeEvents } from './store.ts';

const CHANNEL = 'cigogne_patient';
/** Events of one batch: a notification takes a lock shared by the whole server, so it is taken once for many. */
const BATCH_EVENTS = 200;
/** When nothing wakes the relay: events left by a server that died, or stored by a process that has no relay. */
const IDLE_MILLISECONDS = 1_000;
/** Events that come close together are told together: the first at once, those after it when as much time has passed as the telling took. */
const MOST_GATHERED_MILLISECONDS = 20;

/** Carries what happened in the record to whoever listens, in this process and in every other one on the same database. */
export interface Relay {
  /** Says that something was stored: it is told at once rather than at the next round. */
  wake(): void;
  /**
   * @param onRights called when a right to the record may have ended: who follows it asks the door again
   * @returns how to stop hearing
   */
  subscribe(patientId: string, hear: (event: HeardEvent) => void, onRights?: () => void): () => void;
  stop(): Promise<void>;
}

/** Told by the database itself when a choice of the patient, a link that ends or a death may close the record to someone. */
interface RightsChanged {
  kind: 'rights-changed';
}

interface Listener {
  hear: (event: HeardEvent) => void;
  onRights: (() => void) | undefined;
}

/**
 * Takes events from the outbox, each in the transaction that does its work, so that none is lost when the process dies: told at
 * least once. What it does for each: contradicting versions go to the worklist; open pages of the patient are told.
 * @param onError told of what went wrong; the relay goes on
 * @param also what a higher module does about the events, in the transaction that takes them
 */
export async function startRelay(
  db: Db,
  onError: (error: unknown) => void,
  also: (tx: Sql, events: readonly OutboxEvent[]) => Promise<void> = async () => {},
): Promise<Relay> {
  const listeners = new Map<string, Set<Listener>>();
  const hear = (payload: string) => {
    const { patientId, ...event } = JSON.parse(payload) as (HeardEvent | RightsChanged) & { patientId: string };
    for (const listener of listeners.get(patientId) ?? []) {
      if (event.kind === 'rights-changed') listener.onRights?.();
      else listener.hear(event);
    }
  };

  let unlisten: (() => Promise<void>) | undefined;
  const listen = async () => {
    unlisten = await db.listen(CHANNEL, hear, (error) => {
      unlisten = undefined;
      onError(error);
    });
  };
  await listen();

  const indexer = startIndexer(db, onError);
  const running = keepDoing(async () => {
    if (!unlisten) await listen();
    const started = performance.now();
    const done = await relayBatch(db, also);
    if (done > 0) indexer.wake();
    if (done === BATCH_EVENTS) return { atLeast: 0, atMost: 0 };
    const took = performance.now() - started;
    return { atLeast: done === 0 ? 0 : Math.min(took, MOST_GATHERED_MILLISECONDS), atMost: IDLE_MILLISECONDS };
  }, onError);

  return {
    wake: running.wake,
    subscribe(patientId, onEvent, onRights) {
      const listener: Listener = { hear: onEvent, onRights };
      const own = listeners.get(patientId) ?? new Set();
      listeners.set(patientId, own.add(listener));
      return () => {
        own.delete(listener);
        if (own.size === 0) listeners.delete(patientId);
      };
    },
    async stop() {
      await running.stop();
      await indexer.stop();
      await unlisten?.();
      unlisten = undefined;
    },
  };
}

/** @returns how many events were done */
export async function relayBatch(db: Db, also: (tx: Sql, events: readonly OutboxEvent[]) => Promise<void>): Promise<number> {
  return db.steady().transaction(async (tx, end) => {
    const events = await takeEvents(tx, BATCH_EVENTS);
    if (events.length === 0) return 0;
    await noteConflicts(tx, events);
    const survivors = await survivorsOf(tx, [...new Set(events.map(({ patientId }) => patientId))]);
    const readAs = (patientId: string) => survivors.get(patientId) ?? patientId;
    await linkProducers(tx, events, readAs);
    await queueTexts(tx, events.filter(isStored));
    await also(
      tx,
      events.filter(({ kind }) => kind !== 'document-changed'),
    );
    const payloads = await payloadsOf(tx, events);
    await noteDeposits(tx, events, readAs);
    const told = tx.query('relay-notify', 'select pg_notify($1, payload) from unnest($2::text[]) as payload', [CHANNEL, payloads]);
    end();
    await told;
    return events.length;
  });
}

/** The laboratory that reported on a patient may compare with previous results for a while; rights are those of the record that is read. */
async function linkProducers(tx: Sql, events: readonly OutboxEvent[], readAs: (patientId: string) => string): Promise<void> {
  const stored = events.filter(({ kind }) => kind === 'report-stored');
  const producers = new Map(
    stored.map(({ patientId, structure }) => [`${readAs(patientId)} ${structure}`, { patientId: readAs(patientId), finess: structure }]),
  );
  await registerProducers(tx, [...producers.values()], new Date());
}

const isStored = ({ kind }: Pick<OutboxEvent, 'kind'>) => kind === 'report-stored' || kind === 'document-stored';

/** Each document that a system deposited is an event of the audit of its patient. */
async function noteDeposits(tx: Sql, events: readonly OutboxEvent[], readAs: (patientId: string) => string): Promise<void> {
  const deposits = await depositsOf(tx, events.filter(isStored));
  const filed = deposits.map(({ patientId, ...deposit }) => ({ ...deposit, patientId: readAs(patientId) }));
  await noteFiled(tx, filed, new Date());
}

/**
 * What each page is told of, with what decides whether it is. What was decided when something was hidden or withdrawn holds: those who saw the
 * document hear that it changed. Anything else is decided as it stands now.
 */
async function payloadsOf(tx: Sql, events: readonly OutboxEvent[]): Promise<string[]> {
  const there = await withItems(tx, events.filter((event) => event.item === null && event.kind !== 'report-withdrawn').map(eventOf));
  const decided = events.flatMap((event) =>
    event.item === null ? [] : [{ ...eventOf(event), ...(JSON.parse(event.item) as Pick<HeardEvent, 'item' | 'sensitive'>) }],
  );
  return [...there, ...decided].map((event) => JSON.stringify(event));
}

function eventOf({ patientId, kind, documentId, laboratory, results, isCorrection }: OutboxEvent): PatientEventRow {
  const told = kind === 'version-chosen' ? 'report-stored' : (kind as PatientEventRow['kind']);
  return { patientId, kind: told, documentId, laboratory, results, isCorrection };
}
