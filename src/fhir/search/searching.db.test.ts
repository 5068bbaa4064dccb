import { evalFhirPath } from '@medplum/core';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { type Answer, fhirRegion, loinc, matches, refusalOf, resources } from '../../../test/support/fhir-region.ts';
import { laboratoryTransaction } from '../../../test/support/fhir-transaction.ts';
import { LABORATORY, quantity, reportOf } from '../../../test/support/reports.ts';
import { writeCda } from '../../formats/index.ts';
import { paramOf, valuesOf } from './params.ts';

const { ask, deposit, events, get, post, region, search } = fhirRegion();

/** A second report of the same tests. */
beforeAll(async () => {
  await post('', laboratoryTransaction(2));
});

/** The expressions of R4 (SearchParameter.expression) of what is searched here, judged by another's FHIRPath. */
const R4: Readonly<Record<string, Record<string, string>>> = {
  Observation: {
    code: 'Observation.code',
    'combo-code': 'Observation.code | Observation.component.code',
    category: 'Observation.category',
    status: 'Observation.status',
    date: 'Observation.effective',
    'value-quantity': '(Observation.value as Quantity)',
    'value-string': '(Observation.value as string) | (Observation.value as CodeableConcept).text',
    'value-concept': '(Observation.value as CodeableConcept)',
    interpretation: 'Observation.interpretation',
    'data-absent-reason': 'Observation.dataAbsentReason',
    method: 'Observation.method',
    specimen: 'Observation.specimen',
    performer: 'Observation.performer',
    subject: 'Observation.subject',
  },
  DiagnosticReport: {
    identifier: 'DiagnosticReport.identifier',
    code: 'DiagnosticReport.code',
    category: 'DiagnosticReport.category',
    date: 'DiagnosticReport.effective',
    issued: 'DiagnosticReport.issued',
    result: 'DiagnosticReport.result',
    specimen: 'DiagnosticReport.specimen',
    performer: 'DiagnosticReport.performer',
  },
  Specimen: { type: 'Specimen.type', collected: 'Specimen.collection.collected', subject: 'Specimen.subject' },
  DocumentReference: {
    identifier: 'DocumentReference.masterIdentifier | DocumentReference.identifier',
    type: 'DocumentReference.type',
    category: 'DocumentReference.category',
    date: 'DocumentReference.date',
    period: 'DocumentReference.context.period',
    facility: 'DocumentReference.context.facilityType',
    setting: 'DocumentReference.context.practiceSetting',
    event: 'DocumentReference.context.event',
    format: 'DocumentReference.content.format',
    'security-label': 'DocumentReference.securityLabel',
    contenttype: 'DocumentReference.content.attachment.contentType',
    language: 'DocumentReference.content.attachment.language',
    custodian: 'DocumentReference.custodian',
    author: 'DocumentReference.author',
    relatesto: 'DocumentReference.relatesTo.target',
    relation: 'DocumentReference.relatesTo.code',
    related: 'DocumentReference.context.related',
  },
};

test('the table of parameters looks where R4 says, resource by resource', async () => {
  let looked = 0;
  for (const [type, expressions] of Object.entries(R4)) {
    for (const resource of resources(await search(type, '_count=50')))
      for (const [name, expression] of Object.entries(expressions)) {
        const found = valuesOf(resource, paramOf(type, name)!);
        const expected = evalFhirPath(expression, resource);
        expect([type, name, found.map((value) => JSON.stringify(value)).toSorted()]).toEqual([
          type,
          name,
          expected.map((value) => JSON.stringify(value)).toSorted(),
        ]);
        looked += found.length;
      }
  }
  expect(looked).toBeGreaterThan(50);
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
    ['by a coded value', `value-concept=${encodeURIComponent('http://snomed.info/sct|260385009')}`, ['5196-1']],
    [
      'by a coded value under the OID of its vocabulary',
      `value-concept=${encodeURIComponent('urn:oid:2.16.840.1.113883.6.96|260385009')}`,
      ['5196-1'],
    ],
    ['by code and a coded value of another code', `code-value-concept=${loinc('2823-3')}$260385009`, []],
    ['by the words of a coded value', 'value-string=negat', ['5196-1']],
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
    ['by value in the unit of another system of units', 'value-quantity=5.20|http://example.org/units|mmol/L', []],
    ['to a date that never comes', 'date=ge2026-04-01&date=lt9999-12-31', ['14749-6', '14682-9']],
    ['at an instant whose + was not written %2B', 'date=2026-04-01T08:15:00+02:00', ['14682-9']],
    ['in a value set: the codes of a row', 'code:in=urn:cigogne:valueset:row:glucose.serum&date=ge2026-04-01', ['14749-6']],
    ['outside of a value set', 'code:not-in=urn:cigogne:valueset:row:glucose.serum&date=ge2026-04-01', ['14682-9']],
    ['by a stay, when nothing is of one', 'encounter=Encounter/1', []],
    ['by what it leaves out', `encounter:missing=true&date=ge2026-04-01&_contained=false`, ['14749-6', '14682-9']],
    ...(
      [
        ['either code', 'code eq http://loinc.org|14749-6 or code eq 14682-9', ['14749-6', '14682-9']],
        ['a code and a day, brackets first', 'date ge 2026-04-01 and (code eq 14749-6 or code eq 2823-3)', ['14749-6']],
        ['and before or', 'code eq 14749-6 or code eq 14682-9 and date lt 2020-01-01', ['14749-6']],
        ['what is not', 'not (code eq 14682-9 or date lt 2026-04-01)', ['14749-6']],
        ['another value than that', 'date ge 2026-04-01 and code ne 14682-9', ['14749-6']],
        ['a value in its unit', 'value-quantity gt 5.1|http://unitsofmeasure.org|mmol/L and date ge 2026-04-01', ['14749-6']],
        ['what has a value', 'value-quantity pr false', ['5196-1']],
        ['a day that it overlaps', 'date po 2026-04-01', ['14749-6', '14682-9']],
        ['what a reference leads to', `performer.name sw "${LABORATORY.name.slice(0, 3)}" and date ge 2026-04-01`, ['14749-6', '14682-9']],
      ] as [string, string, string[]][]
    ).map(([name, sentence, expected]): [string, string, string[]] => [
      `by a sentence: ${name}`,
      `_filter=${encodeURIComponent(sentence)}`,
      expected,
    ]),
  ])('%s', async (_, query, expected) => {
    const answer = await search('Observation', query);
    expect(answer.body.issue).toBeUndefined();
    expect(codes(answer)).toEqual(new Set(expected));
  });

  test('a document is classed under the addresses of LOINC and of the national nomenclatures, and found by them or by their OID', async () => {
    const [fiche] = matches(await search('DocumentReference', ''));
    const all = (await search('DocumentReference', 'type=11502-2')).body.total;
    const class_ = 'https://mos.esante.gouv.fr/NOS/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument';
    expect(fiche).toMatchObject({
      type: { coding: [{ system: 'http://loinc.org', code: '11502-2' }] },
      category: [{ coding: [{ system: class_, code: '10' }] }],
    });
    for (const asked of ['type=http://loinc.org|11502-2', `category=${class_}|10`, 'category=urn:oid:1.2.250.1.213.1.1.4.1|10'])
      expect([asked, (await search('DocumentReference', asked)).body.total]).toEqual([asked, all]);
    expect((await search('DocumentReference', 'category=urn:oid:1.2.250.1.213.1.1.4.9|10')).body.total).toBe(0);
  });

  test.each([
    ['status=http://hl7.org/fhir/observation-status|final', true],
    ['status=http://hl7.org/fhir/observation-status|preliminary', false],
    ['status=http://loinc.org|final', false],
    ['status=|final', true],
  ])('a code of R4 itself is found under the list that it is bound to: %s', async (query, isFound) => {
    const all = (await search('Observation', 'status=final')).body.total!;
    expect([all > 0, (await search('Observation', query)).body.total]).toEqual([true, isFound ? all : 0]);
  });

  test('by POST finds the same', async () => {
    const body = new URLSearchParams({ patient: region.patientId, code: '14749-6' }).toString();
    const answer = await ask('POST', '/Observation/_search', { body, type: 'application/x-www-form-urlencoded', headers: region.gp });
    expect(codes(answer)).toEqual(new Set(['14749-6']));
    const within = { body: 'code=14749-6', type: 'application/x-www-form-urlencoded', headers: region.gp };
    expect(codes(await ask('POST', `/Patient/${region.patientId}/Observation/_search`, within))).toEqual(new Set(['14749-6']));
    for (const path of ['/Observation/_search', `/Patient/${region.patientId}/Observation/_search`])
      expect([path, (await get(path)).status, (await get(path)).headers['allow']]).toEqual([path, 405, 'POST']);
    const allowed = async (method: 'PUT' | 'DELETE' | 'PATCH', path: string) => (await ask(method, path)).headers['allow'];
    expect(await allowed('PUT', '/Observation')).toBe('GET, HEAD');
    expect(await allowed('DELETE', '/DocumentReference/x')).toBe('GET, HEAD, PATCH');
    expect(await allowed('PATCH', '/Patient/x')).toBe('GET, HEAD, PUT, DELETE');
  });

  test('in the compartment of the patient finds the same, alone and in a batch', async () => {
    const path = `Patient/${region.patientId}/Observation?code=14749-6`;
    expect(codes(await get(`/${path}`))).toEqual(new Set(['14749-6']));
    const entry = [{ request: { method: 'GET', url: path } }];
    const { body } = await ask('POST', '/', { body: { resourceType: 'Bundle', type: 'batch', entry } });
    expect(codes({ body: body.entry![0]!.resource as unknown as Answer })).toEqual(new Set(['14749-6']));
    const { rest } = (await get('/metadata', {})).body as unknown as { rest: { compartment: string[] }[] };
    expect(rest[0]!.compartment).toEqual([expect.stringMatching(/patient$/)]);
    for (const within of ['Organization', 'Medication', '$summary'])
      expect([within, (await get(`/Patient/${region.patientId}/${within}`)).status]).toEqual([within, 404]);
  });

  test('names this server’s own patient by a whole address, and nobody by that of another server', async () => {
    const total = async (base: string) => (await get(`/Observation?patient=${base}/Patient/${region.patientId}&_summary=count`)).body.total;
    expect(await total('http://localhost/fhir')).toBeGreaterThan(0);
    expect(await total('http://elsewhere.example/fhir')).toBe(0);
  });

  test('by words finds the documents whose text holds them all, and by a set what was sent in it', async () => {
    const total = async (query: string) => (await search('DocumentReference', `${query}&_summary=count`)).body.total;
    await vi.waitUntil(async () => (await total('_content=glucose')) === 1, { timeout: 20_000, interval: 10 });
    expect([await total('_content=glucose+creatinine'), await total('_content=glucose+licorne')]).toEqual([1, 0]);
    expect([await total('_list=no-such-set'), await total('_has:List:item:_id=no-such-set')]).toEqual([0, 0]);
  });

  test('of a patient gives all that refers to them, documents too', async () => {
    const types = async (query: string) =>
      new Set(resources(await get(`/Patient?_id=${region.patientId}&${query}`)).map(({ resourceType }) => resourceType));
    expect(await types('_revinclude=*')).toEqual(new Set(['Patient', 'Observation', 'DiagnosticReport', 'DocumentReference']));
    expect(await types('_revinclude=DocumentReference:patient&gender=female&deceased=false')).toEqual(
      new Set(['Patient', 'DocumentReference']),
    );
    expect(await types(`_filter=${encodeURIComponent('gender eq male or deceased eq true')}`)).toEqual(new Set());
  });

  test('is sorted, and its pages hold each result once even when others arrive meanwhile', async () => {
    const seen: string[] = [];
    let path: string | undefined = `/Observation?patient=${region.patientId}&_sort=-date,code&_count=4`;
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
    const answer = await get(`/Observation/$lastn?patient=${region.patientId}&category=laboratory`);
    const potassium = resources(answer).filter(({ code }) => JSON.stringify(code).includes('2823-3'));
    expect(potassium).toHaveLength(1);
    expect(codes(answer).size).toBe(resources(answer).length);
    expect(resources(await get(`/Observation/$lastn?patient=${region.patientId}&code=2823-3&max=2`))).toHaveLength(2);
    const more = await get(`/Observation/$lastn?patient=${region.patientId}&code=2823-3&_include=Observation:performer&_count=1`);
    expect(resources(more).map(({ resourceType }) => resourceType)).toEqual(['Observation', 'Organization', 'OperationOutcome']);
    expect(JSON.stringify(more.body.entry!.at(-1))).toContain('_count is not of $lastn');
    expect((await get(`/Observation/$lastn?patient=${region.patientId}&max=many`)).status).toBe(400);
  });

  test('tells what it did not understand, and refuses it when strictness is asked for', async () => {
    const lenient = await search('Observation', 'colour=blue&_count=1');
    expect(lenient.status).toBe(200);
    expect(JSON.stringify(lenient.body.entry!.at(-1))).toContain('colour');
    const unknown = await search('Observation', '_filter=colour%20eq%20blue&_count=1');
    expect(JSON.stringify(unknown.body.entry!.at(-1))).toContain('_filter');
    const include = await search('Observation', '_revinclude=Media:subject&_count=1');
    expect(JSON.stringify(include.body.entry!.at(-1))).toContain('Media:subject');
    const strict = await get(`/Observation?patient=${region.patientId}&colour=blue`, { ...region.gp, prefer: 'handling=strict' });
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
    ['with a sentence that ends too early', `/Observation?patient=PATIENT&_filter=code%20eq`, 400],
    ['with a bracket left open', `/Observation?patient=PATIENT&_filter=(code%20eq%20x`, 400],
    ['with a sentence of a value set', `/Observation?patient=PATIENT&_filter=code%20in%20x`, 400],
    ['with brackets without end', `/Observation?patient=PATIENT&_filter=${'('.repeat(500)}`, 400],
    ['with a maybe for what is missing', `/Observation?patient=PATIENT&code:missing=maybe`, 400],
    ['with what is in the records of people found by name', '/Patient?family=ESSAI&_has:Observation:patient:code=2823-3', 400],
    ['of people by a number inside a sentence', '/Patient?family=ESSAI&_filter=identifier%20eq%20x', 400],
    ['of people by the inside of a name alone', '/Practitioner?name:contains=fevre', 400],
    ['as the history of the directory', '/Organization/_history', 405],
    ['in a value set that is not held', '/Observation?patient=PATIENT&code:in=http://example.org/set', 400],
    ['outside of a value set that is not held', '/Observation?patient=PATIENT&code:not-in=http://example.org/set', 400],
    ['under a code of a hierarchy that is not held', '/Observation?patient=PATIENT&code:below=http://loinc.org|LP1-1', 400],
    ['above a code', '/Observation?patient=PATIENT&code:above=http://loinc.org|14749-6', 400],
    ['sorted by nothing known', `/Observation?patient=PATIENT&_sort=colour`, 400],
    ['in Turtle', `/Observation?patient=PATIENT&_format=ttl`, 406],
  ])('%s is refused with an OperationOutcome', async (_, path, status) => {
    const answer = await get(path.replace('PATIENT', region.patientId));
    expect([answer.status, answer.body.resourceType]).toEqual([status, 'OperationOutcome']);
  });

  test('of a patient whom nobody knows finds nothing, and is written in the trail', async () => {
    const before = await events();
    const answer = await get('/Observation?patient.identifier=urn:oid:1.2.250.1.213.1.4.10|299999999999999');
    expect([answer.status, answer.body.total, (await events()) - before]).toEqual([200, 0, 1]);
  });
});
