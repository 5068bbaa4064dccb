import { globSync, readFileSync } from 'node:fs';
import { readHl7Message, readLabReport, writeOru } from '../src/formats/index.ts';
import { Refusal } from '../src/kernel/index.ts';
import { message, MSH, obr, obx, ORC, oru, PID, PV1, SPM } from '../test/support/oru-message.ts';
import { pick, randomFrom } from '../test/support/random-xml.ts';

/**
 * Grammar fuzz of the HL7 v2 reader: messages of our own and the national examples, with pieces cut, doubled, moved, or replaced by what
 * means something to the reader. Each input comes from a seed: `node fuzz/hl7v2.ts 1 SEED` shows it again. What must hold: a message, or a
 * refusal that says where, and nothing else; what was read as a report is written, and what was written is read the same.
 */
const PIECES = [
  '|',
  '^',
  '~',
  '\\',
  '&',
  '\r',
  '\n',
  '""',
  '\\.br\\',
  '\\X0D\\',
  '\\S\\',
  '\v',
  '\u001c',
  '|||||',
  'OBX|',
  'OBR|1',
  'MSH|',
  'NM',
  'SN',
  'ED',
  '<',
  '-',
  '1e9',
  '10^9/L',
  'é',
  '€',
  '\u0000',
  'F',
  'U',
  'Base64',
  'INS',
  '20250230',
  '8859/1',
  'UNICODE UTF-8',
];

function startingMessages(): string[] {
  const samples = globSync('../shared/samples/hl7v2/*.{er7,hl7}').map((file) =>
    readFileSync(file, 'utf8').replace(/[A-Za-z0-9+/=]{2000,}/g, 'AAAA'),
  );
  const isolate = message(
    MSH,
    PID,
    obr({ section: 'MB' }),
    obx({ type: 'CE', code: '634-6^Bactérie^LN', sub: '1', value: '112283007^E. coli^SCT', unit: '', range: '' }),
    obr({ n: 2, asked: '18769-0^Antibiogramme^LN', section: 'MB', parent: '634-6&Bactérie&LN^1' }),
    obx({ type: 'ST', code: '18862-3^Amoxicilline^LN', value: 'S', unit: '', range: '' }),
  );
  const merge = message(MSH.replace('ORU^R01^ORU_R01', 'ADT^A40^ADT_A39'), PID, 'MRG|1^^^X');
  const odd = message(MSH, PID, PV1, ORC, obr(), obx({ type: 'SN', value: '<^5' }), 'NTE|1|L|a~b', obx({ type: 'TX', value: 'a~b' }), SPM);
  return [oru(2), oru(8), isolate, merge, odd, ...samples];
}

function damaged(random: () => number, text: string): string {
  const at = Math.floor(random() * text.length);
  const length = Math.floor(random() * random() * 60);
  switch (Math.floor(random() * 5)) {
    case 0:
      return text.slice(0, at) + text.slice(at + length);
    case 1:
      return text.slice(0, at) + pick(random, PIECES) + text.slice(at);
    case 2:
      return text.slice(0, at) + pick(random, PIECES) + text.slice(at + length);
    case 3:
      return text.slice(0, at) + text.slice(at, at + length).repeat(2) + text.slice(at + length);
    default:
      return text.slice(0, at);
  }
}

function fault(bytes: Buffer): string | undefined {
  try {
    const read = readHl7Message(bytes);
    if (read.kind !== 'oru') return undefined;
    const again = readLabReport(Buffer.from(writeOru(read.report)), 'application/hl7-v2');
    return again.patient.ids.length === read.report.patient.ids.length ? undefined : 'identifiers were lost on the way';
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.at ? undefined : `a refusal without a place: ${error.message}`;
  }
}

const [iterations = '100000', seed = '1'] = process.argv.slice(2);
const messages = startingMessages();
const started = performance.now();
let failures = 0;
for (let at = Number(seed); at < Number(seed) + Number(iterations) && failures < 20; at++) {
  const random = randomFrom(at);
  let text = pick(random, messages);
  for (let n = 1 + Math.floor(random() * 4); n > 0; n--) text = damaged(random, text);
  try {
    const found = fault(Buffer.from(text, random() < 0.1 ? 'latin1' : 'utf8'));
    if (found !== undefined) throw new Error(found);
  } catch (error) {
    failures += 1;
    console.log(`seed ${at}: ${error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 4).join(' ') : String(error)}`);
  }
}
console.log(`${iterations} inputs in ${((performance.now() - started) / 1000).toFixed(0)} s, ${failures} failures`);
process.exitCode = failures > 0 ? 1 : 0;
