import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '#kernel';
import { type MappingTables, openMappingTables } from '#mapping';
import { type Relay, startRelay } from '#record';
import { createServer } from '#server';
import { openSession } from '#access';
import type { DocumentList } from '#record/contract';
import { testDatabase } from '../../test/support/database.ts';
import { demoAccounts, STORY_PATIENTS } from './accounts.ts';
import { depositFreshReport } from './fresh-report.ts';
import { type DemoRegion, openDemoRegion } from './region-demo.ts';
import { runDemo } from './run-demo.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';

const database = testDatabase();
const SIZE = { patients: 40, reports: 150, now: new Date('2026-11-18T12:00:00Z') };
let server: Awaited<ReturnType<typeof createServer>>;
let relay: Relay;
let tables: MappingTables;
let region: DemoRegion;
let url: string;

beforeAll(async () => {
  const config = readConfig({ LOG_LEVEL: 'silent', CIGOGNE_DATA: temporaryFolder('demo') });
  relay = await startRelay(database.db, () => {});
  tables = await openMappingTables(database.db, () => {});
  region = await openDemoRegion(database.db, SIZE);
  server = await createServer({ config, db: database.db, relay, tables, publicUrl: undefined, demo: region });
  await server.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await region.stop();
  await server.close();
  await tables.stop();
  await relay.stop();
});

/** Deposits by state: of the laboratories' systems, or of those that send letters. */
const deposits = async (senders: 'laboratories' | 'letters' = 'laboratories') => {
  const rows = await database.db.query<{ state: string; count: number }>(
    '',
    `select state, count(*) as count from record.deposit where (sender_id like 'system:lis-%') = ${senders === 'laboratories'} group by state`,
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
};

test('a load stopped on the way goes on where it stood, and stores every report once, but those that wait for a person', async () => {
  const stopped = await region.load(url, { onProgress: ({ done }) => void (done >= 20 && region.stop()) });
  expect(stopped.finished).toBe(false);
  const reopened = await openDemoRegion(database.db, { ...SIZE, now: new Date('2026-11-25T12:00:00Z') });
  expect(reopened.loading().done).toBeGreaterThan(0);
  const loading = await region.load(url);
  expect(loading).toMatchObject({ done: 150, total: 150, finished: true });
  const { stored, identity, ...others } = await deposits();
  expect(others).toEqual({});
  expect((stored ?? 0) + (identity ?? 0)).toBe(150);
  expect(identity ?? 0).toBeLessThan(5);
  const letters = await deposits('letters');
  expect(Object.keys(letters)).toEqual(['stored']);
  expect(letters['stored']).toBeGreaterThan(100);
}, 120_000);

test('the sign-in page is told the cards, the stories and that all is loaded', async () => {
  const answer = (await (await fetch(`${url}/api/demo`)).json()) as {
    cards: unknown[];
    stories: { patientId: string; trend: { points: { ago: number; value: number }[] } }[];
    loading: unknown;
  };
  expect(answer.cards).toHaveLength(11);
  expect(answer.stories.map(({ patientId }) => patientId)).toEqual(Object.values(STORY_PATIENTS).map(({ patientId }) => patientId));
  const last = answer.stories.map(({ trend }) => trend.points.at(-1));
  expect(last, 'creatinine 142 µmol/L; neutrophils 53 % of 3.6 G/L').toMatchObject({
    0: { ago: 0, value: 142 },
    2: { ago: 0, value: 1.91 },
  });
  expect(answer.loading).toMatchObject({ done: 150, finished: true });
});

test('the records of the stories were there before: the doctor’s last visit, what came, was replaced or changed its visibility since', async () => {
  const gp = demoAccounts.find(({ card }) => card === 'gp')!.principal;
  const cookie = `cigogne=${await openSession(database.db, gp, new Date())}`;
  const at = `${url}/api/patients/${STORY_PATIENTS.odette.patientId}`;
  const read = async <T>(path: string) => (await (await fetch(`${at}${path}`, { headers: { cookie } })).json()) as T;
  const { documents, lastVisit } = await read<DocumentList>('/documents?period=all');
  expect(lastVisit).toMatch(/T17:00/);
  const current = documents.filter((item) => item.current);
  const since = current.filter(({ receivedAt }) => receivedAt > lastVisit!);
  expect(since.length).toBeGreaterThan(1);
  expect(since.length).toBeLessThan(current.length / 4);
  expect(since.filter(({ relations }) => relations.some(({ kind }) => kind === 'replaces'))).toMatchObject([
    { title: 'Échographie rénale' },
  ]);
  expect(current.filter(({ changedAt = '' }) => changedAt > lastVisit!)).toMatchObject([
    { masks: [{ mask: 'MASQUE_PS', by: { role: 'patient' } }] },
  ]);
  expect((await read<{ lastVisit?: string }>('/biology')).lastVisit).toBe(lastVisit);
});

test('the same region sent again from a terminal stores nothing twice', async () => {
  const before = await deposits();
  const told: string[] = [];
  const isDone = await runDemo({
    patients: 40,
    reports: 150,
    seed: 1,
    today: '2026-11-18',
    to: url,
    now: SIZE.now,
    tell: (line) => told.push(line),
  });
  expect({ isDone, last: told.at(-1) }).toEqual({ isDone: true, last: expect.stringContaining('refused: none') });
  expect(await deposits()).toEqual(before);
});

test('a fresh report of Odette joins her record at once', async () => {
  const before = await deposits();
  expect(await depositFreshReport({ url, now: new Date('2026-11-18T16:00:00Z') })).toEqual({ status: 201 });
  expect((await deposits())['stored']).toBe(before['stored']! + 1);
});
