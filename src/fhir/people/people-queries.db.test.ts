import { beforeAll, describe, expect, test } from 'vitest';
import { PEOPLE } from '../../../test/support/people.ts';
import { LABORATORY, OTHER_LABORATORY } from '../../../test/support/reports.ts';
import { testServer } from '../../../test/support/server.ts';
import { registerLinks } from '../../access/index.ts';
import { registerSenders, registerStructures } from '../../directory/index.ts';
import { INS_OIDS, insKey, mergePatients, registerPatients } from '../../identity/index.ts';

/**
 * Patients by IHE: PDQm 3.2 (ITI-78 search, ITI-119 match) and PIXm 3.1 (ITI-83 numbers), whose cases bear the paragraph of the transaction.
 */
const server = testServer();
const SECRET = 'a-secret-of-the-tests-only';
const id = (n: number) => `0190c000-0000-7000-8000-00000000000${n}`;
const [ODETTE, COLETTE, MARCHANT, PAUL] = [id(1), id(2), id(3), id(4)];
const INS = `urn:oid:${INS_OIDS.test}`;
const ins = (first13: string) => ({ oid: INS_OIDS.test, value: `${first13}${insKey(first13)}` });
const [HERE, THERE] = ['1.2.250.1.999.1', 'https://hopital.example/ipp'];
const names = { birthFamily: 'ESSAI-MARCHAND', birthGivens: 'ODETTE MARIE', firstBirthGiven: 'ODETTE', usedFamily: 'MARCHAND' };
const odette = { ...names, sex: 'F' as const, birthDate: '1955-06-14', birthPlace: { cog: '99042', label: 'VILLE-TEST' } };
let gp: Record<string, string> = {};
let lab: Record<string, string> = {};

interface Resource {
  id: string;
  active?: boolean;
  identifier?: { system: string; value: string }[];
  [key: string]: unknown;
}
interface Answer {
  resourceType: string;
  total?: number;
  entry?: { resource: Resource; search: { score?: number; extension?: { valueCode: string }[] } }[];
  parameter?: { name: string; valueIdentifier?: { system: string; value: string }; valueReference?: { reference: string } }[];
  issue?: { severity: string; code: string; details: { text: string } }[];
}

beforeAll(async () => {
  const { db } = server.database;
  const now = new Date();
  await registerPatients(
    db,
    [
      { patientId: ODETTE, traits: odette, status: 'qualified', ins: ins('2550699042042') },
      { patientId: COLETTE, traits: { ...odette, birthGivens: 'COLETTE', firstBirthGiven: 'COLETTE' }, status: 'validated' },
      { patientId: MARCHANT, traits: { ...odette, birthFamily: 'ESSAI-MARCHANT' }, status: 'retrieved', ins: ins('2550699042777') },
      {
        patientId: PAUL,
        traits: { ...odette, birthFamily: 'FICTIF', birthGivens: 'PAUL', firstBirthGiven: 'PAUL', sex: 'M' },
        status: 'validated',
      },
    ],
    now,
  );
  const links: [string, string, string, string][] = [
    [LABORATORY.finess, HERE, 'A1', ODETTE],
    [OTHER_LABORATORY.finess, THERE, 'H1', ODETTE],
    [LABORATORY.finess, HERE, 'A3', MARCHANT],
    [OTHER_LABORATORY.finess, THERE, 'H4', PAUL],
    [LABORATORY.finess, HERE, 'TWICE', ODETTE],
    [OTHER_LABORATORY.finess, HERE, 'TWICE', PAUL],
  ];
  for (const link of links)
    await db.query(
      'test-link',
      `insert into identity.source_identity (sender_finess, domain, local_id, patient_id, fingerprint, state, linked_by, linked_at)
       values ($1, $2, $3, $4, '', 'linked', 'staff:1', now())`,
      link,
    );
  await registerStructures(
    db,
    [LABORATORY, OTHER_LABORATORY].map((one) => ({ ...one, kind: 'laboratory' as const })),
  );
  const system = { name: 'SIL', formats: ['fhir'], state: 'production' as const, secret: SECRET, connectedSince: now };
  await registerSenders(db, [{ ...system, clientId: 'lis-here', structures: [LABORATORY.finess] }], 'demo');
  const since = new Date(now.getTime() - 1_000);
  const own = [ODETTE, MARCHANT].map((patientId) => ({
    patientId,
    holder: { person: PEOPLE.gp.id },
    kind: 'treating-doctor' as const,
    since,
  }));
  await registerLinks(db, own, 'test');
  gp = await server.as(PEOPLE.gp);
  lab = { authorization: `Bearer ${await server.tokenOf('lis-here', SECRET)}` };
});

async function get(path: string, headers = gp) {
  const answer = await server.app.inject({ method: 'GET', url: `/fhir/${path}`, headers });
  return { status: answer.statusCode, body: answer.json<Answer>() };
}
async function match(body: object, headers = gp) {
  const answer = await server.app.inject({
    method: 'POST',
    url: '/fhir/Patient/$match',
    headers: { ...headers, 'content-type': 'application/fhir+json' },
    payload: JSON.stringify(body),
  });
  return { status: answer.statusCode, body: answer.json<Answer>() };
}
const found = async (query: string, headers = gp) =>
  ((await get(`Patient?${query}`, headers)).body.entry ?? []).map(({ resource }) => resource.id);
const events = async () => (await server.database.db.query<{ n: number }>('n', 'select count(*) as n from access.audit_event'))[0]!.n;

describe('ITI-78, a search by demographics', () => {
  test('by the INS, by a number of a domain, by names and birth date, accents and case apart', async () => {
    expect(await found(`identifier=${INS}|${ins('2550699042042').value}`)).toEqual([ODETTE]);
    expect(await found(`identifier=urn:oid:${HERE}|A3`)).toEqual([MARCHANT]);
    expect(await found(`identifier=${THERE}|H1`)).toEqual([ODETTE]);
    expect(await found('family=éssai-marchand&given=Odet&birthdate=1955-06-14')).toEqual([ODETTE]);
    expect(await found('family=essai&birthdate=1955-06-14')).toEqual([ODETTE, COLETTE, MARCHANT]);
    expect(await found('family=essai&birthdate=1955-06-14&gender=male')).toEqual([]);
  });
  test('`:exact` is to the letter', async () => {
    expect(await found('family:exact=ESSAI-MARCHAND&birthdate=1955-06-14')).toEqual([ODETTE, COLETTE]);
    expect(await found('family:exact=essai-marchand&birthdate=1955-06-14')).toEqual([]);
  });
  test('a domain alone asks for its numbers, told of whom one follows', async () => {
    const asked = `family=essai&birthdate=1955-06-14&identifier=urn:oid:${HERE}|`;
    const { body } = await get(`Patient?${asked}`);
    const numbers = body.entry!.map(({ resource }) => resource.identifier!.filter(({ system }) => system === `urn:oid:${HERE}`));
    expect(numbers.map((own) => own.map(({ value }) => value))).toEqual([['A1', 'TWICE'], [], ['A3']]);
    const nurse = await get(`Patient?${asked}`, await server.as(PEOPLE.nurse));
    expect(JSON.stringify(nurse.body.entry!.map(({ resource }) => resource))).not.toContain(HERE);
  });
  test('nobody is an empty list, a name alone is nobody one does not follow, and too little is refused', async () => {
    expect((await get('Patient?family=nobody&birthdate=1955-06-14')).body).toMatchObject({ type: 'searchset', total: 0 });
    expect(await found('family=fictif')).toEqual([]);
    expect((await get('Patient?gender=female')).status).toBe(400);
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

  test('best first, each with its score from 0 to 1 and its grade; the Patient alone or in Parameters', async () => {
    const answer = await match(parameters(described));
    expect(graded(answer)[0]).toEqual([ODETTE, 'certain']);
    const scores = answer.body.entry!.map(({ search }) => search.score!);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    expect(scores.every((score) => score >= 0 && score <= 1)).toBe(true);
    expect(graded(await match(described))).toEqual(graded(answer));
    expect((await match(parameters(described, [{ name: 'count', valueInteger: 1 }]))).body.entry).toHaveLength(1);
  });
  test('only certain matches are an INS with its traits, never traits alone', async () => {
    expect(graded(await match(parameters(described, only)))).toEqual([[ODETTE, 'certain']]);
    const { identifier: _ins, ...unnumbered } = described;
    expect((await match(parameters(unnumbered, only))).body).toMatchObject({ type: 'searchset', total: 0 });
    expect(graded(await match(unnumbered)).map(([, grade]) => grade)).not.toContain('certain');
  });
  test('someone one does not follow is told without INS nor birthplace', async () => {
    const { body } = await match(described, await server.as(PEOPLE.nurse));
    const [first] = body.entry!;
    expect(first!.resource.identifier!.map(({ system }) => system)).toEqual(['urn:ietf:rfc:3986']);
    expect(JSON.stringify(first!.resource)).not.toContain('99042');
  });
  test('a laboratory’s system is told of its own patients alone, with its own numbers', async () => {
    const { body } = await match(described, lab);
    expect(body.entry!.map(({ resource }) => resource.id)).toEqual([ODETTE, MARCHANT]);
    expect(body.entry![0]!.resource.identifier!.map(({ value }) => value)).toContain('A1');
    expect(JSON.stringify(body)).not.toContain('H1');
  });
  test('too little said finds nobody; a body that describes nobody is refused', async () => {
    expect((await match({ resourceType: 'Patient', birthDate: '1955-06-14' })).body.total).toBe(0);
    expect((await match({ resourceType: 'Observation' })).status).toBe(400);
    expect((await match({ resourceType: 'Parameters', parameter: [{ name: 'resource' }] })).status).toBe(400);
  });
});

describe('ITI-83, the numbers of a person', () => {
  const pix = (query: string, headers = gp) => get(`Patient/$ihe-pix?${query}`, headers);
  const numbers = ({ body }: { body: Answer }) =>
    (body.parameter ?? []).flatMap(({ valueIdentifier: one }) => (one ? [`${one.system}|${one.value}`] : []));
  const refused = ({ status, body }: { status: number; body: Answer }) => [status, body.issue![0]!.code, body.issue![0]!.details.text];

  test('§3.83.4.2: the other numbers, and the record; the INS only of a qualified identity', async () => {
    const answer = await pix(`sourceIdentifier=urn:oid:${HERE}|A1`);
    expect(numbers(answer)).toEqual([`${INS}|${ins('2550699042042').value}`, `urn:oid:${HERE}|TWICE`, `${THERE}|H1`]);
    expect(answer.body.parameter).toContainEqual({ name: 'targetId', valueReference: { reference: `Patient/${ODETTE}` } });
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
  test('§3.83.4.2.2.2: a number of nobody, or of two people, is 404', async () => {
    const notFound = [404, 'not-found', 'sourceIdentifier Patient Identifier not found'];
    expect(refused(await pix(`sourceIdentifier=urn:oid:${HERE}|ZZ`))).toEqual(notFound);
    expect(refused(await pix(`sourceIdentifier=urn:oid:${HERE}|TWICE`))).toEqual(notFound);
  });
  test('§3.83.4.2.2.3: a domain that nobody knows is 400', async () => {
    expect(refused(await pix('sourceIdentifier=urn:oid:1.2.3|A1'))).toEqual([
      400,
      'code-invalid',
      'sourceIdentifier Assigning Authority not found',
    ]);
  });
  test('§3.83.4.2.2.4: a target domain that nobody knows is 403', async () => {
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
    expect(numbers(await pix(`sourceIdentifier=urn:oid:${HERE}|A1`, lab))).toEqual([
      `${INS}|${ins('2550699042042').value}`,
      `urn:oid:${HERE}|TWICE`,
    ]);
    expect((await pix(`sourceIdentifier=${THERE}|H1`, lab)).status, 'the domain of another').toBe(400);
    expect((await pix(`sourceIdentifier=${INS}|${ins('2550699042777').value}`, lab)).status, 'its own patient, the INS not qualified').toBe(
      404,
    );
  });
  test('asked in a batch is answered there', async () => {
    const request = { method: 'GET', url: `Patient/$ihe-pix?sourceIdentifier=urn:oid:${HERE}|A1&targetSystem=${THERE}` };
    const answer = await server.app.inject({
      method: 'POST',
      url: '/fhir',
      headers: { ...gp, 'content-type': 'application/fhir+json' },
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

test('a record that was merged is found as replaced, and its numbers lead to the one that is read', async () => {
  const request = { patientId: MARCHANT, into: ODETTE, who: { id: 'staff:1', name: 'Max' }, reason: 'one person', now: new Date() };
  await server.database.db.transaction((tx) => mergePatients(tx, request));
  const { body } = await get(`Patient/${MARCHANT}`);
  expect(body).toMatchObject({ id: MARCHANT, active: false, link: [{ other: { reference: `Patient/${ODETTE}` }, type: 'replaced-by' }] });
  const answer = await get(`Patient/$ihe-pix?sourceIdentifier=urn:oid:${HERE}|A3`);
  expect(answer.body.parameter).toContainEqual({ name: 'targetId', valueReference: { reference: `Patient/${ODETTE}` } });
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
