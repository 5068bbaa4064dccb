import { readAny, writeCda, writeHprim, writeXdm } from '../../src/formats/index.ts';
import { writeZip } from '../../src/kernel/index.ts';
import { laboratoryTransaction } from './fhir-transaction.ts';
import { type HostileInput, type HostileReader, MEGABYTE } from './hostile.ts';
import { chemistryReport } from './lab-report.ts';
import { message, MSH, obr, obx, oru, PID } from './oru-message.ts';
import { sender, submission } from './xdm.ts';

/** A part again and again, up to so many megabytes. */
type Fill = (part: string, megabytes?: number) => string;

const TOO_LARGE: HostileInput = ['20 MB and one byte', () => new Uint8Array(20 * MEGABYTE + 1)];

/** Every reader of a format, with inputs of about so many megabytes. */
export function hostileReaders(megabytes: number): HostileReader[] {
  const fill: Fill = (part, most = megabytes) => part.repeat(Math.floor((Math.min(most, megabytes) * MEGABYTE) / part.length));
  const of = (reader: string, type: string, typical: Uint8Array, inputs: readonly HostileInput[]): HostileReader => ({
    reader,
    read: (bytes) => readAny(bytes, type),
    typical,
    inputs: [...inputs, TOO_LARGE],
  });
  const cda = Buffer.from(writeCda(chemistryReport(30)));
  return [
    of('CDA', 'application/xml', cda, inCda(fill)),
    of('HL7 v2', 'application/hl7-v2', Buffer.from(oru(30)), inHl7(fill)),
    of('HPRIM', 'text/hprim', writeHprim(chemistryReport(3)), inHprim(fill)),
    of('FHIR', 'application/fhir+json', Buffer.from(JSON.stringify(laboratoryTransaction(1))), inFhir(fill)),
    of('XDM', 'application/zip', writeXdm([submission(30)], sender), inArchive(fill)),
  ];
}

function inCda(fill: Fill): HostileInput[] {
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

  return [
    ['document type', () => `<!DOCTYPE a [${fill('<!ENTITY a "b">')}]>${good}`],
    ['100,000 nested elements', () => `${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}`],
    ['an attribute without end', () => good.replace('<title>', `<title a="${fill('x')}">`)],
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
    ['zeros', () => Buffer.from(fill('\0'))],
    ['blanks', () => fill(' \n')],
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
    ['a PDF without end', () => writeCda(chemistryReport(1), { pdf: fill('QUJD') })],
  ];
}

function inHl7(fill: Fill): HostileInput[] {
  const whole = (...lines: string[]) => message(MSH, PID, obr(), ...lines);
  return [
    ['a million segments', () => oru(1) + 'NTE\r'.repeat(1_000_000)],
    ['a million empty lines', () => oru(1) + '\r'.repeat(1_000_000)],
    ['as many segments as are allowed', () => whole(...Array.from({ length: 3_900 }, () => 'NTE|1||x'))],
    ['as many results as are allowed', () => whole(...Array.from({ length: 3_900 }, (_, n) => obx({ n })))],
    ['as many orders as are allowed', () => message(MSH, PID, ...Array.from({ length: 990 }, (_, n) => obr({ n })))],
    [
      'antibiograms without isolates',
      () => message(MSH, PID, ...Array.from({ length: 990 }, (_, n) => obr({ n, parent: `634-6&x^${n}` }))),
    ],
    ['separators', () => whole(`OBX|1|NM|${fill('|')}`)],
    ['repetitions', () => whole(obx({ type: 'ST', value: fill('~') }))],
    ['components', () => whole(obx({ code: fill('^') }))],
    ['subcomponents', () => message(MSH, PID.replace('LBM-DEMO&', fill('&')), obr())],
    ['escapes without end', () => whole(obx({ type: 'FT', value: fill('\\') }))],
    ['escapes', () => whole(obx({ type: 'FT', value: fill('\\.br\\') }))],
    ['as many escapes as are allowed', () => whole(obx({ type: 'FT', value: '\\.br\\'.repeat(149_000) }))],
    ['hexadecimal escapes', () => whole(obx({ type: 'FT', value: `\\X${fill('0D')}\\` }))],
    ['a number without end', () => whole(obx({ value: fill('1') }))],
    ['a number that nearly is one', () => whole(obx({ value: `${fill('1')}x` }))],
    ['an interval without end', () => whole(obx({ range: `${fill('1')}-${'1'.repeat(1000)}x` }))],
    ['blanks in an interval', () => whole(obx({ range: `1${fill(' ')}x` }))],
    ['a comparator and blanks', () => whole(obx({ type: 'ST', value: `<${fill(' ')}x` }))],
    ['a PDF without end', () => whole(`OBX|1|ED|X||^application^pdf^Base64^${fill('QUJD')}||||||F`)],
    ['base64 with line ends', () => whole(`OBX|1|ED|X||^application^pdf^Base64^${fill('QUJD\\.br\\')}||||||F`)],
    ['a header without end', () => MSH + fill('|x')],
    ['broken UTF-8 at the end', () => Buffer.concat([Buffer.from(whole(obx({ type: 'ST', value: fill('é', 8) }))), Buffer.from([0xff])])],
    ['zeros', () => Buffer.from(fill('\0'))],
    ['identifiers', () => message(MSH, PID.replace('IPP00042', fill('a~')), obr())],
  ];
}

function inHprim(fill: Fill): HostileInput[] {
  const good = Buffer.from(writeHprim(chemistryReport(3))).toString('latin1');
  const head = good.slice(0, good.indexOf('****LAB****'));
  const coded = (lines: string) => `${head}****LAB****\r\n${lines}\r\n****FIN****`;
  const sante = 'H|~^\\&|F.HPR||990000001~LBM||ORU|||X||P|H2.1|20250314\rP|1|P1|||ESSAI-DEMO\r';

  return [
    ['a million lines', () => coded(fill('TEX|a\n'))],
    ['a million results', () => coded(fill('RES|a|b|N|1|g/L\n'))],
    ['a million lines of no kind', () => coded(fill('ZZZ|a\n'))],
    ['as many results as are allowed', () => coded('RES|Analyte|ANA|N|1.5|g/L|1|2|N|F|2|mg/L|1|2\n'.repeat(2_500))],
    ['one line', () => coded(`RES|${fill('a')}`)],
    ['as many lines as are allowed', () => coded(`TEX|${'mot '.repeat(19)}\n`.repeat(19_000))],
    ['fields without end', () => coded(`RES${fill('|a')}`)],
    ['a comparison without end', () => coded(`RES|a|b|A|< 1${fill(' ')}x`)],
    ['digits without end', () => coded(`RES|a|b|N|${fill('1')}`)],
    ['dossiers without end', () => fill(`${head}****FIN****\r\n`)],
    ['marks without end', () => `${head}${fill('****FIN****\n')}`],
    ['blanks', () => `${head}${fill(' ')}`],
    ['control characters', () => `${head}${fill('\u0007a')}`],
    ['high bytes', () => Buffer.from(`${head}${fill('\u00e9\u0082')}`, 'latin1')],
    ['segments without end', () => `${sante}${fill('OBR|1\r')}`],
    ['lines that go on without end', () => `${sante}${fill('A|a\r')}`],
    ['comments without end', () => `${sante}OBR|1\r${fill('C|1|L|a\r')}`],
    ['patients without end', () => `${sante}${fill('P|1|P1|||ESSAI-DEMO\r')}`],
    ['separators without end', () => `H|~^\\&|${fill('|')}`],
  ];
}

function inFhir(fill: Fill): HostileInput[] {
  const bundle = laboratoryTransaction(1);
  const good = JSON.stringify(bundle);
  const [first] = bundle.entry;
  const withEntries = (entries: string) => `${good.slice(0, good.lastIndexOf(']'))},${entries.replace(/,$/, '')}]}`;
  const observation = JSON.stringify(bundle.entry.find(({ resource }) => resource['resourceType'] === 'Observation'));
  return [
    ['lists in lists', () => `{"a":${fill('[')}`],
    ['objects in objects', () => fill('{"a":')],
    ['parts without end', () => `{"a":[${fill('1,')}1]}`],
    ['as many parts as are allowed', () => `{"resourceType":"Bundle","a":[${'1,'.repeat(490_000)}1]}`],
    ['empty objects', () => `{"resourceType":"Bundle","entry":[${fill('{},', 2.5)}{}]}`],
    ['members without end', () => `{"resourceType":"Bundle"${Array.from({ length: 200_000 }, (_, n) => `,"a${n}":1`).join('')}}`],
    ['one text', () => `{"resourceType":"${fill('x')}"}`],
    ['escapes', () => `{"resourceType":"${fill('\\u0041')}"}`],
    ['backslashes', () => `{"a":"${fill('\\\\')}`],
    ['quotes', () => fill('"')],
    ['decimals', () => `{"resourceType":"Bundle","a":[${fill('{"value":1.50},', 8)}{}]}`],
    ['a decimal of many digits', () => `{"resourceType":"Bundle","value":${fill('1')}}`],
    ['blanks after value', () => `{"resourceType":"Bundle","value"${fill(' ')}`],
    ['entries that say nothing', () => withEntries(`${fill('{"resource":{"resourceType":"Basic"}},', 1)}`)],
    ['results without end', () => withEntries(fill(`${observation},`))],
    ['one entry again and again', () => withEntries(fill(`${JSON.stringify(first)},`))],
    ['bundles in bundles', () => `${'{"resourceType":"Bundle","entry":[{"resource":'.repeat(20)}{}${'}]}'.repeat(20)}`],
    ['broken UTF-8 at the end', () => Buffer.concat([Buffer.from(`{"a":"${fill('é')}`), Buffer.from([0xff])])],
    ['blanks', () => fill(' ')],
  ];
}

const AT = new Date(0);
const file = (name: string, bytes: Uint8Array) => ({ name, bytes });
const RIM = 'xmlns="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"';

function inArchive(fill: Fill): HostileInput[] {
  const good = writeXdm([submission(30)], sender);
  const metadata = (text: string) => writeZip([file('IHE_XDM/SUBSET01/METADATA.XML', Buffer.from(text))], AT);
  const damaged = (change: (zip: Buffer) => void) => {
    const zip = Buffer.from(good);
    change(zip);
    return zip;
  };

  return [
    ['30 MB of zeros in 30 KB', () => writeZip([file('A', Buffer.alloc(30_000_000))], AT)],
    [
      '200 files of 1 MB of zeros',
      () =>
        writeZip(
          Array.from({ length: 200 }, (_, n) => file(`F${n}`, Buffer.alloc(1_000_000))),
          AT,
        ),
    ],
    ['a metadata file of 10 MB of blanks', () => metadata(fill(' ', 10))],
    ['a metadata file of a million slots', () => metadata(`<a ${RIM}><ExtrinsicObject>${fill('<Slot/>', 8)}</ExtrinsicObject></a>`)],
    ['documents without end', () => metadata(`<a ${RIM}>${fill('<ExtrinsicObject/>', 8)}</a>`)],
    ['a size that lies', () => damaged((zip) => zip.writeUInt32LE(0x7fffffff, zip.readUInt32LE(zip.length - 6) + 24))],
    ['a table that lies', () => damaged((zip) => zip.writeUInt32LE(0xfffffff0, zip.length - 6))],
    ['end records without end', () => Buffer.from(`PK\u0003\u0004${fill('PK\u0005\u0006', 15)}`, 'latin1')],
    ['15 MB without an end record', () => Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(15_000_000)])],
    ['an archive in an archive', () => writeZip([file('IHE_XDM/SUBSET01/METADATA.XML', good)], AT)],
  ];
}
