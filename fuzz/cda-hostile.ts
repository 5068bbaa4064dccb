import { readLabReport, writeCda } from '../src/formats/index.ts';
import { fill, type HostileInput, MEGABYTES, timeHostile } from '../test/support/hostile.ts';
import { chemistryReport } from '../test/support/lab-report.ts';

/**
 * Inputs made to cost more than they weigh. Each must be read or refused within 50 ms and 10 ms a megabyte, and use little memory.
 * `node fuzz/cda-hostile.ts` prints the time of each.
 */
const good = writeCda(chemistryReport(1));
const inTitle = (xml: string) => good.replace('</title>', `</title>${xml}`);
const inText = (xml: string) => good.replace('<text><paragraph>', `<text>${xml}<paragraph>`);
const inAuthor = (xml: string) => good.replace('<assignedAuthor>', `<assignedAuthor>${xml}`);
const nested = Array.from({ length: 150 }, (_, i) => `<content ID="n${i}">`).join('');
const pointing = Array.from(
  { length: 150 },
  (_, i) => `<translation code="a"><originalText><reference value="#n${i}"/></originalText></translation>`,
).join('');
const bindings = Array.from({ length: 60 }, (_, i) => ` xmlns:p${i}="u${i}"`).join('');

const HOSTILE: readonly HostileInput[] = [
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

/** As in a server, which has read reports before. */
const typical = Buffer.from(writeCda(chemistryReport(30)));
timeHostile(HOSTILE, typical, (bytes) => readLabReport(bytes, 'application/xml'));
