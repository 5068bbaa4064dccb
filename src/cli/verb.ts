import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

/** What the process answers the shell with. Written in docs/cli.md, and kept from now on. */
export const EXIT = {
  done: 0,
  /** A fault of Cigogne: a stack is printed. */
  fault: 1,
  /** The command line or a variable is wrong. */
  usage: 2,
  /** Cannot start, or cannot reach what it needs; the sentence says what to do. */
  unable: 3,
  /** Cigogne refused a document or a request; the refusal is printed. */
  refused: 4,
} as const;

/** The command line does not say something we can do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Where a verb writes, and what it may look at: the process's own, or a test's. */
export interface Terminal {
  /** The answer: one line to the standard output. */
  say(line: string): void;
  /** What goes on, for the person who watches: one line to the standard error. */
  tell(line: string): void;
  env: Readonly<Record<string, string | undefined>>;
  /** The folder of Cigogne: where `src/` is. */
  root: string;
}

interface OptionOfVerb {
  type: 'string' | 'boolean';
  /** What stands for the value in the help: `URL`. */
  value?: string;
  help: string;
}

export interface Given {
  options: Readonly<Record<string, string | boolean | undefined>>;
  operands: readonly string[];
}

export interface Verb {
  name: string;
  /** One line, for the list of verbs. */
  summary: string;
  /** Names of the arguments that are not options: `FILE`. All are required. */
  operands: readonly string[];
  /** Name of the arguments that may follow, any number of them. */
  rest?: string;
  options: Readonly<Record<string, OptionOfVerb>>;
  /** What the help adds below the options. */
  notes?: string;
  /** @returns the exit code, one of EXIT */
  run(given: Given, terminal: Terminal): Promise<number>;
}

/** Reads the rest of a command line, options and operands in any order. */
export function readArguments(verb: Verb, args: readonly string[]): Given | 'help' {
  const options: ParseArgsOptionsConfig = { help: { type: 'boolean', short: 'h' } };
  for (const [name, { type }] of Object.entries(verb.options)) options[name] = { type };
  let read: ReturnType<typeof parseArgs>;
  try {
    read = parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message.split('. ')[0]);
  }
  if (read.values['help']) return 'help';
  const { positionals } = read;
  if (positionals.length < verb.operands.length) throw new UsageError(`${verb.operands[positionals.length]} is missing`);
  if (verb.rest === undefined && positionals.length > verb.operands.length)
    throw new UsageError(`"${positionals[verb.operands.length]}" is one argument too many`);
  return { options: read.values as Given['options'], operands: positionals };
}

const column = (rows: readonly (readonly [string, string])[]) => {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
};

/** What `./cigogne VERB --help` prints. */
export function helpOf(verb: Verb): string {
  const options = Object.entries(verb.options).map(
    ([name, { value, help }]) => [value ? `--${name} ${value}` : `--${name}`, help] as const,
  );
  return [
    `Usage: ./cigogne ${[verb.name, ...(options.length > 0 ? ['[OPTIONS]'] : []), ...verb.operands, ...(verb.rest ? [`[${verb.rest}]…`] : [])].join(' ')}`,
    '',
    verb.summary,
    '',
    column([...options, ['-h, --help', 'Print this help.']]),
    ...(verb.notes ? ['', verb.notes] : []),
  ].join('\n');
}

/** What `./cigogne --help` prints. */
export function helpOfAll(verbs: readonly Verb[]): string {
  return [
    'Usage: ./cigogne VERB [OPTIONS]',
    '',
    column(verbs.map(({ name, summary }) => [name, summary] as const)),
    '',
    'Each verb has its own --help. Variables are listed in config.example.env.',
    `Exit codes: ${EXIT.done} done; ${EXIT.fault} a fault of Cigogne; ${EXIT.usage} wrong command line or variable; ` +
      `${EXIT.unable} cannot start or reach something; ${EXIT.refused} refused by Cigogne.`,
  ].join('\n');
}
