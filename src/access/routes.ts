import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type Db, Refusal, type Sql } from '#kernel';
import { declareConsent } from './care-links.ts';
import { accessesSchema, declaredLinkSchema } from './contract.ts';
import { passDoor } from './door.ts';
import { principalOf } from './guard.ts';
import { latestEvents } from './store.ts';
import { accessLine, languageOf } from './who-looked.ts';

export interface AccessRoutesDeps {
  db: Db;
  /** Does this record exist? The register of identities knows. */
  isPatient: (sql: Sql, patientId: string) => Promise<boolean>;
  now?: () => Date;
}

const PAGE = 100;

const querySchema = z.object({ language: z.enum(['fr', 'en']).optional(), before: z.coerce.number().int().positive().optional() });

/** Who looked at a record, and declaring the consent that opens it. */
export function accessRoutes(app: FastifyInstance, deps: AccessRoutesDeps): void {
  const now = deps.now ?? (() => new Date());

  app.get<{ Params: { patientId: string } }>(
    '/api/patients/:patientId/accesses',
    { config: { guard: 'patient-data' } },
    async (request) => {
      const query = querySchema.safeParse(request.query);
      if (!query.success) throw new Refusal('request.invalid', 'language is fr or en, before is a number', { at: 'query' });
      const { patientId } = request.params;
      const language = languageOf(query.data.language, request.headers['accept-language']);
      return passDoor(
        deps.db,
        { who: principalOf(request), action: 'accesses.read', patientId, via: 'web', now: now() },
        async (tx): Promise<z.infer<typeof accessesSchema>> => {
          const events = await latestEvents(tx, patientId, query.data.before ?? Number.MAX_SAFE_INTEGER, PAGE + 1);
          const shown = events.slice(0, PAGE);
          return {
            accesses: shown.map((event) => accessLine(event, language)),
            next: events.length > PAGE ? shown.at(-1)!.sequence : null,
          };
        },
      );
    },
  );

  app.post<{ Params: { patientId: string } }>(
    '/api/patients/:patientId/care-link',
    { config: { guard: 'patient-data' } },
    async (request) => {
      const who = principalOf(request);
      const { patientId } = request.params;
      const at = now();
      return passDoor(
        deps.db,
        { who, action: 'care-link.declare', patientId, via: 'web', now: at },
        async (tx): Promise<z.infer<typeof declaredLinkSchema>> => {
          if (!(await deps.isPatient(tx, patientId)))
            throw new Refusal('request.not-found', 'there is no such record', { at: 'patientId' });
          await declareConsent(tx, who, patientId, at);
          return { link: { kind: 'consent', since: at.toISOString() } };
        },
      );
    },
  );
}
