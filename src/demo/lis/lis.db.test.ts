import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '#kernel';
import { type MappingTables, openMappingTables } from '#mapping';
import { type Relay, startRelay } from '#record';
import { createServer, openMllpDoor } from '#server';
import { testDatabase } from '../../../test/support/database.ts';
import { demoToday } from '../clock.ts';
import { makePopulation } from '../population.ts';
import { type DemoRegion, openDemoRegion } from '../region-demo.ts';
import { lisTraffic } from './traffic.ts';
import { runLis } from './run-lis.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';

const database = testDatabase();
const stops: (() => Promise<unknown>)[] = [];
let region: DemoRegion;
let to: string;
let mllp: { host: string; port: number };

beforeAll(async () => {
  const config = readConfig({ LOG_LEVEL: 'silent', MLLP_PORT: '0', CIGOGNE_DATA: temporaryFolder('lis') });
  const { db } = database;
  const relay: Relay = await startRelay(db, () => {});
  const tables: MappingTables = await openMappingTables(db, () => {});
  region = await openDemoRegion(db, { patients: 40, reports: 0, now: new Date('2026-11-18T12:00:00Z') });
  const server = await createServer({ config, db, relay, tables, publicUrl: undefined, demo: region });
  await server.listen({ host: '127.0.0.1', port: 0 });
  to = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  const journey = { db, relay, mode: 'demo' as const, zone: 'Europe/Paris', tables };
  const door = await openMllpDoor({ config, journey, onError: () => {} });
  mllp = { host: '127.0.0.1', port: door!.port };
  stops.push(
    () => relay.stop(),
    () => tables.stop(),
    () => server.close(),
    () => region.stop(),
    () => door!.stop(),
  );
});
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

const count = async (what: string) => (await database.db.query<{ n: number }>('', `select count(*)::int as n from ${what}`))[0]!.n;

const now = new Date();

test('with doubles, disorder and stops, every message is taken, and each state of each order is in the record once', async () => {
  const tally = await runLis({
    to,
    mllp,
    formats: ['cda', 'hl7'],
    orders: 40,
    rate: 10_000,
    faults: { duplicates: 0.3, disorder: 0.3, stops: 0.2 },
    patients: 40,
    seed: 1,
    now,
    tell: () => {},
  });
  expect(tally.refused).toEqual({});
  expect(tally.stopped).toBeGreaterThan(3);
  expect(tally.byState.corrected).toBeGreaterThan(0);
  // Nothing that came is lost, nothing that came twice is there twice: one deposit a message, stored or waiting for a person.
  const population = makePopulation({ seed: 1, patients: 40, reports: 0, today: demoToday(now.getTime()) });
  const faults = { duplicates: 0, disorder: 0, stops: 0 };
  const messages = [...lisTraffic({ population, startedAt: now, seed: 1 }, { orders: 40, formats: ['cda', 'hl7'], faults })];
  expect(await count('record.deposit')).toBe(messages.length);
  const documents = await count('record.document');
  expect(documents).toBeGreaterThan(30);
  expect(await count('(select distinct set_id, version from record.document) as v')).toBe(documents);
}, 120_000);

test('reports in HPRIM, which has no INS, wait for a person', async () => {
  const before = await count('record.document');
  const tally = await runLis({
    to,
    formats: ['hprim'],
    orders: 5,
    rate: 10_000,
    faults: { duplicates: 0, disorder: 0, stops: 0 },
    patients: 40,
    seed: 1,
    now: new Date(),
    tell: () => {},
  });
  expect(tally).toMatchObject({ accepted: 5, refused: {} });
  expect(await count('record.document')).toBe(before);
  expect(await count(`record.deposit where state = 'identity'`)).toBeGreaterThanOrEqual(5);
});
