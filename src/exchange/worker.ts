import type { Sql } from '#kernel';
import { type DeliverDeps, deliverDue, leaser, settler } from './deliver.ts';
import { openComposer } from './composing/compose-thread.ts';
import { answerDue } from './incoming/answer-due.ts';
import { documentsInHand } from './documents-in-hand.ts';
import { escalateDue } from './inbox/escalate.ts';
import { inTurn, openEar, openLane, openLanes } from './lane.ts';
import { noticesDue } from './notices.ts';
import { type SilenceDeps, tellSilences } from './silence.ts';
import { routeNext, type RouteDeps } from './route-document.ts';
import { CHANNEL, writeDispatches } from './store-queue.ts';

/** What the record tells of, as the exchange takes it. */
interface RecordEvent {
  patientId: string;
  eventId: string;
  kind: string;
  documentId: string;
  /** FINESS of whose document it is. */
  structure: string;
}

/** Notes what has to be sent on, in the transaction that takes the events of the record: an event is done when its dispatch is durable. */
export async function noteEvents(tx: Sql, events: readonly RecordEvent[], now: Date): Promise<void> {
  const dispatches = events.map(({ patientId, eventId, documentId, structure, kind }) => ({
    patientId,
    eventId,
    documentId,
    structure,
    kind: kind === 'report-withdrawn' ? ('withdrawn' as const) : ('stored' as const),
  }));
  await writeDispatches(tx, dispatches, now);
}

/** What is told of by a mail without document waits for its day, or for a person: it is looked for so often. */
const NOTICES_EVERY_MS = 60_000;
/** A system is silent after a day and a half: nobody need count its deposits more often. */
const SILENCES_EVERY_MS = 3_600_000;
/** Documents that wait are routed together: what they ask of the database travels together too, and is made durable once. */
const ROUTED_TOGETHER = 40;
/** While some are decided, the database answers for others. */
const ROUTING_LANES = 2;
/** Mails are taken by so many at once in each of so many lanes: a slow answer of the operator holds back its own lane alone. */
const MAIL_LANES = 4;
const MAILS_IN_A_LANE = 16;
/** Shared records and software answer when they can: no mail waits for one, and while one is silent another lane speaks to the others. */
const MACHINE_LANES = 2;
/** Those of one destination are told one after the other, each for at most twenty seconds: within the time that they are leased for. */
const MACHINES_IN_A_LANE = 4;

export type ExchangeDeps = Omit<RouteDeps & DeliverDeps & SilenceDeps, 'inHand' | 'compose' | 'settle' | 'lease'>;

/** Routes and sends for as long as the server runs; several processes may, on one database. @returns how to stop */
export async function startExchange(given: ExchangeDeps): Promise<() => Promise<void>> {
  const composer = openComposer();
  const { compose } = composer;
  const deps = { ...given, inHand: documentsInHand(), compose, settle: settler(given.db), lease: inTurn(leaser(given.db)) };
  const { onError } = deps;
  const mails = openLanes(MAIL_LANES, () => deliverDue(deps, MAILS_IN_A_LANE, 'mail'), onError);
  const machines = openLanes(MACHINE_LANES, () => deliverDue(deps, MACHINES_IN_A_LANE, 'machine'), onError);
  const route = async () => {
    const { taken, leaves } = await routeNext(deps, deps.now(), ROUTED_TOGETHER);
    // What is routed leaves at once; most documents go to nobody, few to a machine, and nobody need look for what there is not.
    if (leaves.has('mail')) for (const lane of mails) lane.wake();
    if (leaves.has('machine')) for (const lane of machines) lane.wake();
    return taken;
  };
  const documents = openLanes(ROUTING_LANES, route, onError);
  const answers = openLane(() => answerDue(deps), onError);
  const ear = await openEar(deps.db, CHANNEL, () => documents.forEach((lane) => lane.wake()), onError);
  // Nothing wakes this one: delays are of minutes.
  const escalation = openLane(() => escalateDue(deps, deps.now()), onError);
  const notices = openLane(
    everySoOften(deps.now, NOTICES_EVERY_MS, () => noticesDue(deps, deps.now())),
    onError,
  );
  const silences = openLane(
    everySoOften(deps.now, SILENCES_EVERY_MS, () => tellSilences(deps, deps.now())),
    onError,
  );
  return async () => {
    const all = [...documents, ...mails, ...machines, answers, escalation, notices, silences, ear];
    await Promise.all(all.map((lane) => lane.stop()));
    await composer.stop();
  };
}

/** The work of a lane that comes round every second, done more rarely. */
function everySoOften(clock: () => Date, everyMs: number, work: () => Promise<number>): () => Promise<number> {
  let doneAt = Number.NEGATIVE_INFINITY;
  return async () => {
    const now = clock().getTime();
    if (now - doneAt < everyMs) return 0;
    doneAt = now;
    await work();
    return 0;
  };
}
