import type { FastifyInstance } from 'fastify';
import { type GuardedRoute, openSession, type Principal } from '../../src/access/index.ts';
import type { Db } from '../../src/kernel/index.ts';

export interface DoorsToTry {
  app: FastifyInstance;
  db: Db;
  /** Name of the session cookie: `cigogne` on http. */
  cookieName?: string;
  /** The request that tries a route: its address with the parameters filled in, its body if it takes one. */
  requestFor: (route: GuardedRoute) => { url: string; payload?: Record<string, unknown> };
  /** Someone who may, and someone whose role may not. Systems come with their bearer. */
  allowed: (route: GuardedRoute) => Caller;
  denied: (route: GuardedRoute) => Caller;
}

export type Caller = { person: Principal } | { bearer: string };

interface Answer {
  status: number;
  allowedEvents: number;
  deniedEvents: number;
}

/**
 * Tries every route that is not public, and tells all that is wrong, one sentence each; nothing wrong is an empty list:
 * without a session 401 and no event; and for patient data: a role without the right gets 403 and leaves one denied event, someone
 * with the right gets an answer and leaves one allowed event.
 */
export async function tryEveryDoor(doors: DoorsToTry): Promise<string[]> {
  const faults: string[] = [];
  for (const route of doors.app.guardedRoutes()) {
    // Fastify answers HEAD with the handler of GET.
    if (route.guard === 'public' || route.method === 'HEAD' || route.method === 'OPTIONS') continue;
    const fault = (what: string, answer: Answer) => faults.push(`${route.method} ${route.url}: ${what}, got ${JSON.stringify(answer)}`);
    const stranger = await tryDoor(doors, route, undefined);
    if (!isAnswer(stranger, 401, 0, 0)) fault('a stranger should get 401 and leave no event', stranger);
    if (route.guard !== 'patient-data') continue;
    const refused = await tryDoor(doors, route, doors.denied(route));
    if (!isAnswer(refused, 403, 0, 1)) fault('a role without the right should get 403 and leave one denied event', refused);
    const admitted = await tryDoor(doors, route, doors.allowed(route));
    if (admitted.status >= 400 || admitted.allowedEvents !== 1 || admitted.deniedEvents !== 0) {
      fault('someone with the right should get an answer and leave one event', admitted);
    }
  }
  return faults;
}

function isAnswer(answer: Answer, status: number, allowedEvents: number, deniedEvents: number): boolean {
  return answer.status === status && answer.allowedEvents === allowedEvents && answer.deniedEvents === deniedEvents;
}

async function tryDoor(doors: DoorsToTry, route: GuardedRoute, caller: Caller | undefined): Promise<Answer> {
  const { app, db, requestFor } = doors;
  const before = await countEvents(db);
  const { url, payload } = requestFor(route);
  // As a stream: a route that pushes events never ends by itself.
  const answer = await app.inject({
    method: route.method as 'GET' | 'POST',
    url,
    headers: caller ? await credentials(doors, caller) : {},
    ...(payload ? { payload } : {}),
    payloadAsStream: true,
  });
  answer.stream().destroy();
  const after = await countEvents(db);
  return { status: answer.statusCode, allowedEvents: after.allowed - before.allowed, deniedEvents: after.denied - before.denied };
}

async function credentials({ db, cookieName = 'cigogne' }: DoorsToTry, caller: Caller): Promise<Record<string, string>> {
  if ('bearer' in caller) return { authorization: `Bearer ${caller.bearer}` };
  return { cookie: `${cookieName}=${await openSession(db, caller.person, new Date())}` };
}

async function countEvents(db: Db): Promise<{ allowed: number; denied: number }> {
  const [counts] = await db.query<{ allowed: number; denied: number }>(
    'doors-count-events',
    'select count(*) filter (where allowed) as allowed, count(*) filter (where not allowed) as denied from access.audit_event',
  );
  return counts!;
}
