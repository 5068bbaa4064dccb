import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { fhirRegion, loinc, matches, resources } from '../../../test/support/fhir-region.ts';
import { laboratoryTransaction } from '../../../test/support/fhir-transaction.ts';
import { PEOPLE } from '../../../test/support/people.ts';
import { LABORATORY, OTHER_LABORATORY, quantity, reportOf } from '../../../test/support/reports.ts';
import { writeCda } from '../../formats/index.ts';

const { ask, deposit, events, get, post, region, search, server, tokenOf } = fhirRegion();

describe('the treating doctor’s software', () => {
  test('reads the results as they were printed', async () => {
    const [potassium] = resources(await search('Observation', `code=${loinc('2823-3')}&_count=1`));
    expect(potassium).toMatchObject({
      status: 'final',
      code: { coding: [{ system: 'http://loinc.org', code: '2823-3' }], text: 'Potassium' },
      subject: { reference: `Patient/${region.patientId}` },
      effectiveDateTime: '2026-03-02T06:42:00.000Z',
      valueQuantity: { value: 4.1, unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' },
      performer: [{ reference: `Organization/${LABORATORY.finess}` }],
    });
    const { text } = await search('Observation', `code=${loinc('2823-3')}&_count=1`);
    expect(text).toContain('"value":4.10');
    const [crp] = resources(await search('Observation', `code=${loinc('1988-5')}&_count=1`));
    expect(crp).toMatchObject({ valueQuantity: { value: 0.5, comparator: '<' } });
  });

  test('finds the patient by the INS, and reads them', async () => {
    const found = await get(
      `/Patient?identifier=${encodeURIComponent(new URLSearchParams(laboratoryTransaction(1).entry[0]!.request.ifNoneExist).get('identifier')!)}`,
    );
    expect(resources(found).map(({ id }) => id)).toEqual([region.patientId]);
    const { body } = await get(`/Patient/${region.patientId}`);
    expect(body).toMatchObject({
      resourceType: 'Patient',
      birthDate: '1955-06-12',
      gender: 'female',
      name: [{ use: 'official', family: 'ESSAI-DURAND', given: ['JEANNE'] }],
    });
  });

  test('reads each resource by its address, and is told 304 when it has it already', async () => {
    for (const type of ['DiagnosticReport', 'Observation']) {
      const [resource] = resources(await search(type, '_count=1'));
      const read = await get(`/${type}/${resource!.id}`);
      expect([read.status, read.body]).toEqual([200, resource]);
      const etag = String(read.headers['etag']);
      const asked = async (known: string) => (await get(`/${type}/${resource!.id}`, { ...region.gp, 'if-none-match': known })).status;
      expect([await asked(etag), await asked(`"x", ${etag.slice(2)}`), await asked('*'), await asked('W/"x"')]).toEqual([
        304, 304, 304, 200,
      ]);
    }
  });

  test('reads of one resource the elements that it asks for, or its summary, and is told that the rest is left out', async () => {
    const { id } = resources(await search('Observation', '_count=1'))[0]!;
    const asked = async (shape: string) => {
      const { status, body } = await get(`/Observation/${id}?${shape}`);
      return { status, names: Object.keys(body), tag: (body as { meta?: { tag?: { code: string }[] } }).meta?.tag?.[0]?.code };
    };
    const elements = await asked('_elements=effectiveDateTime,Observation.issued');
    expect([elements.status, elements.tag, elements.names.includes('effectiveDateTime'), elements.names.includes('category')]).toEqual([
      200,
      'SUBSETTED',
      true,
      false,
    ]);
    expect((await asked('_summary=text')).names).not.toContain('category');
    expect((await asked('_summary=false')).tag).toBeUndefined();
    expect([(await asked('_summary=count')).status, (await asked('_summary=some')).status]).toEqual([400, 400]);
  });

  test('follows references both ways, in one request', async () => {
    const withResults = await search(
      'DiagnosticReport',
      '_include=DiagnosticReport:result&_include:iterate=Observation:performer&_count=1',
    );
    expect(new Set(resources(withResults).map(({ resourceType }) => resourceType))).toEqual(
      new Set(['DiagnosticReport', 'Observation', 'Organization']),
    );
    expect(matches(withResults)).toHaveLength(1);
    const [observation] = resources(await search('Observation', '_count=1'));
    const back = await get(`/Observation?_id=${observation!.id}&_revinclude=DiagnosticReport:result&_revinclude=Provenance:target`);
    expect(resources(back).map(({ resourceType }) => resourceType)).toEqual(['Observation', 'DiagnosticReport', 'Provenance']);
    expect(resources(back)[2]).toMatchObject({
      agent: [{ who: { reference: `Organization/${LABORATORY.finess}` } }],
      entity: [{ what: { reference: expect.stringContaining('DocumentReference/') } }],
    });
  });

  test('reads the file of a report, as the laboratory made it', async () => {
    const [report] = resources(await search('DiagnosticReport', '_count=1'));
    const [{ url }] = report!['presentedForm'] as [{ url: string }];
    const file = await get(`/${url}`);
    expect([file.status, file.headers['content-type'], file.text.slice(0, 5)]).toEqual([200, 'application/pdf', '%PDF-']);
    const resource = await get(`/${url}`, { ...region.gp, accept: 'application/fhir+json' });
    expect(resource.body).toMatchObject({ resourceType: 'Binary', contentType: 'application/pdf' });
  });

  test('lists the documents, each leading to its original', async () => {
    const [document] = resources(await search('DocumentReference', 'status=current&type=11502-2&_count=1'));
    expect(document).toMatchObject({ status: 'current', custodian: { reference: `Organization/${LABORATORY.finess}` } });
    const [content] = document!['content'] as [{ attachment: { url: string } }];
    expect((await get(`/${content.attachment.url}`)).text).toContain('"resourceType":"Bundle"');
    const byNumber = await get(`/DocumentReference?patient.identifier=urn:ietf:rfc:3986|urn:uuid:${region.patientId}&status=current`);
    expect(byNumber.body.total).toBeGreaterThan(0);
  });

  test('takes everything at once, or page by page', async () => {
    const all = await get(`/Patient/${region.patientId}/$everything`);
    expect(resources(all)[0]!.resourceType).toBe('Patient');
    const first = await get(`/Patient/${region.patientId}/$everything?_count=5`);
    const next = first.body.link!.find(({ relation }) => relation === 'next')!.url.split('/fhir')[1]!;
    expect([...resources(first), ...resources(await get(next))].map(({ id }) => id)).toEqual(
      resources(all)
        .slice(0, 10)
        .map(({ id }) => id),
    );
  });

  test('takes only the care of some days, what changed since, or some types; a page goes on from where the last one ended', async () => {
    const types = async (query: string) =>
      new Set(resources(await get(`/Patient/${region.patientId}/$everything?${query}`)).map(({ resourceType }) => resourceType));
    expect((await types('start=2031-01-01')).has('Observation')).toBe(false);
    expect((await types('start=2026-03-02&end=2026-03-02')).has('Observation')).toBe(true);
    expect(await types('_type=Observation&_since=2099-01-01T00:00:00Z')).toEqual(new Set());
    const told = await get(`/Patient/${region.patientId}/$everything?_type=Medication&colour=blue`);
    expect(JSON.stringify(told.body.entry!.at(-1))).toMatch(/colour.*Medication/);
    const strict = { ...region.gp, prefer: 'handling=strict' };
    for (const wrong of ['_count=0', 'start=yesterday', '_since=x', '_cursor=x.y'])
      expect([wrong, (await get(`/Patient/${region.patientId}/$everything?${wrong}`)).status]).toEqual([wrong, 400]);
    expect((await get(`/Patient/${region.patientId}/$everything?colour=blue`, strict)).status).toBe(400);
    const page = (path: string) => get(path.split('/fhir').at(-1)!);
    const first = await page(`/Patient/${region.patientId}/$everything?_type=Observation&_count=2`);
    await deposit(writeCda(reportOf(150, { results: [quantity('2951-2', 'Sodium', '140', 'mmol/L')] })));
    const seen = resources(first).map(({ id }) => id);
    for (let next = first.body.link!.at(-1)!; next.relation === 'next'; ) {
      const more = await page(next.url);
      seen.push(...resources(more).map(({ id }) => id));
      next = more.body.link!.at(-1)!;
    }
    expect(new Set(seen).size).toBe(seen.length);
  });

  test('is answered as HTTP wants it: HEAD, formats, versions, addresses that are none', async () => {
    const { id } = resources(await search('DiagnosticReport', '_count=1'))[0]!;
    const head = await server.app.inject({ method: 'HEAD', url: `/fhir/DiagnosticReport/${id}`, headers: region.gp });
    expect([head.statusCode, head.body, head.headers['etag']]).toEqual([200, '', expect.stringMatching(/^W\/"/)]);
    const accept = async (path: string, range: string) => (await get(path, { ...region.gp, accept: range })).status;
    expect(await accept(`/DiagnosticReport/${id}`, 'text/turtle')).toBe(406);
    expect(await accept(`/DiagnosticReport/${id}`, 'text/turtle, */*;q=0.1')).toBe(200);
    const [{ attachment }] = resources(await search('DocumentReference', '_count=1'))[0]!['content'] as [{ attachment: { url: string } }];
    expect(await accept(`/${attachment.url}`, 'image/png')).toBe(406);
    expect(await accept(`/${attachment.url}`, 'image/png, application/*')).toBe(200);
    const file = `/fhir/${attachment.url}`;
    const part = async (range: string, more = {}) =>
      server.app.inject({ url: file, headers: { ...region.gp, accept: '*/*', range, ...more } });
    const whole = await server.app.inject({ method: 'HEAD', url: file, headers: { ...region.gp, accept: '*/*' } });
    const size = Number(whole.headers['content-length']);
    expect([whole.statusCode, whole.body, whole.headers['accept-ranges'], size > 100]).toEqual([200, '', 'bytes', true]);
    const [begin, end] = [await part('bytes=0-9'), await part('bytes=10-')];
    expect([begin.statusCode, begin.headers['content-range'], begin.rawPayload.length]).toEqual([206, `bytes 0-9/${size}`, 10]);
    const all = await part('bytes=0-1', { 'if-range': '"another"' });
    expect([all.statusCode, Buffer.concat([begin.rawPayload, end.rawPayload])]).toEqual([200, all.rawPayload]);
    const beyond = await part(`bytes=${size}-`);
    expect([beyond.statusCode, beyond.headers['content-range'], beyond.json()]).toMatchObject([
      416,
      `bytes */${size}`,
      { resourceType: 'OperationOutcome' },
    ]);
    for (const address of [`/DiagnosticReport/${id}/$bogus`, '/a/b/c/d/e']) {
      const answer = await get(address);
      expect([address, answer.status, answer.body.resourceType]).toEqual([address, 404, 'OperationOutcome']);
    }
    for (const asked of ['/Patient?identifier=a|b%00c', `/DocumentReference?patient=${region.patientId}&_content=a%00b`])
      expect([asked, (await get(asked)).status]).toEqual([asked, 400]);
  });

  test('reads the versions of all that has some; what keeps only its present says so, and its version follows what it says', async () => {
    const { body } = await get(`/Patient/${region.patientId}`);
    const { versionId } = body['meta'] as { versionId: string };
    expect((await get(`/Patient/${region.patientId}/_history/${versionId}`)).body).toEqual(body);
    expect((await get(`/Patient/${region.patientId}/_history/1`)).status).toBe(404);
    expect(resources(await get(`/Patient/${region.patientId}/_history`))).toEqual([body]);
    const [fiche] = resources(await search('DocumentReference', '_count=1'));
    const [place] = resources(await get(`/Organization?identifier=${LABORATORY.finess}`));
    for (const { resourceType, id, meta } of [fiche!, place!]) {
      const at = `/${resourceType}/${id}/_history/${(meta as { versionId: string }).versionId}`;
      expect([at, (await get(at)).status]).toEqual([at, 200]);
    }
    const name = async () => (await get(`/Patient/${region.patientId}`)).headers['etag'];
    const before = await name();
    await server.database.db.query('t', `update identity.patient set used_family = 'AUTREMENT' where patient_id = $1`, [region.patientId]);
    expect(await name()).not.toBe(before);
  });

  test('asks several things in one batch, each through the door', async () => {
    const body = {
      resourceType: 'Bundle',
      type: 'batch',
      entry: [`Observation?patient=${region.patientId}&_count=1`, `Patient/${region.patientId}`, 'Observation/nothing'].map((url) => ({
        request: { method: 'GET', url },
      })),
    };
    const before = await events();
    const answer = await ask('POST', '', { body, headers: region.gp });
    expect(answer.body.entry!.map(({ response }) => response!.status)).toEqual(['200 OK', '200 OK', '404']);
    expect((await events()) - before).toBe(2);
  });
});

describe('a client as there are many', () => {
  test('asks an operation by POST, with its parameters in the address or in a body', async () => {
    const parameter = (name: string, valueString: string) => ({ resourceType: 'Parameters', parameter: [{ name, valueString }] });
    const asked = { headers: region.gp };
    const everything = `/Patient/${region.patientId}/$everything`;
    const types = (answer: { body: { entry?: { resource: { resourceType: string } }[] } }) =>
      new Set(answer.body.entry!.map(({ resource }) => resource.resourceType));
    expect(types(await ask('POST', everything, { ...asked, body: parameter('_type', 'Specimen') }))).toEqual(
      types(await get(`${everything}?_type=Specimen`)),
    );
    expect((await ask('POST', everything, asked)).body.total).toBe((await get(everything)).body.total);
    const lastN = `/Observation/$lastn?patient=${region.patientId}`;
    const latest = await ask('POST', lastN, { ...asked, body: parameter('code', '2823-3') });
    expect([latest.status, latest.body.total]).toEqual([200, (await get(`${lastN}&code=2823-3`)).body.total]);
  });

  test('reads several patients by their ids at once: those that are open to it, each with its event', async () => {
    const before = await events();
    const answer = await get(`/Patient?_id=${region.patientId},01900000-0000-7000-8000-000000000000`);
    expect([answer.status, resources(answer).map(({ id }) => id), (await events()) - before]).toEqual([200, [region.patientId], 2]);
    expect((await get('/Patient?_id=01900000-0000-7000-8000-000000000000,x')).status).toBe(403);
  });

  test('finds by two steps back what leads to what leads here', async () => {
    const total = async (query: string) => (await search('Observation', query)).body.total;
    const all = await total('_has:DiagnosticReport:result:status=final');
    expect(all).toBeGreaterThan(0);
    expect(await total(`_has:DiagnosticReport:result:_has:Provenance:target:agent=Organization/${LABORATORY.finess}`)).toBe(all);
    expect(await total('_has:DiagnosticReport:result:_has:Provenance:target:agent=Organization/nobody')).toBe(0);
  });

  test('forgets one request of a batch: the others are answered', async () => {
    const entry = [{ request: { method: 'GET', url: `Patient/${region.patientId}` } }, { resource: { resourceType: 'Patient' } }];
    const answer = await ask('POST', '', { body: { resourceType: 'Bundle', type: 'batch', entry }, headers: region.gp });
    expect(answer.body.entry!.map(({ response }) => response!.status)).toEqual(['200 OK', '400']);
    expect((await ask('POST', '', { body: { resourceType: 'Bundle', type: 'transaction', entry }, headers: region.gp })).status).toBe(400);
  });

  test('reads in a batch as by itself: some elements, or nothing but that it is there', async () => {
    const { id } = resources(await search('Observation', '_count=1'))[0]!;
    const entry = [
      { request: { method: 'GET', url: `Observation/${id}?_elements=effectiveDateTime` } },
      { request: { method: 'HEAD', url: `Observation/${id}` } },
    ];
    const { body } = await ask('POST', '', { body: { resourceType: 'Bundle', type: 'batch', entry }, headers: region.gp });
    const [short, there] = body.entry!;
    expect([Object.hasOwn(short!.resource!, 'category'), there!.response!.status, there!.resource]).toEqual([false, '200 OK', undefined]);
  });

  test('who hangs up in the middle of a batch has the rest of it read by nobody', async () => {
    const MANY = 6_000;
    await server.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = server.app.server.address() as AddressInfo;
    const entry = Array.from({ length: MANY }, () => ({ request: { method: 'GET', url: `Patient/${region.patientId}` } }));
    const before = await events();
    const asked = httpRequest({ port, method: 'POST', path: '/fhir', headers: { ...region.gp, 'content-type': 'application/fhir+json' } });
    asked.on('error', () => {});
    asked.end(JSON.stringify({ resourceType: 'Bundle', type: 'batch', entry }));
    await expect.poll(events, { timeout: 10_000 }).toBeGreaterThan(before);
    asked.destroy();
    const settled = async () => {
      const now = await events();
      await new Promise((resolve) => setTimeout(resolve, 300));
      return (await events()) === now;
    };
    await expect.poll(settled, { timeout: 20_000 }).toBe(true);
    expect((await events()) - before).toBeLessThan(MANY);
  });

  test('looks for its subscriptions as for anything else', async () => {
    expect((await get('/Subscription?status=active')).body).toMatchObject({ type: 'searchset', total: 0, link: [{ relation: 'self' }] });
    expect((await get('/Subscription?colour=blue', { ...region.gp, prefer: 'handling=strict' })).status).toBe(400);
  });

  test('finds who practises at a place from the place', async () => {
    const found = resources(await get(`/Organization?_id=${LABORATORY.finess}&_revinclude=PractitionerRole:organization`));
    expect(found.map(({ resourceType }) => resourceType)).toEqual(['Organization', 'PractitionerRole']);
    const having = `/Organization?_id=${LABORATORY.finess}&_has:PractitionerRole:organization:practitioner=`;
    expect((await get(`${having}899700000011`)).body.total).toBe(1);
    expect((await get(`${having}899700000099`)).body.total).toBe(0);
  });
});

describe('a corrected report', () => {
  const of = (version: number, value: string, more: { keepsSodium: boolean }) =>
    reportOf(200 + version, {
      version,
      set: 201,
      replaces: version > 1 ? [200 + version - 1] : [],
      results: [
        quantity('2160-0', 'Créatinine', value, 'mg/dL', { at: '20260501' }),
        ...(more.keepsSodium ? [quantity('2951-2', 'Sodium', '139', 'mmol/L', { at: '20260501' })] : []),
      ],
    });

  test('is the next version of the same resources; a result that it withdraws is marked, without its value', async () => {
    await deposit(writeCda(of(2, '1.10', { keepsSodium: false })));
    await deposit(writeCda(of(1, '1.90', { keepsSodium: true })));
    const found = resources(await search('Observation', 'date=2026-05-01'));
    const creatinine = found.find(({ code }) => JSON.stringify(code).includes('2160-0'))!;
    const sodium = found.find(({ code }) => JSON.stringify(code).includes('2951-2'))!;
    expect([creatinine['status'], creatinine['valueQuantity']]).toMatchObject(['corrected', { value: 1.1 }]);
    expect([sodium['status'], sodium['valueQuantity']]).toEqual(['entered-in-error', undefined]);
    const history = await get(`/Observation/${creatinine.id}/_history`);
    expect(resources(history).map(({ valueQuantity }) => (valueQuantity as { value: number }).value)).toEqual([1.1, 1.9]);
    const asked = async (query: string) => {
      const { status, body } = await get(`/Observation/${creatinine.id}/_history?${query}`);
      const next = body.link?.find(({ relation }) => relation === 'next')?.url.split('?')[1];
      return {
        status,
        total: body.total,
        versions: (body.entry ?? []).map(({ resource }) => (resource['meta'] as { versionId: string }).versionId),
        next,
      };
    };
    const page = await asked('_count=1');
    expect([page.total, page.versions, (await asked(page.next!)).versions]).toEqual([2, ['2'], ['1']]);
    expect([(await asked('_since=2999')).total, (await asked('_since=2020')).total, (await asked('_at=2020')).total]).toEqual([0, 2, 0]);
    expect((await asked('_at=2999')).versions).toEqual(['2']);
    for (const wrong of ['_since=soon', '_count=0', '_after=other']) expect([wrong, (await asked(wrong)).status]).toEqual([wrong, 400]);
    const ofAll = async (query: string) => (await get(query)).body;
    const [type, one] = [await ofAll('/Observation/_history'), await ofAll(`/Observation/_history?patient=${region.patientId}`)];
    expect([type.resourceType, type.type, type.total]).toEqual(['Bundle', 'history', one.total]);
    const told = resources({ body: type }).filter(({ id }) => id === creatinine.id);
    expect(told).toEqual(resources(history));
    const seen: string[] = [];
    for (let next: string | undefined = '/Observation/_history?_count=3'; next !== undefined; ) {
      const part = await ofAll(next);
      seen.push(...part.entry!.map(({ resource }) => `${resource.id} ${(resource['meta'] as { versionId: string }).versionId}`));
      next = part.link!.find(({ relation }) => relation === 'next')?.url.split('/fhir')[1];
    }
    expect([seen.length, new Set(seen).size]).toEqual([type.total, type.total]);
    expect([(await ofAll('/Observation/_history?_since=2999')).total, (await ofAll('/Observation/_history?_at=2020')).total]).toEqual([
      0, 0,
    ]);
    const types = new Set(resources({ body: await ofAll('/_history') }).map(({ resourceType }) => resourceType));
    expect([...types]).toEqual(expect.arrayContaining(['Patient', 'DiagnosticReport', 'Observation', 'DocumentReference']));
    const nurse = await server.as(PEOPLE.nurse);
    expect((await get(`/Observation/_history?patient=${region.patientId}`, nurse)).status).toBe(403);
    expect([(await get('/Observation/_history', nurse)).body.total, (await get('/Organization/_history')).status]).toEqual([0, 405]);
    const first = await get(`/Observation/${creatinine.id}/_history/1`);
    expect(first.body).toMatchObject({ id: creatinine.id, meta: { versionId: '1' }, valueQuantity: { value: 1.9 } });
    expect((await get(`/Observation/${creatinine.id}/_history/7`)).status).toBe(404);
    expect(resources(await get(`/Observation/$lastn?patient=${region.patientId}&code=2951-2&date=2026-05-01`))).toEqual([]);
  });
});

test('results of a report that one of another series replaced are told to who asks what changed since', async () => {
  const only = (n: number, more: Parameters<typeof reportOf>[1]) =>
    writeCda(reportOf(n, { ...more, set: n, results: [quantity('2571-8', 'Triglycérides', '1.20', 'g/L', { at: '20260515' })] }));
  await deposit(only(250, {}));
  const since = new Date().toISOString();
  await deposit(only(251, { replaces: [250] }));
  const changed = resources(await search('Observation', `code=2571-8&_lastUpdated=ge${since}`));
  expect(changed.map(({ status, valueQuantity }) => [status, valueQuantity === undefined]).toSorted()).toEqual([
    ['corrected', false],
    ['entered-in-error', true],
  ]);
});

describe('a biologist at validation', () => {
  test('gets the previous values of the other laboratories in one request, with method and laboratory', async () => {
    const before = quantity('2276-4', 'Ferritine', '81', 'ug/L', {
      at: '20260601',
      method: { code: 'X1', system: '1.2.250.1.213.2.3.5', display: 'Chimiluminescence' },
    });
    await deposit(writeCda(reportOf(301, { results: [before] })));
    // The other laboratory has just reported on this patient: its biologists may compare, for a while.
    const bearer = await tokenOf('lis-other');
    await post('', laboratoryTransaction(302, { laboratory: OTHER_LABORATORY }), bearer);
    const headers = await server.as({ ...PEOPLE.biologist, organisation: OTHER_LABORATORY });
    await expect.poll(async () => (await get(`/Patient/${region.patientId}`, headers)).status).toBe(200);
    const previous = await get(
      `/Observation?patient=${region.patientId}&code=2276-4,2823-3&performer:not=Organization/${OTHER_LABORATORY.finess}&_sort=-date`,
      headers,
    );
    expect(previous.body.issue).toBeUndefined();
    const [ferritin] = resources(previous);
    expect(ferritin).toMatchObject({
      method: { text: 'Chimiluminescence' },
      performer: [{ display: LABORATORY.name }],
      valueQuantity: { value: 81 },
    });
    expect(resources(previous).every(({ performer }) => !JSON.stringify(performer).includes(OTHER_LABORATORY.finess))).toBe(true);
  });
});
