import type { ZodTypeProvider } from '@fastify/type-provider-zod';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { principalOf } from '#access';
import { type Db, Refusal, uuidv7 } from '#kernel';
import { newViewSchema, savedViewsSchema, type SavedViews } from './contract.ts';
import { addView, dropView, viewsFor } from './store-views.ts';

/** Views that one person keeps: beyond, a menu is no help. */
const MOST_VIEWS = 40;

/** Rows that people look at together, kept for themselves or for their structure. They hold nothing of a patient: no door to pass. */
export async function viewsRoutes(app: FastifyInstance, { db }: { db: Db }): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const config = { guard: 'signed-in' as const };
  const tags = ['biology'];

  typed.get(
    '/api/biology/views',
    { config, schema: { summary: 'Views of rows: my own, and those of my structure', tags, response: { 200: savedViewsSchema } } },
    async (request, reply): Promise<SavedViews> => {
      const who = principalOf(request);
      reply.header('cache-control', 'no-store');
      return { views: await viewsFor(db, who.id, who.organisation?.finess) };
    },
  );

  typed.post(
    '/api/biology/views',
    { config, schema: { summary: 'Keeps a view of rows', tags, body: newViewSchema, response: { 201: z.object({ viewId: z.uuid() }) } } },
    async (request, reply) => {
      const who = principalOf(request);
      const { label, rows, isShared } = request.body;
      const finess = who.organisation?.finess;
      if (isShared && finess === undefined)
        throw new Refusal('request.invalid', 'only who works in a structure shares with it', { at: 'isShared' });
      const now = new Date();
      const viewId = uuidv7(now.getTime());
      const view = { viewId, ownerId: who.id, ownerName: who.name, finess: isShared ? finess! : null, label, rows, at: now };
      if (!(await addView(db, view, MOST_VIEWS)))
        throw new Refusal('request.invalid', `${MOST_VIEWS} views are kept at most: remove one`, { at: 'label' });
      return reply.code(201).send({ viewId });
    },
  );

  typed.delete(
    '/api/biology/views/:viewId',
    { config, schema: { summary: 'Removes a view of mine', tags, params: z.object({ viewId: z.uuid() }) } },
    async (request, reply) => {
      if (!(await dropView(db, request.params.viewId, principalOf(request).id)))
        throw new Refusal('request.not-found', 'you have no such view');
      return reply.code(204).send();
    },
  );
}
