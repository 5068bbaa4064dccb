import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Config, type Db, openDb, readConfig, Refusal, StartError } from '#kernel';
import type { PracticeConfig, SharedRecord } from '#practice';
import { withReadyDatabase } from '../database.ts';
import { readyWebBundle, webFolder } from '../web-bundle.ts';
import { EXIT, type Given, type Terminal, UsageError, type Verb } from '../verb.ts';

const ACTIONS = ['run', 'serve', 'status', 'triage', 'file', 'unfile', 'refuse', 'seen'] as const;
type Action = (typeof ACTIONS)[number];

const DEFAULT_EVERY_SECONDS = 5;

/** The connector that a practice runs beside its software, and what its people do with what it could not file alone. */
export const lgcVerb = (servePractice: ServePractice): Verb => ({
  name: 'lgc',
  summary: 'File what comes to a practice in its software: mailbox, folder and record in; folder, FHIR and HL7 v2 out; receipts back.',
  operands: ['ACTION'],
  rest: 'ARGUMENT',
  options: {
    config: { type: 'string', value: 'FILE', help: 'How the practice is connected (JSON); for run and serve.' },
    every: { type: 'string', value: 'SECONDS', help: `Between two looks at the folder (default ${DEFAULT_EVERY_SECONDS}).` },
    by: { type: 'string', value: 'NAME', help: 'Who decides; kept with what they did.' },
    reason: { type: 'string', value: 'TEXT', help: 'Why; kept with what they did.' },
  },
  notes:
    'Actions: run; serve (the software of a demonstration practice with its screens, alone at HOST:PORT, and the connector beside it); status (how many documents stand where); triage (what waits for a person, with those whom it may be);\n' +
    'file DOCUMENT PATIENT-NUMBER; unfile DOCUMENT; refuse DOCUMENT (of no patient of ours); seen DOCUMENT (the sender is told).\n' +
    'Works on DATABASE_URL, or on the embedded database of CIGOGNE_DATA, which one command at a time uses: a database of the practice, never that\n' +
    'of the region.',
  async run(given, terminal) {
    const [named] = given.operands;
    const action = ACTIONS.find((one) => one === named);
    if (!action) throw new UsageError(`ACTION is one of ${ACTIONS.join(', ')}`);
    const config = readConfig(terminal.env);
    const work =
      action === 'serve' ? serving(servePractice, given, terminal, config) : prepared(action, given, terminal, config.CIGOGNE_MODE);
    return withReadyDatabase(config, resolve(terminal.root, config.CIGOGNE_DATA), terminal, async (url) => {
      const db = openDb({ url, maxConnections: 6 });
      try {
        await work(db);
        return EXIT.done;
      } finally {
        await db.close();
      }
    });
  },
});

/** Checks the command line before a database is started for it. */
function prepared(
  action: Exclude<Action, 'serve'>,
  given: Given,
  terminal: Terminal,
  mode: 'demo' | 'production',
): (db: Db) => Promise<void> {
  const { say } = terminal;
  const [document, number] = given.operands.slice(1);
  switch (action) {
    case 'run':
      return running(given, terminal, mode);
    case 'status':
      return async (db) => say(JSON.stringify(await (await import('#practice')).countPlaces(db)));
    case 'triage':
      return (db) => printTriage(db, say);
    case 'file': {
      if (number === undefined) throw new UsageError('file takes DOCUMENT PATIENT-NUMBER');
      const decision = decisionOf(given);
      return async (db) => (await import('#practice')).fileFor(db, idOf(document), number, decision);
    }
    default: {
      const decision = decisionOf(given);
      const id = idOf(document);
      return async (db) => {
        const { markSeen, refuse, unfile } = await import('#practice');
        await { unfile, refuse, seen: markSeen }[action](db, id, decision);
      };
    }
  }
}

function running({ options }: Given, { tell }: Terminal, mode: 'demo' | 'production'): (db: Db) => Promise<void> {
  const file = options['config'];
  if (typeof file !== 'string') throw new UsageError('run needs --config FILE');
  const seconds = options['every'] === undefined ? DEFAULT_EVERY_SECONDS : Number(options['every']);
  if (!(seconds >= 0.1 && seconds <= 3600)) throw new UsageError('--every is a number of seconds from 0.1 to 3600');
  return async (db) => {
    const { readPracticeConfig, runConnector } = await import('#practice');
    const stop = new AbortController();
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
    const config = readPracticeConfig(resolve(file));
    const record = await recordOf(config);
    await runConnector({ db, mode, config, tell, ...(record && { record }) }, { everyMs: seconds * 1000, signal: stop.signal });
  };
}

/** The software of the demo practice, wired above the command line. */
export type ServePractice = (how: {
  db: Db;
  patients: number;
  zone: string;
  host: string;
  port: number;
  webFolder: string;
  connection: PracticeConfig | undefined;
  record: SharedRecord | undefined;
  tell: (line: string) => void;
  onError: (error: unknown) => void;
}) => Promise<{ url: string; stop(): Promise<void> }>;

function serving(serve: ServePractice, { options }: Given, terminal: Terminal, config: Config): (db: Db) => Promise<void> {
  const { config: file } = options;
  if (config.CIGOGNE_MODE === 'production') throw new UsageError('serve opens a practice of invented people: CIGOGNE_MODE must be demo');
  return async (db) => {
    const stopped = new Promise((asked) => {
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, asked);
    });
    const { readPracticeConfig } = await import('#practice');
    const connection = typeof file === 'string' ? readPracticeConfig(resolve(file), { hasSoftware: true }) : undefined;
    await readyWebBundle(terminal);
    const practice = await serve({
      db,
      patients: config.DEMO_PATIENTS,
      zone: config.REGION_TIME_ZONE,
      host: config.HOST,
      port: config.PORT,
      webFolder: webFolder(terminal.root),
      connection,
      record: connection && (await recordOf(connection)),
      tell: terminal.tell,
      onError: (error) => terminal.tell(error instanceof Refusal ? error.message : 'The connector could not do its round; it tries again.'),
    });
    terminal.say(`Software of the demo practice: ${practice.url}`);
    await stopped;
    await practice.stop();
  };
}

async function recordOf({ record, zone }: PracticeConfig): Promise<SharedRecord | undefined> {
  if (!record) return undefined;
  const { sharedRecordAt } = await import('#fhir');
  return sharedRecordAt({ ...(await credentialsOf(record)), zone });
}

/** One line of JSON a document: what its sender says of the patient, beside those whom it may be. */
async function printTriage(db: Db, say: Terminal['say']): Promise<void> {
  const { candidatesFor, inTriage, practicePatients } = await import('#practice');
  const patients = await practicePatients(db);
  for (const { documentId, title, producer, kind, reason, printed } of await inTriage(db)) {
    const candidates = candidatesFor(printed ?? undefined, patients).map(({ patient: { number, traits }, comparison, sameIns }) => ({
      number,
      traits,
      comparison,
      sameIns,
    }));
    say(JSON.stringify({ document: documentId, title, producer, why: kind === 'unfiled' ? kind : reason, printed, candidates }));
  }
}

function decisionOf({ options }: Given): { by: string; reason: string } {
  const { by, reason } = options;
  if (typeof by !== 'string' || by.trim() === '') throw new UsageError('say who decides with --by NAME');
  return { by, reason: typeof reason === 'string' ? reason : '' };
}

function idOf(text: string | undefined): string {
  if (text === undefined || !/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text))
    throw new UsageError('DOCUMENT is an identifier as triage prints it');
  return text;
}

type RecordConfig = NonNullable<PracticeConfig['record']>;

/** By its own key, or by the token of one person. */
async function credentialsOf({ base, clientId, keyFile, tokenFile }: RecordConfig) {
  if (tokenFile !== undefined) return { base, tokenFile };
  const { practiceTokens } = await import('#access');
  return { base, tokenOf: practiceTokens({ base, clientId: clientId!, key: keyIn(keyFile!) }) };
}

function keyIn(file: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  } catch {
    throw new StartError(`${file} is no private key in JSON (JWK): check that it exists and that this account may read it.`);
  }
}
