import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { hasOpenssl, selfSigned } from '../../test/support/certificate.ts';
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

test.skipIf(!hasOpenssl)('when a certificate ends is told by the file as it is; one that cannot be read is told as ended', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cigogne-ends-'));
  const file = join(folder, 'cert.pem');
  writeFileSync(file, selfSigned('region').pem);
  const app = Fastify();
  await metricsRoutes(app, database.db, 'Europe/Paris', {
    MSSANTE_CERTIFICATE_FILE: file,
    INSI_CERTIFICATE_FILE: join(folder, 'absent.pem'),
  });
  const { body } = await app.inject({ url: '/metrics' });
  const endsAt = (name: string) =>
    Number(new RegExp(`^cigogne_certificate_ends_at_seconds\\{name="${name}"\\} (\\S+)$`, 'm').exec(body)?.[1]);
  expect(endsAt('MSSANTE_CERTIFICATE_FILE')).toBeGreaterThan(Date.now() / 1_000);
  expect(endsAt('INSI_CERTIFICATE_FILE')).toBe(0);
  expect(body).not.toContain(folder);
  await app.close();
  rmSync(folder, { recursive: true });
});
