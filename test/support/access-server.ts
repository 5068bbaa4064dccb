import Fastify, { type FastifyInstance } from 'fastify';
import { type AccessOptions, accessPlugin, type Principal, principalOf, type SystemClient } from '../../src/access/index.ts';
import { type Db, Refusal, REFUSALS, refusalBody } from '../../src/kernel/index.ts';
import { PEOPLE } from './people.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** The address that the server believes is its own. */
export const BASE = 'http://demo.example:8080';

/** What signing in needs and nothing else: a server with four routes, a clock and a register that tests move. */
export function accessServers(database: { readonly db: Db }) {
  const dataFolder = temporaryFolder('access');
  const clock = { now: new Date() };
  const clients = new Map<string, SystemClient>();
  /** What happens while a page of `/follow` is open. */
  const meanwhile = { happens: async (): Promise<unknown> => undefined };

  async function server(options: Partial<AccessOptions> = {}): Promise<FastifyInstance> {
    const app = Fastify();
    app.setErrorHandler((error, _request, reply) => {
      if (!(error instanceof Refusal)) throw error;
      return reply.code(REFUSALS[error.code].http).send(refusalBody(error));
    });
    await app.register(accessPlugin, {
      db: database.db,
      mode: 'demo',
      dataFolder,
      publicUrl: BASE,
      sessionIdleMinutes: 60,
      now: () => clock.now,
      findClient: async (clientId) => clients.get(clientId),
      demoAccounts: (card) => (Object.hasOwn(PEOPLE, card) ? (PEOPLE as Record<string, Principal>)[card] : undefined),
      ...options,
    });
    app.get('/who', { config: { guard: 'signed-in' } }, async (request) => ({ id: principalOf(request).id }));
    app.get('/follow', { config: { guard: 'signed-in' } }, async (request) => {
      const before = await request.isStillSignedIn();
      await meanwhile.happens();
      return [before, await request.isStillSignedIn()];
    });
    app.post('/change', { config: { guard: 'signed-in' } }, async () => ({ done: true }));
    app.get('/systems', { config: { guard: 'system' } }, async (request) => ({ structures: principalOf(request).structures }));
    await app.ready();
    return app;
  }
  return { server, dataFolder, clock, clients, meanwhile };
}
