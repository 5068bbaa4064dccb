import { describe, expect, test } from 'vitest';
import { chemistryReport } from '../../../test/support/lab-report.ts';
import { validateCda } from './validate.ts';
import { writeCda } from './write.ts';

const pdf = 'JVBERi0xLjQK';
const chemistry = writeCda(chemistryReport(2), { pdf });
const rulesOf = (xml: string) => [...new Set(validateCda(Buffer.from(xml)).map(({ rule }) => rule))];

test('a report that we write keeps every rule, at level 3 and at level 1', () => {
  expect(validateCda(Buffer.from(chemistry))).toEqual([]);
  const { sections: _, ...header } = chemistryReport(0);
  expect(validateCda(Buffer.from(writeCda({ ...header, format: 'cda-n1', sections: [] }, { pdf })))).toEqual([]);
});

const remove = (pattern: RegExp) => (xml: string) => xml.replace(pattern, '');
const replace = (pattern: RegExp | string, by: string) => (xml: string) => xml.replace(pattern, by);
const twice = (pattern: RegExp) => (xml: string) => xml.replace(pattern, '$&$&');

describe('a report that breaks a rule is told which, and only that one', () => {
  test.each<[string, string, (xml: string) => string]>([
    ['H01', 'no realm', remove(/<realmCode[^>]*>/)],
    ['H02', 'another type of document', replace('POCD_HD000040', 'POCD_HD000041')],
    ['H03', 'no template of the model', remove(/<templateId root="1\.2\.250\.1\.213\.1\.1\.1\.55"[^>]*>/)],
    ['H04', 'an identifier with an extension', replace(/<id root="1\.2\.250\.1\.999\.1\.2\.700001"/, '$& extension="1"')],
    ['H05', 'the curly apostrophe in the name of the type', replace("CR d'examens", 'CR d’examens')],
    ['H06', 'another title', replace("Compte rendu d'examens biologiques", 'Compte rendu')],
    ['H07', 'no date', remove(/<effectiveTime[^>]*>/)],
    ['H08', 'an unknown confidentiality', replace('confidentialityCode code="N"', 'confidentialityCode code="X"')],
    ['H09', 'a language without country', replace('fr-FR', 'fr')],
    ['H10', 'no set', remove(/<setId[^>]*>/)],
    ['H11', 'version zero', replace('versionNumber value="1"', 'versionNumber value="0"')],
    ['H12', 'an addition instead of a replacement', replace('<componentOf>', '<relatedDocument typeCode="APND"/><componentOf>')],
    ['H13', 'a second version that replaces nothing', replace('versionNumber value="1"', 'versionNumber value="2"')],
    ['H17', 'no author', remove(/<author>.*?<\/author>/)],
    ['H18', 'a custodian without FINESS', replace(/(<representedCustodianOrganization><id root=")[^"]*/, '$11.2.3')],
    ['H19', 'nobody who answers for it', remove(/<legalAuthenticator>.*?<\/legalAuthenticator>/)],
    ['H20', 'a validator without telephone', replace(/(<authenticator>.*?)<telecom[^>]*>/, '$1')],
    ['H21', 'an unknown participation', replace('participant typeCode="REF"', 'participant typeCode="ZZZ"')],
    ['H22', 'an act without code', replace(/(<serviceEvent><id[^>]*>)<code[^>]*>/, '$1')],
    ['H23', 'no performing laboratory', remove(/<performer typeCode="PRF">.*?<\/performer>/)],
    ['H24', 'no encounter', remove(/<componentOf>.*?<\/componentOf>/)],
    ['P01', 'an INS without its key', replace('255069933412305', '2550699334123')],
    ['P02', 'an identifier without number', remove(/ extension="IPP00042"/)],
    ['P03', 'an address masked', replace(/(<patientRole>.*?)<addr>.*?<\/addr>/, '$1<addr nullFlavor="MSK"/>')],
    ['P04', 'an unknown sex', replace('administrativeGenderCode code="F"', 'administrativeGenderCode code="Z"')],
    ['H14', 'an address of lines and parts', replace('<addr><houseNumber>', '<addr><streetAddressLine>a</streetAddressLine><houseNumber>')],
    ['H15', 'a telephone without prefix', replace('tel:0600000001', '0600000001')],
    ['H16', 'a title in place of a civility', replace('<suffix>DR</suffix>', '<prefix>DR</prefix>')],
    [
      'S01',
      'a section of no template',
      replace('<structuredBody>', '<structuredBody><component><section><text>a</text></section></component>'),
    ],
    ['S03', 'a chapter without text', remove(/<text><paragraph>.*?<\/text>/)],
    ['S05', 'no PDF copy', () => writeCda(chemistryReport(2))],
    ['E01', 'an entry without type', replace('<entry typeCode="DRIV">', '<entry>')],
    ['E02', 'an act of no status', replace(/(<act classCode="ACT" moodCode="EVN"><code[^>]*><statusCode code=")completed/, '$1normal')],
    ['E05', 'a sampling without nature', remove(/<playingEntity><code[^>]*><\/playingEntity>/)],
    ['E07', 'an enclosed document without status', replace(/(displayName="Document attaché"[^>]*>)<statusCode[^>]*>/, '$1')],
    ['R01', 'a provisional result', replace(/(<observation.*?<statusCode code=")completed/, '$1active')],
    ['R02', 'a LOINC code without its name', replace(/(<code code="10000-0") displayName="[^"]*"/, '$1')],
    ['R03', 'two intervals', twice(/<referenceRange.*?<\/referenceRange>/)],
    ['R04', 'an interpretation that is null', replace(/<interpretationCode code="H"[^>]*>/, '<interpretationCode nullFlavor="NA"/>')],
    ['R05', 'a previous result without date', replace(/(<entryRelationship typeCode="REFR">.*?)<effectiveTime[^>]*>/, '$1')],
    ['R06', 'a number without unit', replace(/(<value xsi:type="PQ" value="[^"]*") unit="[^"]*"/, '$1')],
    ['R07', 'a result without time', replace(/(<observation.*?)<effectiveTime[^>]*>/, '$1')],
    ['R08', 'a unit that holds a blank', replace(/(<value xsi:type="PQ" value="[^"]*" unit=")mmol\/L/, '$1mmol / L')],
    ['R08', 'a bound whose unit is two words', replace(/(<high value="[^"]*" unit=")mmol\/L/, '$1par champ')],
    ['N01', 'a reference to nothing', replace(/(<methodCode.*?<reference value=")[^"]*/, '$1#nowhere')],
    ['N02', 'a text that prints another number', replace('<td>1,10 (N)</td>', '<td>9,99 (N)</td>')],
    [
      'N04',
      'a value that the text prints nowhere, of an entry that points to no line',
      replace(/<originalText><reference value="#r[^>]*><\/originalText>(.*?value=")[\d.]+(" unit)/, '$1123.45$2'),
    ],
    ['N03', 'an ID given twice', replace('<content ID="m2">', '<content ID="r1">')],
    ['report.hostile', 'a document type', replace('<ClinicalDocument', '<!DOCTYPE a><ClinicalDocument')],
    ['report.identity-incomplete', 'an INS without place of birth', remove(/<birthplace>.*?<\/birthplace>/)],
  ])('%s: %s', (rule, _, edit) => {
    const broken = edit(chemistry);
    expect(broken).not.toBe(chemistry);
    expect(rulesOf(broken)).toContain(rule);
    expect(rulesOf(broken).length).toBeLessThan(4);
  });
});

test('a finding says where, in French and in English, and what to do', () => {
  const [finding] = validateCda(Buffer.from(chemistry.replace('fr-FR', 'fr')));
  expect(finding).toEqual({
    rule: 'H09',
    severity: 'error',
    at: '/ClinicalDocument',
    message: { fr: 'La langue doit avoir la forme fr-FR.', en: 'The language must have the form fr-FR.' },
    remedy: { fr: 'Écrire languageCode fr-FR.', en: 'Write languageCode fr-FR.' },
  });
});
