import { describe, expect, test } from 'vitest';
import { PEOPLE } from '../../../test/support/people.ts';
import { LABORATORY } from '../../../test/support/reports.ts';
import { mergePatients } from '../../identity/index.ts';
import {
  type Answer,
  COLETTE,
  HERE,
  INS,
  ins,
  link,
  MARCHANT,
  ODETTE,
  odette,
  PAUL,
  reader,
  server,
  THERE,
} from '../../../test/support/people-of-numbers.ts';

/**
 * Patients by IHE: the numbered cases of PDQm 3.2 (ITI-78 six, ITI-119 ten) and of PIXm 3.1 (ITI-83 five), each a test that bears its number, and what
 * the region adds to them.
 */
async function get(path: string, headers = reader.gp) {
  const answer = await server.app.inject({ method: 'GET', url: `/fhir/${path}`, headers });
  return { status: answer.statusCode, body: answer.json<Answer>() };
}
async function match(body: object, headers = reader.gp) {
  const answer = await server.app.inject({
    method: 'POST',
    url: '/fhir/Patient/$match',
    headers: { ...headers, 'content-type': 'application/fhir+json' },
    payload: JSON.stringify(body),
  });
  return { status: answer.statusCode, body: answer.json<Answer>() };
}
const found = async (query: string, headers = reader.gp) =>
  ((await get(`Patient?${query}`, headers)).body.entry ?? []).map(({ resource }) => resource.id);
const events = async () => (await server.database.db.query<{ n: number }>('n', 'select count(*) as n from access.audit_event'))[0]!.n;

describe('ITI-78, a search by demographics', () => {
  test('case 1: by the INS, by a number of a domain or of any, by names and birth date, accents and case apart', async () => {
    expect(await found(`identifier=${INS}|${ins('2550699042042').value}`)).toEqual([ODETTE]);
    expect(await found(`identifier=urn:oid:${HERE}|A3`)).toEqual([MARCHANT]);
    expect(await found(`identifier=${THERE}|H1`)).toEqual([ODETTE]);
    expect(await found('identifier=H1')).toEqual([ODETTE]);
    expect(await found('family=éssai-marchand&given=Odet&birthdate=1955-06-14')).toEqual([ODETTE]);
    expect(await found('family=essai&birthdate=1955-06-14')).toEqual([ODETTE, COLETTE, MARCHANT]);
    expect(await found('family=essai&birthdate=1955-06-14&gender=male')).toEqual([]);
  });
  test('case 1: all that is said counts, and any of what is listed; a range narrows the patients one follows', async () => {
    expect(await found(`identifier=urn:oid:${HERE}|A1&identifier=${THERE}|H1`)).toEqual([ODETTE]);
    expect(await found(`identifier=urn:oid:${HERE}|A1&identifier=${THERE}|H4`)).toEqual([]);
    expect(await found(`identifier=urn:oid:${HERE}|A1,${THERE}|H4`)).toEqual([ODETTE, PAUL]);
    expect(await found('family=essai-marchant,fictif&birthdate=1955-06-14')).toEqual([MARCHANT, PAUL]);
    expect(await found('family=essai&gender=female&birthdate=ge1955-06-01&birthdate=lt1955-07-01')).toEqual([ODETTE, MARCHANT]);
    expect(await found('family=essai&birthdate=gt1955-06-14')).toEqual([]);
  });
  test('`:exact` is to the letter', async () => {
    expect(await found('family:exact=ESSAI-MARCHAND&birthdate=1955-06-14')).toEqual([ODETTE, COLETTE]);
    expect(await found('family:exact=essai-marchand&birthdate=1955-06-14')).toEqual([]);
  });
  test('case 2: domains asked for: their numbers and no others, told of whom one follows', async () => {
    const asked = `family=essai&birthdate=1955-06-14&identifier=urn:oid:${HERE}|`;
    const numbersIn = ({ body }: { body: Answer }) =>
      body.entry!.map(({ resource }) => (resource.identifier ?? []).map(({ system, value }) => [system, value]));
    const of = (...values: string[]) => values.map((value) => [`urn:oid:${HERE}`, value]);
    expect(numbersIn(await get(`Patient?${asked}`))).toEqual([of('A1', 'TWICE'), [], of('A3')]);
    expect(numbersIn(await get(`Patient?${asked},${INS}|`))[0]).toEqual([[INS, ins('2550699042042').value], ...of('A1', 'TWICE')]);
    expect(numbersIn(await get(`Patient?${asked}`, await server.as(PEOPLE.nurse))).flat()).toEqual([]);
  });
  test('case 3: nobody is an empty list, a name alone is nobody one does not follow, and too little is refused', async () => {
    expect((await get('Patient?family=nobody&birthdate=1955-06-14')).body).toMatchObject({ type: 'searchset', total: 0 });
    expect(await found('family=fictif')).toEqual([]);
    expect((await get('Patient?gender=female')).status).toBe(400);
  });
  test('case 4: of a domain that nobody knows, what is found and a warning; 404 when strictness is asked for', async () => {
    const asked = 'Patient?family=essai&birthdate=1955-06-14&identifier=urn:oid:1.2.3|';
    const { status, body } = await get(asked);
    const outcome = body.entry!.at(-1)! as unknown as { resource: Answer; search: { mode: string } };
    expect([status, body.entry!.length, outcome.search.mode]).toEqual([200, 4, 'outcome']);
    const warning = { severity: 'warning', code: 'not-found', diagnostics: 'targetSystem not found' };
    expect(outcome.resource.issue).toMatchObject([warning]);
    const strict = await get(asked, { ...reader.gp, prefer: 'handling=strict' });
    expect([strict.status, strict.body.issue]).toMatchObject([404, [{ code: 'not-found', diagnostics: 'targetSystem not found' }]]);
  });
  test('case 5: in a form that is not spoken here: 406', async () => {
    const { status, body } = await get('Patient?family=essai&birthdate=1955-06-14&_format=ttl');
    expect([status, body.issue]).toMatchObject([406, [{ severity: 'error', code: 'not-supported' }]]);
  });
  test('a record that is open is read; one that is not there is answered as one that is not open, so that nobody learns who is known here', async () => {
    expect((await get(`Patient/${ODETTE}`)).body).toMatchObject({ resourceType: 'Patient', id: ODETTE, active: true });
    const { status, body } = await get(`Patient/${ODETTE.replace(/1$/, '9')}`);
    expect([status, body.issue]).toMatchObject([403, [{ severity: 'error' }]]);
  });
  test('what is not kept here (address, telephone, mother’s name) is told, not silently left out', async () => {
    for (const name of ['address-city', 'telecom', 'mothersMaidenName'])
      expect(JSON.stringify((await get(`Patient?family=essai&birthdate=1955-06-14&${name}=x`)).body)).toContain(
        `the parameter ${name} is not`,
      );
  });
});

describe('ITI-119, a match', () => {
  const described = {
    resourceType: 'Patient',
    identifier: [{ system: INS, value: ins('2550699042042').value }],
    name: [{ use: 'official', family: 'ESSAI-MARCHAND', given: ['ODETTE'] }],
    gender: 'female',
    birthDate: '1955-06-14',
    extension: [
      {
        url: 'http://hl7.org/fhir/StructureDefinition/patient-birthPlace',
        valueAddress: {
          extension: [
            {
              url: 'https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address-insee-code',
              valueCoding: { system: 'https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM', code: '99042' },
            },
          ],
        },
      },
    ],
  };
  const parameters = (resource: object, more: object[] = []) => ({
    resourceType: 'Parameters',
    parameter: [{ name: 'resource', resource }, ...more],
  });
  const only = [{ name: 'onlyCertainMatches', valueBoolean: true }];
  const graded = ({ body }: { body: Answer }) =>
    (body.entry ?? []).map(({ resource, search }) => [resource.id, search.extension![0]!.valueCode]);

  test('of a name of no stated use is of that name', async () => {
    const [{ family, given }] = described.name as [(typeof described.name)[0]];
    const { identifier: _number, ...traits } = described;
    for (const name of [
      { family, given },
      { use: 'usual', family, given },
    ])
      expect((await match({ ...traits, name: [name] })).body.entry?.map(({ resource }) => resource.id)).toContain(ODETTE);
  });

  const { identifier: _ins, ...unnumbered } = described;
  const marchant = { ...unnumbered, name: [{ use: 'official', family: 'ESSAI-MARCHANT', given: ['ODETTE'] }] };
  const nobody = { ...unnumbered, name: [{ use: 'official', family: 'INCONNU', given: ['X'] }], birthDate: '1901-01-01', extension: [] };

  test('case 1: one person, with a score from 0 to 1 and a grade; the Patient alone is the same as in Parameters', async () => {
    const only = { ...unnumbered, name: [{ use: 'official', family: 'FICTIF', given: ['PAUL'] }], gender: 'male' };
    const answer = await match(parameters(only));
    expect(graded(answer)).toEqual([[PAUL, 'probable']]);
    expect(answer.body.entry![0]!.search.score).toSatisfy((score: number) => score > 0 && score <= 1);
    expect(graded(await match(only))).toEqual(graded(answer));
  });
  test('case 2: several people, the likeliest first', async () => {
    const answer = await match(parameters(described));
    expect(graded(answer)[0]).toEqual([ODETTE, 'certain']);
    expect(graded(answer).length).toBeGreaterThan(1);
    const scores = answer.body.entry!.map(({ search }) => search.score!);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    expect(scores.every((score) => score >= 0 && score <= 1)).toBe(true);
    expect(answer.body.entry!.every(({ search }) => search.extension![0]!.valueCode !== undefined)).toBe(true);
  });
  test('case 3: only certain matches, and there is one: an INS with its traits', async () => {
    expect(graded(await match(parameters(described, only)))).toEqual([[ODETTE, 'certain']]);
  });
  test('case 4: only certain matches, and the one person found is not certain: nobody', async () => {
    const paul = { ...unnumbered, name: [{ use: 'official', family: 'FICTIF', given: ['PAUL'] }], gender: 'male' };
    const { status, body } = await match(parameters(paul, only));
    expect([status, body]).toEqual([200, expect.objectContaining({ type: 'searchset', total: 0 })]);
    expect(body.entry).toBeUndefined();
  });
  test('case 5: only certain matches, and it could be several people: nobody; traits alone are never certain', async () => {
    expect(graded(await match(unnumbered)).length).toBeGreaterThan(1);
    expect(graded(await match(unnumbered)).map(([, grade]) => grade)).not.toContain('certain');
    expect((await match(parameters(unnumbered, only))).body).toMatchObject({ type: 'searchset', total: 0 });
  });
  test('case 6: no more than were asked for, the likeliest', async () => {
    const { body } = await match(parameters(described, [{ name: 'count', valueInteger: 1 }]));
    expect(graded({ body })).toEqual([[ODETTE, 'certain']]);
  });
  test('case 7: nobody is an empty list, also when too little is said', async () => {
    for (const who of [nobody, { resourceType: 'Patient', birthDate: '1955-06-14' }]) {
      const { status, body } = await match(parameters(who));
      expect([status, body.total, body.entry]).toEqual([200, 0, undefined]);
    }
  });
  test('case 9: what cannot be done is told in an OperationOutcome', async () => {
    for (const wrong of [{ resourceType: 'Observation' }, { resourceType: 'Parameters', parameter: [{ name: 'resource' }] }]) {
      const { status, body } = await match(wrong);
      expect([status, body.resourceType, body.issue![0]!.severity]).toEqual([400, 'OperationOutcome', 'error']);
    }
    expect((await match(parameters(described, [{ name: 'count', valueInteger: 0 }]))).status).toBe(400);
  });
  test('case 10: who is found is told with a warning about what was not looked at', async () => {
    const { status, body } = await match(parameters(marchant, [{ name: 'fuzzy', valueBoolean: true }]));
    expect([status, graded({ body: { ...body, entry: body.entry!.slice(0, 1) } })[0]![0]]).toEqual([200, MARCHANT]);
    const outcome = body.entry!.at(-1) as unknown as { resource: Answer; search: { mode: string } };
    expect([outcome.search.mode, outcome.resource.issue![0]!.severity]).toEqual(['outcome', 'warning']);
    expect(JSON.stringify(outcome)).toContain('fuzzy');
  });
  test('someone one does not follow is told without INS nor birthplace', async () => {
    const { body } = await match(described, await server.as(PEOPLE.nurse));
    const [first] = body.entry!;
    expect(first!.resource.identifier!.map(({ system }) => system)).toEqual(['urn:ietf:rfc:3986']);
    expect(JSON.stringify(first!.resource)).not.toContain('99042');
  });
  test('a laboratory’s system is told of its own patients alone, with its own numbers', async () => {
    const { body } = await match(described, reader.lab);
    expect(body.entry!.map(({ resource }) => resource.id)).toEqual([ODETTE, MARCHANT]);
    expect(body.entry![0]!.resource.identifier!.map(({ value }) => value)).toContain('A1');
    expect(JSON.stringify(body)).not.toContain('H1');
  });
});

describe('ITI-83, the numbers of a person', () => {
  const pix = (query: string, headers = reader.gp) => get(`Patient/$ihe-pix?${query}`, headers);
  const numbers = ({ body }: { body: Answer }) =>
    (body.parameter ?? []).flatMap(({ valueIdentifier: one }) => (one ? [`${one.system}|${one.value}`] : []));
  const refused = ({ status, body }: { status: number; body: Answer }) => [status, body.issue![0]!.code, body.issue![0]!.diagnostics];

  test('case 1 (§3.83.4.2.2.1): the other numbers, and the record; the INS only of a qualified identity', async () => {
    const answer = await pix(`sourceIdentifier=urn:oid:${HERE}|A1`);
    expect(numbers(answer)).toEqual([`${INS}|${ins('2550699042042').value}`, `urn:oid:${HERE}|TWICE`, `${THERE}|H1`]);
    expect(answer.body.parameter).toContainEqual({ name: 'targetId', valueReference: { reference: `Patient/${ODETTE}` } });
    const byId = await pix(`sourceIdentifier=${encodeURIComponent(`${server.url}/fhir|Patient/${ODETTE}`)}`);
    expect(numbers(byId)).toEqual(expect.arrayContaining([`${THERE}|H1`]));
    expect(numbers(await pix(`sourceIdentifier=urn:oid:${HERE}|A3`)), 'retrieved, not qualified').toEqual([]);
  });
  test('§3.83.4.1.2.2: in one domain or several', async () => {
    const source = `sourceIdentifier=urn:oid:${HERE}|A1`;
    expect(numbers(await pix(`${source}&targetSystem=${THERE}`))).toEqual([`${THERE}|H1`]);
    expect(numbers(await pix(`${source}&targetSystem=${THERE}&targetSystem=${INS}`))).toHaveLength(2);
    expect(numbers(await pix(`sourceIdentifier=${THERE}|H1&targetSystem=urn:oid:${HERE}`))).toEqual([
      `urn:oid:${HERE}|A1`,
      `urn:oid:${HERE}|TWICE`,
    ]);
  });
  test('case 2 (§3.83.4.2.2.2): a number of nobody, or of two people, is 404', async () => {
    const notFound = [404, 'not-found', 'sourceIdentifier Patient Identifier not found'];
    expect(refused(await pix(`sourceIdentifier=urn:oid:${HERE}|ZZ`))).toEqual(notFound);
    expect(refused(await pix(`sourceIdentifier=urn:oid:${HERE}|TWICE`))).toEqual(notFound);
  });
  test('case 3 (§3.83.4.2.2.3): a domain that nobody knows is 400', async () => {
    expect(refused(await pix('sourceIdentifier=urn:oid:1.2.3|A1'))).toEqual([
      400,
      'code-invalid',
      'sourceIdentifier Assigning Authority not found',
    ]);
  });
  test('case 4 (§3.83.4.2.2.4): a target domain that nobody knows is 403', async () => {
    expect(refused(await pix(`sourceIdentifier=urn:oid:${HERE}|A1&targetSystem=urn:oid:1.2.3`))).toEqual([
      403,
      'code-invalid',
      'targetSystem not found',
    ]);
  });
  test('§3.83.4.1.2.1: exactly one source, with its domain', async () => {
    for (const query of ['', 'sourceIdentifier=A1', `sourceIdentifier=urn:oid:${HERE}|`, 'sourceIdentifier=a|1&sourceIdentifier=a|2'])
      expect((await pix(query)).status).toBe(400);
  });
  test('of someone one does not follow, the record alone: numbers tell where one is treated', async () => {
    const answer = await pix(`sourceIdentifier=${THERE}|H4`);
    expect(answer.body.parameter).toEqual([{ name: 'targetId', valueReference: { reference: `Patient/${PAUL}` } }]);
  });
  test('a laboratory’s system asks by its own numbers, and is told no other structure’s', async () => {
    expect(numbers(await pix(`sourceIdentifier=urn:oid:${HERE}|A1`, reader.lab))).toEqual([
      `${INS}|${ins('2550699042042').value}`,
      `urn:oid:${HERE}|TWICE`,
    ]);
    expect((await pix(`sourceIdentifier=${THERE}|H1`, reader.lab)).status, 'the domain of another').toBe(400);
    expect(
      (await pix(`sourceIdentifier=${INS}|${ins('2550699042777').value}`, reader.lab)).status,
      'its own patient, the INS not qualified',
    ).toBe(404);
  });
  test('asked in a batch is answered there', async () => {
    const request = { method: 'GET', url: `Patient/$ihe-pix?sourceIdentifier=urn:oid:${HERE}|A1&targetSystem=${THERE}` };
    const answer = await server.app.inject({
      method: 'POST',
      url: '/fhir',
      headers: { ...reader.gp, 'content-type': 'application/fhir+json' },
      payload: JSON.stringify({ resourceType: 'Bundle', type: 'batch', entry: [{ request }] }),
    });
    const [entry] = answer.json<{ entry: { resource: Answer; response: { status: string } }[] }>().entry;
    expect(entry!.response.status).toBe('200 OK');
    expect(numbers({ body: entry!.resource })).toEqual([`${THERE}|H1`]);
  });
  test('each question is written once, also one that finds nobody; an operator asks none', async () => {
    for (const query of [
      `sourceIdentifier=urn:oid:${HERE}|A1`,
      `sourceIdentifier=urn:oid:${HERE}|ZZ`,
      'sourceIdentifier=urn:oid:1.2.3|A1',
    ]) {
      const before = await events();
      await pix(query);
      expect([query, (await events()) - before]).toEqual([query, 1]);
    }
    expect((await pix(`sourceIdentifier=urn:oid:${HERE}|A1`, await server.as(PEOPLE.operator))).status).toBe(403);
  });
});

describe('ITI-104, what a sender says of its own patients', () => {
  const send = async (method: 'PUT' | 'DELETE', path: string, body?: object) => {
    const headers = { ...reader.lab, ...(body && { 'content-type': 'application/fhir+json' }) };
    const answer = await server.app.inject({ method, url: `/fhir/${path}`, headers, ...(body && { payload: JSON.stringify(body) }) });
    return { status: answer.statusCode, body: (answer.body === '' ? {} : answer.json<Answer>()) as Answer & { id: string } };
  };
  const at = (value: string) => `Patient?identifier=urn:oid:${HERE}|${value}`;
  const said = (value: string, more = {}) => ({
    resourceType: 'Patient',
    identifier: [{ system: `urn:oid:${HERE}`, value }],
    name: [{ use: 'official', family: 'FICTIF', given: ['PAUL'] }],
    gender: 'male',
    birthDate: '1955-06-14',
    ...more,
  });
  const pix = (value: string) => get(`Patient/$ihe-pix?sourceIdentifier=urn:oid:${HERE}|${value}`);

  test('added, revised, removed: a number that was removed names nobody, and what was said of it stays in its history', async () => {
    await link(LABORATORY.finess, HERE, 'A5', PAUL);
    const added = await send('PUT', at('A5'), said('A5'));
    const revised = await send('PUT', at('A5'), said('A5', { telecom: [{ system: 'phone', value: '0000000000' }] }));
    expect([added.status, revised.status, (await pix('A5')).status]).toEqual([201, 200, 200]);
    expect([(await send('DELETE', at('A5'))).status, (await send('DELETE', at('A5'))).status]).toEqual([204, 204]);
    expect(await found(`identifier=urn:oid:${HERE}|A5`, reader.lab)).toEqual([]);
    expect([(await pix('A5')).status, (await get(`Patient/${added.body.id}`, reader.lab)).status]).toEqual([404, 410]);
    const { body } = await get(`Patient/${added.body.id}/_history`, reader.lab);
    expect([body.total, (body.entry![0] as unknown as { request: object }).request]).toEqual([
      3,
      expect.objectContaining({ method: 'DELETE' }),
    ]);
    expect([(await send('PUT', at('A5'), said('A5'))).status, (await get(`Patient/${added.body.id}`, reader.lab)).status]).toEqual([
      201, 200,
    ]);
    expect((await send('DELETE', at('A5').replace(/\|.*/, ''))).status, 'a condition that names nobody').toBe(412);
  });
  test('two of its own joined, that lead to two records: told to the identity cell, and nothing is merged', async () => {
    await link(LABORATORY.finess, HERE, 'B1', COLETTE);
    await link(LABORATORY.finess, HERE, 'B2', PAUL);
    const other = { identifier: { system: `urn:oid:${HERE}`, value: 'B2' } };
    const joined = await send('PUT', at('B1'), said('B1', { active: false, link: [{ type: 'replaced-by', other }] }));
    expect(joined.status).toBe(201);
    const told = await server.database.db.query('', 'select patient_id as one, other_id as other from identity.duplicate');
    expect(told).toEqual([{ one: COLETTE, other: PAUL }]);
  });
});

test('ITI-78 case 6, ITI-119 case 8, ITI-83 case 5: a record that was merged is read as replaced, and found as the one that replaces it', async () => {
  const request = { patientId: MARCHANT, into: ODETTE, who: { id: 'staff:1', name: 'Max' }, reason: 'one person', now: new Date() };
  await server.database.db.transaction((tx) => mergePatients(tx, request));
  const { body } = await get(`Patient/${MARCHANT}`);
  expect(body).toMatchObject({ id: MARCHANT, active: false, link: [{ other: { reference: `Patient/${ODETTE}` }, type: 'replaced-by' }] });
  const answer = await get(`Patient/$ihe-pix?sourceIdentifier=urn:oid:${HERE}|A3`);
  expect(answer.body.parameter).toContainEqual({ name: 'targetId', valueReference: { reference: `Patient/${ODETTE}` } });
  const described = {
    resourceType: 'Patient',
    name: [{ use: 'official', family: 'ESSAI-MARCHANT', given: ['ODETTE'] }],
    birthDate: '1955-06-14',
  };
  expect((await match(described)).body.entry!.map(({ resource }) => resource.id)).not.toContain(MARCHANT);
  expect(await found('family=essai-marchant&birthdate=1955-06-14'), 'the one that is read, known under both names').toEqual([ODETTE]);
});

test('a name known before is told as old of whom one follows, in a search, a match and a read; of nobody else', async () => {
  const traits = { ...odette, birthFamily: 'DEMO-LEROY' };
  const changed = await server.app.inject({
    method: 'POST',
    url: `/api/identities/${ODETTE}/changes`,
    headers: await server.as(PEOPLE['identity-cell']),
    payload: { kind: 'correct-traits', traits, reason: 'papers seen' },
  });
  expect(changed.statusCode).toBe(200);
  const old = { use: 'old', family: 'ESSAI-MARCHAND', given: ['ODETTE'] };
  const asked = 'Patient?family=essai-marchand&birthdate=1955-06-14';
  const described = {
    resourceType: 'Patient',
    name: [{ use: 'official', family: 'DEMO-LEROY', given: ['ODETTE'] }],
    gender: 'female',
    birthDate: '1955-06-14',
  };
  const namesOf = (body: Answer) => body.entry?.find(({ resource }) => resource.id === ODETTE)?.resource['name'];
  expect(namesOf((await get(asked)).body)).toContainEqual(old);
  expect(namesOf((await match(described)).body)).toContainEqual(old);
  expect((await get(`Patient/${ODETTE}`)).body).toMatchObject({ name: expect.arrayContaining([old]) });
  const nurse = await server.as(PEOPLE.nurse);
  expect(namesOf((await match(described, nurse)).body)).toHaveLength(2);
  expect(JSON.stringify(await match(described, nurse))).not.toContain('"old"');
  expect(namesOf((await get(asked, nurse)).body)).toBeUndefined();
});
