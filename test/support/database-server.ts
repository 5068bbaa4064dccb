import { mkdtempSync, rmSync, chmodSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../src/kernel/embedded-postgres.ts';
import { findMigrations, migrate, openDb } from '../../src/kernel/index.ts';

declare module 'vitest' {
  interface ProvidedContext {
    databaseUrl: string;
  }
}

/** One PostgreSQL for the whole run, with a template database already migrated: a test file's own database is a copy of it. */
export default async function setup(project: TestProject) {
  const folder = mkdtempSync(join(tmpdir(), 'cigogne-test-'));
  chmodSync(folder, 0o755);
  const server = await startEmbeddedPostgres({
    folder,
    port: await freePort(),
    durable: false,
    cacheFolder: join(tmpdir(), 'cigogne-cache'),
  });
  const admin = openDb({ url: server.url, maxConnections: 2 });
  await admin.script('create database template_cigogne');
  const template = openDb({ url: server.url.replace(/postgres$/, 'template_cigogne'), maxConnections: 2 });
  await migrate(template, findMigrations('src'));
  await template.close();
  await admin.close();
  project.provide('databaseUrl', server.url);
  return async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
