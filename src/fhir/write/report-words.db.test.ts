import { beforeAll, expect, test, vi } from 'vitest';
import { fhirRegion, resources } from '../../../test/support/fhir-region.ts';
import { type FhirEntry, laboratoryTransaction } from '../../../test/support/fhir-transaction.ts';
import { readLabReport, writeCda, writeFhir, writeHprim } from '../../formats/index.ts';

const { post, search } = fhirRegion();

const SNOMED = 'http://snomed.info/sct';
const ABSENT = 'http://terminology.hl7.org/CodeSystem/data-absent-reason';
const specimen = 'urn:uuid:00000000-0000-4000-8000-0000000000a1';
const ANAEMIA = { coding: [{ system: SNOMED, code: '87522002', display: 'Iron deficiency anemia' }] };
const HAEMOLYSED = { coding: [{ system: ABSENT, code: 'error' }], text: 'échantillon hémolysé' };

/** A report that says all that one may say beside its values. */
function wordy() {
  const bundle = laboratoryTransaction(60);
  const of = (what: string) => bundle.entry.find(({ resource }) => JSON.stringify(resource['code'] ?? null).includes(what))!.resource;
  Object.assign(of('11502-2'), { conclusion: 'Anémie ferriprive.\nÀ contrôler dans un mois.', conclusionCode: [ANAEMIA] });
  const potassium = of('2823-3');
  delete potassium['valueQuantity'];
  Object.assign(potassium, { dataAbsentReason: HAEMOLYSED, specimen: { reference: specimen } });
  const range = (low: number, high: number, more = {}) => ({
    low: { value: low, unit: 'mg/L' },
    high: { value: high, unit: 'mg/L' },
    ...more,
  });
  const fasting = { appliesTo: [{ text: 'à jeun' }] };
  Object.assign(of('1988-5'), { referenceRange: [range(0, 5), range(0, 3, fasting)], specimen: { reference: specimen } });
  const drawn: FhirEntry = {
    fullUrl: specimen,
    request: { method: 'POST', url: 'Specimen' },
    resource: {
      resourceType: 'Specimen',
      subject: { reference: bundle.entry[0]!.fullUrl },
      type: { coding: [{ system: SNOMED, code: '119364003', display: 'Serum specimen' }] },
      collection: { collectedDateTime: '2026-03-02T06:10:00+01:00' },
    },
  };
  return { ...bundle, entry: [...bundle.entry, drawn] };
}

let told: Record<string, unknown>[] = [];
beforeAll(async () => {
  await post('', wordy());
  const include = '_include=DiagnosticReport:result&_include=DiagnosticReport:specimen&_include:iterate=Observation:specimen';
  told = resources(await search('DiagnosticReport', `identifier=CR-60&${include}`));
});
const resource = (type: string, code = '') =>
  told.find((one) => one['resourceType'] === type && JSON.stringify(one['code'] ?? null).includes(code))!;

test('what a report concludes is told as it was sent, in words and in codes', () => {
  expect(resource('DiagnosticReport')).toMatchObject({
    conclusion: 'Anémie ferriprive.\nÀ contrôler dans un mois.',
    conclusionCode: [ANAEMIA],
  });
});

test('a report that is taken back concludes nothing any more', async () => {
  const [conclusion, gone] = ['À revoir.', 'entered-in-error'];
  const sent = laboratoryTransaction(62, { status: gone });
  Object.assign(sent.entry.find(({ resource }) => resource['resourceType'] === 'DiagnosticReport')!.resource, { conclusion });
  await post('', sent);
  const [report] = resources(await search('DiagnosticReport', 'identifier=CR-62'));
  expect([report!['status'], report!['conclusion']]).toEqual([gone, undefined]);
});

test('what a report concludes is on its page, and found by its words', async () => {
  const found = async (words: string) => resources(await search('DocumentReference', `_content=${words}`)).map(({ id }) => id);
  await vi.waitUntil(async () => (await found('ferriprive')).length === 1, { timeout: 20_000, interval: 50 });
  // Its results are still found, as those of a report without conclusion.
  expect(await found('CRP')).toEqual(expect.arrayContaining(await found('ferriprive')));
});

test('a final result without value is final, and tells why in the code and the words of its sender', () => {
  expect(resource('Observation', '2823-3')).toMatchObject({ status: 'final', dataAbsentReason: HAEMOLYSED });
  expect(resource('Observation', '2823-3')).not.toHaveProperty('note');
});

test('each interval that is printed is told, with whom it is for', () => {
  expect(resource('Observation', '1988-5')['referenceRange']).toMatchObject([
    { low: { value: 0 }, high: { value: 5 } },
    { high: { value: 3 }, appliesTo: [{ text: 'à jeun' }] },
  ]);
});

test('a specimen has the code of its vocabulary, and its own time', () => {
  expect(resource('Specimen')).toMatchObject({
    type: { coding: [{ system: SNOMED, code: '119364003', display: 'Serum specimen' }] },
    collection: { collectedDateTime: '2026-03-02T05:10:00.000Z' },
  });
  expect(resource('Observation', '1988-5')['effectiveDateTime']).toBe('2026-03-02T06:42:00.000Z');
});

test('a report that is sent on as CDA names its authorities by OID, the same each time', () => {
  const written = () => writeCda(readLabReport(Buffer.from(JSON.stringify(wordy())), 'application/fhir+json'));
  const roots = [...written().matchAll(/(?:root|codeSystem)="([^"]*)"/g)].map(([, root]) => root!);
  expect(roots.filter((root) => !/^(?:[0-2](?:\.\d+)+|[0-9A-Fa-f-]{36})$/.test(root))).toEqual([]);
  expect(written()).toBe(written());
});

test('a report that is sent on in other formats says its conclusion and why a value is missing', () => {
  const report = readLabReport(Buffer.from(JSON.stringify(wordy())), 'application/fhir+json');
  for (const written of [writeCda(report), writeHprim(report), writeFhir(report)]) {
    const text = Buffer.from(written).toString();
    expect(text).toContain('ferriprive.');
    expect(text).toContain('chantillon h');
  }
  const again = readLabReport(Buffer.from(writeFhir(report)), 'application/fhir+json');
  expect([again.conclusion, again.sections.length]).toEqual([report.conclusion, report.sections.length]);
});

test('a unit is told as a report prints it, beside its UCUM code', async () => {
  const text = JSON.stringify(laboratoryTransaction(61))
    .replaceAll('"unit":"mg/L"', '"unit":"µg/L"')
    .replaceAll('"code":"mg/L"', '"code":"ug/L"');
  await post('', text);
  const found = resources(await search('DiagnosticReport', 'identifier=CR-61&_include=DiagnosticReport:result'));
  const crp = found.find(({ code }) => JSON.stringify(code ?? null).includes('1988-5'))!;
  expect(crp['valueQuantity']).toMatchObject({ unit: 'µg/L', code: 'ug/L', comparator: '<' });
});
