import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { chemistryReport } from '../../../test/support/lab-report.ts';
import { outcomeOf } from '../../../test/support/outcome.ts';
import { sender } from '../../../test/support/xdm.ts';
import { readLabReport } from '../read-lab-report.ts';
import { resultsOf } from '../results-of.ts';
import { writeCda } from '../cda/write.ts';
import { type Content, readAny } from './read.ts';
import { formatOfBytes } from './sniff.ts';
import { WRITE_FORMATS, writeAs } from './write.ts';

const context = { now: new Date(Date.UTC(2025, 2, 14, 12)), zone: 'Europe/Paris', sender };
const cda = Buffer.from(writeCda(chemistryReport(4), { pdf: Buffer.from('%PDF-1.4 x') }));
const [content] = readAny(cda).contents;

describe('a format is told', () => {
  it.each([
    ['<ClinicalDocument/>', 'cda'],
    ['\ufeff<?xml version="1.0"?>', 'cda'],
    ['MSH|^~\\&|A|B', 'hl7'],
    ['\vMSH|^~\\&|A', 'hl7'],
    ['H|~^\\&|F.HPR||LBM', 'hprim'],
    [' {"resourceType":"Bundle"}', 'fhir'],
    ['PK\u0003\u0004', 'xdm'],
    ['%PDF-1.7', 'pdf'],
    ['bonjour', undefined],
  ])('by its first bytes: %j', (start, format) => {
    expect(formatOfBytes(Buffer.from(start))).toBe(format);
    expect(formatOfBytes(Buffer.from(start), 'text/plain; charset=utf-8')).toBe(format);
  });

  it('by its content type, whatever the bytes', () => {
    const types = [
      'application/xml',
      'application/hl7-v2',
      'application/fhir+json; charset=utf-8',
      'application/zip',
      'application/pdf',
      'image/png',
    ];
    expect(types.map((type) => formatOfBytes(Buffer.from(''), type))).toEqual(['cda', 'hl7', 'fhir', 'xdm', 'pdf', undefined]);
  });
});

describe('a report in CDA, written in another format', () => {
  const numbers = (found: Content | undefined) =>
    found?.kind === 'report'
      ? [...resultsOf(found.report)].map(({ result: { value } }) => (value?.type === 'quantity' ? value.value : ''))
      : [];

  it.each(WRITE_FORMATS.filter((format) => format !== 'text'))('%s, is read again with its numbers', (format) => {
    const { bytes, losses } = writeAs(content!, format, context);
    expect(losses.length > 0).toBe(format !== 'cda' && format !== 'xdm');
    expect(numbers(readAny(bytes).contents[0])).toEqual(['0.00', '1.10', '2.20', '3.30']);
  });

  it('text, prints its numbers, its patient and its laboratory', () => {
    const text = Buffer.from(writeAs(content!, 'text', context).bytes).toString();
    for (const words of ['0,00', '1,10', '2,20', '3,30', 'ESSAI LUCIE ANNE', 'LBM DEMO des Tilleuls']) expect(text).toContain(words);
  });

  it('goes on byte for byte as CDA, and in an archive', () => {
    expect(writeAs(content!, 'cda', context).bytes).toEqual(cda);
    const [inside] = readAny(writeAs(content!, 'xdm', context).bytes).contents;
    expect(inside).toMatchObject({ kind: 'report', action: 'new', metadata: { typeCode: { code: '11502-2' } } });
    expect(Buffer.from((inside as { source: Uint8Array }).source)).toEqual(cda);
  });

  it('tells each place that HPRIM has no room for', () => {
    const { losses } = writeAs(content!, 'hprim', context);
    expect(losses).toEqual(
      expect.arrayContaining(['patient.birthFamily', 'patient.ids', 'pdf', 'results[].method', 'results[].previous', 'validators']),
    );
    expect(losses).not.toContain('results[].value');
    expect(losses).not.toContain('results[].interpretations');
  });
});

describe('a report that came otherwise, written as CDA', () => {
  it.each(['hprim', 'fhir', 'hl7'] as const)('from %s, is a CDA that is read, and tells what it lost', (format) => {
    const received = readAny(writeAs(content!, format, context).bytes).contents[0]!;
    const { bytes, losses } = writeAs(received, 'cda', context);
    const values = (report: Parameters<typeof resultsOf>[0]) => [...resultsOf(report)].map(({ result }) => result.value);
    expect(values(readLabReport(bytes))).toEqual(values((received as { report: Parameters<typeof resultsOf>[0] }).report));
    expect(losses).not.toContain('results[].value');
  });
});

it('what is neither a report nor a document is written as nothing', () => {
  const file: Content = { kind: 'file', mediaType: 'application/pdf', bytes: Buffer.from('%PDF-') };
  for (const format of WRITE_FORMATS) expect(outcomeOf(() => writeAs(file, format, context))).toBe('request.invalid at to');
  expect(outcomeOf(() => readAny(Buffer.from('bonjour')))).toBe('deposit.unsupported-format at byte 1');
});

const OTHER = '../shared/samples/cda-other';
describe.skipIf(!existsSync(OTHER))('documents of other kinds', () => {
  it.each(
    existsSync(OTHER) ? readdirSync(OTHER).filter((name) => name.endsWith('.xml')) : [],
  )('%s goes into an archive and comes back', (file) => {
    const bytes = readFileSync(`${OTHER}/${file}`);
    const [document] = readAny(bytes).contents;
    expect(document!.kind).toBe('document');
    const [inside] = readAny(writeAs(document!, 'xdm', context).bytes).contents;
    expect(Buffer.from((inside as { source: Uint8Array }).source)).toEqual(bytes);
    expect(inside!.metadata!.classCode.code).toMatch(/^\d\d$/);
    expect(Buffer.from(writeAs(document!, 'text', context).bytes).toString()).toContain('Patient : ');
  });
});
