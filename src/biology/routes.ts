import { createHash } from 'node:crypto';
import { type CriticalBounds, type FormulaId, screenCatalogue } from '#terminology';
import type { FastifyInstance } from 'fastify';
import { catalogueSchema } from './contract.ts';

/** An hour: a browser that stays open over an update asks again soon, and is answered 304 when nothing changed. */
const FRESH_SECONDS = 3600;

/**
 * What the viewer needs beside the results: names, order, search words, presets. The same for everyone, holds nothing of anybody.
 * @param options.formulas of the values that the region lets Cigogne calculate
 * @param options.critical the region's table of critical values
 * @param options.isBesideReported calculates also where the laboratory reported the same
 */
export async function biologyRoutes(
  app: FastifyInstance,
  {
    formulas,
    critical,
    isBesideReported = false,
  }: { formulas: readonly FormulaId[]; critical: readonly CriticalBounds[]; isBesideReported?: boolean },
): Promise<void> {
  const text = JSON.stringify(catalogueSchema.parse(screenCatalogue(formulas, critical, { isBesideReported })));
  const etag = `"${createHash('sha256').update(text).digest('base64url')}"`;
  app.get(
    '/api/biology/catalogue',
    {
      config: { guard: 'public' as const },
      schema: { summary: 'The catalogue of comparable rows: names, units, order, presets', tags: ['biology'] },
    },
    async (request, reply) => {
      reply.header('cache-control', `public, max-age=${FRESH_SECONDS}`).header('etag', etag);
      if (request.headers['if-none-match'] === etag) return reply.code(304).send();
      return reply.type('application/json; charset=utf-8').send(text);
    },
  );
}
