import { describe, expect, it } from 'vitest';
import { chemistryReport } from '../../../test/support/lab-report.ts';
import { message, MSH, obr, obx, oru, PID } from '../../../test/support/oru-message.ts';
import { sender, submission } from '../../../test/support/xdm.ts';
import type { DocumentMetadata } from '../document-metadata.ts';
import { writeCda } from '../cda/write.ts';
import { writeOru } from '../hl7v2/write-oru.ts';
import { writeHprim } from '../hprim/write.ts';
import { writeXdm } from '../xdm/write.ts';
import { validateAny } from './validate.ts';

const report = chemistryReport(3);
const pdf = Buffer.from('%PDF-1.4 x');
const rulesOf = (bytes: Uint8Array | string) => validateAny(Buffer.from(bytes)).map(({ rule, at }) => `${rule} at ${at}`);
const archiveWith = (change: Partial<DocumentMetadata>) => {
  const sent = submission();
  const bytes = Buffer.from(writeCda(report, { pdf }));
  return writeXdm(
    [{ ...sent, documents: sent.documents.map((one) => ({ ...one, bytes, metadata: { ...one.metadata, ...change } })) }],
    sender,
  );
};

describe('a file is checked', () => {
  it('against the French model when it is a report in CDA', () => {
    expect(rulesOf(writeCda(report, { pdf }))).toEqual([]);
    expect(rulesOf(writeCda(report, { pdf }).replace('<realmCode code="FR"/>', '<realmCode code="BE"/>'))).toEqual([
      'H01 at /ClinicalDocument',
    ]);
  });

  it('against what every report needs when it is in another format', () => {
    expect(rulesOf(writeOru(report))).toEqual(['M08 at PV1[1]-19']); // the report knows of no stay
    expect(rulesOf(writeHprim(report))).toEqual(['G01 at patient', 'G05 at result 1', 'G05 at result 2', 'G05 at result 3']);
  });

  it.each([
    ['a result without unit', '|mmol/L|', '||', 'G06 at result 1'],
    ['an interval upside down', '|4.1|6.1|', '|6.1|4.1|', 'G07 at result 1'],
    ['a laboratory without FINESS', '1350000001', 'LBMDEMO   ', 'G02 at custodian'],
    ['a report without date', '14/03/2025', '          ', 'G03 at date'],
    ['a line that is no line', 'RES|', 'REZ|', 'hprim.line at line 24'],
  ])('and told %s', (_what, from, to, expected) => {
    const text = Buffer.from(writeHprim(report)).toString('latin1');
    expect(rulesOf(Buffer.from(text.replaceAll(from, to), 'latin1'))).toContain(expected);
  });

  it.each([
    ['M01', 'MSH-18', (text: string) => text.replace('UNICODE UTF-8', '')],
    ['M02', 'MSH-9', (text: string) => text.replace('^ORU_R01', '')],
    ['M03', 'MSH-11', (text: string) => text.replace('|T|2.5', '||2.5')],
    ['M04', 'MSH-12', (text: string) => text.replace('|T|2.5', '|T|')],
    ['M05', 'MSH-17', (text: string) => text.replace('|FRA|UNI', '||UNI')],
    ['M06', 'PID[1]-32', (text: string) => text.replace('|VALI', '|PROV')],
    [
      'M07',
      'PID[1]-5',
      (text: string) =>
        text
          .replace('ESSAI^LUCIE^LUCIE ANNE^^MME^^L~', '')
          .replace(/~255069933412305[^|]*/, '')
          .replace('BDL', 'H'),
    ],
    ['M08', 'PV1[1]-19', (text: string) => text.replace('VEN-778^^^LBM-DEMO&1.2.250.1.999.1.6&ISO^VN', '')],
    ['M09', 'OBR[1]-3', (text: string) => text.replaceAll('DEM-2025-4411^SIL-DEMO', '')],
    ['M10', 'OBX[2]-11', (text: string) => text.replace(/(OBX\|2.*?)\|F\|/, '$1||')],
    ['M11', 'OBX[1]-2', (text: string) => text.replace('|NM|', '|ZZ|')],
    ['M12', 'OBX[1]-6', (text: string) => text.replace('mmol/L^^UCUM', 'mmol/L')],
    ['M13', 'OBX[1]-8', (text: string) => text.replace('|H|', '|HAUT|')],
  ])('against the French use of HL7 v2: %s at %s', (rule, at, edit) => {
    expect(rulesOf(oru(2))).toEqual([]);
    expect(edit(oru(2))).not.toBe(oru(2));
    expect(rulesOf(edit(oru(2)))).toContain(`${rule} at ${at}`);
  });

  it('and, when it carries a document, the profile that says so', () => {
    const line = `OBX|1|ED|11502-2^CR^LN||^TEXT^XML^Base64^${Buffer.from(writeCda(report, { pdf })).toString('base64')}||||||F`;
    const rules = rulesOf(message(MSH, PID, 'ORC|NW', obr(), line));
    expect(rules).toEqual(['M14 at MSH-21']);
    expect(rulesOf(message(`${MSH}|||2.1^CISIS_CDA_HL7_V2`, PID, 'ORC|NW', obr(), line))).toEqual([]);
  });

  it('inside an archive: its label, and the document', () => {
    expect(rulesOf(archiveWith({}))).toEqual([]);
    expect(rulesOf(archiveWith({ typeCode: { code: '18842-5', system: '2.16.840.1.113883.6.1' } }))).toEqual([
      'X01 at document 1 typeCode',
    ]);
    expect(rulesOf(archiveWith({ classCode: { code: '11' } }))).toEqual(['X02 at document 1 classCode']);
    expect(rulesOf(archiveWith({ healthcareFacilityType: { code: 'SA11' }, practiceSetting: { code: 'VILLE' } }))).toEqual([
      'X03 at document 1 healthcareFacilityTypeCode',
      'X04 at document 1 practiceSettingCode',
    ]);
    expect(
      rulesOf(archiveWith({ createdAt: '20250314113000+0100', title: ' ', authors: [], language: 'fr', formatCode: { code: 'xml' } })),
    ).toEqual([
      'X06 at document 1 creationTime',
      'X07 at document 1 author',
      'X08 at document 1 title',
      'X09 at document 1 formatCode',
      'X10 at document 1 languageCode',
    ]);
  });

  it('and what cannot be read at all is one thing to mend', () => {
    expect(rulesOf('bonjour')).toEqual(['deposit.unsupported-format at byte 1']);
    expect(rulesOf('<a><b></a>')).toEqual([expect.stringMatching(/^report\.unreadable at line 1/)]);
  });

  it('in words of both languages, each with what to do', () => {
    const broken = [
      Buffer.from(
        message(
          MSH.replace(/T.2.5.*/, ''),
          PID.replace('|VALI', '').replace('MME^^L', 'MME^^D'),
          obx({ type: 'ZZ', status: '', unit: 'x', flag: 'HAUT' }),
        ),
      ),
      writeHprim(report),
      archiveWith({ typeCode: {}, classCode: {}, title: '' }),
      Buffer.from('bonjour'),
    ].flatMap((bytes) => validateAny(bytes));
    expect(broken.length).toBeGreaterThan(6);
    for (const { message, remedy, at } of broken) {
      for (const words of [message.fr, message.en, remedy.fr, remedy.en]) expect(words).toMatch(/^[A-ZÀ-Ý0-9].*\.$/s);
      expect(message.fr).not.toBe(message.en);
      expect(at).not.toBe('');
    }
  });
});
