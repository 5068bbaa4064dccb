import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { SaxesParser } from 'saxes';
import { readClinicalDocument, readLabReport, writeCda, writeDischargeLetter } from '../src/formats/index.ts';
import { dischargeLetter } from '../test/support/discharge-letter.ts';
import { chemistryReport } from '../test/support/lab-report.ts';
import { machineFacts, perProcessorSecond } from './support/figures.ts';

/**
 * Laboratory reports per second, per second of processor time, median of five rounds: bytes in memory → full model, and model → text.
 * Beside each, saxes (a conforming parser, events thrown away) on the same bytes. Run: `node bench/cda.ts`.
 */
const SAMPLES = '../shared/samples/cda';

function parseWithSaxes(bytes: Uint8Array): void {
  const parser = new SaxesParser({ xmlns: true, position: false });
  let tags = 0;
  parser.on('opentag', () => void tags++);
  parser.write(new TextDecoder('utf-8', { fatal: true }).decode(bytes)).close();
}

const typical = chemistryReport(30);
const pdf = Buffer.alloc(60_000, 'PDF made of one letter ').toString('base64');
const OTHERS = '../shared/samples/cda-other';

const letter = Buffer.from(writeDischargeLetter(dischargeLetter()));
const others: [string, Uint8Array][] = [['discharge letter, generated', letter]];
if (existsSync(OTHERS)) {
  for (const file of readdirSync(OTHERS).filter((name) => name.endsWith('.xml'))) others.push([file, readFileSync(`${OTHERS}/${file}`)]);
}
const documents: [string, Uint8Array][] = [
  ['generated, 30 results', Buffer.from(writeCda(typical))],
  ['the same with a PDF of 60 KB', Buffer.from(writeCda(typical, { pdf }))],
];
if (existsSync(SAMPLES)) {
  for (const file of readdirSync(SAMPLES).filter((name) => name.endsWith('.xml')))
    documents.push([file, readFileSync(`${SAMPLES}/${file}`)]);
}

console.log(machineFacts());
console.log('read/s   MB/s  saxes/s  KB     document');
const readers = [
  ...documents.map(([name, bytes]) => ({ name, bytes, read: readLabReport })),
  ...others.map(([name, bytes]) => ({ name, bytes, read: readClinicalDocument })),
];
for (const { name, bytes, read: reader } of readers) {
  const read = perProcessorSecond(() => void reader(bytes, 'application/xml'));
  const saxes = perProcessorSecond(() => parseWithSaxes(bytes));
  const speed = Math.round((read * bytes.length) / 1e6);
  console.log(
    [
      String(read).padEnd(8),
      String(speed).padEnd(5),
      String(saxes).padEnd(8),
      String(Math.round(bytes.length / 1000)).padEnd(6),
      name,
    ].join(' '),
  );
}
console.log('write/s  KB     document');
for (const [results, report] of [10, 20, 30, 40].map((n) => [n, chemistryReport(n)] as const)) {
  // The bytes, not only the text: a string of many pieces costs when it is joined.
  const made = perProcessorSecond(() => void Buffer.from(writeCda(report)));
  console.log([String(made).padEnd(8), String(Math.round(writeCda(report).length / 1000)).padEnd(6), `${results} results`].join(' '));
}
