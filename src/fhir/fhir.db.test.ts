import { beforeAll, describe, expect, test } from 'vitest';
import { laboratoryTransaction } from '../../test/support/fhir-transaction.ts';
import { PEOPLE } from '../../test/support/people.ts';
import { LABORATORY, OTHER_LABORATORY, quantity, reportOf } from '../../test/support/reports.ts';
import { testServer } from '../../test/support/server.ts';
import { registerLinks } from '../access/index.ts';
import { registerPractitioners, registerSenders, registerStructures } from '../directory/index.ts';
import { writeCda } from '../formats/index.ts';

interface Answer {
  resourceType: string;
  id: string;
  total?: number;
  entry?: {
    fullUrl: string;
    resource: Record<string, unknown> & { id: string; resourceType: string };
    search?: { mode: string };
    response?: { status: string; location?: string };
  }[];
  link?: { relation: string; url: string }[];
  issue?: { details: { text: string; coding?: { code: string }[] } }[];
  [key: string]: unknown;
}

const server = testServer();
const SECRET = 'a-secret-of-the-tests-only';
let token = '';
let patientId = '';
let gp: Record<string, string> = {};

const sender = { name: 'SIL des essais', formats: ['fhir'], state: 'production' as const, secret: SECRET, connectedSince: new Date() };

beforeAll(async () => {
  const { db } = server.database;
  await registerStructures(db, [
    { ...LABORATORY, kind: 'laboratory', place: 'Fictiville' },
    { ...OTHER_LABORATORY, kind: 'laboratory' },
  ]);
  await registerPractitioners(db, [
    { rpps: '899700000011', family: 'LEFEVRE-DEMO', given: 'Anne', title: 'DR', structures: [LABORATORY.finess], mailboxes: [] },
  ]);
  await registerSenders(
    db,
    [
      { ...sender, clientId: 'lis-fhir', structures: [LABORATORY.finess] },
      { ...sender, clientId: 'lis-other', structures: [OTHER_LABORATORY.finess] },
    ],
    'demo',
  );
  token = await server.tokenOf('lis-fhir', SECRET);
  await post('', laboratoryTransaction(1));
  const [row] = await server.database.db.query<{ patient: string }>('whose', 'select patient_id as patient from record.document limit 1');
  patientId = row!.patient;
  await registerLinks(
    db,
    [{ patientId, holder: { person: PEOPLE.gp.id }, kind: 'treating-doctor', since: new Date(Date.now() - 1_000) }],
    'test',
  );
  gp = await server.as(PEOPLE.gp);
});

async function ask(
  method: 'GET' | 'POST',
  path: string,
  options: { headers?: Record<string, string>; body?: unknown; type?: string } = {},
) {
  const { body, type = 'application/fhir+json' } = options;
  const answer = await server.app.inject({
    method,
    url: `/fhir${path}`,
    headers: { ...(options.headers ?? gp), ...(body === undefined ? {} : { 'content-type': type }) },
    ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const isJson = String(answer.headers['content-type']).includes('json');
  return { status: answer.statusCode, headers: answer.headers, body: (isJson ? JSON.parse(answer.body) : {}) as Answer, text: answer.body };
}
const get = (path: string, headers?: Record<string, string>) => ask('GET', path, headers ? { headers } : {});
const post = (path: string, body: unknown, bearer = token) => ask('POST', path, { body, headers: { authorization: `Bearer ${bearer}` } });
const deposit = (body: string) =>
  server.app.inject({
    method: 'POST',
    url: '/api/deposits',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/xml' },
    payload: body,
  });
const refusalOf = ({ body }: { body: Answer }) => body.issue?.[0]?.details.coding?.[0]?.code;
const resources = ({ body }: { body: Answer }) => (body.entry ?? []).map(({ resource }) => resource);
const matches = ({ body }: { body: Answer }) =>
  (body.entry ?? []).filter(({ search }) => search?.mode === 'match').map(({ resource }) => resource);
const events = async (): Promise<number> =>
  (await server.database.db.query<{ n: number }>('count-events', 'select count(*) as n from access.audit_event'))[0]!.n;
const search = (type: string, query: string) => get(`/${type}?patient=${patientId}&${query}`);
const loinc = (code: string) => encodeURIComponent(`http://loinc.org|${code}`);

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
    const own = await get(find, { authorization: `Bearer ${token}` });
    expect(resources(own)).toMatchObject([{ resourceType: 'Patient', identifier: [{ value: 'IPP-8' }] }]);
    const other = await get(find, { authorization: `Bearer ${await server.tokenOf('lis-other', SECRET)}` });
    expect([other.body.total, (await get(find)).body.total]).toEqual([0, 0]);
  });

  test('reads nobody’s results', async () => {
    const answer = await get(`/Observation?patient=${patientId}`, { authorization: `Bearer ${token}` });
    expect([answer.status, refusalOf(answer)]).toEqual([403, 'access.denied']);
  });

  test('a doctor cannot write in its name', async () => {
    const answer = await ask('POST', '', { body: laboratoryTransaction(9), headers: gp });
    expect(answer.status).toBe(403);
  });
});

describe('the treating doctor’s software', () => {
  test('reads the results as they were printed', async () => {
    const [potassium] = resources(await search('Observation', `code=${loinc('2823-3')}&_count=1`));
    expect(potassium).toMatchObject({
      status: 'final',
      code: { coding: [{ system: 'http://loinc.org', code: '2823-3' }], text: 'Potassium' },
      subject: { reference: `Patient/${patientId}` },
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
    expect(resources(found).map(({ id }) => id)).toEqual([patientId]);
    const { body } = await get(`/Patient/${patientId}`);
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
      expect((await get(`/${type}/${resource!.id}`, { ...gp, 'if-none-match': String(read.headers['etag']) })).status).toBe(304);
    }
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
    const back = await get(`/Observation?_id=${observation!.id}&_revinclude=DiagnosticReport:result`);
    expect(resources(back).map(({ resourceType }) => resourceType)).toEqual(['Observation', 'DiagnosticReport']);
  });

  test('reads the file of a report, as the laboratory made it', async () => {
    const [report] = resources(await search('DiagnosticReport', '_count=1'));
    const [{ url }] = report!['presentedForm'] as [{ url: string }];
    const file = await get(`/${url}`);
    expect([file.status, file.headers['content-type'], file.text.slice(0, 5)]).toEqual([200, 'application/pdf', '%PDF-']);
    const resource = await get(`/${url}`, { ...gp, accept: 'application/fhir+json' });
    expect(resource.body).toMatchObject({ resourceType: 'Binary', contentType: 'application/pdf' });
  });

  test('lists the documents, each leading to its original', async () => {
    const [document] = resources(await search('DocumentReference', 'status=current&type=11502-2&_count=1'));
    expect(document).toMatchObject({ status: 'current', custodian: { reference: `Organization/${LABORATORY.finess}` } });
    const [content] = document!['content'] as [{ attachment: { url: string } }];
    expect((await get(`/${content.attachment.url}`)).text).toContain('"resourceType":"Bundle"');
    const byNumber = await get(`/DocumentReference?patient.identifier=urn:ietf:rfc:3986|urn:uuid:${patientId}&status=current`);
    expect(byNumber.body.total).toBeGreaterThan(0);
  });

  test('takes everything at once, or page by page', async () => {
    const all = await get(`/Patient/${patientId}/$everything`);
    expect(resources(all)[0]!.resourceType).toBe('Patient');
    const first = await get(`/Patient/${patientId}/$everything?_count=5`);
    const next = first.body.link!.find(({ relation }) => relation === 'next')!.url.split('/fhir')[1]!;
    expect([...resources(first), ...resources(await get(next))].map(({ id }) => id)).toEqual(
      resources(all)
        .slice(0, 10)
        .map(({ id }) => id),
    );
  });

  test('asks several things in one batch, each through the door', async () => {
    const body = {
      resourceType: 'Bundle',
      type: 'batch',
      entry: [`Observation?patient=${patientId}&_count=1`, `Patient/${patientId}`, 'Observation/nothing'].map((url) => ({
        request: { method: 'GET', url },
      })),
    };
    const before = await events();
    const answer = await ask('POST', '', { body, headers: gp });
    expect(answer.body.entry!.map(({ response }) => response!.status)).toEqual(['200', '200', '404']);
    expect((await events()) - before).toBe(2);
  });
});

describe('a search', () => {
  const codes = (answer: { body: Answer }) =>
    new Set(matches(answer).map(({ code }) => (code as { coding: { code: string }[] }).coding[0]?.code));

  beforeAll(async () => {
    const glucose = quantity('14749-6', 'Glucose', '5.20', 'mmol/L', { at: '20260401' });
    const creatinine = quantity('14682-9', 'Créatinine', '71', 'umol/L', { at: '20260401081500+0200', interpretations: ['N'] });
    await deposit(writeCda(reportOf(101, { results: [glucose, creatinine] })));
  });

  test.each<[string, string, string[]]>([
    ['by code', `code=${loinc('14749-6')}`, ['14749-6']],
    ['by a code of any system', 'code=14682-9', ['14682-9']],
    ['by several codes', `code=${loinc('14749-6')},${loinc('14682-9')}`, ['14749-6', '14682-9']],
    ['by all but a code', 'code:not=2823-3,1988-5,5196-1,14682-9', ['14749-6']],
    ['by words, accents and case apart', 'code:text=creat', ['14682-9']],
    ['from a day on', 'date=ge2026-04-01', ['14749-6', '14682-9']],
    ['on a day of the region', 'date=2026-04-01', ['14749-6', '14682-9']],
    ['in a month, before an instant', 'date=2026-04&date=lt2026-04-01T06:15:00Z', ['14749-6']],
    ['by category', 'category=laboratory&date=ge2026-04-01', ['14749-6', '14682-9']],
    ['by value', 'value-quantity=gt70', ['14682-9']],
    ['by value and unit', 'value-quantity=5.20|http://unitsofmeasure.org|mmol/L', ['14749-6']],
    ['by value in another unit of the same kind', 'value-quantity=5200|http://unitsofmeasure.org|umol/L', ['14749-6']],
    ['by value in a unit of another kind', 'value-quantity=gt0|http://unitsofmeasure.org|U/L', []],
    ['by what is below the measure', 'value-quantity=lt0.3|http://unitsofmeasure.org|mg/L', ['1988-5']],
    ['by code and value together', `code-value-quantity=${loinc('14682-9')}$gt70`, ['14682-9']],
    ['by code and a value of another code', `code-value-quantity=${loinc('14749-6')}$gt70`, []],
    ['by what has no value of a kind', 'value-quantity:missing=true', ['5196-1']],
    [
      'by the number of who performed it',
      `performer.identifier=${encodeURIComponent('https://finess.esante.gouv.fr|')}${LABORATORY.finess}&date=ge2026-04-01`,
      ['14749-6', '14682-9'],
    ],
    ['by the report that holds it', `_has:DiagnosticReport:result:date=ge2026-04-01`, ['14749-6', '14682-9']],
    ['by interpretation', 'interpretation=N', ['14682-9']],
  ])('%s', async (_, query, expected) => {
    const answer = await search('Observation', query);
    expect(answer.body.issue).toBeUndefined();
    expect(codes(answer)).toEqual(new Set(expected));
  });

  test('by POST finds the same', async () => {
    const body = new URLSearchParams({ patient: patientId, code: '14749-6' }).toString();
    const answer = await ask('POST', '/Observation/_search', { body, type: 'application/x-www-form-urlencoded', headers: gp });
    expect(codes(answer)).toEqual(new Set(['14749-6']));
  });

  test('is sorted, and its pages hold each result once even when others arrive meanwhile', async () => {
    const seen: string[] = [];
    let path: string | undefined = `/Observation?patient=${patientId}&_sort=-date,code&_count=4`;
    for (let page = 0; path !== undefined; page++) {
      const answer = await get(path);
      seen.push(...matches(answer).map(({ id }) => id));
      path = answer.body.link!.find(({ relation }) => relation === 'next')?.url.split('/fhir')[1];
      if (page === 0)
        await deposit(writeCda(reportOf(102, { results: [quantity('2951-2', 'Sodium', '140', 'mmol/L', { at: '20270101' })] })));
    }
    expect(new Set(seen).size).toBe(seen.length);
    const dates = resources(await search('Observation', '_sort=-date&_count=100')).map(({ effectiveDateTime }) =>
      Date.parse(String(effectiveDateTime)),
    );
    expect(dates).toEqual(dates.toSorted((a, b) => b - a));
  });

  test('counts without giving, and gives only some elements when asked', async () => {
    const count = await search('Observation', '_summary=count');
    expect([count.body.entry, count.body.total! > 3]).toEqual([undefined, true]);
    const [short] = resources(await search('Observation', '_elements=valueQuantity&_count=1&value-quantity:missing=false'));
    expect(Object.keys(short!).toSorted()).toEqual(['code', 'id', 'meta', 'resourceType', 'status', 'subject', 'valueQuantity']);
    expect((await search('Observation', '_total=none')).body.total).toBeUndefined();
  });

  test('$lastn gives the latest result of each code', async () => {
    const answer = await get(`/Observation/$lastn?patient=${patientId}&category=laboratory`);
    const potassium = resources(answer).filter(({ code }) => JSON.stringify(code).includes('2823-3'));
    expect(potassium).toHaveLength(1);
    expect(codes(answer).size).toBe(resources(answer).length);
    expect(resources(await get(`/Observation/$lastn?patient=${patientId}&code=2823-3&max=2`))).toHaveLength(2);
  });

  test('tells what it did not understand, and refuses it when strictness is asked for', async () => {
    const lenient = await search('Observation', 'colour=blue&_count=1');
    expect(lenient.status).toBe(200);
    expect(JSON.stringify(lenient.body.entry!.at(-1))).toContain('colour');
    const strict = await get(`/Observation?patient=${patientId}&colour=blue`, { ...gp, prefer: 'handling=strict' });
    expect([strict.status, refusalOf(strict)]).toEqual([400, 'request.invalid']);
  });

  test.each([
    ['of everybody', '/Observation?code=2823-3', 400],
    ['of a type that is not served', '/Medication?patient=x', 404],
    ['with a date that is none', `/Observation?patient=PATIENT&date=yesterday`, 400],
    ['with a number that is none', `/Observation?patient=PATIENT&value-quantity=high`, 400],
    ['with a modifier that is not for it', `/Observation?patient=PATIENT&date:exact=2026`, 400],
    ['with the page of another search', `/Observation?patient=PATIENT&_cursor=WyJ4IixbXSwieSJd`, 400],
    ['with a page that is none', `/Observation?patient=PATIENT&_cursor=%%%`, 400],
    ['sorted by nothing known', `/Observation?patient=PATIENT&_sort=colour`, 400],
    ['in XML', `/Observation?patient=PATIENT&_format=xml`, 415],
  ])('%s is refused with an OperationOutcome', async (_, path, status) => {
    const answer = await get(path.replace('PATIENT', patientId));
    expect([answer.status, answer.body.resourceType]).toEqual([status, 'OperationOutcome']);
  });

  test('of a patient whom nobody knows finds nothing, and is written in the trail', async () => {
    const before = await events();
    const answer = await get('/Observation?patient.identifier=urn:oid:1.2.250.1.213.1.4.10|299999999999999');
    expect([answer.status, answer.body.total, (await events()) - before]).toEqual([200, 0, 1]);
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
    const first = await get(`/Observation/${creatinine.id}/_history/1`);
    expect(first.body).toMatchObject({ id: creatinine.id, meta: { versionId: '1' }, valueQuantity: { value: 1.9 } });
    expect((await get(`/Observation/${creatinine.id}/_history/7`)).status).toBe(404);
    expect(resources(await get(`/Observation/$lastn?patient=${patientId}&code=2951-2&date=2026-05-01`))).toEqual([]);
  });
});

describe('a biologist at validation', () => {
  test('gets the previous values of the other laboratories in one request, with method and laboratory', async () => {
    const before = quantity('2276-4', 'Ferritine', '81', 'ug/L', {
      at: '20260601',
      method: { code: 'X1', system: '1.2.250.1.213.2.3.5', display: 'Chimiluminescence' },
    });
    await deposit(writeCda(reportOf(301, { results: [before] })));
    // The other laboratory has just reported on this patient: its biologists may compare, for a while.
    const bearer = await server.tokenOf('lis-other', SECRET);
    await post('', laboratoryTransaction(302, { laboratory: OTHER_LABORATORY }), bearer);
    const headers = await server.as({ ...PEOPLE.biologist, organisation: OTHER_LABORATORY });
    await expect.poll(async () => (await get(`/Patient/${patientId}`, headers)).status).toBe(200);
    const previous = await get(
      `/Observation?patient=${patientId}&code=2276-4,2823-3&performer:not=Organization/${OTHER_LABORATORY.finess}&_sort=-date`,
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

describe('who may not', () => {
  test.each([
    ['a professional without a care link', PEOPLE.nurse],
    ['an operator of the region', PEOPLE.operator],
    ['the identity cell', PEOPLE['identity-cell']],
  ])('%s reads nothing clinical, and each refusal is written once', async (_, person) => {
    const headers = await server.as(person);
    const [report] = resources(await search('DiagnosticReport', '_count=1'));
    const [{ url }] = report!['presentedForm'] as [{ url: string }];
    const paths = [
      ...['Observation', 'DiagnosticReport', 'Specimen', 'DocumentReference'].map((type) => `/${type}?patient=${patientId}`),
      `/Patient/${patientId}/$everything`,
      `/Observation/$lastn?patient=${patientId}`,
      `/DiagnosticReport/${report!.id}`,
      `/DiagnosticReport/${report!.id}/_history`,
      `/${url}`,
    ];
    for (const path of paths) {
      const before = await events();
      const answer = await get(path, headers);
      expect([path, answer.status, (await events()) - before]).toEqual([path, 403, 1]);
    }
  });

  test('each reading of who may is written once, whatever it holds', async () => {
    for (const path of [
      `/Observation?patient=${patientId}`,
      `/Patient/${patientId}/$everything`,
      `/DiagnosticReport?patient=${patientId}&_include=*`,
    ]) {
      const before = await events();
      expect((await get(path)).status).toBe(200);
      expect([path, (await events()) - before]).toEqual([path, 1]);
    }
  });

  test('nobody at all is told to sign in, by an OperationOutcome', async () => {
    const answer = await get(`/Observation?patient=${patientId}`, {});
    expect([answer.status, refusalOf(answer)]).toEqual([401, 'access.unauthenticated']);
  });
});

describe('the directory', () => {
  test('tells places and people by their numbers', async () => {
    expect(resources(await get('/Organization?name=lbm des essais'))).toMatchObject([{ id: LABORATORY.finess, name: LABORATORY.name }]);
    const people = await get('/Practitioner?identifier=https://rpps.esante.gouv.fr|99700000011');
    expect(resources(people)).toMatchObject([{ name: [{ family: 'LEFEVRE-DEMO' }] }]);
    const roles = await get('/PractitionerRole?practitioner=899700000011&_include=PractitionerRole:organization');
    expect(resources(roles).map(({ resourceType }) => resourceType)).toEqual(['PractitionerRole', 'Organization']);
  });
});

describe('the CapabilityStatement', () => {
  interface Statement {
    rest: {
      resource: {
        type: string;
        interaction: { code: string }[];
        searchParam?: { name: string; type: string }[];
        searchInclude?: string[];
      }[];
    }[];
  }

  test('says what the server does, and nothing that it does not', async () => {
    const { body } = await get('/metadata', {});
    const { resource: types } = (body as unknown as Statement).rest[0]!;
    for (const { type, interaction, searchParam = [], searchInclude = [] } of types) {
      const may = new Set(interaction.map(({ code }) => code));
      const status = async (path: string) => (await get(path)).status;
      expect([type, (await status(`/${type}/nothing`)) === 405]).toEqual([type, !may.has('read')]);
      expect([type, (await status(`/${type}/nothing/_history`)) === 405]).toEqual([type, !may.has('history-instance')]);
      expect([type, (await status(`/${type}?_count=0&patient=${patientId}`)) === 405]).toEqual([type, !may.has('search-type')]);
      const strict = { ...gp, prefer: 'handling=strict' };
      for (const { name, type: kind } of searchParam) {
        const value = { date: '2026', quantity: '1', composite: 'x$1', reference: `Organization/x`, token: 'x', string: 'x', uri: 'x' }[
          kind
        ]!;
        const composite = name.endsWith('-date') ? 'x$2026' : value;
        const answer = await get(
          `/${type}?patient=${patientId}&identifier=urn:x|1&${name}=${encodeURIComponent(kind === 'composite' ? composite : value)}`,
          strict,
        );
        expect([type, name, answer.body.issue?.[0]?.details.text ?? '']).not.toEqual([
          type,
          name,
          expect.stringContaining(`the parameter ${name} is not`),
        ]);
      }
      for (const include of searchInclude) {
        const answer = await get(`/${type}?patient=${patientId}&identifier=urn:x|1&_include=${include}`);
        expect([include, refusalOf(answer)]).not.toEqual([include, 'request.invalid']);
      }
    }
  });
});
