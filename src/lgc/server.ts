import cookie from '@fastify/cookie';
import fastifyStatic from '@fastify/static';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { z, ZodError } from 'zod';
import { refuseCrossSite, writeSecurityHeaders } from '#access';
import { Refusal, REFUSALS, refusalBody } from '#kernel';
import type { User, Welcome } from './contract.ts';
import { fhirDoor } from './fhir-door.ts';
import { inboxRoutes } from './inbox-routes.ts';
import { recordRoutes } from './record-routes.ts';
import { News } from './news.ts';
import { Sessions, visit as visitBy } from './sessions.ts';
import type { Doors, LgcDeps } from './doors.ts';
import { triageRoutes } from './triage-routes.ts';

/** The demonstration software of a practice, not listening yet: for invented people, who sign in without a password. */
export async function makeLgc(deps: LgcDeps): Promise<FastifyInstance> {
  const app = Fastify({ bodyLimit: 1024 * 1024, forceCloseConnections: true });
  const sessions = new Sessions();
  const userOf = (request: FastifyRequest): User => {
    const user = sessions.find(request);
    if (!user) throw new Refusal('access.unauthenticated', 'nobody is signed in');
    return user;
  };
  await app.register(cookie);
  app.addHook('onRequest', async (request, reply) => {
    writeSecurityHeaders(reply, false, []);
    refuseCrossSite(request, `${request.protocol}://${request.host}`);
  });
  app.addHook('onSend', async (request, reply) => {
    if (/^\/(?:api|fhir)\b/.test(request.url)) reply.header('cache-control', 'no-store');
  });
  app.setErrorHandler((error, _request, reply) => {
    const refusal =
      error instanceof ZodError
        ? new Refusal('request.invalid', 'the request is not as it should be', { at: String(error.issues[0]?.path.join('.')) })
        : error;
    if (refusal instanceof Refusal) return reply.code(REFUSALS[refusal.code].http).send(refusalBody(refusal));
    const { statusCode = 500 } = error as { statusCode?: number };
    if (statusCode >= 500) deps.onError(error);
    return reply
      .code(statusCode)
      .send({ code: statusCode >= 500 ? 'server.failed' : 'request.invalid', at: null, message: '', remedy: '', retry: false });
  });

  app.get('/api/welcome', async (request): Promise<Welcome> => {
    const me = sessions.find(request);
    const { structure, users, cigogne, writeToPatient } = deps;
    return {
      practice: structure.name,
      users: [...users],
      writesToPatients: writeToPatient !== undefined,
      ...(me && { me }),
      ...(cigogne !== undefined && { cigogne }),
    };
  });
  app.post('/api/sign-in', async (request, reply) => {
    const { id } = z.object({ id: z.string().max(60) }).parse(request.body);
    const user = deps.users.find((one) => one.id === id);
    if (!user) throw new Refusal('access.sign-in-failed', 'nobody of this practice has this name', { at: 'id' });
    await visitBy(deps.db, { user, act: 'signed-in' }, async () => {});
    return reply.setCookie(Sessions.cookie, sessions.open(user), Sessions.options).code(204).send();
  });
  app.post('/api/sign-out', async (request, reply) => {
    sessions.close(request);
    return reply.clearCookie(Sessions.cookie, Sessions.options).code(204).send();
  });

  const news = new News();
  app.addHook('preClose', async () => news.end());
  const doors: Doors = { deps, news, userOf, visit: (asked, work) => visitBy(deps.db, asked, work) };
  await recordRoutes(app, doors);
  await inboxRoutes(app, doors);
  await triageRoutes(app, doors);
  await app.register((scope) => fhirDoor(scope, deps, news));
  if (deps.webFolder !== undefined) await pages(app, deps.webFolder);
  return app;
}

/** The same built files as Cigogne's own pages, and one page of its own. */
async function pages(app: FastifyInstance, webFolder: string): Promise<void> {
  await app.register(fastifyStatic, { root: webFolder, wildcard: false, index: false, preCompressed: true });
  app.get('/', (_request, reply) => reply.header('cache-control', 'no-cache').sendFile('practice.html'));
}
