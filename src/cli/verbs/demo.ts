import { serverUrl, TO_OPTION } from '../remote.ts';
import { EXIT, type Given, type Terminal, UsageError, type Verb } from '../verb.ts';

/** What the demo region offers to the command line, wired above it. */
export type RunDemo = (options: {
  patients: number;
  reports: number;
  seed: number;
  today?: string | undefined;
  to?: string | undefined;
  out?: string | undefined;
  fresh?: boolean | undefined;
  mail?: 'pdf' | 'hprim' | undefined;
  now: Date;
  tell: (line: string) => void;
  signal: AbortSignal;
}) => Promise<boolean>;

export const demoVerb = (runDemo: RunDemo): Verb => ({
  name: 'demo',
  summary: 'Make the reports of an invented region, and deposit them at a demo server or write them to a folder.',
  operands: [],
  options: {
    ...TO_OPTION,
    out: { type: 'string', value: 'FOLDER', help: 'Write files here instead; index.jsonl says which laboratory sends each.' },
    fresh: { type: 'boolean', help: 'Only one new report of Odette ESSAI-MARCHAND, dated now.' },
    mail: { type: 'string', value: 'FORMAT', help: 'Only one new report of hers, by mail as an older system sends it: pdf or hprim.' },
    patients: { type: 'string', value: 'N', help: 'People, 3 to 350000 (default 200).' },
    reports: { type: 'string', value: 'N', help: 'Reports (default 3000).' },
    seed: { type: 'string', value: 'N', help: 'Another number, another region (default 1).' },
    today: { type: 'string', value: 'YYYY-MM-DD', help: 'The day of the stories (default: the last whose morning is over).' },
  },
  notes: 'The same figures and day always make the same bytes: deposited twice, nothing is stored twice.',
  run: (given, terminal) => runVerb(runDemo, given, terminal),
});

async function runVerb(runDemo: RunDemo, given: Given, terminal: Terminal): Promise<number> {
  const { options } = given;
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => stop.abort());
  const text = (name: string) => (typeof options[name] === 'string' ? options[name] : undefined);
  const today = text('today');
  if (today !== undefined && !/^\d{4}-\d\d-\d\d$/.test(today)) throw new UsageError('--today is a day such as 2026-11-22');
  const mail = (['pdf', 'hprim'] as const).find((one) => one === text('mail'));
  if (options['mail'] !== undefined && mail === undefined) throw new UsageError('--mail is pdf or hprim');
  const out = text('out');
  try {
    const isDone = await runDemo({
      patients: whole('patients', text('patients'), 200, 3, 350_000),
      reports: whole('reports', text('reports'), 3_000, 0, 100_000_000),
      seed: whole('seed', text('seed'), 1, 0, 4_294_967_295),
      today,
      out,
      to: out === undefined ? serverUrl(given, terminal) : text('to'),
      fresh: options['fresh'] === true,
      mail,
      now: new Date(),
      tell: terminal.tell,
      signal: stop.signal,
    });
    return isDone ? EXIT.done : EXIT.refused;
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message);
    terminal.tell(
      stop.signal.aborted ? 'Stopped; the same command goes on where it stands, storing nothing twice.' : (error as Error).message,
    );
    return EXIT.unable;
  }
}

function whole(name: string, given: string | undefined, byDefault: number, min: number, max: number): number {
  const value = given === undefined ? byDefault : Number(given);
  if (!Number.isInteger(value) || value < min || value > max) throw new UsageError(`--${name} is a whole number from ${min} to ${max}`);
  return value;
}
