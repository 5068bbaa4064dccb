import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryReport } from '../../../test/support/arbitrary-report.ts';
import { chemistryReport } from '../../../test/support/lab-report.ts';
import { POTASSIUM, quantity, reportOf } from '../../../test/support/reports.ts';
import type { LabReport, Result, ResultValue } from '../lab-report.ts';
import { printValue } from '../print-value.ts';
import { readLabReport } from '../read-lab-report.ts';
import { resultsOf } from '../results-of.ts';
import { fhirLosses } from './losses.ts';
import { writeFhir } from './write.ts';
import { runs } from '../../../test/support/runs.ts';

const again = (report: LabReport) => readLabReport(Buffer.from(writeFhir(report)), 'application/fhir+json');
const resultAgain = (result: Partial<Result>) => {
  const [place] = resultsOf(again(reportOf(1, { results: [quantity('2823-3', 'Potassium', '4.10', 'mmol/L', result)] })));
  return place!.result;
};

/**
 * All that FHIR loses of any report, by its path. Of a result: previous values (reports of their own in the region), the words of the entry
 * (they stand in the narrative), whether the ends of an interval count (said in words), the type of a value that FHIR has no type for, and
 * minutes or an offset that had to be written. Nothing else that a clinician reads.
 */
const KNOWN = [
  /^(modelVersion|realm|informants|dataEnterer|recipients|confidentiality\.display|language|encounter\.|setId|orders)/,
  /^participants(\[\]\.function)?$/, // only the prescriber has a place, as requester
  /^patient\.(guardians|deceasedAt|telecoms|addresses\[\]\.)/,
  /\.(systemName|ref|narrative|time|function|relation)$/,
  /\.(address|telecoms)$|\.address\.|address\.(streetName|houseNumber)$/,
  /^sections(\[\]\.sections)*\[\]\.(kind|id|title)$/,
  /\.(at|sampledAt|receivedAt)$/,
  /entries(\[\]\.items)*\[\]\.status$/, // of a report that is taken back: nothing of it holds
  /items(\[\]\.items)*\[\]\.(previous|isNegated|product|productName)$/,
  /\.(otherValues\[\]|value|media|media\[\])(\.(type|value|text|mediaType|base64|unit|code|numerator|denominator|translations))?$/,
  /\.inclusive$/,
  /\.code\.(code|system|display|translations)$/, // of another system than LOINC: it becomes the laboratory's own (a translation)
];

test('a typical report loses nothing that a clinician reads of its results', () => {
  const report = chemistryReport(30);
  const before = [...resultsOf(report)].map(({ result }) => ({ ...result, previous: undefined }));
  const after = [...resultsOf(again(report))].map(({ result }) => ({ ...result, previous: undefined }));
  expect(after.map(({ specimen: _specimen, ...rest }) => rest)).toEqual(before);
});

test('what is lost of a typical report is listed', () => {
  expect(fhirLosses(chemistryReport(3)).filter((path) => path.startsWith('sections'))).toEqual([
    'sections[].entries[].items[].items[].previous',
    'sections[].entries[].validators[].address',
    'sections[].entries[].validators[].time',
  ]);
});

test('a value keeps the decimals it was printed with, also 7.20, 0.0 and 1e3', () => {
  for (const value of ['7.20', '0.0', '1e3', '-0.50', '100', '05', '+5.0']) {
    expect(resultAgain({ value: { type: 'quantity', value, unit: 'mmol/L' } }).value).toEqual({ type: 'quantity', value, unit: 'mmol/L' });
  }
});

test('a censored value keeps its sign, and whether the end counts or was not said', () => {
  const values: ResultValue[] = [
    { type: 'range', high: { value: '0.50', unit: 'mg/L', inclusive: false } },
    { type: 'range', high: { value: '0.50', unit: 'mg/L', inclusive: true } },
    { type: 'range', high: { value: '0.50', unit: 'mg/L' } },
    { type: 'range', low: { value: '90', unit: 'mL/min', inclusive: false } },
    { type: 'range', low: { value: '90', unit: 'mL/min' } },
    { type: 'range', low: { value: '1', unit: 'g/L' }, high: { value: '2', unit: 'g/L' } },
  ];
  for (const value of values) expect(resultAgain({ value }).value).toEqual(value);
});

test('a value that is no number becomes words, never another number', () => {
  expect(resultAgain({ value: { type: 'quantity', value: '1/160', unit: 'titre' } }).value).toEqual({ type: 'text', text: '1/160 titre' });
});

test('a result without value says why it has none', () => {
  for (const nullFlavor of ['NAV', 'UNK', 'NA', 'MSK', 'OTH'])
    expect(resultAgain({ value: { type: 'absent', nullFlavor } }).value).toEqual({ type: 'absent', nullFlavor });
});

test('cancelled and provisional results stay so', () => {
  expect([resultAgain({ status: 'aborted' }).status, resultAgain({ status: 'active' }).status]).toEqual(['aborted', 'active']);
});

test('a corrected report keeps its series, its number and what it replaces', () => {
  const second = reportOf(2, { version: 2, replaces: [1], set: 1, results: [POTASSIUM] });
  const { id, setId, version, replaces } = again(second);
  expect({ id, setId, version, replaces }).toEqual({ id: second.id, setId: second.setId, version: 2, replaces: second.replaces });
});

test('the identity of the patient comes back whole: INS, strict traits, own number of the sender', () => {
  const { patient } = chemistryReport(1);
  const { addresses: _addresses, ...read } = again(chemistryReport(1)).patient;
  const { addresses: _printed, ...traits } = patient;
  expect(read).toEqual(traits);
});

test('any report is written and read, keeps every result with its value, and loses only what is known to be lost', {
  timeout: 120_000,
}, () => {
  fc.assert(
    fc.property(arbitraryReport, (report) => {
      const read = again(report);
      const values = (of: LabReport) => [...resultsOf(of)].map(({ result }) => result.value && printValue(result.value));
      expect(values(read).length).toBe(values(report).length);
      const unknown = fhirLosses(report).filter((path) => !KNOWN.some((known) => known.test(path)));
      expect(unknown).toEqual([]);
    }),
    { numRuns: runs(60) },
  );
});

test('the same report always gives the same Bundle', () => {
  expect(writeFhir(chemistryReport(5))).toBe(writeFhir(chemistryReport(5)));
});
