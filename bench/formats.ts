import { hash } from 'node:crypto';
import { readAny, WRITE_FORMATS, writeAs, type WriteFormat } from '../src/formats/index.ts';
import { readZip } from '../src/kernel/index.ts';
import { chemistryReport } from '../test/support/lab-report.ts';
import { sender } from '../test/support/xdm.ts';
import { machineFacts, perProcessorSecond } from './support/figures.ts';

/**
 * The same report of 30 results in each format, per second of processor time, median of five rounds: bytes → all that is in it, with the
 * format guessed, and report → bytes. Beside reading, the least that any parser does on the same bytes, thrown away: HL7 v2 and HPRIM cut into
 * fields, JSON.parse for FHIR, inflating and hashing for an archive. With and without a PDF of 60 KB. CDA beside saxes: `node bench/cda.ts`.
 * Run: `node bench/formats.ts`.
 */
const context = { now: new Date(0), zone: 'Europe/Paris', sender };
const pdf = { base64: Buffer.alloc(60_000, 'PDF made of one letter ').toString('base64') };

const cut = (bytes: Uint8Array) =>
  Buffer.from(bytes)
    .toString('latin1')
    .split(/\r\n|\r|\n/)
    .map((line) => line.split('|'));

const BARE: { readonly [F in WriteFormat]?: (bytes: Uint8Array) => unknown } = {
  hl7: cut,
  hprim: cut,
  'hprim-sante': cut,
  fhir: (bytes) => JSON.parse(Buffer.from(bytes).toString()),
  xdm: (bytes) => readZip(bytes).map((entry) => hash('sha1', entry.read())),
};

console.log(machineFacts());
console.log('read/s   bare/s   write/s  KB     report of 30 results');
for (const format of WRITE_FORMATS.filter((one) => one !== 'text')) {
  for (const [name, report] of [
    [format, chemistryReport(30)],
    [`${format} with a PDF of 60 KB`, { ...chemistryReport(30), pdf }],
  ] as const) {
    const content = { kind: 'report' as const, report };
    const { bytes } = writeAs(content, format, context);
    const bare = BARE[format];
    const figures = [
      perProcessorSecond(() => void readAny(bytes)),
      bare ? perProcessorSecond(() => void bare(bytes)) : '',
      perProcessorSecond(() => void writeAs(content, format, context)),
    ];
    console.log([...figures.map((figure) => String(figure).padEnd(8)), (bytes.length / 1000).toFixed(1).padEnd(6), name].join(' '));
  }
}
