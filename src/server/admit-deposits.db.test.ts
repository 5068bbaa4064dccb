import { beforeAll, expect, test } from 'vitest';
import { LABORATORY, reportOf } from '../../test/support/reports.ts';
import { testServer } from '../../test/support/server.ts';
import { registerSenders, registerStructures } from '../directory/index.ts';
import { writeCda } from '../formats/index.ts';

const server = testServer({ env: { DEPOSIT_MOST_AT_ONCE: '2', DEPOSIT_MOST_BEHIND: '100' } });
const SECRET = 'a-secret-of-the-tests-only';
let token = '';

beforeAll(async () => {
  const { db } = server.database;
  await registerStructures(db, [{ ...LABORATORY, kind: 'laboratory' }]);
  const sender = { clientId: 'lis-essai', name: 'SIL des essais', structures: [LABORATORY.finess], formats: ['cda-cr-bio'] };
  await registerSenders(db, [{ ...sender, state: 'production', secret: SECRET, connectedSince: new Date() }], 'demo');
  token = await server.tokenOf('lis-essai', SECRET);
});

const deposit = (n: number) =>
  server.app.inject({
    method: 'POST',
    url: '/api/deposits',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/xml' },
    payload: writeCda(reportOf(n)),
  });

test('a deposit more than the server takes at once is told to come again, when, and is taken when it does', async () => {
  const answers = await Promise.all([1, 2, 3, 4].map(deposit));
  expect(answers.map(({ statusCode }) => statusCode).toSorted()).toEqual([201, 201, 503, 503]);
  const n = answers.findIndex(({ statusCode }) => statusCode === 503);
  expect(answers[n]!.json()).toMatchObject({ code: 'deposit.busy', retry: true });
  expect(Number(answers[n]!.headers['retry-after'])).toBeGreaterThan(0);
  expect((await deposit(n + 1)).statusCode).toBe(201);
});

test('while the work behind the door is late nothing more is taken; once it has come down, deposits are', async () => {
  const late = (action: string) => server.database.db.script(action);
  await late(`insert into exchange.dispatch (patient_id, event_id, document_id, kind, structure, noted_at, next_at)
    select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'stored', '990400101', now(), now() from generate_series(1, 100)`);
  await expect.poll(async () => (await deposit(11)).statusCode, { timeout: 25_000, interval: 200 }).toBe(503);
  await late('delete from exchange.dispatch');
  await expect.poll(async () => (await deposit(12)).statusCode, { timeout: 25_000, interval: 200 }).toBe(201);
});
