/** The command line: `./cigogne VERB`. Each verb is a file of verbs/, and appears here when what it calls works. */
import { ConfigError, Refusal, StartError, refusalBody } from '#kernel';
import { EXIT, helpOf, helpOfAll, readArguments, type Terminal, UsageError, type Verb } from './verb.ts';
import { archiveAuditVerb } from './verbs/archive-audit.ts';
import { convertVerb } from './verbs/convert.ts';
import { type DemoClientOf, depositVerb } from './verbs/deposit.ts';
import { demoVerb, type RunDemo } from './verbs/demo.ts';
import { directoryVerb, type WriteExtracts } from './verbs/directory.ts';
import { lgcVerb, type ServePractice } from './verbs/lgc.ts';
import { lisVerb, type RunLis } from './verbs/lis.ts';
import { migrateVerb } from './verbs/migrate.ts';
import { previewVerb } from './verbs/preview.ts';
import { benchVerb, fuzzVerb } from './verbs/programs.ts';
import { readVerb } from './verbs/read.ts';
import { rulesVerb } from './verbs/rules.ts';
import { softwareVerb } from './verbs/software.ts';
import { serveVerb, type StartServer } from './verbs/serve.ts';
import { shareVerb } from './verbs/share.ts';
import { terminologyVerb } from './verbs/terminology.ts';
import { tokenVerb } from './verbs/token.ts';
import { traceVerb } from './verbs/trace.ts';
import { validateVerb } from './verbs/validate.ts';
import { verifyAuditVerb } from './verbs/verify-audit.ts';

export { EXIT, type Terminal } from './verb.ts';
export { helpAsMarkdown } from './help-page.ts';

/** What the command line wires in from above it. */
export interface CliDeps {
  start: StartServer;
  runDemo: RunDemo;
  runLis: RunLis;
  writeExtracts: WriteExtracts;
  demoClientOf: DemoClientOf;
  servePractice: ServePractice;
}

export const verbsOf = (deps: CliDeps): Verb[] => [
  serveVerb(deps.start),
  demoVerb(deps.runDemo),
  lisVerb(deps.runLis),
  lgcVerb(deps.servePractice),
  migrateVerb,
  readVerb,
  convertVerb,
  validateVerb,
  depositVerb(deps.demoClientOf),
  tokenVerb,
  shareVerb,
  traceVerb,
  previewVerb,
  rulesVerb,
  softwareVerb,
  verifyAuditVerb,
  archiveAuditVerb,
  directoryVerb(deps.writeExtracts),
  terminologyVerb,
  benchVerb,
  fuzzVerb,
];

/**
 * Runs one command line, its first word being the verb.
 * @returns the exit code, one of EXIT
 */
export async function run(args: readonly string[], terminal: Terminal, deps: CliDeps): Promise<number> {
  const verbs = verbsOf(deps);
  const [name = '--help', ...rest] = args;
  if (name === '--help' || name === '-h' || name === 'help') {
    terminal.say(helpOfAll(verbs));
    return EXIT.done;
  }
  const verb = verbs.find((candidate) => candidate.name === name);
  try {
    if (!verb) throw new UsageError(`there is no verb "${name}"`);
    const given = readArguments(verb, rest);
    if (given !== 'help') return await verb.run(given, terminal);
    terminal.say(helpOf(verb));
    return EXIT.done;
  } catch (error) {
    return explain(error, verb, terminal);
  }
}

/** What can be mended outside is told in a sentence; a fault of ours is thrown on, and ends with its stack. */
function explain(error: unknown, verb: Verb | undefined, { tell }: Terminal): number {
  if (error instanceof UsageError) {
    tell(`${error.message}; see ./cigogne ${verb ? `${verb.name} ` : ''}--help`);
    return EXIT.usage;
  }
  if (error instanceof ConfigError) {
    tell(`These variables are wrong; config.example.env says what each may be:\n${error.message}`);
    return EXIT.usage;
  }
  if (error instanceof StartError) {
    tell(error.message);
    return EXIT.unable;
  }
  if (error instanceof Refusal) {
    tell(JSON.stringify(refusalBody(error)));
    return EXIT.refused;
  }
  throw error;
}
