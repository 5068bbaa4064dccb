import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { readLabReport, writeCda } from '../src/formats/index.ts';
import { Refusal } from '../src/kernel/index.ts';
import { chemistryReport } from '../test/support/lab-report.ts';

/**
 * Inputs made to cost more than they weigh. Each must be read or refused within 50 ms and 10 ms a megabyte, and use little memory.
 * `node fuzz/cda-hostile.ts` prints the time of each.
 */
const MEGABYTES = 15;
const good = writeCda(chemistryReport(1));
const fill = (part: string, megabytes = MEGABYTES) => part.repeat(Math.floor((megabytes * 2 ** 20) / part.length));
const inTitle = (xml: string) => good.replace('</title>', `</title>${xml}`);
const inText = (xml: string) => good.replace('<text><paragraph>', `<text>${xml}<paragraph>`);
const inAuthor = (xml: string) => good.replace('<assignedAuthor>', `<assignedAuthor>${xml}`);
const nested = Array.from({ length: 150 }, (_, i) => `<content ID="n${i}">`).join('');
const pointing = Array.from(
  { length: 150 },
  (_, i) => `<translation code="a"><originalText><reference value="#n${i}"/></originalText></translation>`,
).join('');
const bindings = Array.from({ length: 60 }, (_, i) => ` xmlns:p${i}="u${i}"`).join('');

const HOSTILE: readonly (readonly [string, () => string | Uint8Array])[] = [
  ['document type', () => `<!DOCTYPE a [${fill('<!ENTITY a "b">')}]>${good}`],
  ['100,000 nested elements', () => `${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}`],
  ['an attribute of 15 MB', () => good.replace('<title>', `<title a="${fill('x')}">`)],
  ['a million attributes', () => `<a${Array.from({ length: 1_000_000 }, (_, i) => ` a${i}="1"`).join('')}/>`],
  ['a million elements', () => inTitle(fill('<a/>', 4))],
  ['49,000 elements, taken', () => inTitle('<a/>'.repeat(49_000))],
  ['as many attributes as are allowed', () => inTitle('<a b="1" c="2"/>'.repeat(49_000))],
  ['telephones without end', () => inAuthor('<telecom/>'.repeat(49_000))],
  ['references without end', () => good.replace('<title>', `<title>${fill('&amp;')}`)],
  ['text without end', () => `<a>${fill('x')}`],
  ['angles', () => fill('<')],
  ['ampersands', () => `<a>${fill('&')}`],
  ['comment without end', () => `<a><!--${fill('-x')}`],
  ['CDATA without end', () => `<a>${fill('<![CDATA[')}`],
  ['instruction without end', () => `<a><?x ${fill('? ')}`],
  ['broken UTF-8 at the end', () => Buffer.concat([Buffer.from(`<a>${fill('é')}`), Buffer.from([0xff])])],
  ['zeros', () => new Uint8Array(MEGABYTES * 2 ** 20)],
  ['blanks', () => fill(' \n')],
  ['20 MB and one byte', () => new Uint8Array(20 * 2 ** 20 + 1)],
  [
    'words nested and pointed to',
    () => inText(`${nested}${fill('mot ', 8)}${'</content>'.repeat(150)}`).replace('<originalText>', `${pointing}<originalText>`),
  ],
  [
    'one name for every element, and pointed to',
    () =>
      inText(`<content ID="x"/>`.repeat(20_000)).replace(
        '<originalText>',
        `${'<translation code="a"><originalText><reference value="#x"/></originalText></translation>'.repeat(9_000)}<originalText>`,
      ),
  ],
  ['one long line for every result', () => inText(`<paragraph ID="long">${fill('9 ', 4)}</paragraph>`).replaceAll(/#r\d+/g, '#long')],
  ['types by a prefix bound far away', () => inTitle(`${`<a${bindings}>`.repeat(150)}${'</a>'.repeat(150)}`)],
  ['names that differ', () => inTitle(Array.from({ length: 300_000 }, (_, i) => `<b${i}/>`).join(''))],
  ['a PDF of 15 MB', () => writeCda(chemistryReport(1), { pdf: fill('QUJD') })],
];

/** What was left behind by making an input is collected before its reading is timed: it is no cost of the reader. */
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** As in a server, which has read reports before: the first readings of a process are several times slower. */
const typical = Buffer.from(writeCda(chemistryReport(30)));
for (let n = 0; n < 300; n++) readLabReport(typical, 'application/xml');

for (const [name, make] of HOSTILE) {
  const made = make();
  const bytes = typeof made === 'string' ? Buffer.from(made) : made;
  collect();
  const started = process.cpuUsage();
  let outcome = 'read';
  try {
    readLabReport(bytes, 'application/xml');
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    outcome = `${error.code} at ${error.at}`;
  }
  // Processor time, not the clock's: other programs of the machine do not count.
  const { user, system } = process.cpuUsage(started);
  const took = (user + system) / 1000;
  const allowed = 50 + (10 * bytes.length) / 2 ** 20;
  console.log(
    `${took > allowed ? 'LATE' : 'ok  '} ${took.toFixed(0).padStart(4)} of ${allowed.toFixed(0).padStart(4)} ms  ${name}: ${outcome}`,
  );
}
