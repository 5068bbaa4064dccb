import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '#kernel';
import { start } from '../../src/main.ts';

/** The server as `npm start` runs it, on the database of the bench, with an empty page in place of the browser part. */
const webFolder = mkdtempSync(join(tmpdir(), 'cigogne-bench-web-'));
writeFileSync(join(webFolder, 'index.html'), '<!doctype html><title>Cigogne</title>');
const config = readConfig(process.env);
const running = await start({ ...config, DATABASE_URL: config.DATABASE_URL! }, { webFolder, say: () => {} });
process.once('SIGTERM', async () => {
  await running.stop();
  process.exit(0);
});
