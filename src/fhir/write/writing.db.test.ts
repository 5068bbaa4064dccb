import { describe, expect, test } from 'vitest';
import { fhirRegion, refusalOf, resources } from '../../../test/support/fhir-region.ts';
import { laboratoryTransaction } from '../../../test/support/fhir-transaction.ts';
import { xmlText } from '../wire/xml-text.ts';
import { LABORATORY, OTHER_LABORATORY } from '../../../test/support/reports.ts';

const { ask, get, post, region, search, server, tokenOf } = fhirRegion();

describe('a laboratory that writes by FHIR', () => {
  test('is answered entry by entry, in order, with the receipt of its deposit', async () => {
    const bundle = laboratoryTransaction(2);
    const { status, body } = await post('', bundle);
    expect([status, body['type'], body.entry!.length]).toEqual([200, 'transaction-response', bundle.entry.length]);
    expect(body.entry!.map(({ response }) => response!.status)).toEqual([
      '200 OK',
      '200 OK',
      ...Array.from({ length: 6 }, () => '201 Created'),
    ]);
    expect(body.entry![0]!.response!.location).toMatch(/^Patient\/[0-9a-f-]{36}\/_history\/1$/);
  });

  test('is told the address of its report and of its fiche, under which they are read, and the same when it sends them again', async () => {
    const bundle = laboratoryTransaction(24);
    const addresses = async () => (await post('', bundle)).body.entry!.map(({ response }) => response!.location);
    const [, , , , , report, , fiche] = await addresses();
    expect((await get(`/${report}`)).body).toMatchObject({ resourceType: 'DiagnosticReport', identifier: [{ value: 'CR-24' }] });
    expect((await get(`/${fiche}`)).body).toMatchObject({ resourceType: 'DocumentReference' });
    expect((await addresses()).slice(2)).toEqual([undefined, undefined, undefined, report, undefined, fiche]);
  });

  test('gets the same answer for the same bytes, and nothing is stored twice', async () => {
    const count = async () => (await server.database.db.query<{ n: number }>('n', 'select count(*) as n from record.document'))[0]!.n;
    const bundle = laboratoryTransaction(3);
    await post('', bundle);
    const before = await count();
    const again = await post('', bundle);
    expect([again.status, again.body.entry![2]!.response!.status, await count()]).toEqual([200, '200 OK', before]);
  });

  test('may write patient and laboratory first, and the report that refers to them after', async () => {
    const { entry } = laboratoryTransaction(4);
    const identities = await post('', { resourceType: 'Bundle', type: 'transaction', entry: entry.slice(0, 2) });
    const [patient, organization] = identities.body.entry!.map(({ response }) => response!.location!.split('/_history')[0]!);
    const text = JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry: entry.slice(2) });
    const report = text.replaceAll(entry[0]!.fullUrl, patient!).replaceAll(entry[1]!.fullUrl, organization!);
    const { status, body } = await post('', report);
    expect([status, body.entry![0]!.response!.status]).toEqual([200, '201 Created']);
  });

  test('may name its patient by a number that it wrote before', async () => {
    const { entry } = laboratoryTransaction(5);
    const number = new URLSearchParams(entry[0]!.request.ifNoneExist).get('identifier')!;
    const text = JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry: entry.slice(1) });
    const { status } = await post('', text.replaceAll(entry[0]!.fullUrl, `Patient?identifier=${number}`));
    expect(status).toBe(200);
    const unknown = await post('', text.replaceAll(entry[0]!.fullUrl, 'Patient?identifier=urn:oid:1.2.3|nobody'));
    expect([unknown.status, refusalOf(unknown)]).toEqual([412, 'request.precondition']);
  });

  test('as a batch is filed all the same', async () => {
    const { status, body } = await post('', laboratoryTransaction(6, { type: 'batch' }));
    expect([status, body['type'], body.entry![3]!.response!.status]).toEqual([200, 'batch-response', '201 Created']);
  });

  test('may not write for another laboratory, and its original waits in quarantine', async () => {
    const answer = await post('', laboratoryTransaction(7, { laboratory: OTHER_LABORATORY }));
    expect([answer.status, refusalOf(answer)]).toEqual([403, 'deposit.wrong-structure']);
  });

  test('whose patient has no INS waits for the identity cell: 202, and nobody reads it', async () => {
    const bundle = laboratoryTransaction(8);
    bundle.entry[0]!.resource['identifier'] = [{ system: 'https://sil.example/ipp', value: 'IPP-8' }];
    bundle.entry[0]!.request.ifNoneExist = 'identifier=https://sil.example/ipp|IPP-8';
    const { status, body } = await post('', bundle);
    expect([status, body.entry![2]!.response!.status]).toEqual([200, '202 Accepted']);
  });

  const ipp = (value: string, family = 'ESSAI-BATCH') => ({
    resourceType: 'Patient',
    identifier: [{ system: 'https://sil.example/ipp', value }],
    name: [{ family, given: ['ANNE'] }],
  });
  const system = () => ({ authorization: `Bearer ${region.token}` });

  test('is answered as it prefers: whole, not at all, or that it is done; and reads what it wrote, in all its versions', async () => {
    const write = (prefer: string) => ask('POST', '/Patient', { body: ipp('IPP-20'), headers: { ...system(), prefer } });
    const whole = await write('return=representation');
    const at = String(whole.headers['location']).split('/fhir')[1]!;
    expect([whole.status, whole.headers['etag'], at]).toEqual([201, 'W/"1"', `/Patient/${whole.body.id}/_history/1`]);
    expect((await write('return=minimal')).text).toBe('');
    expect((await write('return=OperationOutcome')).body.resourceType).toBe('OperationOutcome');
    const changed = await ask('PUT', `/Patient/${whole.body.id}`, {
      body: ipp('IPP-20', 'ESSAI-NOUVEAU'),
      headers: { ...system(), 'if-match': 'W/"1"' },
    });
    expect([changed.status, changed.headers['etag']]).toEqual([200, 'W/"2"']);
    const read = async (path: string) => (await get(path, system())).body;
    expect(await read(`/Patient/${whole.body.id}`)).toMatchObject({ meta: { versionId: '2' }, name: [{ family: 'ESSAI-NOUVEAU' }] });
    expect(await read(at)).toMatchObject({ meta: { versionId: '1' }, name: [{ family: 'ESSAI-BATCH' }] });
    expect((await read(`/Patient/${whole.body.id}/_history`)).total).toBe(2);
    const other = { authorization: `Bearer ${await tokenOf('lis-other')}` };
    expect((await get(`/Patient/${whole.body.id}`, other)).status).toBe(404);
  });

  test('may send its patients in XML', async () => {
    const xml = `<Patient xmlns="http://hl7.org/fhir"><identifier><system value="https://sil.example/ipp"/><value value="IPP-XML"/></identifier><name><family value="ESSAI-XML"/></name></Patient>`;
    const made = await ask('POST', '/Patient', { body: xml, type: 'application/fhir+xml', headers: system() });
    expect([made.status, (await get(`/Patient/${made.body.id}`, system())).body['name']]).toEqual([201, [{ family: 'ESSAI-XML' }]]);
  });

  test('may send its reports in XML: the same results with the same digits, and the original is the XML that it sent', async () => {
    const xml = xmlText(laboratoryTransaction(23) as unknown as Record<string, unknown>);
    const made = await ask('POST', '', { body: xml, type: 'application/fhir+xml', headers: system() });
    expect([made.status, made.body['type'], made.body.entry![5]!.response!.status]).toEqual([200, 'transaction-response', '201 Created']);
    const own = resources(await search('DocumentReference', '_sort=-_lastUpdated&_count=1&contenttype=application/fhir%2Bxml'));
    const [{ attachment }] = own[0]!['content'] as [{ attachment: { url: string; contentType: string } }];
    expect([attachment.contentType, (await get(`/${attachment.url}`, { ...region.gp, accept: '*/*' })).text]).toEqual([
      'application/fhir+xml',
      xml,
    ]);
    const report = resources(await search('DiagnosticReport', '_include=DiagnosticReport:result&identifier=CR-23'));
    expect(JSON.stringify(report)).toContain('2823-3');
    const again = await ask('POST', '', { body: xml, type: 'application/fhir+xml', headers: system() });
    expect(again.body.entry![5]!.response!.status).toBe('200 OK');
    const other = '<Bundle xmlns="http://hl7.org/fhir"><type value="batch"/><entry><resource><Medication/></resource></entry></Bundle>';
    const refused = await ask('POST', '', { body: other, type: 'application/fhir+xml', headers: system() });
    expect([refused.status, refusalOf(refused)]).toEqual([415, 'deposit.unsupported-format']);
  });

  test('writes in a transaction all of its patients or none, with the structures that they name', async () => {
    const [organization] = laboratoryTransaction(21).entry.filter(({ resource }) => resource['resourceType'] === 'Organization');
    const entry = (value: string, more = {}) => ({
      resource: { ...ipp(value), managingOrganization: { reference: organization!.fullUrl }, ...more },
      request: { method: 'POST', url: 'Patient', ifNoneExist: `identifier=https://sil.example/ipp|${value}` },
    });
    const transaction = (...entries: unknown[]) => post('', { resourceType: 'Bundle', type: 'transaction', entry: entries });
    const found = async (value: string) => (await get(`/Patient?identifier=https://sil.example/ipp|${value}`, system())).body.total;
    const refused = await transaction(organization, entry('IPP-21'), {
      ...entry('IPP-22'),
      request: { method: 'PUT', url: 'Patient?identifier=urn:x|other' },
    });
    expect([refused.status, await found('IPP-21')]).toEqual([412, 0]);
    const done = await transaction(organization, entry('IPP-21'), {
      ...entry('IPP-22'),
      request: { method: 'PUT', url: 'Patient?identifier=https://sil.example/ipp|IPP-22' },
    });
    expect(done.body.entry!.map(({ response }) => response!.status)).toEqual(['200 OK', '201 Created', '201 Created']);
    expect(done.body.entry![1]!.resource).toMatchObject({ managingOrganization: { reference: `Organization/${LABORATORY.finess}` } });
    const mixed = await transaction(entry('IPP-23'), { request: { method: 'DELETE', url: 'Subscription/x' } });
    expect([mixed.status, mixed.body.issue![0]!, await found('IPP-23')]).toMatchObject([
      404,
      { expression: ['Bundle.entry[1]'], location: ['http.id'] },
      0,
    ]);
  });

  test('in a batch, each entry is done or refused by itself: created, updated on a condition, read if it changed, refused', async () => {
    const request = (method: string, url: string, more = {}) => ({ method, url, ...more });
    const { body } = await post('', {
      resourceType: 'Bundle',
      type: 'batch',
      entry: [
        { resource: ipp('IPP-30'), request: request('POST', 'Patient', { ifNoneExist: 'identifier=https://sil.example/ipp|IPP-30' }) },
        {
          resource: ipp('IPP-30', 'ESSAI-AUTRE'),
          request: request('PUT', 'Patient?identifier=https://sil.example/ipp|IPP-30', { ifMatch: 'W/"1"' }),
        },
        {
          resource: ipp('IPP-30', 'ESSAI-TARD'),
          request: request('PUT', 'Patient?identifier=https://sil.example/ipp|IPP-30', { ifMatch: 'W/"1"' }),
        },
        { request: request('GET', `Organization/${LABORATORY.finess}`) },
        { request: request('DELETE', 'Practitioner/x') },
        { request: request('GET', 'Patient/x/$bogus') },
      ],
    });
    expect(body.entry!.map(({ response }) => response!.status)).toEqual(['201 Created', '200 OK', '412', '200 OK', '405', '404']);
    const { etag } = body.entry![3]!.response as unknown as { etag: string };
    const again = await post('', {
      resourceType: 'Bundle',
      type: 'batch',
      entry: [{ request: request('GET', `Organization/${LABORATORY.finess}`, { ifNoneMatch: etag }) }],
    });
    expect(again.body.entry!.map(({ resource, response }) => [resource, response!.status])).toEqual([[undefined, '304 Not Modified']]);
  });

  test('finds the patients that it wrote, and nobody else does', async () => {
    const find = '/Patient?identifier=https://sil.example/ipp|IPP-8';
    const own = await get(find, { authorization: `Bearer ${region.token}` });
    expect(resources(own)).toMatchObject([{ resourceType: 'Patient', identifier: [{ value: 'IPP-8' }] }]);
    const other = await get(find, { authorization: `Bearer ${await tokenOf('lis-other')}` });
    expect([other.body.total, (await get(find)).body.total]).toEqual([0, 0]);
  });

  test.each([
    ['a gender that is none', { gender: 'woman' }],
    ['a month that is none', { birthDate: '1980-13-01' }],
    ['a day that is none', { birthDate: '1981-02-29' }],
    ['a date in words', { birthDate: 'yesterday' }],
  ])('keeps no patient of %s', async (_, said) => {
    const answer = await post('/Patient', {
      resourceType: 'Patient',
      identifier: [{ system: 'urn:oid:1.2.250.1.999.7', value: 'bad' }],
      ...said,
    });
    expect([answer.status, answer.body.issue![0]!.expression]).toEqual([400, [`Patient.${Object.keys(said)[0]}`]]);
  });

  test('reads nobody’s results', async () => {
    const answer = await get(`/Observation?patient=${region.patientId}`, { authorization: `Bearer ${region.token}` });
    expect([answer.status, refusalOf(answer)]).toEqual([403, 'access.denied']);
  });

  test('a doctor cannot write in its name', async () => {
    const answer = await ask('POST', '', { body: laboratoryTransaction(9), headers: region.gp });
    expect(answer.status).toBe(403);
  });
});
