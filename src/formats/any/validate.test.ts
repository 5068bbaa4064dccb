import { describe, expect, it } from 'vitest';
import { chemistryReport } from '../../../test/support/lab-report.ts';
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
    expect(rulesOf(writeOru(report))).toEqual([]);
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
    const broken = [writeHprim(report), archiveWith({ typeCode: {}, classCode: {}, title: '' }), Buffer.from('bonjour')].flatMap((bytes) =>
      validateAny(bytes),
    );
    expect(broken.length).toBeGreaterThan(6);
    for (const { message, remedy, at } of broken) {
      for (const words of [message.fr, message.en, remedy.fr, remedy.en]) expect(words).toMatch(/^[A-ZÀ-Ý0-9].*\.$/s);
      expect(message.fr).not.toBe(message.en);
      expect(at).not.toBe('');
    }
  });
});
