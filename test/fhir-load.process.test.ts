/** A load generator written for any FHIR R4 server, against ours: every report is stored and every question answered, in each of its manners. */
import { existsSync } from 'node:fs';
import { expect, inject, test } from 'vitest';
import { ask, GENERATOR, ingest, MODES, prepareLoad } from '../bench/support/fhir-load.ts';
import { closeConnections, withServer } from '../bench/support/server.ts';
import { openDb } from '../src/kernel/index.ts';

// The stand-in of INSi knows none of these people, and would have them doubted: the service is taken to be down, as it may be.
process.env['INSI_URL'] = 'http://127.0.0.1:9';
const isThere = existsSync(GENERATOR);

test.skipIf(!isThere)(
  'transactions, split requests and batches are stored whole, and read again, without one error (skipped where the generator is not beside the checkout)',
  { timeout: 240_000 },
  async () => {
    const admin = openDb({ url: inject('databaseUrl'), maxConnections: 1 });
    await admin.script('create database of_the_load');
    const url = inject('databaseUrl').replace(/postgres$/, 'of_the_load');
    const db = openDb({ url, maxConnections: 2 });
    try {
      await withServer(url, 1, async (base) => {
        const options = { generator: GENERATOR, base, identities: await prepareLoad(db), tag: 'essai' };
        for (const mode of MODES) {
          const [stage] = (await ingest({ ...options, tag: `essai${mode}` }, mode, '2:4')).ingest;
          // Patient and Organization are known from the second report of each on: DiagnosticReport, 30 Observations, fiche and file are made.
          expect([mode, stage!.ok, stage!.failed, stage!.errors]).toEqual([mode, 4, 0, {}]);
          expect(stage!.resourcesCreated).toBeGreaterThanOrEqual(4 * 33);
        }
        const { queries } = await ask(db, { ...options, tag: 'essaitx' }, { queries: 4, atOnce: '2' });
        expect(queries).toHaveLength(5);
        for (const { query, errors, requestsSent, ok, wrongOrder, meanEntries } of queries) {
          expect([query, errors, ok, wrongOrder]).toEqual([query, {}, requestsSent, 0]);
          expect(meanEntries).toBeGreaterThan(0);
        }
      });
    } finally {
      closeConnections();
      await db.close();
      await admin.script('drop database of_the_load with (force)');
      await admin.close();
    }
  },
);
