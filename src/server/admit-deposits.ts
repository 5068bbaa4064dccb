import { setTimeout as pause } from 'node:timers/promises';
import { workBehind } from '#exchange';
import { type Db, Refusal } from '#kernel';
import { eventsWaiting } from '#record';
import type { FastifyInstance } from 'fastify';
import { appointments } from './appointments.ts';

interface Admission {
  /** Deposits under way at once: one more is told to come again, so that those taken are answered soon. */
  mostAtOnce: number;
  /** Documents stored whose routing or sending is still to be done: at more, none is taken until the work has come down. */
  mostBehind: number;
}

/** Once it was too far behind, the doors open again at this share of the limit: not at each document that leaves. */
const OPENS_AGAIN_AT = 0.8;
const LOOKS_EVERY_MS = 1_000;

/**
 * More than the machine takes is refused at once, with 503 and when to come again, before anything of it is read: a queue in memory would only
 * answer later, and lose what it holds with the process. Each is told another moment, as far from the last as a deposit takes: who obeys is taken.
 * Register before what proves who asks.
 */
export function admitDeposits(app: FastifyInstance, { mostAtOnce, mostBehind, db }: Admission & { db: Db }): void {
  const doors = { underWay: 0, behind: 0, isBehind: false };
  const diary = appointments();
  /** How long until the work behind has come down, at the rate at which deposits are taken. */
  const shutForMs = () => (doors.isBehind ? Math.max(0, ((doors.behind - mostBehind * OPENS_AGAIN_AT) / diary.rate()) * 1_000) : 0);
  app.addHook('onRequest', async ({ method, routeOptions }, reply) => {
    if (method !== 'POST' || routeOptions.url !== '/api/deposits') return;
    if (doors.isBehind || doors.underWay >= mostAtOnce)
      throw new Refusal(
        'deposit.busy',
        doors.isBehind ? 'the work behind the door is late' : 'as many deposits as it takes are under way',
        {
          retryAfterSeconds: diary.next(Date.now(), shutForMs()),
        },
      );
    doors.underWay += 1;
    reply.raw.once('close', () => {
      doors.underWay -= 1;
      diary.done();
    });
  });
  const stopping = new AbortController();
  const { signal } = stopping;
  const look = async () => {
    doors.behind = (await eventsWaiting(db, mostBehind)) + (await workBehind(db, new Date(), mostBehind));
    doors.isBehind = doors.behind >= (doors.isBehind ? mostBehind * OPENS_AGAIN_AT : mostBehind);
  };
  const looking = (async () => {
    while (!signal.aborted) {
      await pause(LOOKS_EVERY_MS, undefined, { signal }).catch(() => {});
      diary.measure(Date.now());
      // A database that does not answer is told by the deposits themselves.
      if (!signal.aborted) await look().catch(() => {});
    }
  })();
  app.addHook('onClose', () => {
    stopping.abort();
    return looking;
  });
}
