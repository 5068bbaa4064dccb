import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { SaxesParser } from 'saxes';
import { readLabReport, writeCda } from '../src/formats/index.ts';
import { chemistryReport } from '../test/support/lab-report.ts';
import { machineFacts } from './support/figures.ts';

/**
 * Laboratory reports per second, per second of processor time, median of five rounds: bytes in memory → full model, and model → text.
 * Beside each, saxes (a conforming parser, events thrown away) on the same bytes. Run: `node bench/cda.ts`.
 */
const ROUND_MS = 300;
const SAMPLES = '../shared/samples/cda';

/** By processor time of one thread, so that other programs of the machine do not count. */
function perSecond(work: () => void): number {
  for (let k = 0; k < 200; k++) work();
  const rounds = Array.from({ length: 5 }, () => {
    const start = performance.now();
    const used = process.cpuUsage();
    let done = 0;
    while (performance.now() - start < ROUND_MS) {
      for (let k = 0; k < 10; k++) work();
      done += 10;
    }
    const { user, system } = process.cpuUsage(used);
    return (done * 1e6) / (user + system);
  });
  return Math.round(rounds.toSorted((a, b) => a - b)[2]!);
}

function parseWithSaxes(bytes: Uint8Array): void {
  const parser = new SaxesParser({ xmlns: true, position: false });
  let tags = 0;
  parser.on('opentag', () => void tags++);
  parser.write(new TextDecoder('utf-8', { fatal: true }).decode(bytes)).close();
}

const typical = chemistryReport(30);
const pdf = Buffer.alloc(60_000, 'PDF made of one letter ').toString('base64');
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
for (const [name, bytes] of documents) {
  const read = perSecond(() => void readLabReport(bytes, 'application/xml'));
  const saxes = perSecond(() => parseWithSaxes(bytes));
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
  const made = perSecond(() => void Buffer.from(writeCda(report)));
  console.log([String(made).padEnd(8), String(Math.round(writeCda(report).length / 1000)).padEnd(6), `${results} results`].join(' '));
}
