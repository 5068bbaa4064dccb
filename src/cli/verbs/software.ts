import type { Db } from '#kernel';
import { onReadyDatabase } from '../database.ts';
import { jsonOf } from '../json-file.ts';
import { EXIT, type Given, type Terminal, UsageError, type Verb } from '../verb.ts';

/** The software of hospitals and practices to which rules send, for the person who runs Cigogne. */
export const softwareVerb: Verb = {
  name: 'software',
  summary: 'Print the software of hospitals and practices to which rules send documents, or put another list in force.',
  operands: [],
  options: {
    put: { type: 'string', value: 'FILE', help: 'Put the list of FILE in force, as the next version.' },
    why: { type: 'string', value: 'WORDS', help: 'put: why it changes, kept with the version. Required.' },
    by: { type: 'string', value: 'NAME', help: 'put: who changes it, kept with the version. Required.' },
  },
  notes:
    'Without option, prints the list in force as the JSON that FILE has to be; docs/operations.md says what each part is. Works on DATABASE_URL\n' +
    'while servers run, or on the embedded database of CIGOGNE_DATA when its server is stopped.',
  run: (given, terminal) => onReadyDatabase(terminal, (db) => act(given, terminal, db)),
};

async function act({ options }: Given, terminal: Terminal, db: Db): Promise<number> {
  const { softwareSchema, softwareSet, writeSoftware } = await import('#exchange');
  const inForce = await softwareSet(db);
  const { put: file, why, by } = options;
  if (typeof file !== 'string') {
    terminal.say(JSON.stringify(inForce.destinations, undefined, 2));
    terminal.tell(`version ${inForce.version}`);
    return EXIT.done;
  }
  if (typeof why !== 'string' || typeof by !== 'string') throw new UsageError('--why WORDS or --by NAME is missing');
  const read = softwareSchema.safeParse(jsonOf(file));
  if (!read.success)
    throw new UsageError(`${file}: ${read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`);
  const asked = {
    from: inForce.version,
    destinations: read.data,
    words: why,
    by: { id: 'command-line', name: by },
    now: new Date(),
  };
  terminal.say(`version ${await writeSoftware(db, asked)} in force`);
  return EXIT.done;
}
