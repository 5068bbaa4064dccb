import { describe, expect, test } from 'vitest';
import { fhirRegion, resources } from '../../../test/support/fhir-region.ts';
import { PEOPLE } from '../../../test/support/people.ts';
import { JEANNE } from '../../../test/support/reports.ts';

const { ask, get, region, server } = fhirRegion();

const parameters = (...parameter: unknown[]) => ({ resourceType: 'Parameters', parameter });
const byPost = (path: string, ...said: unknown[]) => ask('POST', path, { body: parameters(...said) });
const coded = (...codes: string[]) => ({ coding: codes.map((code) => ({ system: 'http://loinc.org', code })) });

describe('an operation that changes nothing, asked by POST', () => {
  test('the latest results of two codes, by a reference, a concept and a number', async () => {
    const patient = { name: 'patient', valueReference: { reference: `Patient/${region.patientId}` } };
    const max = { name: 'max', valuePositiveInt: 1 };
    const codes = { name: 'code', valueCodeableConcept: coded('2823-3', '1988-5') };
    const told = async (...said: unknown[]) =>
      resources(await byPost('/Observation/$lastn', patient, ...said))
        .map(({ code }) => (code as { text: string }).text)
        .toSorted();
    expect(await told(max, codes)).toEqual(['CRP', 'Potassium']);
    expect(await told(max, { name: 'code', valueCoding: coded('2823-3').coding[0] })).toEqual(['Potassium']);
    expect((await told(max)).length).toBe(3);
  });

  test('what an address cannot say is refused, and never left aside', async () => {
    const period = { name: 'date', valuePeriod: { start: '2026-01-01' } };
    const { status, body } = await byPost('/Observation/$lastn', period);
    expect([status, body.issue![0]!.location]).toEqual([400, ['http.date']]);
  });

  test('the other numbers of a person', async () => {
    const [{ root, extension }] = JEANNE.ids as [{ root: string; extension: string }];
    const source = { name: 'sourceIdentifier', valueIdentifier: { system: `urn:oid:${root}`, value: extension } };
    const posted = await byPost('/Patient/$ihe-pix', source);
    const asked = await get(`/Patient/$ihe-pix?sourceIdentifier=${encodeURIComponent(`urn:oid:${root}|${extension}`)}`);
    expect([posted.status, posted.body]).toEqual([200, asked.body]);
  });

  test('the state of a subscription, and what was told', async () => {
    const filter = {
      url: 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-filter-criteria',
      valueString: `DiagnosticReport?patient=Patient/${region.patientId}`,
    };
    const wish = { resourceType: 'Subscription', criteria: 'urn:cigogne:topic:new-report', _criteria: { extension: [filter] } };
    const { body } = await ask('POST', '/Subscription', { body: { ...wish, channel: { type: 'websocket' } } });
    for (const operation of [`${body.id}/$status`, `${body.id}/$events`, `$status`, `${body.id}/$get-ws-binding-token`]) {
      const [posted, asked] = [await byPost(`/Subscription/${operation}`), await get(`/Subscription/${operation}`)];
      expect([operation, posted.status, posted.body.resourceType]).toEqual([operation, 200, asked.body.resourceType]);
    }
  });

  test('in a batch too', async () => {
    const lastn = { request: { method: 'POST', url: 'Observation/$lastn' } };
    const resource = parameters(
      { name: 'patient', valueReference: { reference: `Patient/${region.patientId}` } },
      { name: 'code', valueCodeableConcept: coded('2823-3') },
    );
    const status = { request: { method: 'POST', url: 'Subscription/$status' } };
    const { body } = await ask('POST', '', { body: { resourceType: 'Bundle', type: 'batch', entry: [{ ...lastn, resource }, status] } });
    expect(body.entry!.map(({ response }) => response!.status)).toEqual(['200 OK', '200 OK']);
    expect(body.entry![0]!.resource['total']).toBe(1);
  });
});

test.each([
  'AuditEvent',
  'CareTeam',
  'Provenance',
  'Observation',
  'DiagnosticReport',
])('a search of %s that names its patient twice finds what is of that one, and nothing when they are two', async (type) => {
  const number = (extension: string) => `patient.identifier=${encodeURIComponent(`urn:oid:${JEANNE.ids[0]!.root}|${extension}`)}`;
  // Who is in the circle is told to its owner.
  const who = type === 'CareTeam' ? await server.as({ ...PEOPLE.patient, patientId: region.patientId }) : region.gp;
  const total = async (more: string) => (await get(`/${type}?patient=${region.patientId}${more}`, who)).body.total;
  const own = number(JEANNE.ids[0]!.extension!);
  const twice = await total(`&${own}`);
  expect(twice).toBeGreaterThan(0);
  expect((await get(`/${type}?${own}&patient=Patient/${region.patientId}`, who)).body.total).toBeGreaterThan(0);
  expect(await total(`&${number('299999999999999')}`)).toBe(0);
});
