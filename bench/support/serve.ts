import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '#kernel';
import { start } from '../../src/main.ts';

/**
 * The server as `npm start` runs it, on the database of the bench, without those who receive its mail: in life they work on
 * other machines. BENCH_WEB names the built browser part, else an empty page stands in its place.
 */
const webFolder = process.env['BENCH_WEB'] ?? emptyPage();
const config = readConfig(process.env);
const running = await start({ ...config, DATABASE_URL: config.DATABASE_URL! }, { webFolder, say: () => {}, withoutRecipients: true });
process.once('SIGTERM', async () => {
  await running.stop();
  process.exit(0);
});

function emptyPage(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cigogne-bench-web-'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Cigogne</title>');
  return folder;
}
