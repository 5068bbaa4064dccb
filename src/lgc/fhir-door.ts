import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Refusal } from '#kernel';
import { FILING } from '#practice';
import type { LgcDeps } from './doors.ts';
import type { News } from './news.ts';
import { patientResource } from './patient-resource.ts';
import { completedSince, patients } from './store.ts';
import { takeFiling } from './take-filing.ts';

const MOST_BYTES = 60 * 1024 * 1024;
const MOST_TASKS = 1_000;
const taskQuery = z.object({ status: z.literal('completed'), _lastUpdated: z.string().regex(/^ge/), identifier: z.string().optional() });

/** What the connector speaks with: the patients of the practice, the transactions of filing, the tasks that were completed. FHIR R4, for it alone. */
export async function fhirDoor(app: FastifyInstance, deps: LgcDeps, news: News): Promise<void> {
  const { db, connectorToken } = deps;
  app.addHook('onRequest', async (request) => {
    if (!isConnector(request, connectorToken)) throw new Refusal('access.unauthenticated', 'the connector shows its token');
  });
  app.addContentTypeParser('application/fhir+json', { parseAs: 'string', bodyLimit: MOST_BYTES }, (_request, body, done) =>
    done(null, body),
  );
  const bundle = (type: string, resources: readonly Record<string, unknown>[]) => ({
    resourceType: 'Bundle',
    type,
    total: resources.length,
    entry: resources.map((resource) => ({ resource })),
  });

  app.get('/fhir/Patient', async (_request, reply) => {
    reply.type('application/fhir+json');
    return bundle('searchset', (await patients(db)).map(patientResource));
  });

  app.get('/fhir/Task', async (request, reply) => {
    const asked = taskQuery.safeParse(request.query);
    const since = asked.success ? new Date(asked.data._lastUpdated.slice(2)) : undefined;
    if (!since || Number.isNaN(since.getTime()))
      throw new Refusal('request.invalid', 'tasks are searched by status=completed and _lastUpdated=ge…', { at: 'Task' });
    reply.type('application/fhir+json');
    const tasks = await completedSince(db, since, MOST_TASKS);
    return bundle(
      'searchset',
      tasks.map(({ taskId, filing, documentId, ownerName, changedAt }) => ({
        resourceType: 'Task',
        id: taskId,
        meta: { lastUpdated: changedAt.toISOString() },
        identifier: [{ system: FILING, value: filing }],
        status: 'completed',
        intent: 'order',
        focus: { reference: `DocumentReference/${documentId}` },
        owner: { display: ownerName },
      })),
    );
  });

  app.post('/fhir', { bodyLimit: MOST_BYTES }, async (request, reply) => {
    reply.type('application/fhir+json');
    if (typeof request.body !== 'string') throw new Refusal('deposit.unsupported-format', 'send application/fhir+json');
    const answer = await takeFiling(deps, request.body, new Date());
    news.tell();
    return answer;
  });
}

function isConnector({ headers }: FastifyRequest, token: string): boolean {
  const [shown, own] = [Buffer.from(headers.authorization ?? ''), Buffer.from(`Bearer ${token}`)];
  return shown.length === own.length && timingSafeEqual(shown, own);
}
