import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, vi } from 'vitest';
import { openSession, type Principal } from '../../src/access/index.ts';
import { noteEvents } from '../../src/exchange/index.ts';
import { noteForSubscribers } from '../../src/fhir/index.ts';
import { readConfig } from '../../src/kernel/index.ts';
import { type MappingTables, openMappingTables } from '../../src/mapping/index.ts';
import { type Relay, startRelay } from '../../src/record/index.ts';
import { createServer } from '../../src/server/index.ts';
import { freePort } from './free-port.ts';
import { testDatabase } from './database.ts';
import { temporaryFolder } from './temporary-folder.ts';

/**
 * The real server on a real database of this test file's own. Requests are injected and nothing listens, unless `listens` says so: then it answers
 * at `url`, a port of its own, for clients that speak HTTP themselves.
 */
export function testServer(options: { mode?: 'demo' | 'production'; env?: Record<string, string>; listens?: boolean } = {}) {
  const database = testDatabase();
  let url = 'http://localhost';
  const dataFolder = temporaryFolder('server');
  let app: FastifyInstance | undefined;
  let relay: Relay | undefined;
  let tables: MappingTables | undefined;
  const env = { LOG_LEVEL: 'silent', CIGOGNE_DATA: dataFolder, CIGOGNE_MODE: options.mode ?? 'demo', ...options.env };
  beforeAll(async () => {
    const config = readConfig(env);
    const fail = (error: unknown) => {
      throw error;
    };
    relay = await startRelay(database.db, fail, async (tx, events) => {
      await noteEvents(tx, events, new Date());
      await noteForSubscribers(tx, events, new Date());
    });
    tables = await openMappingTables(database.db, fail);
    const port = options.listens ? await freePort() : undefined;
    if (port !== undefined) url = `http://127.0.0.1:${port}`;
    app = await createServer({ config, db: database.db, relay, tables, publicUrl: url });
    await app.ready();
    if (port !== undefined) await app.listen({ host: '127.0.0.1', port });
  });
  afterAll(async () => {
    await tables?.stop();
    await relay?.stop();
    await app?.close();
  });
  return {
    database,
    get url() {
      return url;
    },
    get app() {
      return app!;
    },
    get relay() {
      return relay!;
    },
    get tables() {
      return tables!;
    },
    /**
     * Another server of the same region, as one that has just started: its modules are loaded anew, so that it keeps nothing that a reading could be
     * answered from. To be closed by who asks for it.
     */
    async another(): Promise<FastifyInstance> {
      vi.resetModules();
      const [kernel, { createServer: create }] = await Promise.all([
        import('../../src/kernel/index.ts'),
        import('../../src/server/index.ts'),
      ]);
      const db = kernel.openDb({ url: database.url, maxConnections: 3 });
      const other = await create({ config: kernel.readConfig(env), db, relay: relay!, tables: tables!, publicUrl: url });
      other.addHook('onClose', () => db.close());
      await other.ready();
      return other;
    },
    /** An access token of a registered demo system. */
    async tokenOf(clientId: string, secret: string): Promise<string> {
      const answer = await app!.inject({
        method: 'POST',
        url: '/oidc/token',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: secret }).toString(),
      });
      return (answer.json() as { access_token: string }).access_token;
    },
    /** Headers of a browser in which this person is signed in. */
    async as(principal: Principal): Promise<{ cookie: string; 'sec-fetch-site': string }> {
      return { cookie: `cigogne=${await openSession(database.db, principal, new Date())}`, 'sec-fetch-site': 'same-origin' };
    },
  };
}
