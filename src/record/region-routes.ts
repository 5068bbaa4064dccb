import { type Action, askOf, passDoor } from '#access';
import { structures } from '#directory';
import { type Db, Refusal } from '#kernel';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { countsByStructure } from './store.ts';
import { depositCounts, quarantined, quarantinedOriginal } from './store-deposits.ts';

const regionSchema = z.object({
  laboratories: z.array(z.object({ finess: z.string(), name: z.string(), reports: z.number(), lastReceivedAt: z.string() })),
  deposits: z
    .array(z.object({ state: z.string(), deposits: z.number() }))
    .describe('By state; `quarantine:` followed by the reason for refused ones'),
});

const refusedSchema = z.array(
  z.object({
    depositId: z.string(),
    code: z.string(),
    at: z.string().nullable(),
    message: z.string(),
    lastReceivedAt: z.string(),
    times: z.number(),
    sizeBytes: z.number(),
  }),
);

/** What the regional team and the laboratories follow: counts, and deposits that were refused. No clinical value in any list. */
export async function regionRoutes(app: FastifyInstance, { db }: { db: Db }): Promise<void> {
  const ask = (request: FastifyRequest, action: Action, more: { object?: string; producer?: string } = {}) => askOf(request, action, more);
  const ownStructures = (request: FastifyRequest): string[] => {
    const { structures: own, organisation } = request.principal!;
    return own ?? (organisation ? [organisation.finess] : []);
  };

  app.get(
    '/api/region',
    {
      config: { guard: 'signed-in' },
      schema: { summary: 'Counts of the region, no clinical data', tags: ['region'], response: { 200: regionSchema } },
    },
    async (request) =>
      passDoor(db, ask(request, 'region.read'), async (tx) => {
        const names = new Map((await structures(tx)).map(({ finess, name }) => [finess, name]));
        const counts = await countsByStructure(tx);
        return {
          laboratories: counts.map(({ structure, reports, lastReceivedAt }) => ({
            finess: structure,
            name: names.get(structure) ?? structure,
            reports,
            lastReceivedAt: lastReceivedAt.toISOString(),
          })),
          deposits: await depositCounts(tx),
        };
      }),
  );

  app.get(
    '/api/quarantine',
    {
      config: { guard: 'signed-in' },
      schema: { summary: 'Refused deposits of my structure', tags: ['deposits'], response: { 200: refusedSchema } },
    },
    async (request) => {
      const own = ownStructures(request);
      const refused = await passDoor(db, ask(request, 'quarantine.list', own[0] === undefined ? {} : { producer: own[0] }), (tx) =>
        quarantined(tx, own),
      );
      return refused.map((row) => ({ ...row, lastReceivedAt: row.lastReceivedAt.toISOString() }));
    },
  );

  app.get<{ Params: { depositId: string } }>(
    '/api/quarantine/:depositId/original',
    {
      config: { guard: 'signed-in' },
      schema: { summary: 'The bytes of a refused deposit of my structure', tags: ['deposits'], params: z.object({ depositId: z.uuid() }) },
    },
    async (request, reply) => {
      const { depositId } = request.params;
      const own = ownStructures(request);
      const door = ask(request, 'quarantine.read', { object: depositId, ...(own[0] !== undefined && { producer: own[0] }) });
      const original = await passDoor(db, door, async (tx) => {
        const found = await quarantinedOriginal(tx, depositId, own);
        if (!found) throw new Refusal('request.not-found', 'no refused deposit of this structure has this id', { at: 'depositId' });
        return found;
      });
      return reply
        .type('application/octet-stream')
        .header('content-disposition', `attachment; filename="${depositId}.bin"`)
        .header('cache-control', 'no-store')
        .send(original.bytes);
    },
  );
}
