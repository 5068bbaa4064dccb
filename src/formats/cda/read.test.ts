import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Refusal } from '#kernel';
import { chemistryReport } from '../../../test/support/lab-report.ts';
import { damaged, randomFrom } from '../../../test/support/random-xml.ts';
import type { ResultValue } from '../lab-report.ts';
import { readLabReport } from '../read-lab-report.ts';
import { resultsOf } from '../results-of.ts';
import { writeCda } from './write.ts';

const good = writeCda(chemistryReport(2));
const read = (xml: string) => readLabReport(Buffer.from(xml), 'application/xml');
const refusal = (code: string, at?: string) => expect.objectContaining({ name: 'Refusal', code, ...(at && { at }) });

describe('what is not a laboratory report is refused by name', () => {
  test('another document', () => {
    expect(() => read(good.replace('code="11502-2"', 'code="34112-3"'))).toThrow(
      refusal('report.not-a-lab-report', '/ClinicalDocument/code'),
    );
  });
  test('XML that holds no CDA document', () => {
    expect(() => read('<html/>')).toThrow(refusal('report.not-a-lab-report', '/html'));
  });
  test('a CDA name in another namespace', () => {
    expect(() => read('<ClinicalDocument xmlns="urn:other"/>')).toThrow(refusal('report.not-a-lab-report'));
  });
  test('bytes of another kind', () => {
    expect(() => readLabReport(Buffer.from('%PDF-1.4'), 'application/pdf')).toThrow(refusal('deposit.unsupported-format'));
  });
});

describe('a document that hides something is refused as hostile', () => {
  test.each([
    ['a document type', good.replace('<ClinicalDocument', '<!DOCTYPE ClinicalDocument><ClinicalDocument')],
    ['entities that multiply', `<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>${good.replace(/^.*\n/, '')}`],
    ['elements nested without end', good.replace('<title>', `${'<title>'.repeat(300)}`)],
  ])('%s', (_, xml) => {
    expect(() => read(xml)).toThrow(refusal('report.hostile'));
  });
});

describe('an INS without all its strict traits is refused, and the refusal names what is missing', () => {
  test.each([
    ['birth family name', /<family qualifier="BR">[^<]*<\/family>/],
    ['first given name', /<given qualifier="BR">[^<]*<\/given>/],
    ['given names of birth', /<given>LUCIE ANNE<\/given>/],
    ['birth date', /<birthTime[^>]*>/],
    ['place of birth', /<birthplace>.*?<\/birthplace>/],
    ['sex', /<administrativeGenderCode[^>]*>/],
  ])('%s', (trait, part) => {
    const act = () => read(good.replace(part, ''));
    expect(act).toThrow(refusal('report.identity-incomplete', '/ClinicalDocument/recordTarget[1]/patientRole[1]'));
    expect(act).toThrow(trait);
  });
  test('the same document without INS is read', () => {
    const anonymous = good.replace(/<id root="1\.2\.250\.1\.213\.1\.4\.10"[^>]*>/, '').replace(/<birthplace>.*?<\/birthplace>/, '');
    expect(read(anonymous).patient.ids).toEqual([{ root: '1.2.250.1.999.1.1', extension: 'IPP00042' }]);
  });
});

describe('the same report is read however it is dressed', () => {
  const expected = { ...read(good), warnings: [] };
  test('in prefixed names, types included', () => {
    const prefixed = good
      .replace('xmlns="urn:hl7-org:v3"', 'xmlns:c="urn:hl7-org:v3"')
      .replace(/<(\/?)(?![?/]|lab:|sdtc:)/g, '<$1c:')
      .replace(/xsi:type="/g, 'xsi:type="c:');
    const report = read(prefixed);
    const strip = (text: string | undefined) => text?.replace(/<(\/?)c:/g, '<$1');
    for (const section of report.sections) if (section.narrative !== undefined) section.narrative = strip(section.narrative)!;
    expect(report).toEqual(expected);
  });
  test('wrapped in the stylesheet that presents it', () => {
    const body = good.replace(/^<\?xml.*\?>\n/, '');
    expect(
      read(
        `<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0"><xsl:template match="/"/>${body}</xsl:stylesheet>`,
      ),
    ).toEqual(expected);
  });
  test('in ISO-8859-1', () => {
    expect(readLabReport(Buffer.from(good.replace('encoding="UTF-8"', 'encoding="ISO-8859-1"'), 'latin1'))).toEqual(expected);
  });
  test('of a version of the model that does not exist yet', () => {
    expect(read(good.replace('extension="2024.01"', 'extension="2031.07"'))).toEqual({ ...expected, modelVersion: '2031.07' });
  });
});

describe('a value is read by its type', () => {
  const valueOf = (value: string): ResultValue | undefined => {
    const xml = good.replace(/<value xsi:type="PQ"[^>]*\/>/, value);
    return [...resultsOf(read(xml))][0]?.result.value;
  };
  test.each<[string, ResultValue]>([
    ['<value xsi:type="PQ" value="7.20" unit="mmol/L"/>', { type: 'quantity', value: '7.20', unit: 'mmol/L' }],
    [
      '<value xsi:type="IVL_PQ"><high value="1" unit="mg/L" inclusive="false"/></value>',
      { type: 'range', high: { value: '1', unit: 'mg/L', inclusive: false } },
    ],
    ['<value xsi:type="IVL_PQ"><low value="0.512" unit="ug/mL"/></value>', { type: 'range', low: { value: '0.512', unit: 'ug/mL' } }],
    ['<value xsi:type="INT" value="3"/>', { type: 'integer', value: '3' }],
    ['<value xsi:type="REAL" value="2.50"/>', { type: 'real', value: '2.50' }],
    ['<value xsi:type="CE" code="X" codeSystem="1.2"/>', { type: 'coded', code: { code: 'X', system: '1.2' } }],
    ['<value xsi:type="ST">traces &lt; 1</value>', { type: 'text', text: 'traces < 1' }],
    ['<value xsi:type="ED" mediaType="text/plain">x</value>', { type: 'text', text: 'x', mediaType: 'text/plain' }],
    ['<value xsi:type="TS" value="20250101"/>', { type: 'time', value: '20250101' }],
    [
      '<value xsi:type="RTO"><numerator xsi:type="INT" value="1"/><denominator xsi:type="INT" value="160"/></value>',
      { type: 'ratio', numerator: { value: '1' }, denominator: { value: '160' } },
    ],
    ['<value xsi:type="BL" value="true"/>', { type: 'boolean', value: true }],
    ['<value xsi:type="SC" code="X" codeSystem="1.2">mot</value>', { type: 'coded-text', text: 'mot', code: { code: 'X', system: '1.2' } }],
    ['<value xsi:type="PQ" nullFlavor="NAV"/>', { type: 'absent', nullFlavor: 'NAV' }],
    ['<value nullFlavor="UNK"/>', { type: 'absent', nullFlavor: 'UNK' }],
    ['<value xsi:type="IVL_TS"><low value="2024"/><high value="2025"/></value>', { type: 'text', text: '2024 2025' }],
  ])('%s', (xml, value) => {
    expect(valueOf(xml)).toEqual(value);
  });
});

describe('who produced a single result, a panel or an act is read and written again', () => {
  const author =
    '<author><time value="20250314"/><assignedAuthor><id root="1.2.250.1.71.4.2.1" extension="899700000009"/><assignedPerson><name><family>AUTEUR-DEMO</family></name></assignedPerson></assignedAuthor></author>';
  const device =
    '<participant typeCode="DEV"><participantRole><id root="1.2.3"/><playingDevice><manufacturerModelName>Automate</manufacturerModelName></playingDevice></participantRole></participant>';
  test.each([
    ['a result', /(<\/methodCode>)/],
    ['a panel', /(<organizer classCode="BATTERY".*?<statusCode code="completed"\/>)/],
    ['an act', /(<act classCode="ACT" moodCode="EVN"><code[^>]*\/><statusCode code="completed"\/>)/],
  ])('%s', (_, place) => {
    const xml = good.replace(place, `$1${author}${device}`);
    expect(xml).not.toBe(good);
    const report = read(xml);
    expect(report.warnings).toEqual([]);
    expect(JSON.stringify(report)).toContain(
      '"authors":[{"ids":[{"root":"1.2.250.1.71.4.2.1","extension":"899700000009"}],"time":"20250314"',
    );
    expect(JSON.stringify(report)).toContain('"device":{"model":"Automate"}');
    expect(writeCda(report)).toContain('AUTEUR-DEMO');
    expect(read(writeCda(report)).sections).toEqual(report.sections);
  });
});

describe('a careful reader is warned', () => {
  const codes = (xml: string) => read(xml).warnings.map(({ code }) => code);
  test('when the narrative prints another number than the entry', () => {
    expect(codes(good.replace(/(<value xsi:type="PQ" value=")[^"]*/, '$1123456'))).toEqual(['narrative.mismatch']);
  });
  describe('when a result points to no line and its section prints its value nowhere', () => {
    const pointsNowhere = (value: string) =>
      good.replace(/<originalText><reference value="#r[^>]*><\/originalText>/, '').replace(/<value xsi:type="PQ"[^>]*\/>/, value);
    test.each([
      ['<value xsi:type="PQ" value="123456" unit="mmol/L"/>', ['narrative.missing']],
      ['<value xsi:type="IVL_PQ"><high value="123456" unit="mmol/L"/></value>', ['narrative.missing']],
      ['<value xsi:type="ST">Présence de cristaux</value>', ['narrative.missing']],
      ['<value xsi:type="CD"><originalText>Présence de cristaux</originalText></value>', ['narrative.missing']],
      ['<value xsi:type="PQ" value="1.10" unit="mmol/L"/>', []],
      ['<value xsi:type="PQ" value="1.1" unit="mmol/L"/>', []],
      ['<value xsi:type="ST">ANALYTE  d’essai</value>'.replace('’', "'"), []],
      ['<value xsi:type="CD" code="X" displayName="Nom du code" codeSystem="1.2"/>', []],
      ['<value xsi:type="PQ" nullFlavor="NAV"/>', []],
    ])('%s', (value, warnings) => {
      expect(codes(pointsNowhere(value))).toEqual(warnings);
    });
    test('many words in a long section are compared no longer than reading them takes', () => {
      const words = `<content>${'mot '.repeat(60_000)}</content>`;
      const many =
        '<component><observation classCode="OBS" moodCode="EVN"><code code="1"/><value xsi:type="ST">absent</value></observation></component>';
      const xml = good
        .replace('<text>', `<text>${words}`)
        .replace('<component><observation', `${many.repeat(2_000)}<component><observation`);
      const found = codes(xml);
      expect(found.length).toBeGreaterThan(10);
      expect(found.length).toBeLessThan(100);
    });
  });
  test('when a reference points to nothing', () => {
    expect(codes(good.replace(/(<originalText><reference value="#)r\d+/, '$1nowhere'))).toEqual(['reference.dangling']);
  });
  test('but not when the # of a reference was forgotten', () => {
    expect(codes(good.replace('<reference value="#r', '<reference value="r'))).toEqual([]);
  });
});

/** `report`, or the refusal with its place; any other error is thrown on. */
function outcomeOf(xml: string): string {
  try {
    read(xml);
    return 'report';
  } catch (error) {
    if (error instanceof Refusal) return `${error.code} at ${error.at ?? ''}`;
    throw error;
  }
}

test('a damaged report gives a report or a refusal that says where, never another error', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const random = randomFrom(seed);
      let xml = good;
      for (let n = 1 + Math.floor(random() * 3); n > 0; n--) xml = damaged(random, xml);
      expect(outcomeOf(xml)).toMatch(/^(?:report|report\.[a-z-]+ at .+)$/);
    }),
    { numRuns: 300 },
  );
});

test('any bytes give a report or a refusal', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(() => readLabReport(bytes, 'text/xml')).toThrow(Refusal);
    }),
  );
});
