import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../src/cli/index.ts';

/** The command line under the pinned Node: the process's own terminal, and the server and the demo brought in only by the verbs that need them. */
const code = await run(
  process.argv.slice(2),
  {
    say: (line) => process.stdout.write(`${line}\n`),
    tell: (line) => process.stderr.write(`${line}\n`),
    env: process.env,
    root: dirname(dirname(fileURLToPath(import.meta.url))),
  },
  {
    start: async (...how) => (await import('../src/main.ts')).start(...how),
    runDemo: async (how) => (await import('../src/demo/index.ts')).runDemo(how),
    runLis: async (how) => (await import('../src/demo/index.ts')).runLis(how),
    writeExtracts: async (folder, sizes) => (await import('../src/demo/index.ts')).writeExtracts(folder, sizes),
    servePractice: async (how) => (await import('../src/demo/index.ts')).servePractice(how),
    demoClientOf: async (finess) =>
      (await import('../src/demo/index.ts')).makeRegion().senders.find(({ structures }) => structures.includes(finess))?.clientId,
  },
);
process.exit(code);
