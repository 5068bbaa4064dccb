import { beforeAll, describe, expect, test } from 'vitest';
import { laboratoryTransaction } from '../../../test/support/fhir-transaction.ts';
import { fhirRegion, loinc, refusalOf, resources } from '../../../test/support/fhir-region.ts';

const { region, ask, get, search, events } = fhirRegion();
const ids = new Map<string, string>();
const TOPIC = { resourceType: 'Subscription', criteria: 'urn:cigogne:topic:new-report' };
let set = '';

beforeAll(async () => {
  for (const type of ['Observation', 'DocumentReference', 'DiagnosticReport'])
    ids.set(type, resources(await search(type, '_count=1'))[0]!.id);
  ids.set('Binary', ids.get('DocumentReference')!);
  set = resources(await get('/ValueSet?_count=1'))[0]!.id;
});

const inBatch = async (...requests: { method: string; url: string; resource?: object }[]) => {
  const entry = requests.map(({ resource, ...request }) => ({ request, ...(resource && { resource }) }));
  const { body } = await ask('POST', '', { body: { resourceType: 'Bundle', type: 'batch', entry }, headers: region.gp });
  return body.entry!;
};

describe('an entry of a batch is answered as the same request by itself', () => {
  test.each([
    'metadata',
    '?_type=Observation&patient=PATIENT&_count=1',
    'Patient/PATIENT',
    'Patient/PATIENT/_history',
    'Patient/PATIENT/Observation?_count=1',
    'Patient/PATIENT/$everything?_count=5',
    'Observation/$lastn?patient=PATIENT',
    'Observation?patient=PATIENT&_sort=-date&_count=2',
    'Observation/OBSERVATION/_history',
    'DiagnosticReport/_history?patient=PATIENT',
    '_history?patient=PATIENT&_count=2',
    // By its own type a file that is FHIR comes as it is: a batch tells resources.
    'Binary/BINARY?_format=json',
    'Subscription',
    'Subscription/$status',
    'ValueSet/$expand?url=http://nowhere',
    'ValueSet/SET/$expand?count=1',
    'ValueSet/SET/$validate-code?code=2823-3',
    'Observation/nobody',
    'Nothing/at/all',
    'Nothing',
    'Patient/PATIENT/$nothing',
    'Binary/nothing',
  ])('%s', async (path) => {
    const url = path
      .replaceAll('PATIENT', region.patientId)
      .replace('OBSERVATION', ids.get('Observation')!)
      .replace('BINARY', ids.get('Binary')!)
      .replace('SET', set);
    const alone = await get(`${url.startsWith('?') ? '' : '/'}${url}`, { ...region.gp, accept: 'application/fhir+json' });
    const before = await events();
    const [entry] = await inBatch({ method: 'GET', url });
    expect(Number.parseInt(entry!.response!.status)).toBe(alone.status);
    const { outcome } = entry!.response as { outcome?: { issue: { details: unknown }[] } };
    const said = alone.status === 200 ? [entry!.resource, alone.body] : [outcome!.issue[0]!.details, alone.body.issue![0]!.details];
    expect(said[0]).toEqual(said[1]);
    expect((await events()) - before).toBeLessThanOrEqual(1);
  });

  test('searches and operations by POST are readings too', async () => {
    const query = `patient=${region.patientId}&code=${loinc('2823-3')}`;
    const parameters = { resourceType: 'Parameters', parameter: [{ name: '_count', valueInteger: 5 }] };
    const told = await inBatch(
      { method: 'POST', url: `Observation/_search?${query}` },
      { method: 'POST', url: `_search?_type=Observation&${query}` },
      { method: 'POST', url: `Patient/${region.patientId}/Observation/_search?code=${loinc('2823-3')}` },
      { method: 'POST', url: `Patient/${region.patientId}/$everything`, resource: parameters },
    );
    expect(told.map(({ response }) => response!.status)).toEqual(Array(4).fill('200 OK'));
    const bundles = told.map(({ resource }) => resource as unknown as { total: number; entry: unknown[] });
    expect(bundles.map(({ total }) => total).slice(0, 3)).toEqual([1, 1, 1]);
    expect(bundles[3]!.entry).toHaveLength(5);
  });
});

describe('what is no entry is refused in its place, and the others are answered', () => {
  test.each([
    ['a resource that is nothing', { request: { method: 'POST', url: 'Subscription' }, resource: null }],
    ['a resource that is a list', { request: { method: 'POST', url: 'AuditEvent' }, resource: [] }],
    ['a condition that is no text', { request: { method: 'POST', url: 'Patient', ifNoneExist: 3 }, resource: { resourceType: 'Patient' } }],
    ['a name that is no text', { fullUrl: {}, request: { method: 'GET', url: 'metadata' } }],
    ['no entry', null],
    [
      'parameters that are none',
      { request: { method: 'POST', url: 'Observation/$lastn' }, resource: { resourceType: 'Parameters', parameter: [null] } },
    ],
    ['a channel that is none', { request: { method: 'POST', url: 'Subscription' }, resource: { ...TOPIC, channel: null } }],
    [
      'an extension that is none',
      {
        request: { method: 'POST', url: 'Subscription' },
        resource: { ...TOPIC, channel: { type: 'websocket', _payload: { extension: [null] }, header: ['no'] } },
      },
    ],
  ])('%s', async (_, wrong) => {
    const entry = [wrong, { request: { method: 'GET', url: 'ValueSet?_count=1' } }];
    const { status, body } = await ask('POST', '', { body: { resourceType: 'Bundle', type: 'batch', entry }, headers: region.gp });
    expect([status, body.entry?.map(({ response }) => response!.status)]).toEqual([200, ['400', '200 OK']]);
  });

  test('a report beside it is kept as it was written', async () => {
    const report = laboratoryTransaction(700).entry;
    const body = { resourceType: 'Bundle', type: 'batch', entry: [null, ...report, { resource: {} }] };
    const answer = await ask('POST', '', { body, headers: { authorization: `Bearer ${region.token}` } });
    const statuses = answer.body.entry!.map(({ response }) => response!.status);
    expect([statuses[0], new Set(statuses.slice(1, -1)), statuses.at(-1)]).toEqual(['400', new Set(['200 OK', '201 Created']), '400']);
    const { text } = await get(`/Observation?patient=${region.patientId}&code=2823-3`);
    expect(text.match(/"value":4\.10\b/g)!.length).toBeGreaterThan(1);
  });

  test('the numbers of a person where one would be nothing', async () => {
    const resource = { resourceType: 'Patient', identifier: [null], name: [{ family: 'ESSAI-LOT' }] };
    const headers = { authorization: `Bearer ${region.token}` };
    expect((await ask('POST', '/Patient', { body: resource, headers })).status).toBe(400);
  });
});

describe('a request that cannot be understood as it is written is not answered as if it were', () => {
  test('a code is no number of some type, and such a number has three parts', async () => {
    const asked = async (query: string) => refusalOf(await search('Observation', query));
    expect(await asked('code:of-type=a|b|c')).toBe('request.invalid');
    expect(await asked('identifier:of-type=b|c')).toBe('request.invalid');
    expect(await asked('identifier:of-type=a|b|c')).toBeUndefined();
  });

  test('another version of FHIR is not spoken', async () => {
    const accept = async (range: string) => (await ask('GET', '/metadata', { headers: { accept: range } })).status;
    expect(await accept('application/fhir+json; fhirVersion=3.0')).toBe(406);
    expect(await accept('application/fhir+json; fhirVersion=4.0')).toBe(200);
    expect(await accept('application/fhir+json; fhirVersion=5.0, application/json;q=0.5')).toBe(200);
    const type = 'application/fhir+json; fhirVersion=3.0';
    expect((await ask('POST', '', { body: { resourceType: 'Bundle', type: 'batch' }, headers: region.gp, type })).status).toBe(415);
  });

  test('an element of several types is asked for by the name that they have in common', async () => {
    const [one] = resources(await search('Observation', `code=${loinc('2823-3')}&_elements=value`));
    expect([Object.hasOwn(one!, 'valueQuantity'), Object.hasOwn(one!, 'effectiveDateTime')]).toEqual([true, false]);
  });
});
