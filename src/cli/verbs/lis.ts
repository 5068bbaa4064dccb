import { serverUrl, TO_OPTION } from '../remote.ts';
import { EXIT, type Given, type Terminal, UsageError, type Verb } from '../verb.ts';

const FORMATS = ['cda', 'hl7', 'hprim'] as const;

/** What the demo region offers to the command line, wired above it. */
export type RunLis = (options: {
  to: string;
  mllp?: { host: string; port: number } | undefined;
  formats: readonly (typeof FORMATS)[number][];
  orders: number;
  rate: number;
  faults: { duplicates: number; disorder: number; stops: number };
  patients: number;
  seed: number;
  now: Date;
  tell: (line: string) => void;
  signal: AbortSignal;
}) => Promise<{ refused: Record<string, number> }>;

/** A laboratory's system that sends what its biologists validated: for demonstrations, trials and tests. */
export const lisVerb = (runLis: RunLis): Verb => ({
  name: 'lis',
  summary: 'Simulate the systems of the demo laboratories: partial, validated, corrected and cancelled results, at a chosen rate.',
  operands: [],
  options: {
    ...TO_OPTION,
    mllp: { type: 'string', value: 'HOST:PORT', help: 'Where HL7 v2 goes by MLLP; without it, it is deposited like the others.' },
    formats: { type: 'string', value: 'LIST', help: 'Among cda, hl7, hprim (default cda,hl7); each order keeps its own.' },
    orders: { type: 'string', value: 'N', help: 'Orders, 1 to 1000000 (default 100).' },
    rate: { type: 'string', value: 'N', help: 'Messages a second, 0.01 to 10000 (default 5).' },
    duplicates: { type: 'string', value: 'PERCENT', help: 'Messages sent twice (default 0).' },
    disorder: { type: 'string', value: 'PERCENT', help: 'Messages that leave after the one that follows them (default 0).' },
    stops: { type: 'string', value: 'PERCENT', help: 'Messages whose answer is not heard, and that are sent again (default 0).' },
    patients: { type: 'string', value: 'N', help: 'People of the region that the server holds, 4 to 350000 (default 200).' },
    seed: { type: 'string', value: 'N', help: "The region's number (default 1)." },
  },
  notes:
    'Only biologically validated results leave: what is ordered or measured sends nothing. HPRIM carries no INS, so the identity cell is\n' +
    'asked whose it is. Ends with 0 when every message was taken, 4 when one was refused.',
  run: (given, terminal) => runVerb(runLis, given, terminal),
});

async function runVerb(runLis: RunLis, given: Given, terminal: Terminal): Promise<number> {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const { refused } = await runLis({
    to: serverUrl(given, terminal),
    mllp: addressOf(given.options['mllp']),
    formats: formatsOf(given.options['formats']),
    orders: figure(given, 'orders', { byDefault: 100, min: 1, max: 1_000_000, isWhole: true }),
    rate: figure(given, 'rate', { byDefault: 5, min: 0.01, max: 10_000 }),
    faults: { duplicates: share(given, 'duplicates'), disorder: share(given, 'disorder'), stops: share(given, 'stops') },
    patients: figure(given, 'patients', { byDefault: 200, min: 4, max: 350_000, isWhole: true }),
    seed: figure(given, 'seed', { byDefault: 1, min: 0, max: 4_294_967_295, isWhole: true }),
    now: new Date(),
    tell: terminal.tell,
    signal: stop.signal,
  });
  return Object.keys(refused).length === 0 ? EXIT.done : EXIT.refused;
}

function addressOf(given: Given['options'][string]): { host: string; port: number } | undefined {
  if (typeof given !== 'string') return undefined;
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(given) ?? [];
  if (host === undefined) throw new UsageError('--mllp is HOST:PORT');
  return { host: host.replaceAll(/^\[|\]$/g, ''), port: Number(port) };
}

function formatsOf(given: Given['options'][string]): (typeof FORMATS)[number][] {
  const named = (typeof given === 'string' ? given : 'cda,hl7').split(',').map((name) => name.trim());
  return named.map((name) => {
    const format = FORMATS.find((known) => known === name);
    if (!format) throw new UsageError(`--formats takes ${FORMATS.join(', ')}`);
    return format;
  });
}

const share = (given: Given, name: string) => figure(given, name, { byDefault: 0, min: 0, max: 100 }) / 100;

function figure(
  { options }: Given,
  name: string,
  { byDefault, min, max, isWhole = false }: { byDefault: number; min: number; max: number; isWhole?: boolean },
): number {
  const value = options[name] === undefined ? byDefault : Number(options[name]);
  if (!(value >= min && value <= max) || (isWhole && !Number.isInteger(value)))
    throw new UsageError(`--${name} is a ${isWhole ? 'whole ' : ''}number from ${min} to ${max}`);
  return value;
}
