import type { ZodTypeProvider } from '@fastify/type-provider-zod';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Action, passDoor, principalOf } from '#access';
import type { Db, Sql } from '#kernel';
import type { UsualValue } from '#terminology';
import {
  benchSchema,
  type CatalogueTaken,
  catalogueTakenSchema,
  catalogueToTakeSchema,
  type DryRunView,
  dryRunSchema,
  proposedLineSchema,
  type Proposals,
  proposalsSchema,
  regionCodingSchema,
  type RegionCodingView,
  verdictSchema,
  wishedDesignationSchema,
  wishSchema,
  type Workbench,
  workbenchSchema,
} from './contract.ts';
import { decideLine } from './decide-line.ts';
import { designate, designatedFor, designations } from './designations.ts';
import { addLine } from './store.ts';
import type { Tables } from './tables.ts';
import { takeCatalogue } from './take-catalogue.ts';
import { newLine, proposalsFor, regionQuality, tryLine, usualValues, workbenchOf } from './workbench.ts';

/** What the region usually measures changes slowly; reading it takes a moment. */
const USUAL_MILLISECONDS = 10 * 60_000;

/** The workbench of a laboratory's biologists, and how well each laboratory codes for the regional team. Each passes the door. */
export async function mappingRoutes(app: FastifyInstance, { db, tables }: { db: Db; tables: Tables }): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const guarded = { config: { guard: 'patient-data' as const } };
  const tags = ['mapping'];
  const own = (request: FastifyRequest) => principalOf(request).organisation?.finess ?? '';
  const ask = (request: FastifyRequest, action: Action, object?: string) => {
    const who = principalOf(request);
    return { who, action, producer: who.organisation?.finess, object, via: 'mapping', now: new Date() };
  };
  /** The bench asked for: of their own laboratory, or of one that the region designated them for. */
  const askBench = async (
    request: FastifyRequest<{ Querystring: { laboratory?: string | undefined } }>,
    action: Action,
    object?: string,
  ) => {
    const asked = ask(request, action, object);
    const laboratory = request.query.laboratory ?? own(request);
    const isDesignated = laboratory !== own(request) && (await designatedFor(db, asked.who.id)).includes(laboratory);
    return { laboratory, isDesignated, door: { ...asked, producer: laboratory, isDesignated } };
  };
  const usual = kept((sql) => usualValues(sql, tables.normalise));

  typed.get(
    '/api/mapping',
    {
      ...guarded,
      schema: {
        summary: 'The codes of a laboratory: to map, mapped, waiting',
        tags,
        querystring: benchSchema,
        response: { 200: workbenchSchema },
      },
    },
    async (request): Promise<Workbench> => {
      const { door, laboratory } = await askBench(request, 'mapping.read');
      const reader = { id: door.who.id, own: own(request) };
      return passDoor(db, door, (tx) => workbenchOf(tx, laboratory, reader, tables.normalise));
    },
  );

  typed.get(
    '/api/mapping/codes/:codeId',
    {
      ...guarded,
      schema: {
        summary: 'What a code may be, best first',
        tags,
        params: z.object({ codeId: z.string().max(64) }),
        querystring: z.object({ q: z.string().max(100).default('') }),
        response: { 200: proposalsSchema },
      },
    },
    (request): Promise<Proposals> =>
      passDoor(db, ask(request, 'mapping.read'), async (tx) =>
        proposalsFor(tx, own(request), { codeId: request.params.codeId, words: request.query.q.trim() }, tables.normalise, await usual(tx)),
      ),
  );

  typed.post(
    '/api/mapping/dry-run',
    {
      ...guarded,
      schema: {
        summary: 'What a line would change of the past',
        tags,
        querystring: benchSchema,
        body: wishSchema,
        response: { 200: dryRunSchema },
      },
    },
    async (request): Promise<DryRunView> => {
      const { door, laboratory } = await askBench(request, 'mapping.read');
      return passDoor(db, door, (tx) => tryLine(tx, laboratory, request.body));
    },
  );

  typed.post(
    '/api/mapping/lines',
    { ...guarded, schema: { summary: 'Propose a line, for another biologist to validate', tags, body: proposedLineSchema } },
    async (request, reply) => {
      const door = ask(request, 'mapping.propose');
      const { reason } = request.body;
      const lineId = await passDoor(db, door, async (tx) => {
        const line = await newLine(tx, own(request), request.body, { reason, by: door.who, now: door.now });
        await addLine(tx, line);
        return line.lineId;
      });
      return reply.code(201).send({ lineId });
    },
  );

  typed.post(
    '/api/mapping/catalogue',
    {
      ...guarded,
      bodyLimit: 16_000_000,
      schema: {
        summary: 'Take the catalogue of a laboratory (a table as text), or say what taking it would do',
        tags,
        body: catalogueToTakeSchema,
        response: { 200: catalogueTakenSchema },
      },
    },
    (request): Promise<CatalogueTaken> => {
      const door = ask(request, 'mapping.propose');
      const asked = { laboratory: own(request), ...request.body, by: door.who, now: door.now };
      return passDoor(db, door, (tx) => takeCatalogue(tx, asked, tables.normalise));
    },
  );

  typed.post(
    '/api/mapping/lines/:lineId/verdict',
    {
      ...guarded,
      schema: {
        summary: 'Validate or refuse a line that another biologist proposed',
        tags,
        params: z.object({ lineId: z.uuid() }),
        querystring: benchSchema,
        body: verdictSchema,
      },
    },
    async (request, reply) => {
      const { lineId } = request.params;
      const { door, laboratory, isDesignated } = await askBench(request, 'mapping.validate', lineId);
      const by = { ...door.who, asDesignated: isDesignated };
      await passDoor(db, door, (tx) => decideLine(tx, { laboratory, lineId, ...request.body, by, now: door.now }));
      if (request.body.validated) await tables.refresh();
      return reply.code(204).send();
    },
  );

  typed.get(
    '/api/region/coding',
    {
      config: { guard: 'signed-in' as const },
      schema: {
        summary: 'How well each laboratory codes: counts, no clinical data',
        tags: ['region'],
        response: { 200: regionCodingSchema },
      },
    },
    (request): Promise<RegionCodingView> =>
      passDoor(db, ask(request, 'coding.read'), async (tx) => ({
        laboratories: await regionQuality(tx, tables.normalise),
        designations: (await designations(tx)).map(({ person, at, ...one }) => ({
          ...one,
          rpps: person.replace('rpps:', ''),
          at: at.toISOString(),
        })),
      })),
  );

  typed.post(
    '/api/region/mapping-validators',
    {
      config: { guard: 'signed-in' as const },
      schema: { summary: 'Designate who may validate for a laboratory of one biologist', tags: ['region'], body: wishedDesignationSchema },
    },
    async (request, reply) => {
      const door = ask(request, 'mapping.designate', request.body.laboratory);
      await passDoor(db, door, (tx) => designate(tx, request.body, { by: door.who, now: door.now }));
      return reply.code(204).send();
    },
  );
}

/** Made at the first call, and again when it is old. */
function kept(make: (sql: Sql) => Promise<UsualValue>): (sql: Sql) => Promise<UsualValue> {
  let last: { at: number; usual: UsualValue } | undefined;
  return async (sql) => {
    if (!last || Date.now() - last.at > USUAL_MILLISECONDS) last = { at: Date.now(), usual: await make(sql) };
    return last.usual;
  };
}
