import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Refusal } from '#kernel';
import type { AccessContext } from './context.ts';
import { patientInHand, readLaunchContext } from './launch-context.ts';
import { readPersonToken, verify } from './person-token.ts';
import { ASSERTION_ALGORITHMS, MOUNT } from './provider.ts';
import { introspected } from './software.ts';

const open = (summary: string) => ({ config: { guard: 'public' as const }, schema: { summary, tags: ['smart'] } });

const launchQuery = z.object({
  launch: z.string().min(20).max(8_000),
  /** `1`: without our bar and search, inside the software's own window. */
  embed: z.enum(['1']).optional(),
});
const introspectBody = z.object({ token: z.string().min(1).max(8_000) });

/** SMART App Launch 2.2: where a software finds what it needs, and how a practice software opens the record of the patient in hand. */
export function smartRoutes(app: FastifyInstance, context: AccessContext): void {
  app.get('/fhir/.well-known/smart-configuration', open('SMART App Launch: addresses and capabilities'), async (request, reply) => {
    const base = context.baseOf(request);
    const issuer = `${base}${MOUNT}`;
    return reply.header('cache-control', 'no-store').send({
      issuer,
      jwks_uri: `${issuer}/jwks`,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      introspection_endpoint: `${base}/api/smart/introspect`,
      token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
      token_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
      grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      scopes_supported: ['openid', 'fhirUser', 'launch', 'launch/patient', 'online_access', 'patient/*.rs', 'user/*.rs'],
      capabilities: [
        'launch-ehr',
        'launch-standalone',
        'client-public',
        'client-confidential-asymmetric',
        'sso-openid-connect',
        'context-ehr-patient',
        'context-standalone-patient',
        'permission-online',
        'permission-patient',
        'permission-user',
        'permission-v1',
        'permission-v2',
      ],
    });
  });

  app.register(async (scope) => introspection(scope, context));

  app.get(
    '/launch',
    open('A practice software opens the record of the patient in hand, without another search'),
    async (request, reply) => {
      const query = launchQuery.safeParse(request.query);
      if (!query.success) throw new Refusal('request.invalid', 'the launch context is missing', { at: 'query.launch' });
      const { launch, embed } = query.data;
      const embedding = embed === undefined ? '' : '&embed=1';
      const who = request.principal;
      if (!who) return reply.redirect(`/api/sign-in?return=${encodeURIComponent(`/launch?launch=${launch}${embedding}`)}`);
      const now = context.now();
      const { findApp, findColleague, patientOfNumber } = context;
      const launched = await readLaunchContext(context.db, launch, {
        findApp,
        findColleague,
        audience: `${context.baseOf(request)}/fhir`,
        who,
        now,
      });
      const patientId = await patientInHand(context.db, launched, { who, now, patientOfNumber });
      return reply.header('cache-control', 'no-store').redirect(`/patients/${patientId}#launched${embed === undefined ? '' : '-embedded'}`);
    },
  );
}

function introspection(scope: FastifyInstance, context: AccessContext): void {
  // RFC 7662 §2.1 asks in a form.
  const form = { parseAs: 'string' as const, bodyLimit: 16_384 };
  scope.addContentTypeParser('application/x-www-form-urlencoded', form, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
  scope.post(
    '/api/smart/introspect',
    { config: { guard: 'system' as const }, schema: { summary: 'Is this token of a software good? (RFC 7662)', tags: ['smart'] } },
    async (request) => {
      const body = introspectBody.safeParse(request.body);
      if (!body.success) throw new Refusal('request.invalid', 'the token is missing', { at: 'body.token' });
      const provider = await context.provider(context.baseOf(request));
      const now = context.now();
      const claims = await verify(provider, body.data.token, now);
      const person =
        claims && (await readPersonToken(provider, body.data.token, { ...context, now, idleMinutes: context.sessionIdleMinutes }));
      if (!claims || !person) return { active: false };
      const read = provider.lately.get(body.data.token);
      if (read) return introspected(person, read, provider);
      const { scope, clientId, exp, sub } = claims;
      return { active: true, scope, client_id: clientId, exp, sub, iss: provider.issuer };
    },
  );
}
