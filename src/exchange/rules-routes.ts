import type { ZodTypeProvider } from '@fastify/type-provider-zod';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { passDoor, type Principal, principalOf } from '#access';
import { type Db, Refusal } from '#kernel';
import type { RoutingPreview, RulesInForce, RulesTrial } from './contract.ts';
import { documentsInHand } from './documents-in-hand.ts';
import { type AddressDeps, factsOf } from './facts.ts';
import { door, scopeOf } from './route-door.ts';
import { FIXED_RULES, rulesSchema } from './rule-set.ts';
import { findDocument } from './store-trace.ts';
import { ruleSet, rulesHistory, writeRules } from './store-rules.ts';
import { previewOf, tryRules } from './try-rules.ts';

const DAY_MS = 86_400_000;
const trialBody = z.object({ rules: rulesSchema, days: z.number().int().min(1).max(365).default(30) });
const rulesBody = z.object({ from: z.number().int().min(0), words: z.string().trim().min(3).max(500), rules: rulesSchema });
const idQuery = z.object({ id: z.string().trim().min(8).max(200) });

export interface RulesRoutesDeps extends AddressDeps {
  db: Db;
  /** What would happen to bytes that nobody deposited yet. @throws Refusal as their deposit would */
  preview: (asked: { bytes: Buffer; mediaType: string; sender: Principal; now: Date }) => Promise<RoutingPreview>;
  maxBytes: number;
}

/** The rules of routing: read, tried on what passed, changed by the operator; and what they would do to one document. */
export async function rulesRoutes(app: FastifyInstance, { db, preview, maxBytes, ...addresses }: RulesRoutesDeps): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const deps = { ...addresses, inHand: documentsInHand() };
  const config = { guard: 'signed-in' as const };
  const tags = ['exchange'];

  typed.get(
    '/api/exchange/rules',
    { config, schema: { summary: 'The rules of routing in force, and who changed them when', tags } },
    async (request): Promise<RulesInForce> =>
      passDoor(db, door(request, 'rules.read'), async (tx) => {
        const { version, rules } = await ruleSet(tx);
        const fixed = Object.entries(FIXED_RULES).map(([id, words]) => ({ id, words }));
        return { version, rules: [...rules], fixed, history: await rulesHistory(tx) };
      }),
  );

  typed.post(
    '/api/exchange/rules/trial',
    { config, schema: { summary: 'What these rules would have done to what passed; nothing is changed', tags, body: trialBody } },
    async (request): Promise<RulesTrial> =>
      passDoor(db, door(request, 'rules.read'), (tx) =>
        tryRules(tx, request.body.rules, new Date(Date.now() - request.body.days * DAY_MS)),
      ),
  );

  typed.post(
    '/api/exchange/rules',
    { config, schema: { summary: 'Puts rules in force, as the version after the one that was read', tags, body: rulesBody } },
    async (request): Promise<{ version: number }> => {
      const { id, name } = principalOf(request);
      return passDoor(db, door(request, 'rules.write'), async (tx) => ({
        version: await writeRules(tx, { ...request.body, by: { id, name }, now: new Date() }),
      }));
    },
  );

  typed.get(
    '/api/exchange/preview',
    { config, schema: { summary: 'What would happen to this document if it were routed now', tags, querystring: idQuery } },
    async (request): Promise<RoutingPreview> => {
      const found = await findDocument(db, request.query.id, scopeOf(request));
      const asked = found ? { patientId: found.patientId, object: found.documentId, producer: found.structure } : {};
      return passDoor(db, door(request, 'exchange.follow', asked), async (tx) => {
        const facts = found && (await factsOf(tx, deps, found, new Date()))?.facts;
        if (!facts) throw new Refusal('request.not-found', 'no document of this structure has this identifier', { at: 'id' });
        return previewOf(facts, await ruleSet(tx), { isIdentified: true });
      });
    },
  );

  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: maxBytes }, (_request, bytes, done) => done(null, bytes));
    scope.post<{ Body: Buffer }>(
      '/api/exchange/preview',
      { config, schema: { summary: 'What would happen to this document if it were deposited now; nothing is kept', tags } },
      async (request): Promise<RoutingPreview> =>
        passDoor(db, door(request, 'exchange.preview'), () =>
          preview({
            bytes: request.body,
            mediaType: request.headers['content-type'] ?? 'application/xml',
            sender: principalOf(request),
            now: new Date(),
          }),
        ),
    );
  });
}
