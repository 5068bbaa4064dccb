import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { readHl7Message } from '../src/formats/index.ts';
import { Refusal } from '../src/kernel/index.ts';
import { message, MSH, obr, obx, oru, PID } from '../test/support/oru-message.ts';

/**
 * Messages of HL7 v2 made to cost more than they weigh. Each must be read or refused within 50 ms and 10 ms a megabyte of processor time.
 * `node fuzz/hl7v2-hostile.ts` prints the time of each; ends with 1 when one is late.
 */
const MEGABYTES = 15;
const fill = (part: string, megabytes = MEGABYTES) => part.repeat(Math.floor((megabytes * 2 ** 20) / part.length));
const whole = (...lines: string[]) => message(MSH, PID, obr(), ...lines);

const HOSTILE: readonly (readonly [string, () => string | Uint8Array])[] = [
  ['a million segments', () => oru(1) + 'NTE\r'.repeat(1_000_000)],
  ['a million empty lines', () => oru(1) + '\r'.repeat(1_000_000)],
  ['as many segments as are allowed', () => whole(...Array.from({ length: 3_900 }, () => 'NTE|1||x'))],
  ['as many results as are allowed', () => whole(...Array.from({ length: 3_900 }, (_, n) => obx({ n })))],
  ['as many orders as are allowed', () => message(MSH, PID, ...Array.from({ length: 990 }, (_, n) => obr({ n })))],
  ['antibiograms without isolates', () => message(MSH, PID, ...Array.from({ length: 990 }, (_, n) => obr({ n, parent: `634-6&x^${n}` })))],
  ['separators', () => whole(`OBX|1|NM|${fill('|')}`)],
  ['repetitions', () => whole(obx({ type: 'ST', value: fill('~') }))],
  ['components', () => whole(obx({ code: fill('^') }))],
  ['subcomponents', () => message(MSH, PID.replace('LBM-DEMO&', fill('&')), obr())],
  ['escapes without end', () => whole(obx({ type: 'FT', value: fill('\\') }))],
  ['escapes', () => whole(obx({ type: 'FT', value: fill('\\.br\\') }))],
  ['as many escapes as are allowed', () => whole(obx({ type: 'FT', value: '\\.br\\'.repeat(149_000) }))],
  ['hexadecimal escapes', () => whole(obx({ type: 'FT', value: `\\X${fill('0D')}\\` }))],
  ['a number of 15 MB', () => whole(obx({ value: fill('1') }))],
  ['a number that nearly is one', () => whole(obx({ value: `${fill('1')}x` }))],
  ['an interval of 15 MB', () => whole(obx({ range: `${fill('1')}-${'1'.repeat(1000)}x` }))],
  ['blanks in an interval', () => whole(obx({ range: `1${fill(' ')}x` }))],
  ['a comparator and blanks', () => whole(obx({ type: 'ST', value: `<${fill(' ')}x` }))],
  ['a PDF of 15 MB', () => whole(`OBX|1|ED|X||^application^pdf^Base64^${fill('QUJD')}||||||F`)],
  ['base64 with line ends', () => whole(`OBX|1|ED|X||^application^pdf^Base64^${fill('QUJD\\.br\\')}||||||F`)],
  ['a header of 15 MB', () => MSH + fill('|x')],
  ['broken UTF-8 at the end', () => Buffer.concat([Buffer.from(whole(obx({ type: 'ST', value: fill('é', 8) }))), Buffer.from([0xff])])],
  ['zeros', () => new Uint8Array(MEGABYTES * 2 ** 20)],
  ['20 MB and one byte', () => new Uint8Array(20 * 2 ** 20 + 1)],
  ['identifiers', () => message(MSH, PID.replace('IPP00042', fill('a~')), obr())],
];

/** What was left behind by making an input is collected before its reading is timed: it is no cost of the reader. */
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** As in a server, which has read messages before. */
const typical = Buffer.from(oru(30));
for (let n = 0; n < 300; n++) readHl7Message(typical);

for (const [name, make] of HOSTILE) {
  const made = make();
  const bytes = typeof made === 'string' ? Buffer.from(made) : made;
  collect();
  const before = process.memoryUsage().rss;
  const started = process.cpuUsage();
  let outcome = 'read';
  try {
    readHl7Message(bytes);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    outcome = `${error.code} at ${error.at}`;
  }
  // Processor time, not the clock's: other programs of the machine do not count.
  const { user, system } = process.cpuUsage(started);
  const grown = Math.max(0, process.memoryUsage().rss - before) / 2 ** 20;
  const took = (user + system) / 1000;
  const allowed = 50 + (10 * bytes.length) / 2 ** 20;
  if (took > allowed) process.exitCode = 1;
  console.log(
    `${took > allowed ? 'LATE' : 'ok  '} ${took.toFixed(0).padStart(4)} of ${allowed.toFixed(0).padStart(4)} ms, +${grown.toFixed(0).padStart(3)} MB for ${(bytes.length / 2 ** 20).toFixed(0)}  ${name}: ${outcome}`,
  );
}
