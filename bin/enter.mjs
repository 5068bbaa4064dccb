/**
 * The way in, for any Node ≥ 20: `node bin/enter.mjs VERB …` is what `npm start`, `npm test` and `./cigogne` run.
 * It sees to it that what the lock pins is installed, then hands over to the one Node that Cigogne runs on.
 * Plain JavaScript without a dependency, because nothing is installed yet when it runs.
 */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { handOver } from './hand-over.mjs';
import { CannotInstall, install, isInstalled } from './install.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const CLI = 'bin/cigogne.ts';

/** What each npm script runs; any other verb is one of the command line. */
const SCRIPTS = {
  start: [CLI, 'serve'],
  check: ['scripts/check.ts'],
  test: ['scripts/test.ts'],
};

const [verb = '--help', ...rest] = process.argv.slice(2);
try {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    throw new CannotInstall(`Cigogne is started by Node 20 or later (here: ${process.versions.node}). Install a newer Node and try again.`);
  }
  if (!isInstalled(root)) await install(root);
  process.exitCode = await handOver(root, [...(SCRIPTS[verb] ?? [CLI, verb]), ...rest]);
} catch (error) {
  if (!(error instanceof CannotInstall)) throw error;
  console.error(error.message);
  process.exitCode = 3;
}
