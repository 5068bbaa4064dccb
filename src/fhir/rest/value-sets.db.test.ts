import { expect, test } from 'vitest';
import { fhirRegion, matches, refusalOf, resources } from '../../../test/support/fhir-region.ts';

const { ask, events, get, region, search } = fhirRegion();

const url = 'urn:cigogne:valueset:row:potassium.serum';

test('the codes that are compared in one row are read as a ValueSet, found by its address, by a code and by its words', async () => {
  const before = await events();
  const [set] = resources(await get(`/ValueSet?url=${url}`));
  expect(set).toMatchObject({ id: 'row.potassium.serum', url, status: 'active', compose: { include: [{ system: 'http://loinc.org' }] } });
  expect((await get(`/ValueSet/${set!.id}`)).body).toEqual(set);
  const holding = resources(await get('/ValueSet?code=2823-3&_elements=url'));
  expect(holding.map((one) => one['url'])).toEqual(expect.arrayContaining([url, 'urn:cigogne:valueset:chapter:biochemistry']));
  expect(resources(await get('/ValueSet?title=potassium'))[0]).toMatchObject({ resourceType: 'ValueSet' });
  expect((await get('/ValueSet/row.nothing')).status).toBe(404);
  // Nothing of anybody: nothing in the trail.
  expect((await events()) - before).toBe(0);
});

test('a search in a set finds what its expansion holds, whether it is named by its address or by its id', async () => {
  const named = matches(await search('Observation', `code:in=${url}`)).map(({ id }) => id);
  expect(named.length).toBeGreaterThan(0);
  expect(matches(await search('Observation', 'code:in=ValueSet/row.potassium.serum')).map(({ id }) => id)).toEqual(named);
  const { expansion } = (await get(`/ValueSet/$expand?url=${url}`)).body as unknown as { expansion: { contains: { code: string }[] } };
  const byCode = await search('Observation', `code=${expansion.contains.map(({ code }) => `http://loinc.org|${code}`).join(',')}`);
  expect(matches(byCode).map(({ id }) => id)).toEqual(named);
});

test('$expand gives the codes page by page, those whose code or name holds what is looked for', async () => {
  const expanded = async (rest: string) => (await get(`/ValueSet/chapter.biochemistry/$expand?${rest}`)).body['expansion'] as Expansion;
  const all = await expanded('');
  expect([all.total, all.contains.length]).toEqual([all.total, all.total]);
  const page = await expanded('offset=3&count=2');
  expect([page.total, page.offset, page.contains]).toEqual([all.total, 3, all.contains.slice(3, 5)]);
  const potassium = await expanded('filter=POTASSIUM');
  expect(potassium.contains.map(({ display }) => display)).toEqual(
    all.contains.map(({ display }) => display).filter((name) => name.includes('Potassium')),
  );
  expect(refusalOf(await get('/ValueSet/chapter.biochemistry/$expand?count=-1'))).toBe('request.invalid');
  expect(refusalOf(await get('/ValueSet/$expand'))).toBe('request.invalid');
  expect((await get('/ValueSet/$expand?url=http://elsewhere.test/set')).status).toBe(404);
  const strict = { ...region.gp, prefer: 'handling=strict' };
  expect(refusalOf(await get('/ValueSet/chapter.biochemistry/$expand?context=x', strict))).toBe('request.invalid');
});

interface Expansion {
  total: number;
  offset: number;
  contains: { code: string; display: string }[];
}

test('$validate-code says whether a code is of a set, by the address or by a Parameters', async () => {
  const isIn = async (query: string) => parameter((await get(`/ValueSet/$validate-code?url=${url}&${query}`)).body, 'result');
  expect(await isIn('system=http://loinc.org&code=2823-3')).toBe(true);
  expect(await isIn('system=urn:oid:2.16.840.1.113883.6.1&code=2823-3')).toBe(true);
  expect(await isIn('system=http://snomed.info/sct&code=2823-3')).toBe(false);
  expect(await isIn('code=2951-2')).toBe(false);
  const body = {
    resourceType: 'Parameters',
    parameter: [
      { name: 'url', valueUri: url },
      { name: 'codeableConcept', valueCodeableConcept: { coding: [{ system: 'http://loinc.org', code: '2823-3' }] } },
    ],
  };
  const answer = await ask('POST', '/ValueSet/$validate-code', { headers: region.gp, body });
  expect([parameter(answer.body, 'result'), parameter(answer.body, 'display')]).toEqual([true, expect.stringContaining('Potassium')]);
  expect(refusalOf(await ask('POST', '/ValueSet/$validate-code', { headers: region.gp, body: { resourceType: 'Patient' } }))).toBe(
    'request.invalid',
  );
});

function parameter(body: Record<string, unknown>, name: string): unknown {
  const found = (body['parameter'] as Record<string, unknown>[]).find((one) => one['name'] === name);
  return found?.['valueBoolean'] ?? found?.['valueString'];
}
