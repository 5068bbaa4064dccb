import type { ZodTypeProvider } from '@fastify/type-provider-zod';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { passDoor, principalOf } from '#access';
import { type Decided, decidedSchema, linkBodySchema, reasonSchema, type Worklist, worklistSchema } from './contract.ts';
import { atMostEvery } from '#kernel';
import { refileAll } from './refile.ts';
import type { IdentityDeps } from './route-deps.ts';
import { countDoubtful, waitingAlike } from './store-worklist.ts';
import * as worklist from './worklist.ts';

const params = z.object({ waitingId: z.uuid() });

/** Counting reads whole tables. */
const SHARE_EVERY_MS = 60_000;

/** The worklist of the identity cell: what waits, and the decisions. No clinical value passes here. */
export function worklistRoutes(app: FastifyInstance, deps: IdentityDeps): void {
  const { db, mode, now = () => new Date() } = deps;
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const after: worklist.AfterDecision = deps;
  const share = atMostEvery(SHARE_EVERY_MS, async () => ({ doubtful: await countDoubtful(db), arrivals: await deps.arrivals(db) }));
  const deciding = <Body extends z.ZodType>(summary: string, body: Body) => ({
    config: { guard: 'patient-data' as const },
    schema: { summary, tags: ['identity'], params, body, response: { 200: decidedSchema } },
  });
  const doorOf = (request: FastifyRequest, object: string) => ({
    who: principalOf(request),
    action: 'identity.decide' as const,
    object,
    via: 'worklist',
    now: now(),
  });
  const decisionOf = (door: ReturnType<typeof doorOf>, reason: string): worklist.DecisionRequest => ({
    waitingId: door.object,
    who: { id: door.who.id, name: door.who.name },
    reason,
    mode,
    now: door.now,
  });

  typed.get(
    '/api/worklists/identity',
    {
      config: { guard: 'patient-data' },
      schema: { summary: 'Arrivals that no rule could join, oldest first', tags: ['identity'], response: { 200: worklistSchema } },
    },
    async (request): Promise<Worklist> =>
      passDoor(db, { who: principalOf(request), action: 'identity.read', via: 'worklist', now: now() }, async (tx) => {
        const waiting = await worklist.listWaiting(tx, mode, { score: deps.score });
        return { ...waiting, share: await share() };
      }),
  );

  typed.post(
    '/api/worklists/identity/:waitingId/link',
    deciding('This arrival is that patient', linkBodySchema),
    async (request): Promise<Decided> => {
      const { patientId, reason } = request.body;
      const door = doorOf(request, request.params.waitingId);
      await passDoor(db, { ...door, patientId }, (tx) => worklist.linkWaiting(tx, { ...decisionOf(door, reason), patientId }, after));
      return { state: 'linked', patientId, alsoFiled: await fileAlike(decisionOf(door, reason)) };
    },
  );

  typed.post(
    '/api/worklists/identity/:waitingId/create',
    deciding('This arrival is someone new', reasonSchema),
    async (request): Promise<Decided> => {
      const door = doorOf(request, request.params.waitingId);
      const decision = decisionOf(door, request.body.reason);
      const { patientId } = await passDoor(db, door, (tx) => worklist.createFromWaiting(tx, decision, after));
      return { state: 'created', patientId, alsoFiled: await fileAlike(decision) };
    },
  );

  typed.post(
    '/api/worklists/identity/:waitingId/refuse',
    deciding('This arrival goes to no record', reasonSchema),
    async (request): Promise<Decided> => {
      const door = doorOf(request, request.params.waitingId);
      await passDoor(db, door, (tx) => worklist.refuseWaiting(tx, decisionOf(door, request.body.reason), after));
      return { state: 'refused', alsoFiled: 0 };
    },
  );

  typed.post(
    '/api/worklists/identity/:waitingId/undo',
    deciding('Take my decision back', reasonSchema),
    async (request): Promise<Decided> => {
      const door = doorOf(request, request.params.waitingId);
      await passDoor(db, door, (tx) => worklist.undoDecision(tx, decisionOf(door, request.body.reason), after));
      return { state: 'waiting', alsoFiled: 0 };
    },
  );

  const fileAlike = async (decision: worklist.DecisionRequest) =>
    refileAll(db, await waitingAlike(db, decision.waitingId), decision, after);
}
