import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chemistryReport } from '../../../test/support/lab-report.ts';
import { nameBasedOid } from '../hl7v2/systems.ts';
import type { LabReport, ReferenceRange, Result, ResultValue, Section } from '../lab-report.ts';
import { lossesBetween } from '../losses.ts';
import { resultsOf } from '../results-of.ts';
import { readHprimReport } from './read.ts';
import { writeHprimSante } from './write-sante.ts';

const read = (...lines: string[]) => readHprimReport(Buffer.from(lines.join('\r\n')));
const resultsIn = (report: LabReport) => [...resultsOf(report)].map(({ result }) => result);
const written = (report: LabReport) => Buffer.from(writeHprimSante(report)).toString('latin1').split('\r\n');

const H = 'H|~^\\&|TEST1.HPR||990000001~LBM DEMO||ORU|||CLIN~Clinique DEMO||P|H2.1~C|202503141135';
const P = 'P|1|P0042|||ESSAI-DEMO~LUCIE||19550612|F||1 rue du Test~Bât. B~RENNES~~35000';

describe('HPRIM Santé as laboratories send it', () => {
  it('gives the number of the request after that of the sample, and the beginning of a sampling that lasts', () => {
    const report = read(H, P, 'OBR|1|S7~ORD77|~DEM4411|DIU~Diurèse~L|||202503130800^202503140800', 'OBX|1|NM|DIU~Diurèse~L||1500|mL||||F');
    expect(report.orders.map(({ extension }) => extension)).toEqual(['ORD77']);
    expect(report.setId?.extension).toBe('DEM4411');
    expect(resultsIn(report)[0]).toMatchObject({ at: '202503130800', value: { value: '1500', unit: 'mL' } });
  });

  it('with several analyses asked at once, gives their results no title that is of one of them', () => {
    const report = read(
      H,
      P,
      'OBR|1|ORD77|DEM4411|TGO~TGO~L^HT~Hématocrite~L|||202503140805',
      'OBX|1|NM|HT~Hématocrite~L||38.2|%|35 - 48|N|||F',
    );
    expect(report.sections[0]).toMatchObject({ title: 'Résultats' });
    expect(report.sections[0]!.code).toBeUndefined();
    expect(resultsIn(report)[0]).toMatchObject({ reference: { low: { value: '35' }, high: { value: '48' } } });
  });

  it('with the separators that it announces, whatever they are', () => {
    const lines = [
      'H|\\^&~|F1.hpr||990000001\\LBM DEMO||ORU|||CLIN\\CLINIQUE||P|H2.0\\C|202503141135',
      'P|1|12|||ESSAI-DEMO\\LUCIE||19550612|F',
    ];
    const report = read(...lines, 'OBR|1|S1\\R1|\\R1|K\\Potassium', 'OBX|1|NM|K\\Potassium||4.2|mmol/L||N|||F');
    expect(report.patient).toMatchObject({ usedFamily: 'ESSAI-DEMO', usedGiven: 'LUCIE' });
    expect(resultsIn(report)[0]).toMatchObject({ code: { originalText: 'Potassium' }, value: { value: '4.2', unit: 'mmol/L' } });
  });

  it('gives an address by its parts', () => {
    const report = read(H, P, 'OBR|1|ORD77|DEM4411|BIO~Biochimie~L');
    expect(report.patient.addresses).toEqual([
      { streetName: '1 rue du Test', additionalLocator: 'Bât. B', city: 'RENNES', postalCode: '35000' },
    ]);
  });

  it('reads the escapes of separators inside words', () => {
    const report = read(H, P, 'OBR|1|ORD77|DEM4411|NUM~Num\\T\\ration~L', 'OBX|1|NM|L~Leucocytes~L||6.1|10\\R\\9/L||||F');
    expect(report.sections[0]!.title).toBe('Num&ration');
    expect(resultsIn(report)[0]).toMatchObject({ value: { value: '6.1', unit: '10^9/L' } });
  });
});

const root = (kind: string) => nameBasedOid(`hprim:990000001:${kind}`);
const word = fc
  .string({ unit: fc.constantFrom(...'abÉç°µ²|~^\\&<>/-+(). '), minLength: 1, maxLength: 12 })
  .map((text) => `x${text.replace(/\s+/g, ' ')}`.trim());
const number = fc.constantFrom('7.20', '0', '-1.5', '120', '0.001');
const unit = fc.constantFrom('mmol/L', 'g/l', '/mm3', '%', '10^9/L');
const moment = fc.constantFrom('20250314', '202503140805', '20250314080530');
const coded = fc.tuple(fc.stringMatching(/^[A-Z0-9]{1,6}$/), word).map(([code, display]) => ({
  originalText: display,
  translations: [{ code, system: root('code'), display }],
}));

const value: fc.Arbitrary<ResultValue> = fc.oneof(
  fc.record({ type: fc.constant('quantity' as const), value: number, unit }),
  fc.record({ type: fc.constant('text' as const), text: fc.array(word, { minLength: 1, maxLength: 3 }).map((lines) => lines.join('\n')) }),
  fc.record({ type: fc.constant('time' as const), value: moment }),
  fc.record({
    type: fc.constant('range' as const),
    high: fc.record({ value: fc.constantFrom('1', '0.12'), unit, inclusive: fc.boolean() }),
  }),
  fc
    .tuple(fc.stringMatching(/^[A-Z+]{1,4}$/), word)
    .map(([code, display]) => ({ type: 'coded' as const, code: { code, display, originalText: display } })),
);

const unitOf = (of: ResultValue): { unit?: string } =>
  of.type === 'quantity' ? { unit: of.unit! } : of.type === 'range' ? { unit: of.high!.unit! } : {};

const result = fc
  .record({
    value,
    code: coded,
    status: fc.constantFrom('completed', 'active', 'aborted'),
    flags: fc.uniqueArray(fc.constantFrom('H', 'HH', 'A', 'D'), { maxLength: 2 }),
    comments: fc.array(
      fc.tuple(word, word).map((lines) => lines.join('\n')),
      { maxLength: 2 },
    ),
    range: fc.constantFrom('none', 'both', 'high', 'words'),
  })
  .map(({ value: measured, code, status, flags, comments, range }): Result => {
    const bounds: Record<string, ReferenceRange> = {
      both: { low: { value: '4.1', ...unitOf(measured) }, high: { value: '6.1', ...unitOf(measured) } },
      high: { high: { value: '5', ...unitOf(measured), inclusive: false } },
      words: { text: 'selon l’âge'.replace('’', "'") },
    };
    return {
      kind: 'result',
      code,
      status,
      value: measured,
      ...(flags.length > 0 && { interpretations: flags }),
      ...(bounds[range] && { reference: bounds[range] }),
      ...(comments.length > 0 && { comments }),
    };
  });

const section = fc
  .record({ code: coded, at: moment, items: fc.array(result, { minLength: 1, maxLength: 4 }) })
  .map(({ code, at, items }): Section => {
    const isProvisional = items.some(({ status }) => status === 'active');
    const isNone = items.every(({ status }) => status === 'aborted');
    return {
      kind: 'chapter',
      title: code.originalText,
      code,
      entries: [{ status: isProvisional ? 'active' : isNone ? 'aborted' : 'completed', items: items.map((item) => ({ ...item, at })) }],
      sections: [],
    };
  });

describe('a report written as HPRIM Santé', () => {
  it('is read again as it was, identifier of the document apart, and its stage, which is said by its results', () => {
    const base = read(H, P, 'OBR|1|~ORD77|~DEM4411|BIO~Biochimie~L');
    fc.assert(
      fc.property(fc.array(section, { minLength: 1, maxLength: 3 }), (sections) => {
        const isProvisional = sections.some(({ entries }) => entries[0]!.status === 'active');
        const report: LabReport = {
          ...base,
          modelVersion: 'sante-2.2',
          sections,
          events: [{ status: isProvisional ? 'active' : 'completed' }],
        };
        const { id: _, version: _stage, ...again } = readHprimReport(writeHprimSante(report));
        const { id: __, version: __stage, ...given } = report;
        expect(again).toEqual(given);
      }),
      { numRuns: 60 },
    );
  });

  it('never says the INS, nor writes a line longer than 218 characters', () => {
    const long = chemistryReport(3);
    long.sections[0]!.entries[0]!.comments = ['mot '.repeat(200).trim()];
    const lines = written(long);
    expect(lines.join('\n')).not.toContain('255069933412305');
    expect(Math.max(...lines.map((line) => line.length))).toBe(218);
    expect(readHprimReport(writeHprimSante(long)).sections[0]!.entries[0]!.comments).toEqual(['mot '.repeat(200).trim()]);
  });

  it('ends with the number of its segments, and loses of each result only what HPRIM has no place for', () => {
    const report = chemistryReport(3);
    const lines = written(report);
    expect(lines.at(-2)).toBe(`L|1||1|${lines.length - 1}`);
    const losses = lossesBetween(report, readHprimReport(writeHprimSante(report)));
    expect(losses).toEqual(expect.arrayContaining(['patient.ids', 'results[].method', 'results[].previous']));
    for (const kept of ['results[].value', 'results[].reference', 'results[].interpretations', 'results[].status', 'results[].comments'])
      expect(losses).not.toContain(kept);
  });

  it('names the germ of each antibiogram', () => {
    const report = chemistryReport(1);
    const [tested] = resultsIn(report);
    const organism = { code: '112283007', originalText: 'Escherichia coli' };
    const antibiogram = { kind: 'battery' as const, code: { originalText: 'Antibiogramme' }, status: 'completed', items: [tested!] };
    report.sections[0]!.entries = [
      { status: 'completed', items: [{ kind: 'isolate', organism, status: 'completed', items: [antibiogram] }] },
    ];
    expect(readHprimReport(writeHprimSante(report)).sections[0]!.title).toBe('Escherichia coli - Antibiogramme');
  });
});
