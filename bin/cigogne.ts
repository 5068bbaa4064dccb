import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../src/cli/index.ts';

/** The command line under the pinned Node: the process's own terminal. */
const code = await run(process.argv.slice(2), {
  say: (line) => process.stdout.write(`${line}\n`),
  tell: (line) => process.stderr.write(`${line}\n`),
  env: process.env,
  root: dirname(dirname(fileURLToPath(import.meta.url))),
});
process.exit(code);
