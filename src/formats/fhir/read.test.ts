import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { laboratoryTransaction } from '../../../test/support/fhir-transaction.ts';
import { JEANNE } from '../../../test/support/reports.ts';
import { Refusal } from '#kernel';
import { readLabReport } from '../read-lab-report.ts';
import { resultsOf } from '../results-of.ts';
import { fhirLosses } from './losses.ts';

const read = (body: unknown) => readLabReport(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), 'application/fhir+json');
const refusal = (body: unknown): string => {
  try {
    read(body);
    return 'read';
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
};

describe('a laboratory transaction, as other FHIR clients send it', () => {
  const report = read(laboratoryTransaction(1));

  test('gives the patient, the laboratory, the PDF and every result', () => {
    expect(report.patient).toMatchObject({ birthFamily: 'ESSAI-DURAND', firstBirthGiven: 'JEANNE', sex: 'F', birthDate: '19550612' });
    expect(report.patient.ids).toEqual(JEANNE.ids);
    expect(report.custodian).toMatchObject({ name: 'LBM des Essais', ids: [{ root: '1.2.250.1.71.4.2.2', extension: '1990400101' }] });
    expect(Buffer.from(report.pdf!.base64, 'base64').toString()).toContain('%PDF');
    expect([...resultsOf(report)].map(({ result }) => result.value)).toEqual([
      { type: 'quantity', value: '4.10', unit: 'mmol/L' },
      { type: 'range', high: { value: '0.50', unit: 'mg/L', inclusive: false } },
      { type: 'coded', code: { code: '260385009', system: '2.16.840.1.113883.6.96', display: 'Negative' } },
    ]);
  });

  const series = { root: 'https://sil.example/comptes-rendus', extension: 'CR-1' };
  const state = (status: string, issued = '2026-03-02T11:00:00+01:00') => read(laboratoryTransaction(1, { status, issued }));

  test('has the identifier of its DiagnosticReport when it is final; its other states are other versions of the same series', () => {
    expect([report.id, report.setId, report.isCorrection]).toEqual([series, undefined, undefined]);
    const [awaited, corrected, withdrawn] = [
      state('preliminary', '2026-03-02T09:00:00+01:00'),
      state('corrected', '2026-03-03T09:00:00+01:00'),
      state('entered-in-error'),
    ];
    expect([awaited, corrected, withdrawn].map(({ id, setId, isCorrection }) => [id.extension, setId, isCorrection])).toEqual([
      ['CR-1#awaited@2026-03-02T09:00:00+01:00', series, undefined],
      ['CR-1#2026-03-03T09:00:00+01:00', series, true],
      ['CR-1#withdrawn@2026-03-02T11:00:00+01:00', series, undefined],
    ]);
  });

  test.each([
    ['a draft is before what is final, though both were issued at once', ['preliminary', 'final', 'corrected', 'entered-in-error']],
    ['a report is withdrawn after it was issued, whatever the state is called', ['registered', 'partial', 'final', 'cancelled']],
  ])('states of one time: %s', (_, statuses) => {
    const versions = statuses.map((status) => state(status).version);
    expect(versions.toSorted((a, b) => a - b)).toEqual(versions);
    expect(versions.at(-1)).toBeGreaterThan(versions.at(-2)!);
  });

  test('what was issued later is the later version, whatever its state: corrected twice, taken back then issued again', () => {
    const hours = ['09', '10', '11', '12', '13'];
    const statuses = ['final', 'corrected', 'corrected', 'entered-in-error', 'final'];
    const versions = statuses.map((status, n) => state(status, `2026-03-02T${hours[n]}:00:00+01:00`).version);
    expect(versions.toSorted((a, b) => a - b)).toEqual(versions);
    expect(new Set(versions).size).toBe(5);
  });

  test.each(['entered-in-error', 'cancelled'])('%s takes back all of its results, whatever they say of themselves', (status) => {
    const taken = state(status);
    expect(taken.events.map((event) => event.status)).toEqual(['aborted']);
    expect([...resultsOf(taken)].map(({ result }) => result.status)).toEqual(['aborted', 'aborted', 'aborted']);
  });

  test('keeps a result that its report forgot to name, and says so', () => {
    const bundle = laboratoryTransaction(1);
    const diagnostic = bundle.entry.find(({ resource }) => resource['resourceType'] === 'DiagnosticReport')!;
    diagnostic.resource['result'] = (diagnostic.resource['result'] as unknown[]).slice(1);
    const read1 = read(bundle);
    expect([...resultsOf(read1)]).toHaveLength(3);
    expect(read1.warnings).toMatchObject([{ code: 'entry.unreferenced' }]);
  });

  test('inside another Bundle that brings what it refers to is read the same', () => {
    const inner = laboratoryTransaction(1);
    const [patient, ...rest] = inner.entry;
    const outer = { resourceType: 'Bundle', type: 'collection', entry: [patient, { resource: { ...inner, entry: rest } }] };
    expect(read(outer)).toEqual(report);
  });

  test('with results of two people is refused: a report is of one person', () => {
    const bundle = laboratoryTransaction(1);
    const someone = {
      fullUrl: 'urn:uuid:00000000-0000-4000-8000-00000000beef',
      resource: { resourceType: 'Patient', name: [{ family: 'AUTRE-TEST' }] },
    };
    const observation = bundle.entry.find(({ resource }) => resource['resourceType'] === 'Observation')!;
    observation.resource['subject'] = { reference: someone.fullUrl };
    expect(refusal({ ...bundle, entry: [...bundle.entry, someone] })).toBe('report.unreadable');
  });

  test('whose result is of a patient that is not in the Bundle is refused', () => {
    const bundle = laboratoryTransaction(1);
    bundle.entry.find(({ resource }) => resource['resourceType'] === 'Observation')!.resource['subject'] = {
      reference: 'Patient/elsewhere',
    };
    expect(refusal(bundle)).toBe('report.unreadable');
  });
});

describe('the identity of a Patient resource', () => {
  const patientWith = (patient: Record<string, unknown>) => {
    const bundle = laboratoryTransaction(1);
    Object.assign(bundle.entry[0]!.resource, patient);
    return read(bundle).patient;
  };
  const INS = 'urn:oid:1.2.250.1.213.1.4.8';

  test('takes for an INS what is typed as one, or looks like one', () => {
    const typed = { system: INS, value: 'X', type: { coding: [{ code: 'INS-NIR' }] } };
    expect(patientWith({ identifier: [typed] }).ids).toEqual([{ root: '1.2.250.1.213.1.4.8', extension: 'X' }]);
    expect(patientWith({ identifier: [{ system: INS, value: '255069904212345' }] }).ids[0]!.root).toBe('1.2.250.1.213.1.4.8');
  });

  test('never takes the number of who pays for the INS of who is cared for, nor a number of some software', () => {
    const payer = {
      system: INS,
      value: '155069904212345',
      type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'NH' }] },
    };
    for (const identifier of [payer, { system: INS, value: 'run-42' }])
      expect(patientWith({ identifier: [identifier] }).ids[0]!.root).toBe(INS);
  });

  test('never takes a name of no stated use for the name of birth', () => {
    expect(patientWith({ name: [{ family: 'DUPONT-TEST', given: ['Anne'] }] })).toMatchObject({ usedFamily: 'DUPONT-TEST' });
    expect(patientWith({ name: [{ family: 'DUPONT-TEST', given: ['Anne'] }] }).birthFamily).toBeUndefined();
  });
});

describe('microbiology', () => {
  test('an organism with its antibiogram is an isolate; components are results', () => {
    const bundle = laboratoryTransaction(1);
    const add = (n: number, more: object) => ({
      fullUrl: `urn:uuid:00000000-0000-4000-8000-0000000005${n}0`,
      resource: { resourceType: 'Observation', status: 'final', subject: { reference: bundle.entry[0]!.fullUrl }, ...more },
    });
    const loinc = (code: string) => ({ coding: [{ system: 'http://loinc.org', code }] });
    const susceptible = add(2, {
      code: loinc('18906-8'),
      interpretation: [{ coding: [{ code: 'S' }] }],
      valueQuantity: { value: 0.25, comparator: '<=', unit: 'mg/L' },
    });
    const organism = add(1, {
      code: loinc('634-6'),
      valueCodeableConcept: { coding: [{ system: 'http://snomed.info/sct', code: '112283007', display: 'Escherichia coli' }] },
      hasMember: [{ reference: susceptible.fullUrl }],
    });
    const gases = add(3, { code: loinc('24336-0'), component: [{ code: loinc('2744-1'), valueQuantity: { value: 7.4 } }] });
    const places = [...resultsOf(read({ ...bundle, entry: [...bundle.entry, organism, susceptible, gases] }))].slice(3);
    expect(
      places.map(({ isolate, battery, result }) => [
        isolate?.organism.display,
        battery?.code?.code,
        result.code.code,
        result.interpretations,
      ]),
    ).toEqual([
      ['Escherichia coli', undefined, '18906-8', ['S']],
      [undefined, '24336-0', '2744-1', undefined],
    ]);
  });
});

const REFUSED = ['report.unreadable', 'report.hostile', 'report.not-a-lab-report'];

describe('hostile or broken input', () => {
  test.each([
    ['no JSON', '{"resourceType":', 'report.unreadable'],
    ['a list', '[]', 'report.unreadable'],
    ['another resource', { resourceType: 'Patient' }, 'report.unreadable'],
    ['a Bundle of nothing', { resourceType: 'Bundle' }, 'report.not-a-lab-report'],
    ['depth', `{"a":${'['.repeat(100_000)}`, 'report.hostile'],
    ['parts', `{"a":[${'1,'.repeat(1_000_001)}1]}`, 'report.hostile'],
    [
      'a report of imaging',
      { resourceType: 'Bundle', entry: [{ resource: { resourceType: 'DiagnosticReport', code: { coding: [{ code: '18748-4' }] } } }] },
      'report.not-a-lab-report',
    ],
  ])('%s is refused', (_, body, code) => {
    expect(refusal(body)).toBe(code);
  });

  test('bytes that are not UTF-8 are refused', () => {
    const bytes = Buffer.from([0x7b, 0x22, 0xe9, 0x22, 0x7d]);
    expect(() => readLabReport(bytes, 'application/fhir+json')).toThrow(expect.objectContaining({ code: 'report.unreadable' }));
  });

  test('groups that hold one another are read once each', () => {
    const bundle = laboratoryTransaction(1);
    const [a, b] = bundle.entry.filter(({ resource }) => resource['resourceType'] === 'Observation');
    a!.resource['hasMember'] = [{ reference: b!.fullUrl }, { reference: a!.fullUrl }];
    b!.resource['hasMember'] = [{ reference: a!.fullUrl }];
    expect([...resultsOf(read(bundle))]).toHaveLength(3);
  });

  test('a refusal never repeats the words of the document', () => {
    const words = '{"resourceType":"Bundle","family":"SECRET-TEST" oops}';
    expect(() => read(words)).toThrow(expect.objectContaining({ message: expect.not.stringContaining('SECRET') }));
  });

  test('any part replaced by anything gives a report or a refusal, never a fault', () => {
    const text = JSON.stringify(laboratoryTransaction(1));
    const values = [...text.matchAll(/:("[^"]*"|\d+(?:\.\d+)?|true|\{|\[)/g)].map((match) => match.index + 1);
    fc.assert(
      fc.property(
        fc.nat(values.length - 1),
        fc.constantFrom('null', '5', '"x"', '{}', '[]', '[[]]', '{"coding":5}', 'true'),
        (which, instead) => {
          const at = values[which]!;
          const old = /^("[^"]*"|[\d.]+|true)/.exec(text.slice(at))?.[0];
          if (old === undefined) return;
          expect(['read', ...REFUSED]).toContain(refusal(text.slice(0, at) + instead + text.slice(at + old.length)));
        },
      ),
      { numRuns: 400 },
    );
  });

  test('any bytes give a refusal', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => readLabReport(bytes, 'application/fhir+json')).toThrow(Refusal);
      }),
    );
  });
});

const SAMPLES = new URL('../../../../shared/samples/fhir/eu-lab/', import.meta.url);
const samples = existsSync(SAMPLES) ? readdirSync(SAMPLES).filter((name) => name.startsWith('Bundle-')) : [];

describe.skipIf(samples.length === 0)('the published EU laboratory reports (skipped where the samples are not)', () => {
  test.each(samples)('%s: each Observation is read once and none is lost', (name) => {
    const bytes = readFileSync(new URL(name, SAMPLES));
    const { entry } = JSON.parse(bytes.toString()) as {
      entry: { resource: { resourceType: string; hasMember?: unknown; component?: unknown[]; code: { coding?: { code: string }[] } } }[];
    };
    const leaves = entry
      .filter(({ resource }) => resource.resourceType === 'Observation' && !resource.hasMember)
      .flatMap(({ resource }) => resource.code.coding?.[0]?.code ?? []);
    const report = readLabReport(bytes, 'application/fhir+json');
    const read2 = [...resultsOf(report)].flatMap(({ result }) => [
      result.code.code,
      ...(result.code.translations ?? []).map(({ code }) => code),
    ]);
    for (const code of leaves) expect(read2).toContain(code);
    expect(fhirLosses(report).filter((path) => /value|reference|interpretations|status$/.test(path))).toEqual([]);
  });
});
