import { createHash } from 'node:crypto';
import { type CriticalBounds, type FormulaId, screenCatalogue } from '#terminology';
import type { FastifyInstance } from 'fastify';
import { type Catalogue, catalogueSchema } from './contract.ts';

/** An hour: a browser that stays open over an update asks again soon, and is answered 304 when nothing changed. */
const FRESH_SECONDS = 3600;

export interface CatalogueOptions {
  /** Formulas of the values that the region lets Cigogne calculate. */
  formulas: readonly FormulaId[];
  /** The region's table of critical values. */
  critical: readonly CriticalBounds[];
  /** Calculates also where the laboratory reported the same. */
  isBesideReported?: boolean;
}

export const catalogueFor = ({ formulas, critical, isBesideReported = false }: CatalogueOptions): Catalogue =>
  catalogueSchema.parse(screenCatalogue(formulas, critical, { isBesideReported }));

/** What the viewer needs beside the results: names, order, search words, presets. The same for everyone, holds nothing of anybody. */
export async function biologyRoutes(app: FastifyInstance, { catalogue }: { catalogue: Catalogue }): Promise<void> {
  const text = JSON.stringify(catalogue);
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
