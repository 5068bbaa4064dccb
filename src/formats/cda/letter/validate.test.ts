import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { dischargeLetter } from '../../../../test/support/discharge-letter.ts';
import { validateCda } from '../validate.ts';
import { writeDischargeLetter } from './write.ts';

const letter = writeDischargeLetter(dischargeLetter());
const rulesOf = (xml: string) => validateCda(Buffer.from(xml)).map(({ rule }) => rule);
const without = (pattern: RegExp) => (xml: string) => xml.replace(pattern, '');
const section = (code: string) =>
  new RegExp(`<component><section>(?:(?!<component><section>).)*?<code code="${code}".*?</section></component>`, 's');
const observation = (code: string) => new RegExp(`<entry><observation (?:(?!<entry>).)*?<code code="${code}".*?</entry>`, 's');

test('a letter that we write breaks no rule', () => {
  expect(validateCda(Buffer.from(letter))).toEqual([]);
});

const custodianAs = (xml: string, number: string) =>
  xml.replace(/(<representedCustodianOrganization>\s*<id [^>]*extension=")[^"]*/, `$1${number}`);

describe('a letter that breaks one rule is told which', () => {
  test.each<[string, string, (xml: string) => string]>([
    ['D01', 'another model last', (xml) => xml.replace('<templateId root="1.2.250.1.213.1.1.1.29" extension="2022.01"/>', '')],
    ['D02', 'a type in another system', (xml) => xml.replace(/(code="11490-0"[^>]*codeSystem=")[^"]*/, '$11.2.3')],
    ['D04', 'no dates of the stay', without(/(?<=<serviceEvent>.*)<effectiveTime>.*?<\/effectiveTime>/s)],
    ['D05', 'no status', without(section('33557-0'))],
    ['D06', 'no reason', without(section('42349-1'))],
    ['D07', 'no synthesis of the stay', without(section('42545-4'))],
    ['D08', 'no treatments at discharge', without(section('10183-2'))],
    ['D09', 'a fact of an unknown code', (xml) => xml.replace('code="MED-142"', 'code="MED-999"')],
    ['D10', 'no way in', without(observation('ORG-070'))],
    ['D11', 'no way out', without(observation('ORG-074'))],
    ['D12', 'no medical synthesis', without(observation('MED-142'))],
    ['D13', 'nothing of resistant germs', without(observation('MED-309'))],
    ['D14', 'nothing of transfusion', without(observation('MED-145'))],
    ['D15', 'nothing of medicines made from blood', without(observation('MED-147'))],
    ['D16', 'nothing of adverse events', without(observation('MED-143'))],
    ['D17', 'no care to come', without(section('18776-5'))],
    ['H18', 'a custodian of no national number', (xml) => custodianAs(xml, '9350000001')],
    ['H09', 'a language of the header', (xml) => xml.replace('fr-FR', 'fr')],
    ['P04', 'a sex of the patient', (xml) => xml.replace('administrativeGenderCode code="F"', 'administrativeGenderCode code="Z"')],
    ['N01', 'a reference to nothing', (xml) => xml.replace('ID="stay-synthesis"', 'ID="elsewhere"')],
    ['N03', 'an ID given twice', (xml) => xml.replace('ID="stay-synthesis"', 'ID="status"')],
  ])('%s: %s', (rule, _, edit) => {
    const broken = edit(letter);
    expect(broken).not.toBe(letter);
    expect(rulesOf(broken)).toContain(rule);
    expect(new Set(rulesOf(broken)).size).toBeLessThan(4);
  });
});

test('the custodian of a letter may be known by its SIREN, or by the number of a professional', () => {
  for (const number of ['2801234567', '489970000001101']) expect(rulesOf(custodianAs(letter, number))).toEqual([]);
});

test('a finding says where, in French and in English, and what to do', () => {
  const [finding] = validateCda(Buffer.from(letter.replace(observation('MED-309'), '')));
  expect(finding).toMatchObject({
    rule: 'D13',
    severity: 'error',
    at: expect.stringContaining('section'),
    message: { fr: 'La synthèse du séjour ne dit pas : la recherche de micro-organismes multirésistants.' },
  });
  expect(finding?.remedy.fr).toContain('MED-309');
});

const FOLDER = '../shared/samples/cda-other';
const samples = existsSync(FOLDER) ? readdirSync(FOLDER).filter((file) => file.endsWith('.xml')) : [];

test.skipIf(samples.length === 0).each(samples)('the official sample %s breaks no rule that the national checks enforce', (file) => {
  expect(validateCda(readFileSync(`${FOLDER}/${file}`)).filter(({ severity }) => severity === 'error')).toEqual([]);
});
