import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { type Db, openDb, readConfig } from '#kernel';
import { withReadyDatabase } from '../database.ts';
import { EXIT, type Given, type Terminal, UsageError, type Verb } from '../verb.ts';

/** Findings printed one by one. */
const MOST_FINDINGS = 50;

/** Official files of codes: brought by the operator under their own licence, in force from a day. */
export const terminologyVerb: Verb = {
  name: 'terminology',
  summary: 'LOINC releases and value sets in force from a day; history read again; the table of sensitive families.',
  operands: ['ACTION'],
  rest: 'FILE',
  options: {
    version: { type: 'string', value: 'VERSION', help: 'load: as its publisher numbers it: 2.81.' },
    from: { type: 'string', value: 'DAY', help: 'load: first day in force, 2026-12-01; default: today.' },
  },
  notes:
    'ACTION is load (Loinc.csv of a LOINC release, with its MapTo.csv; or a value set: FHIR ValueSet in JSON, or a table with a column "code"),\n' +
    'list (what was loaded, and from when), reread (normalise all history again with what is in force, in the background of the server),\n' +
    'jobs (how far that is, laboratory by laboratory), or families (check FILE, a table of sensitive families of the region, and print what\n' +
    'it settles; without FILE, that of SENSITIVE_FAMILIES_FILE). families ends with 4 when the table is refused, and says the code and line.\n' +
    'load prints what the file says against the catalogue, 50 lines at most. A replaced code joins the row of its successor from the day on.',
  async run(given, terminal) {
    const [action, ...files] = given.operands;
    const does = {
      load: () => load(given, files, terminal),
      list: () => onDatabase(terminal, list),
      reread: () => onDatabase(terminal, reread),
      jobs: () => onDatabase(terminal, jobs),
      families: () => families(files, terminal),
    };
    if (action === undefined || !Object.hasOwn(does, action))
      throw new UsageError(`"${action}" is none of load, list, reread, jobs, families`);
    return does[action as keyof typeof does]();
  },
};

async function load({ options }: Given, files: readonly string[], terminal: Terminal): Promise<number> {
  const { version, from = new Date().toISOString().slice(0, 10) } = options;
  if (files.length === 0) throw new UsageError('FILE is missing');
  if (typeof version !== 'string') throw new UsageError('--version VERSION is missing');
  const texts = files.map((file) => readText(file));
  return onDatabase(terminal, async (db) => {
    const { loadRelease } = await import('#mapping');
    const asked = { version, inForceFrom: String(from), loadedBy: userInfo().username, now: new Date() };
    const { kind, codes, replaced, ambiguous, findings, reread: laboratories } = await loadRelease(db, texts, asked);
    for (const { loinc, row, problem, official } of findings.slice(0, MOST_FINDINGS))
      terminal.say([loinc, row, problem, official].filter(Boolean).join(' '));
    terminal.tell(
      `${kind} ${version}, in force from ${String(from)}: ${codes} codes, ${replaced} replaced, ${ambiguous} left to a person; ` +
        `${findings.length} findings on the catalogue; history of ${laboratories} laboratories to be read again.`,
    );
    return EXIT.done;
  });
}

async function list(db: Db, terminal: Terminal): Promise<number> {
  const { releases } = await import('#mapping');
  for (const { kind, version, inForceFrom, codes, replaced, loadedAt } of await releases(db))
    terminal.say(
      `${kind} ${version}: in force from ${inForceFrom}, ${codes} codes, ${replaced} replaced, loaded ${loadedAt.toISOString()}`,
    );
  return EXIT.done;
}

async function reread(db: Db, terminal: Terminal): Promise<number> {
  const { rereadAll } = await import('#mapping');
  const laboratories = await db.transaction((tx) => rereadAll(tx, new Date()));
  terminal.tell(`The history of ${laboratories} laboratories will be read again by the server.`);
  return EXIT.done;
}

/** How far the reading of history is, laboratory by laboratory. */
async function jobs(db: Db, terminal: Terminal): Promise<number> {
  const { jobsOfRegion } = await import('#mapping');
  for (const { laboratory, version, finishedAt, results, expectedResults, changedResults } of await jobsOfRegion(db)) {
    const progress = finishedAt ? `done ${finishedAt.toISOString()}, ${results} results` : `${results} of some ${expectedResults} results`;
    terminal.say(`${laboratory} m${version}: ${progress}, ${changedResults} changed`);
  }
  return EXIT.done;
}

async function families(files: readonly string[], terminal: Terminal): Promise<number> {
  const { FAMILIES, FamilyTableError, readFamilyTables } = await import('#terminology');
  const file = files[0] ?? readConfig(terminal.env).SENSITIVE_FAMILIES_FILE;
  if (file === undefined) {
    terminal.tell(`No table of the region: the strict default holds for ${FAMILIES.join(', ')}.`);
    return EXIT.done;
  }
  try {
    for (const { version, from, rules, settled } of readFamilyTables(readText(file))) {
      terminal.say(`${version}, in force from ${from}`);
      for (const family of FAMILIES) {
        const { professionals, patient, isPushed, representatives } = rules[family];
        const by = settled.includes(family) ? 'region' : 'strict default';
        terminal.say(
          `  ${family}: professionals ${professionals}; person ${patient}; announced ${yesNo(isPushed)}; parents ${yesNo(representatives)} (${by})`,
        );
      }
    }
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof FamilyTableError)) throw error;
    terminal.tell(`${file}: ${error.message}`);
    return EXIT.refused;
  }
}

const yesNo = (is: boolean) => (is ? 'yes' : 'no');

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new UsageError(`${file} cannot be read`);
  }
}

function onDatabase(terminal: Terminal, work: (db: Db, terminal: Terminal) => Promise<number>): Promise<number> {
  const config = readConfig(terminal.env);
  return withReadyDatabase(config, resolve(terminal.root, config.CIGOGNE_DATA), terminal, async (url) => {
    const db = openDb({ url, maxConnections: 2 });
    try {
      return await work(db, terminal);
    } finally {
      await db.close();
    }
  });
}
