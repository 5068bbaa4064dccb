import type { Sql } from '#kernel';
import { type DeliverDeps, deliverDue } from './deliver.ts';
import { escalateDue } from './inbox/escalate.ts';
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

/** When nothing wakes it: what another process noted, what waits for its time. */
const IDLE_MILLISECONDS = 1_000;
/** Routed before deliveries are looked at again, so that what is routed leaves at once. */
const ROUTED_IN_A_ROW = 20;
/** A document waits mostly for the database: some are routed while others wait. */
const ROUTED_AT_ONCE = 4;

export interface ExchangeDeps extends RouteDeps, DeliverDeps {
  /** Mails at once. */
  atOnce?: number;
}

/** Routes and sends for as long as the server runs; several processes may, on one database. @returns how to stop */
export async function startExchange({ atOnce = 8, ...deps }: ExchangeDeps): Promise<() => Promise<void>> {
  const life = { stopped: false, isAwaken: false };
  let endRest = () => {};
  const wake = () => {
    life.isAwaken = true;
    endRest();
  };
  const rest = () =>
    new Promise<void>((resolve) => {
      if (life.isAwaken || life.stopped) return resolve();
      const timer = setTimeout(resolve, IDLE_MILLISECONDS);
      endRest = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  let unlisten: (() => Promise<void>) | undefined;
  const listen = async () => {
    unlisten = await deps.db.listen(CHANNEL, wake, (error) => {
      unlisten = undefined;
      deps.onError(error);
    });
  };
  const round = async (): Promise<boolean> => {
    let routed = 0;
    // One fault must not hide that the others were routed: each is told, and tried again later.
    while (routed < ROUTED_IN_A_ROW && !life.stopped) {
      const tries = await Promise.allSettled(Array.from({ length: ROUTED_AT_ONCE }, () => routeNext(deps, deps.now())));
      for (const one of tries) if (one.status === 'rejected') deps.onError(one.reason);
      const done = tries.filter((one) => one.status === 'fulfilled' && one.value).length;
      routed += done;
      if (done < ROUTED_AT_ONCE) break;
    }
    const told = life.stopped ? 0 : await escalateDue(deps, deps.now());
    const sent = life.stopped ? 0 : await deliverDue(deps, atOnce);
    return routed + told + sent > 0;
  };
  await listen();
  const running = (async () => {
    while (!life.stopped) {
      life.isAwaken = false;
      try {
        if (!unlisten) await listen();
        if (await round()) continue;
      } catch (error) {
        deps.onError(error);
      }
      await rest();
    }
  })();
  return async () => {
    life.stopped = true;
    endRest();
    await running;
    await unlisten?.();
  };
}
