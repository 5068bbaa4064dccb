import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chemistryReport } from '../../test/support/lab-report.ts';
import { classOfType, formatOf, isExchangedType, isFacilityType, isPracticeSetting } from './document-codes.ts';
import { entryUuidOf, metadataOf, utcOf } from './metadata-of.ts';

const bytes = Buffer.from('un compte rendu');

describe('the metadata of a laboratory report', () => {
  const metadata = metadataOf(chemistryReport(2), { bytes, mimeType: 'text/xml' }, 'Europe/Paris');

  it('name its class, type and format as the national tables do', () => {
    expect(metadata.typeCode.code).toBe('11502-2');
    expect(metadata.classCode).toEqual({ code: '10', system: '1.2.250.1.213.1.1.4.1', display: 'Compte rendu' });
    expect(metadata.formatCode).toEqual({ code: 'urn:ihe:lab:xd-lab:2008', system: '1.3.6.1.4.1.19376.1.2.3' });
    expect(metadata.healthcareFacilityType.code).toBe('SA25');
    expect(metadata.practiceSetting.code).toBe('AMBULATOIRE');
  });

  it('carry the INS, never the local number, as the patient identifier', () => {
    expect(metadata.patientId).toEqual({ root: '1.2.250.1.213.1.4.10', extension: '255069933412305' });
    const local = { ...chemistryReport(1), patient: { ids: [{ root: '1.2.3', extension: 'IPP1' }] } };
    expect(metadataOf(local, { bytes, mimeType: 'text/xml' }, 'Europe/Paris').patientId).toBeUndefined();
  });

  it('say times in UTC, and count the bytes', () => {
    expect(metadata.createdAt).toBe('20250314103000');
    expect(metadata.serviceStart).toBe('20250314071000');
    expect(metadata.hash).toBe('cb2c1b653b3fa8e660f2bf6fa425d32271b26e85');
    expect(metadata.size).toBe(15);
  });

  it('are the same for the same document, so that two channels make one entry', () => {
    expect(metadataOf(chemistryReport(2), { bytes, mimeType: 'text/xml' }, 'Europe/Paris')).toEqual(metadata);
    expect(metadata.entryUuid).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

describe('times in UTC', () => {
  it('carry the day, the month and the year over', () => {
    expect(utcOf('20250101003000+0100', 'Europe/Paris')).toBe('20241231233000');
    expect(utcOf('202501010030', 'Europe/Paris')).toBe('202412312330');
    expect(utcOf('20240301013000', 'Indian/Reunion')).toBe('20240229213000');
  });

  it('leave a date as it is, and invent no precision', () => {
    expect(utcOf('20250314', 'Europe/Paris')).toBe('20250314');
    expect(utcOf('2025', 'Europe/Paris')).toBe('2025');
    expect(utcOf('2025-03-14', 'Europe/Paris')).toBeUndefined();
  });
});

it('two documents never share an entry identifier', () => {
  const id = fc.record({ root: fc.constantFrom('1.2', '1.2.3', '2.16'), extension: fc.string({ maxLength: 2 }) });
  fc.assert(
    fc.property(id, id, (a, b) => {
      expect(entryUuidOf(a) === entryUuidOf(b)).toBe(a.root === b.root && a.extension === b.extension);
    }),
  );
});

const JDV = '../shared/terminology/jdv';
describe.skipIf(!existsSync(JDV))('the codes kept here, beside the national files', () => {
  const rows = (file: string) =>
    readFileSync(`${JDV}/${file}`, 'utf8')
      .split('\n')
      .slice(1)
      .filter(Boolean)
      .map((line) => line.split('\t') as [string, string, string, string]);

  it('give each type its class', () => {
    for (const [type, , , code] of rows('ASS_X04_X16_type_to_class.tsv')) expect([type, classOfType(type)?.code]).toEqual([type, code]);
  });

  it('know each exchanged type, and no other', () => {
    const exchanged = new Set(rows('JDV_J07_XdsTypeCode_CISIS.tsv').map(([code]) => code));
    for (const type of exchanged) expect([type, isExchangedType(type)]).toEqual([type, true]);
    for (const [type] of rows('ASS_X04_X16_type_to_class.tsv')) expect([type, isExchangedType(type)]).toEqual([type, exchanged.has(type)]);
    expect(isExchangedType('18842-5')).toBe(false);
  });

  it('give each template its format', () => {
    for (const [template, format] of rows('ASS_A11_template_to_formatCode.tsv')) {
      const [oid = '', body = 'application/pdf'] = template.split('#');
      expect([template, formatOf([oid], body).code]).toEqual([template, format]);
    }
  });

  it('know each facility and each practice setting', () => {
    const facilities = new Set(rows('JDV_J02_XdsHealthcareFacilityTypeCode_CISIS.tsv').map(([code]) => code));
    const numbers = Array.from({ length: 99 }, (_, n) => `SA${String(n + 1).padStart(2, '0')}`);
    for (const code of [...facilities, ...numbers]) expect([code, isFacilityType(code)]).toEqual([code, facilities.has(code)]);
    for (const [code] of rows('JDV_J04_XdsPracticeSettingCode_CISIS.tsv')) expect(isPracticeSetting(code)).toBe(true);
  });
});
