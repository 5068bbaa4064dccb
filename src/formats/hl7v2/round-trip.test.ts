import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryReport } from '../../../test/support/arbitrary-report.ts';
import { chemistryReport } from '../../../test/support/lab-report.ts';
import { oru } from '../../../test/support/oru-message.ts';
import type { LabReport, Result, ResultValue } from '../lab-report.ts';
import { readLabReport } from '../read-lab-report.ts';
import { resultsOf } from '../results-of.ts';
import { writeOru } from './write-oru.ts';
import { runs } from '../../../test/support/runs.ts';

const again = (report: LabReport): LabReport => readLabReport(Buffer.from(writeOru(report)), 'application/hl7-v2');
const results = (report: LabReport): Result[] => [...resultsOf(report)].map(({ result }) => result);

describe('a report written as ORU^R01 and read again', () => {
  test('is the same when it came as ORU^R01', () => {
    const received = readLabReport(Buffer.from(oru(30)));
    expect(again(received)).toEqual(received);
  });

  test('keeps the identity, the laboratory, the dates, the people and the confidentiality of a report in CDA', () => {
    const report = { ...chemistryReport(20), confidentiality: { code: 'R' } };
    const read = again(report);
    expect(read.id).toEqual(report.id);
    expect(read.createdAt).toBe(report.createdAt);
    expect(read.confidentiality.code).toBe('R');
    expect(read.custodian.ids).toEqual(report.custodian.ids);
    expect(read.patient).toMatchObject({
      birthFamily: 'ESSAI',
      birthGivens: 'LUCIE ANNE',
      birthDate: '19550612',
      birthPlace: { cog: '99334' },
    });
    expect(read.patient.ids.map(({ root, extension }) => [root, extension])).toEqual(
      report.patient.ids.map(({ root, extension }) => [root, extension]),
    );
    expect(read.legalAuthenticator?.name).toEqual(report.legalAuthenticator?.name);
    expect(read.participants[0]?.name).toEqual(report.participants[0]?.name);
    expect(read.sections[0]?.code?.code).toBe('18719-5');
  });

  test('keeps every result of a report in CDA with its value, unit, interval, flag, sampling and method', () => {
    const report = chemistryReport(20);
    const told = (all: Result[]) =>
      all.map(({ code, value, reference, interpretations, at, status, method }) => ({
        code: code.code,
        display: code.display,
        value,
        low: reference?.low,
        high: reference?.high,
        interpretations,
        at,
        status,
        method: method?.code,
      }));
    expect(told(results(again(report)))).toEqual(told(results(report)));
  });

  test('a report whose results are still to be confirmed never comes back as final', () => {
    const report = chemistryReport(3);
    report.events[0]!.status = 'active';
    expect(results(again(report)).map(({ status }) => status)).toEqual(['active', 'active', 'active']);
  });

  test('two quotes that a laboratory really printed are no « none »', () => {
    const printed = chemistryReport(1);
    const [first] = results(printed);
    first!.value = { type: 'text', text: '""' };
    expect(results(again(printed))[0]!.value).toEqual({ type: 'text', text: '""' });
  });

  test('the PDF of the laboratory comes back byte for byte', () => {
    expect(again({ ...chemistryReport(1), pdf: { base64: 'JVBERi0xLjQK' } }).pdf).toEqual({ base64: 'JVBERi0xLjQK' });
  });
});

/** What a value becomes where a message has no place for all of it. */
function carried(value: ResultValue | undefined): ResultValue | undefined {
  switch (value?.type) {
    case 'quantity':
      return { type: 'quantity', value: value.value, ...(value.unit !== undefined && { unit: value.unit }) };
    case 'integer':
    case 'real':
      return { type: 'quantity', value: value.value };
    case 'absent':
      return undefined;
    default:
      return value;
  }
}

describe('any report', () => {
  test('read from what was written, is written and read the same', () => {
    fc.assert(
      fc.property(arbitraryReport, (report) => {
        const read = again(report);
        expect(again(read)).toEqual({ ...read, warnings: again(read).warnings });
      }),
      { numRuns: runs(200) },
    );
  });

  test('keeps every result, its number and its unit', () => {
    fc.assert(
      fc.property(arbitraryReport, (report) => {
        const kinds = new Set(['quantity', 'integer', 'real', 'text', 'time']);
        const numbers = (all: Result[]) =>
          all.map(({ value }) => carried(value)).filter((value) => value !== undefined && kinds.has(value.type));
        const asKeys = (values: (ResultValue | undefined)[]) => values.map((value) => JSON.stringify(value)).toSorted();
        const sent = numbers(results(report)).map((value) =>
          value?.type === 'text' ? { type: 'text' as const, text: value.text } : value,
        );
        expect(asKeys(numbers(results(again(report))))).toEqual(asKeys(sent));
      }),
      { numRuns: runs(200) },
    );
  });
});
