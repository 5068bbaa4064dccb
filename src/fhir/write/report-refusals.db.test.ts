import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { fhirRegion, refusalOf, resources } from '../../../test/support/fhir-region.ts';
import { laboratoryTransaction } from '../../../test/support/fhir-transaction.ts';
import { MARIE } from '../../../test/support/reports.ts';
import { PEOPLE } from '../../../test/support/people.ts';

const { ask, get, post, region, search, server } = fhirRegion();

type Told = Awaited<ReturnType<typeof post>>;
type Sent = ReturnType<typeof laboratoryTransaction>;
const of = ({ entry }: Sent, what: string) =>
  entry.find(({ resource }) => resource['resourceType'] === what || JSON.stringify(resource['code'] ?? null).includes(what))!.resource;
const KEPT = 'DiagnosticReport';
const sent = (n: number, status: string, hour: string, change: (bundle: Sent) => void = () => {}) => {
  const bundle = laboratoryTransaction(n, { status, issued: `2026-03-02T${hour}:00+01:00` });
  change(bundle);
  return post('', bundle);
};
const states = async (n: number) =>
  resources(await search('DiagnosticReport', `identifier=CR-${n}`)).map(({ resourceType, status }) => [resourceType, status]);
const whereOf = ({ body }: Told) => body.issue?.[0]?.expression;
const ofMarie = (bundle: Sent) =>
  Object.assign(of(bundle, 'Patient'), {
    identifier: [{ use: 'official', system: `urn:oid:${MARIE.ids[0]!.root}`, value: MARIE.ids[0]!.extension! }],
    name: [{ use: 'official', family: MARIE.birthFamily, given: [MARIE.firstBirthGiven] }],
    birthDate: '1960-06-15',
  });
const warningsOf = ({ body }: Told): string[] =>
  (body.entry ?? [])
    .flatMap(({ response }) => (response?.outcome as { issue: { severity: string; expression?: string[] }[] } | undefined)?.issue ?? [])
    .flatMap(({ severity, expression = [] }) => (severity === 'warning' ? expression : []));

describe('a report is refused rather than guessed at', () => {
  test.each<[string, string, (bundle: Sent) => void]>([
    ['whose state is none', 'DiagnosticReport.status', (bundle) => (of(bundle, KEPT)['status'] = 'Final')],
    ['that says no state', 'DiagnosticReport.status', (bundle) => delete of(bundle, KEPT)['status']],
    ['of which a result says a state that is none', 'Observation.status', (bundle) => (of(bundle, '2823-3')['status'] = 'validated')],
    [
      'sampled on a day that is none',
      'Observation.effectiveDateTime',
      (bundle) => (of(bundle, '2823-3')['effectiveDateTime'] = '2026-02-30'),
    ],
    [
      'sampled at a time that is none',
      'DiagnosticReport.effectiveDateTime',
      (bundle) => (of(bundle, KEPT)['effectiveDateTime'] = '02/03/2026'),
    ],
    ['issued tomorrow and later', 'DiagnosticReport.issued', (bundle) => (of(bundle, KEPT)['issued'] = '2126-03-02T11:00:00+01:00')],
    [
      'that names a result which is not sent',
      'DiagnosticReport.result',
      (bundle) => (of(bundle, KEPT)['result'] = [...(of(bundle, KEPT)['result'] as object[]), { reference: 'urn:uuid:lost' }]),
    ],
    [
      'whose PDF is no base64',
      'DiagnosticReport.presentedForm.data',
      (bundle) => (of(bundle, KEPT)['presentedForm'] = [{ contentType: 'application/pdf', data: '%%%' }]),
    ],
    [
      'whose PDF has another digest',
      'DiagnosticReport.presentedForm.hash',
      (bundle) => (of(bundle, KEPT)['presentedForm'] = [{ contentType: 'application/pdf', data: 'JVBERi0=', hash: 'AAAA' }]),
    ],
    [
      'whose PDF has another size',
      'DiagnosticReport.presentedForm.size',
      (bundle) => (of(bundle, KEPT)['presentedForm'] = [{ contentType: 'application/pdf', data: 'JVBERi0=', size: 7 }]),
    ],
  ])('%s (%s)', async (_, at, change) => {
    const refused = await sent(200, 'final', '11:00', change);
    expect([refused.status, refusalOf(refused), whereOf(refused)]).toEqual([422, 'report.unreadable', [at]]);
    expect(await states(200)).toEqual([]);
  });

  test('whose label is none: it may be meant to hide it', async () => {
    const label = (bundle: Sent) => (of(bundle, 'DocumentReference')['securityLabel'] = [{ coding: [{ code: 'INVISIBLE_PATIENTS' }] }]);
    const refused = await sent(201, 'final', '11:00', label);
    expect([refused.status, whereOf(refused)]).toEqual([400, ['DocumentReference.securityLabel']]);
  });
});

test('a report labelled as hidden from its patient is: with its entry, or by itself', async () => {
  const label = { coding: [{ code: 'INVISIBLE_PATIENT' }] };
  await sent(202, 'final', '11:00', (bundle) => (of(bundle, 'DocumentReference')['securityLabel'] = [label]));
  await sent(203, 'final', '11:00', (bundle) => (of(bundle, KEPT)['meta'] = { security: label.coding }));
  const patient = await server.as({ ...PEOPLE.patient, id: `patient:${region.patientId}`, patientId: region.patientId });
  const own = await ask('GET', `/DiagnosticReport?patient=${region.patientId}`, { headers: patient });
  expect([own.status, own.text.includes('CR-202'), own.text.includes('CR-203')]).toEqual([200, false, false]);
  expect([await states(202), await states(203)]).toEqual([[[KEPT, 'final']], [[KEPT, 'final']]]);
});

describe('of one number', () => {
  test('a first final report without the time of its issue is no correction', async () => {
    await sent(210, 'final', '11:00', (bundle) => delete of(bundle, KEPT)['issued']);
    expect(await states(210)).toEqual([[KEPT, 'final']]);
  });

  test('a correction for another patient is refused: the first would keep the wrong one. Once taken back there, it is taken', async () => {
    await sent(211, 'final', '09:00');
    const refused = await sent(211, 'corrected', '10:00', ofMarie);
    expect([refused.status, refusalOf(refused), whereOf(refused)]).toEqual([409, 'report.other-patient', ['DiagnosticReport.subject']]);
    expect((await sent(211, 'entered-in-error', '10:30')).status).toBe(200);
    expect((await sent(211, 'corrected', '11:00', ofMarie)).status).toBe(200);
    expect(await states(211)).toEqual([[KEPT, 'entered-in-error']]);
  });

  test('a final report for another patient than its draft is refused', async () => {
    await sent(212, 'preliminary', '09:00');
    expect(refusalOf(await sent(212, 'final', '10:00', ofMarie))).toBe('report.other-patient');
  });

  test('a draft issued after the final report is refused, in whichever order they come', async () => {
    await sent(213, 'final', '09:00');
    const late = await sent(213, 'preliminary', '10:00');
    expect([late.status, refusalOf(late)]).toEqual([409, 'report.out-of-turn']);
    await sent(214, 'preliminary', '10:00');
    expect(refusalOf(await sent(214, 'final', '09:00'))).toBe('report.out-of-turn');
    expect([await states(213), await states(214)]).toEqual([[[KEPT, 'final']], [[KEPT, 'preliminary']]]);
  });

  test('a draft that comes late is kept behind the final report, and its sender is told', async () => {
    await sent(215, 'final', '10:00');
    const late = await sent(215, 'preliminary', '09:00');
    expect([late.status, warningsOf(late)]).toEqual([200, ['DiagnosticReport.issued']]);
    expect(await states(215)).toEqual([[KEPT, 'final']]);
  });

  test('an addition that leaves out what was there is refused; whole, it is taken', async () => {
    await sent(216, 'final', '09:00');
    const one = (bundle: Sent) => {
      const [kept] = of(bundle, KEPT)['result'] as { reference: string }[];
      of(bundle, KEPT)['result'] = [kept];
      bundle.entry = bundle.entry.filter(
        ({ resource, fullUrl }) => resource['resourceType'] !== 'Observation' || fullUrl === kept!.reference,
      );
    };
    const refused = await sent(216, 'appended', '10:00', one);
    expect([refused.status, whereOf(refused)]).toEqual([422, ['DiagnosticReport.result']]);
    expect((await sent(216, 'appended', '10:00')).status).toBe(200);
  });

  test('sent again by a software that names its entries anew, it is the same; with another content, what to send is said', async () => {
    const bundle = laboratoryTransaction(217);
    const first = await post('', bundle);
    const again = await post('', JSON.stringify(bundle).replaceAll('-4000-8000-', '-4000-9000-'));
    const located = ({ body }: Told) => body.entry!.map(({ response }) => response?.location).find((at) => at?.startsWith(KEPT));
    expect([again.status, located(again)]).toEqual([200, located(first)]);
    const other = await post('', JSON.stringify(bundle).replace('"value":4.10', '"value":4.20'));
    const { diagnostics } = other.body.issue![0]! as { diagnostics?: string };
    expect([other.status, whereOf(other), diagnostics]).toEqual([
      409,
      ['DiagnosticReport.identifier'],
      expect.stringContaining('corrected'),
    ]);
  });
});

test('a second file of a report is kept with the original, and its sender is told that it is not shown', async () => {
  const file = (text: string) => {
    const bytes = Buffer.from(text);
    const hash = createHash('sha1').update(bytes).digest('base64');
    return { contentType: 'application/pdf', data: bytes.toString('base64'), size: bytes.length, hash };
  };
  const forms = (bundle: Sent) => (of(bundle, KEPT)['presentedForm'] = [file('%PDF-1.4 un'), file('%PDF-1.4 deux')]);
  const told = await sent(218, 'final', '11:00', forms);
  expect([told.status, warningsOf(told)]).toEqual([200, ['DiagnosticReport.presentedForm']]);
});

describe('references of a Bundle', () => {
  test('lead to the entry that has this address on the server of the sender', async () => {
    const named = JSON.stringify(laboratoryTransaction(219))
      .replaceAll('"fullUrl":"urn:uuid:00000000-0000-4000-8000-000000000001"', '"fullUrl":"https://sil.example/fhir/Patient/r0"')
      .replaceAll('"urn:uuid:00000000-0000-4000-8000-000000000001"', '"Patient/r0"');
    expect((await post('', named)).status).toBe(200);
    expect(await states(219)).toEqual([[KEPT, 'final']]);
  });

  test('to a structure that nobody knows here, beside the laboratory, refuse nothing', async () => {
    const performers = [{ reference: 'Organization/x', display: 'Service de réanimation' }];
    const add = (bundle: Sent) => (of(bundle, KEPT)['performer'] = [...(of(bundle, KEPT)['performer'] as object[]), ...performers]);
    expect((await sent(220, 'final', '11:00', add)).status).toBe(200);
    expect((await get(`/DiagnosticReport?patient=${region.patientId}&identifier=CR-220`)).status).toBe(200);
  });
});
