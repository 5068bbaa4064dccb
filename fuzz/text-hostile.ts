import { readAny, writeHprim } from '../src/formats/index.ts';
import { fill, type HostileInput, timeHostile } from '../test/support/hostile.ts';
import { chemistryReport } from '../test/support/lab-report.ts';

/** Files of HPRIM made to cost more than they weigh. Each must be read or refused within 50 ms and 10 ms a megabyte. */
const good = Buffer.from(writeHprim(chemistryReport(3))).toString('latin1');
const head = good.slice(0, good.indexOf('****LAB****'));
const coded = (lines: string) => `${head}****LAB****\r\n${lines}\r\n****FIN****`;
const sante = 'H|~^\\&|F.HPR||990000001~LBM||ORU|||X||P|H2.1|20250314\rP|1|P1|||ESSAI-DEMO\r';

const HOSTILE: readonly HostileInput[] = [
  ['a million lines', () => coded(fill('TEX|a\n'))],
  ['a million results', () => coded(fill('RES|a|b|N|1|g/L\n'))],
  ['a million lines of no kind', () => coded(fill('ZZZ|a\n'))],
  ['as many results as are allowed', () => coded('RES|Analyte|ANA|N|1.5|g/L|1|2|N|F|2|mg/L|1|2\n'.repeat(2_500))],
  ['one line of 15 MB', () => coded(`RES|${fill('a')}`)],
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

timeHostile(HOSTILE, Buffer.from(good, 'latin1'), (bytes) => readAny(bytes));
