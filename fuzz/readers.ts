import { globSync, readFileSync } from 'node:fs';
import { Fhir } from 'fhir';
import { type Content, readAny, validateAny, WRITE_FORMATS, writeAs, writeDischargeLetter } from '../src/formats/index.ts';
import { readZip, Refusal, writeZip } from '../src/kernel/index.ts';
import { dischargeLetter } from '../test/support/discharge-letter.ts';
import { chemistryReport } from '../test/support/lab-report.ts';
import { oru } from '../test/support/oru-message.ts';
import { pick, randomFrom } from '../test/support/random-xml.ts';
import { sender } from '../test/support/xdm.ts';

/**
 * Every reader but the XML scanner, on damaged files of its own format: HL7 v2, HPRIM, FHIR, XDM archives, CDA. Each input comes from a
 * seed, so that a failure is shown again by `node fuzz/readers.ts 1 SEED`. What must hold, whatever the bytes:
 * - what is read is read, or refused with a place; nothing else is thrown;
 * - it is done within 50 ms and 10 ms a megabyte of processor time, beyond what a pause of the collector costs;
 * - one in sixteen that was read is also checked against our rules, and written in every format: written, or refused.
 */
interface Outcome {
  inputs: number;
  read: number;
  refused: number;
  written: number;
  failures: string[];
  /** Longest time of one input, ms of processor time. */
  longest: number;
}

const MAX_FAILURES = 20;
const context = { now: new Date(0), zone: 'Europe/Paris', sender };
/** A full collection of the garbage of thousands of inputs is not the cost of one. */
const PAUSE_MS = 100;

type Start = { name: string; bytes: Uint8Array };

function startingFiles(): Start[] {
  const report = { kind: 'report' as const, report: chemistryReport(3) };
  const ours = WRITE_FORMATS.filter((format) => format !== 'text').map((name) => ({ name, bytes: writeAs(report, name, context).bytes }));
  // FHIR in XML as another library writes it; we write none.
  const json = Buffer.from(writeAs(report, 'fhir', context).bytes).toString('utf8');
  const xml = { name: 'fhir-xml', bytes: Buffer.from(new Fhir().objToXml(JSON.parse(json) as object)) };
  const samples = globSync('../shared/samples/{hl7v2,fhir/eu-lab,cda,cda-other}/*.{hl7,json,xml,er7}')
    .map((file) => ({ name: file, bytes: readFileSync(file) }))
    .filter(({ bytes }) => bytes.length < 60_000 && isRead(bytes));
  const letter = { name: 'letter', bytes: Buffer.from(writeDischargeLetter(dischargeLetter())) };
  const batch = { name: 'batch', bytes: Buffer.from(`FHS|^~\\&\rBHS|^~\\&\r${oru(1)}${oru(2)}BTS|2\rFTS|1\r`) };
  return [...ours, xml, letter, batch, { name: 'hprim-sante', bytes: Buffer.from(SANTE) }, ...samples];
}

/** Samples hold also what is no document: profiles, sets of codes. */
function isRead(bytes: Uint8Array): boolean {
  try {
    return readAny(bytes).contents.length > 0;
  } catch {
    return false;
  }
}

const SANTE =
  'H|~^\\&|F.HPR||990000001~LBM DEMO||ORU|||X~Y||P|H2.1~C|202503141135\rP|1|P0042||D1|ESSAI-DEMO~LUCIE||19550612|F\r' +
  'OBR|1|O7|D1|BIO~Biochimie~L|||202503140805\rOBX|1|NM|GLY~Glycemie~L||7.2|mmol/L|4.1-6.1|H|||F\rC|1|L|Controle\rL|1||1|9';

/** Pieces that readers of these formats stumble on. */
const PIECES = [
  '',
  '|',
  '^',
  '~',
  '\\',
  '&',
  '\r',
  '\n',
  '\0',
  '""',
  '\\X0D\\',
  '\\.br\\',
  '****LAB****',
  '****FIN****',
  'RES|',
  'OBX|',
  'MSH|^~\\&|',
  '{',
  '}',
  '[',
  ']',
  '"',
  ',',
  ':',
  'null',
  '1e999',
  '-',
  '<',
  '>',
  '&amp;',
  '\ufeff',
  '\ud800',
  'é',
  '99999999999999999999',
  '20250231',
  'PK\u0003\u0004',
  '<!DOCTYPE a>',
  'Bundle',
];

function damagedBytes(random: () => number, bytes: Uint8Array): Uint8Array {
  let text = Buffer.from(bytes).toString('latin1');
  for (let n = 1 + Math.floor(random() * 4); n > 0; n--) {
    const at = Math.floor(random() * (text.length + 1));
    const cut = random() < 0.1 ? Math.floor(random() * text.length) : Math.floor(random() * 12);
    const put = random() < 0.1 ? text.slice(at, at + 200).repeat(3) : pick(random, PIECES);
    text = text.slice(0, at) + put + text.slice(at + cut);
  }
  return Buffer.from(text, 'latin1');
}

/** Half of the archives are damaged within: a good zip around a damaged file. */
function damagedInside(random: () => number, bytes: Uint8Array): Uint8Array {
  const files = readZip(bytes).map((entry) => ({ name: entry.name, bytes: entry.read() }));
  const chosen = pick(random, files);
  return writeZip(
    files.map((file) => (file === chosen ? { ...file, bytes: damagedBytes(random, file.bytes) } : file)),
    new Date(0),
  );
}

function tryOne(seed: number, files: readonly Start[], outcome: Outcome): string | undefined {
  const random = randomFrom(seed);
  const start = pick(random, files);
  const bytes = start.name === 'xdm' && random() < 0.5 ? damagedInside(random, start.bytes) : damagedBytes(random, start.bytes);
  const before = process.cpuUsage();
  let contents: readonly Content[] = [];
  try {
    contents = readAny(bytes).contents;
    outcome.read += 1;
  } catch (error) {
    if (!(error instanceof Refusal)) return `${start.name}: ${String((error as Error).stack).slice(0, 300)}`;
    if (!error.at) return `${start.name}: a refusal without a place: ${error.message}`;
    outcome.refused += 1;
  }
  const { user } = process.cpuUsage(before);
  const spent = user / 1000;
  outcome.longest = Math.max(outcome.longest, spent);
  if (spent > 50 + bytes.length / 100_000 + PAUSE_MS) return `${start.name}: ${spent.toFixed(0)} ms for ${bytes.length} bytes`;
  return seed % 16 === 0 ? writeAll(bytes, contents, outcome) : undefined;
}

function writeAll(bytes: Uint8Array, contents: readonly Content[], outcome: Outcome): string | undefined {
  validateAny(bytes);
  for (const content of contents.slice(0, 3)) {
    for (const format of WRITE_FORMATS) {
      try {
        writeAs(content, format, context);
        outcome.written += 1;
      } catch (error) {
        if (!(error instanceof Refusal)) return `written as ${format}: ${String((error as Error).stack).slice(0, 300)}`;
      }
    }
  }
  return undefined;
}

function run(iterations: number, seed: number): Outcome {
  const files = startingFiles();
  const outcome: Outcome = { inputs: 0, read: 0, refused: 0, written: 0, failures: [], longest: 0 };
  const started = performance.now();
  // The first readings of a process compile the code.
  for (const { bytes } of files) for (let k = 0; k < 20; k++) readAny(bytes);
  for (let at = seed; outcome.inputs < iterations && outcome.failures.length < MAX_FAILURES; at++) {
    outcome.inputs += 1;
    const fault = tryGuarded(at, files, outcome);
    if (fault !== undefined) outcome.failures.push(`seed ${at}: ${fault}`);
    if (outcome.inputs % 50_000 === 0) {
      const seconds = (performance.now() - started) / 1000;
      console.error(`${outcome.inputs} of ${iterations}, ${seconds.toFixed(0)} s, ${outcome.failures.length} failures`);
    }
  }
  return outcome;
}

function tryGuarded(seed: number, files: readonly Start[], outcome: Outcome): string | undefined {
  try {
    return tryOne(seed, files, outcome);
  } catch (error) {
    return String((error as Error).stack).slice(0, 400);
  }
}

const [iterations = '1000000', seed = '1'] = process.argv.slice(2);
const started = performance.now();
const outcome = run(Number(iterations), Number(seed));
for (const failure of outcome.failures) console.log(failure);
const seconds = (performance.now() - started) / 1000;
console.log(
  `${outcome.inputs} inputs in ${seconds.toFixed(0)} s: ${outcome.read} read, ${outcome.refused} refused, ${outcome.written} written, ` +
    `longest ${outcome.longest.toFixed(0)} ms, ${outcome.failures.length} failures`,
);
process.exitCode = outcome.failures.length > 0 ? 1 : 0;
