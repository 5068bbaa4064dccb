import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll } from 'vitest';
import { openSession, type Principal } from '../../src/access/index.ts';
import { noteEvents } from '../../src/exchange/index.ts';
import { readConfig } from '../../src/kernel/index.ts';
import { type MappingTables, openMappingTables } from '../../src/mapping/index.ts';
import { type Relay, startRelay } from '../../src/record/index.ts';
import { createServer } from '../../src/server/index.ts';
import { testDatabase } from './database.ts';

/** The real server on a real database of this test file's own; requests are injected, nothing listens. */
export function testServer(options: { mode?: 'demo' | 'production'; env?: Record<string, string> } = {}) {
  const database = testDatabase();
  const dataFolder = mkdtempSync(join(tmpdir(), 'cigogne-server-'));
  let app: FastifyInstance | undefined;
  let relay: Relay | undefined;
  let tables: MappingTables | undefined;
  beforeAll(async () => {
    const config = readConfig({ LOG_LEVEL: 'silent', CIGOGNE_DATA: dataFolder, CIGOGNE_MODE: options.mode ?? 'demo', ...options.env });
    const fail = (error: unknown) => {
      throw error;
    };
    relay = await startRelay(database.db, fail, (tx, events) => noteEvents(tx, events, new Date()));
    tables = await openMappingTables(database.db, fail);
    app = await createServer({ config, db: database.db, relay, tables, publicUrl: 'http://localhost' });
    await app.ready();
  });
  afterAll(async () => {
    await tables?.stop();
    await relay?.stop();
    await app?.close();
    rmSync(dataFolder, { recursive: true, force: true });
  });
  return {
    database,
    get app() {
      return app!;
    },
    get relay() {
      return relay!;
    },
    get tables() {
      return tables!;
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
