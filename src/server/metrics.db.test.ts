import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import type { Sql } from '../kernel/index.ts';
import { metricsRoutes } from './metrics.ts';

const database = testDatabase();

test('however many ask for the metrics, deposits are counted once', async () => {
  let counted = 0;
  const db: Sql = {
    query(name, text, values) {
      if (name === 'deposit-counts') counted += 1;
      return database.db.query(name, text, values);
    },
  };
  const app = Fastify();
  await metricsRoutes(app, db, 'Europe/Paris');
  const answers = await Promise.all(Array.from({ length: 20 }, () => app.inject({ url: '/metrics' })));
  expect(
    answers.every(
      ({ statusCode, body }) => statusCode === 200 && body.includes('cigogne_deposits') && body.includes('cigogne_silent_senders 0'),
    ),
  ).toBe(true);
  expect(counted).toBe(1);
  await app.close();
});
