import { readHl7Message, readLabReport, writeOru } from '../src/formats/index.ts';
import { oru } from '../test/support/oru-message.ts';
import { chemistryReport } from '../test/support/lab-report.ts';
import { machineFacts, perProcessorSecond } from './support/figures.ts';

/**
 * HL7 v2 messages per second of processor time, median of five rounds: bytes in memory → full model, and model → text. Beside each, the least
 * that any parser does: decode, and split into segments and fields, thrown away. Run: `node bench/hl7v2.ts`.
 */
function split(bytes: Buffer): string[][] {
  return bytes
    .toString('utf8')
    .split('\r')
    .map((segment) => segment.split('|'));
}

const pdf = { base64: Buffer.alloc(60_000, 'PDF made of one letter ').toString('base64') };
const report = readLabReport(Buffer.from(oru(30)));
const messages: [string, Buffer][] = [
  ['ORU of 5 OBX', Buffer.from(oru(5))],
  ['ORU of 30 OBX', Buffer.from(oru(30))],
  ['the same with a PDF of 60 KB', Buffer.from(writeOru({ ...report, pdf }))],
  ['ORU of 30 OBX, written from CDA', Buffer.from(writeOru(chemistryReport(30)))],
  ['ADT^A08', Buffer.from(oru(0).replace('ORU^R01^ORU_R01', 'ADT^A08^ADT_A01'))],
];

console.log(machineFacts());
console.log('read/s   MB/s  split/s  KB     message');
for (const [name, bytes] of messages) {
  const read = perProcessorSecond(() => void readHl7Message(bytes));
  const bare = perProcessorSecond(() => void split(bytes));
  const speed = Math.round((read * bytes.length) / 1e6);
  console.log(
    [String(read).padEnd(8), String(speed).padEnd(5), String(bare).padEnd(8), (bytes.length / 1000).toFixed(1).padEnd(6), name].join(' '),
  );
}
console.log('write/s  KB     message');
for (const [name, given] of [
  ['ORU of 30 OBX', report],
  ['the same from CDA', chemistryReport(30)],
] as const) {
  const made = perProcessorSecond(() => void Buffer.from(writeOru(given)));
  console.log([String(made).padEnd(8), (writeOru(given).length / 1000).toFixed(1).padEnd(6), name].join(' '));
}
