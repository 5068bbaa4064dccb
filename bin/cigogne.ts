import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../src/cli/index.ts';

/** The command line under the pinned Node: the process's own terminal, and the server brought in only when a verb starts it. */
const code = await run(
  process.argv.slice(2),
  {
    say: (line) => process.stdout.write(`${line}\n`),
    tell: (line) => process.stderr.write(`${line}\n`),
    env: process.env,
    root: dirname(dirname(fileURLToPath(import.meta.url))),
  },
  { start: async (...how) => (await import('../src/main.ts')).start(...how) },
);
process.exit(code);
