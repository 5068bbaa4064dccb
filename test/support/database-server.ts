import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { findMigrations, migrate, openDb, startEmbeddedPostgres } from '../../src/kernel/index.ts';

declare module 'vitest' {
  interface ProvidedContext {
    databaseUrl: string;
    /** Where tests put their files: removed when the run ends. */
    folder: string;
  }
}

/** One PostgreSQL for the whole run, with a template database already migrated: a test file's own database is a copy of it. */
export default async function setup(project: TestProject) {
  const folder = mkdtempSync(join(tmpdir(), 'cigogne-test-'));
  // Run by root, the database has another user, who must be able to enter.
  chmodSync(folder, 0o755);
  const server = await startEmbeddedPostgres({
    folder: join(folder, 'postgres'),
    durable: false,
    cacheFolder: join(tmpdir(), 'cigogne-cache'),
    tell: (line) => process.stderr.write(`${line}\n`),
  });
  const admin = openDb({ url: server.url('postgres'), maxConnections: 2 });
  await admin.script('create database template_cigogne');
  const template = openDb({ url: server.url('template_cigogne'), maxConnections: 2 });
  await migrate(template, findMigrations('src'));
  await template.close();
  await admin.close();
  project.provide('databaseUrl', server.url('postgres'));
  project.provide('folder', folder);
  return async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
