import type { Db } from '#kernel';
import { onReadyDatabase } from '../database.ts';
import { jsonOf } from '../json-file.ts';
import { EXIT, type Given, type Terminal, UsageError, type Verb } from '../verb.ts';

const DAY_MS = 86_400_000;

/** The rules of routing, for the person who runs Cigogne: read, tried on what passed, put in force. */
export const rulesVerb: Verb = {
  name: 'rules',
  summary: 'Print the rules of routing, try others on past traffic, or put others in force.',
  operands: [],
  options: {
    try: { type: 'string', value: 'FILE', help: 'Tell what the rules of FILE would have done to what was routed; nothing is changed.' },
    days: { type: 'string', value: 'N', help: 'try: traffic of the last N days; default 30.' },
    put: { type: 'string', value: 'FILE', help: 'Put the rules of FILE in force, as the next version.' },
    why: { type: 'string', value: 'WORDS', help: 'put: why they change, kept with the version. Required.' },
    by: { type: 'string', value: 'NAME', help: 'put: who changes them, kept with the version. Required.' },
  },
  notes:
    'Without option, prints the rules in force as the JSON that FILE has to be: an array, in the order in which rules are tried. Works on\n' +
    'DATABASE_URL while servers run, or on the embedded database of CIGOGNE_DATA when its server is stopped.',
  run: (given, terminal) => onReadyDatabase(terminal, (db) => act(given, terminal, db)),
};

async function act({ options }: Given, terminal: Terminal, db: Db): Promise<number> {
  const { ruleSet, rulesSchema, tryRules, writeRules } = await import('#exchange');
  const rulesOf = (file: string) => {
    const read = rulesSchema.safeParse(jsonOf(file));
    if (read.success) return read.data;
    throw new UsageError(`${file}: ${read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`);
  };
  const inForce = await ruleSet(db);
  if (typeof options['try'] === 'string') {
    const days = Number(options['days'] ?? 30);
    if (!Number.isInteger(days) || days < 1) throw new UsageError('--days is a whole number of days');
    const { seen, changed, lines } = await tryRules(db, rulesOf(options['try']), new Date(Date.now() - days * DAY_MS));
    for (const line of lines) terminal.say(JSON.stringify(line));
    terminal.tell(`${changed} of ${seen} documents would have been routed otherwise.`);
    return EXIT.done;
  }
  if (typeof options['put'] === 'string') {
    const { why, by } = options;
    if (typeof why !== 'string' || typeof by !== 'string') throw new UsageError('--why WORDS or --by NAME is missing');
    const asked = {
      from: inForce.version,
      rules: rulesOf(options['put']),
      words: why,
      by: { id: 'command-line', name: by },
      now: new Date(),
    };
    terminal.say(`version ${await writeRules(db, asked)} in force`);
    return EXIT.done;
  }
  terminal.say(JSON.stringify(inForce.rules, undefined, 2));
  terminal.tell(`version ${inForce.version}`);
  return EXIT.done;
}
