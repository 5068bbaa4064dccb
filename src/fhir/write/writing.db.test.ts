import { describe, expect, test } from 'vitest';
import { fhirRegion, refusalOf, resources } from '../../../test/support/fhir-region.ts';
import { laboratoryTransaction } from '../../../test/support/fhir-transaction.ts';
import { OTHER_LABORATORY } from '../../../test/support/reports.ts';

const { ask, get, post, region, server, tokenOf } = fhirRegion();

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

  test('finds the patients that it wrote, and nobody else does', async () => {
    const find = '/Patient?identifier=https://sil.example/ipp|IPP-8';
    const own = await get(find, { authorization: `Bearer ${region.token}` });
    expect(resources(own)).toMatchObject([{ resourceType: 'Patient', identifier: [{ value: 'IPP-8' }] }]);
    const other = await get(find, { authorization: `Bearer ${await tokenOf('lis-other')}` });
    expect([other.body.total, (await get(find)).body.total]).toEqual([0, 0]);
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
