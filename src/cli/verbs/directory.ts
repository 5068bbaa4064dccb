import { resolve } from 'node:path';
import { openDb, readConfig } from '#kernel';
import { withReadyDatabase } from '../database.ts';
import { EXIT, type Given, type Terminal, UsageError, type Verb } from '../verb.ts';

const SAMPLE_LINES = 20_000;

/** What the demo region offers to this verb, wired above it: writes invented extracts, and tells where. */
export type WriteExtracts = (folder: string, sizes: { seed: number; lines: number }) => Promise<{ practices: string; mailboxes: string }>;

/** Fills the directory of professionals, places and secure-mail addresses from the national extracts. */
export const directoryVerb = (writeExtracts: WriteExtracts): Verb => ({
  name: 'directory',
  summary: 'Bring the national extracts of professionals, places and secure-mail addresses into the directory.',
  operands: ['ACTION'],
  rest: 'FILE',
  options: {
    delta: { type: 'boolean', help: 'The file holds only changes: what it does not tell is not ended.' },
    restart: { type: 'boolean', help: 'Begin again where an import was left half-way.' },
    departments: { type: 'string', value: 'LIST', help: 'Of a FINESS file, only the places whose number begins so: 67,68.' },
    to: { type: 'string', value: 'FOLDER', help: 'sample: where to write the files.' },
    lines: { type: 'string', value: 'N', help: `sample: lines of the file of practices; default ${SAMPLE_LINES}.` },
  },
  notes:
    'ACTION is import (one FILE or more, told by their first line: practices, MSSanté addresses, FINESS structures) or sample (writes invented\n' +
    'files of the same shape). An import cut half-way goes on where it was when given the same file; the same file again changes nothing.',
  run(given, terminal) {
    const [action, ...files] = given.operands;
    if (action === 'import' && files.length > 0) return importAll(given, files, terminal);
    if (action === 'sample') return writeSample(given, terminal, writeExtracts);
    throw new UsageError(action === 'import' ? 'FILE is missing' : `"${action}" is neither import nor sample`);
  },
});

async function importAll({ options }: Given, files: readonly string[], terminal: Terminal): Promise<number> {
  const config = readConfig(terminal.env);
  const dataFolder = resolve(terminal.root, config.CIGOGNE_DATA);
  const { importExtract } = await import('#directory');
  return withReadyDatabase(config, dataFolder, terminal, async (url) => {
    const db = openDb({ url, maxConnections: 2 });
    try {
      for (const file of files) {
        const report = await importExtract(db, resolve(file), {
          isFull: options['delta'] !== true,
          restart: options['restart'] === true,
          departments: typeof options['departments'] === 'string' ? options['departments'].split(',') : [],
          now: () => new Date(),
          onProgress: tellProgress(terminal),
        });
        const { kind, lines, rejected, added, changed, ended } = report;
        terminal.say(`${kind}: ${lines} lines, ${rejected} not understood, ${added} added, ${changed} changed, ${ended} ended`);
        for (const { line, why } of report.firstRejected) terminal.tell(`  line ${line}: ${why}`);
      }
      return EXIT.done;
    } finally {
      await db.close();
    }
  });
}

/** One line a step, and one for each tenth of the file. */
function tellProgress(terminal: Terminal) {
  let told = '';
  return (progress: { step: string; done?: number; total?: number; lines?: number }) => {
    const { step, done = 0, total = 0, lines = 0 } = progress;
    const tenth = total > 0 ? Math.floor((10 * done) / total) : 0;
    const words =
      step === 'reading' ? `Reading: ${tenth * 10} %` : step === 'merging' ? 'Merging what was read…' : 'Making the search anew…';
    if (words === told) return;
    told = words;
    terminal.tell(step === 'reading' ? `${words} (${lines} lines)` : words);
  };
}

async function writeSample({ options }: Given, terminal: Terminal, writeExtracts: WriteExtracts): Promise<number> {
  const lines = Number(options['lines'] ?? SAMPLE_LINES);
  if (typeof options['to'] !== 'string') throw new UsageError('--to FOLDER is missing');
  if (!Number.isInteger(lines) || lines < 1) throw new UsageError('--lines is not a number of lines');
  const { practices, mailboxes } = await writeExtracts(resolve(options['to']), { seed: 7, lines });
  terminal.say(practices);
  terminal.say(mailboxes);
  return EXIT.done;
}
