import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { PEOPLE } from '../../../test/support/people.ts';
import { testServer } from '../../../test/support/server.ts';
import { registerPractitioners, registerStructures } from '../../directory/index.ts';

/** The directory by FHIR: Practitioner, PractitionerRole and Organization in the shape of the national one (Annuaire Santé, public data). */
const server = testServer();
const [HOSPITAL, PRACTICE] = ['990200301', '990100001'];
const [ANNE, KARIM, ROSE] = ['899700000011', '899700000022', '899700000033'];
let gp: Record<string, string> = {};

interface Answer {
  resourceType: string;
  total?: number;
  entry?: { resource: Record<string, unknown> & { id: string; resourceType: string }; search: { mode: string } }[];
  issue?: { details: { text: string } }[];
}

beforeAll(async () => {
  const { db } = server.database;
  await registerStructures(db, [
    { finess: HOSPITAL, name: 'CH de Fictiville', kind: 'hospital', place: 'Fictiville' },
    { finess: PRACTICE, name: 'Cabinet des Essais', kind: 'practice', place: 'Grandval' },
  ]);
  const doctor = { title: 'DR', profession: 'G15_10', professionLabel: 'Médecin' };
  const cardiology = { speciality: 'SM04', specialityLabel: 'Cardiologie et maladies vasculaires' };
  await registerPractitioners(db, [
    {
      ...doctor,
      rpps: ANNE,
      family: 'LEFÈVRE-DEMO',
      given: 'Anne',
      structures: [PRACTICE],
      mailboxes: ['anne.lefevre@demo.mssante.example'],
    },
    { ...doctor, ...cardiology, rpps: KARIM, family: 'BENALI-DEMO', given: 'Karim', structures: [HOSPITAL, PRACTICE], mailboxes: [] },
    { rpps: ROSE, family: 'MARTIN-DEMO', given: 'Rose', profession: 'G15_60', structures: [HOSPITAL], mailboxes: [] },
  ]);
  gp = await server.as(PEOPLE.gp);
});

async function get(path: string, headers = gp) {
  const answer = await server.app.inject({ method: 'GET', url: `/fhir/${encodeURI(path)}`, headers });
  return { status: answer.statusCode, body: answer.json<Answer>() };
}
const found = async (path: string) =>
  ((await get(path)).body.entry ?? []).filter(({ search }) => search.mode === 'match').map(({ resource }) => resource.id);
const included = async (path: string) => (await get(path)).body.entry!.map(({ resource }) => `${resource.resourceType}/${resource.id}`);

describe('Practitioner', () => {
  test.each<[string, string, string[]]>([
    ['by RPPS', 'identifier=https://rpps.esante.gouv.fr|99700000011', [ANNE]],
    ['by national identifier', `identifier=urn:oid:1.2.250.1.71.4.2.1|${ANNE}`, [ANNE]],
    ['by several numbers', `identifier=${ANNE},${ROSE}`, [ANNE, ROSE]],
    ['by the beginning of a family name, accents apart', 'family=lefev', [ANNE]],
    ['by family and given name', 'family=benali&given=kar', [KARIM]],
    ['by family name and another given name', 'family=benali&given=anne', []],
    ['by any name', 'name=rose', [ROSE]],
    ['by secure-mail address', 'mailbox-mss=anne.lefevre@demo.mssante.example', [ANNE]],
    ['by name and profession', 'name=mart&qualification-code=60', [ROSE]],
    ['by name and another profession', 'name=mart&qualification-code=10', []],
    ['by identifier of the resource', `_id=${KARIM}`, [KARIM]],
    ['by a slip of the fingers: an exact search finds none', 'family=lefevvre', []],
  ])('%s', async (_, query, expected) => expect(await found(`Practitioner?${query}`)).toEqual(expected));

  test('is told with its numbers, profession, speciality and secure mail, as public data of the national directory', async () => {
    const { body } = await get(`Practitioner/${KARIM}`);
    expect(body).toMatchObject({
      meta: { profile: [expect.stringContaining('fr-core-practitioner'), expect.stringContaining('as-dp-practitioner')] },
      identifier: [
        { system: 'urn:oid:1.2.250.1.71.4.2.1', value: KARIM, type: { coding: [{ code: 'IDNPS' }] } },
        { system: 'https://rpps.esante.gouv.fr', value: '99700000022', type: { coding: [{ code: 'RPPS' }] } },
      ],
      name: [{ use: 'usual', family: 'BENALI-DEMO', given: ['Karim'], prefix: ['DR'] }],
      qualification: [
        { code: { coding: [{ code: '10' }] } },
        { code: { coding: [{ code: 'SM04' }], text: 'Cardiologie et maladies vasculaires' } },
      ],
    });
    const { body: anne } = await get(`Practitioner/${ANNE}`);
    expect(JSON.stringify(anne)).toContain('TRE-R256-TypeMessagerie","code":"MSSANTE"');
  });

  test('a name longer than any is refused at once, and looked for in no other spelling', async () => {
    for (const query of ['Practitioner?family', 'Organization?name', 'Location?address-city'])
      expect([query, (await get(`${query}=${'a'.repeat(7_000)}`)).status]).toEqual([query, 400]);
    expect((await get(`Practitioner?family=${'a'.repeat(199)}`)).status).toBe(200);
  });

  test('names too little, or nothing, is refused in words', async () => {
    for (const query of ['', 'active=true', 'family=le']) {
      const { status, body } = await get(`Practitioner?${query}`);
      expect([query, status, body.resourceType]).toEqual([query, 400, 'OperationOutcome']);
    }
  });
});

describe('PractitionerRole', () => {
  const [anneHere, karimHere, karimThere, roseThere] = [
    `${ANNE}-${PRACTICE}`,
    `${KARIM}-${PRACTICE}`,
    `${KARIM}-${HOSPITAL}`,
    `${ROSE}-${HOSPITAL}`,
  ] as const;
  test.each<[string, string, string[]]>([
    ['of someone', `practitioner=Practitioner/${KARIM}`, [karimThere, karimHere].toSorted()],
    ['of someone, by number', 'practitioner.identifier=https://rpps.esante.gouv.fr|99700000022', [karimThere, karimHere].toSorted()],
    ['of someone, by name', 'practitioner.family=lefevre', [anneHere]],
    ['at a place', `organization=Organization/${HOSPITAL}`, [karimThere, roseThere].toSorted()],
    ['at a place, by FINESS', `organization.identifier=https://finess.esante.gouv.fr|${PRACTICE}`, [anneHere, karimHere].toSorted()],
    ['of a speciality at a place', `organization=Organization/${HOSPITAL}&specialty=SM04`, [karimThere]],
    ['of a speciality in words, in a town', 'specialty:text=cardiologie&organization.address-city=Fictiville', [karimThere]],
    ['by identifier of the resource', `_id=${roseThere}`, [roseThere]],
  ])('%s', async (_, query, expected) => expect((await found(`PractitionerRole?${query}`)).toSorted()).toEqual(expected));

  test('leads to who and where', async () => {
    expect(
      await included(`PractitionerRole?practitioner=${ROSE}&_include=PractitionerRole:practitioner&_include=PractitionerRole:organization`),
    ).toEqual([`PractitionerRole/${roseThere}`, `Practitioner/${ROSE}`, `Organization/${HOSPITAL}`]);
    expect(await included(`Practitioner?identifier=${ROSE}&_revinclude=PractitionerRole:practitioner`)).toEqual([
      `Practitioner/${ROSE}`,
      `PractitionerRole/${roseThere}`,
    ]);
    expect((await get(`PractitionerRole/${roseThere}`)).body).toMatchObject({ organization: { reference: `Organization/${HOSPITAL}` } });
  });
});

describe('Organization', () => {
  test.each<[string, string, string[]]>([
    ['by FINESS', `identifier=https://finess.esante.gouv.fr|${HOSPITAL}`, [HOSPITAL]],
    ['by national identifier', `identifier=urn:oid:1.2.250.1.71.4.2.2|1${PRACTICE}`, [PRACTICE]],
    ['by name', 'name=cabinet des', [PRACTICE]],
    ['by town', 'address-city=fictiville', [HOSPITAL]],
    ['by name and another town', 'name=cabinet&address-city=fictiville', []],
  ])('%s', async (_, query, expected) => expect(await found(`Organization?${query}`)).toEqual(expected));

  test('is told with its numbers', async () => {
    expect((await get(`Organization/${HOSPITAL}`)).body).toMatchObject({
      name: 'CH de Fictiville',
      identifier: [
        { system: 'https://finess.esante.gouv.fr', value: HOSPITAL },
        { system: 'urn:oid:1.2.250.1.71.4.2.2', value: `1${HOSPITAL}` },
      ],
      address: [{ city: 'Fictiville' }],
    });
  });
});

test('each question is written once in the trail; a system may ask, a data protection officer may not', async () => {
  const events = async () => (await server.database.db.query<{ n: number }>('n', 'select count(*) as n from access.audit_event'))[0]!.n;
  const before = await events();
  await get('Practitioner?family=benali');
  expect((await events()) - before).toBe(1);
  expect((await get('Practitioner?family=benali', await server.as(PEOPLE.dpo))).status).toBe(403);
});

const SAMPLE = '../shared/samples/fhir/annuaire/Practitioner-3719500DP.json';
test.skipIf(!existsSync(SAMPLE))(
  'a Practitioner has the elements, systems and codes of the national example (skipped without it)',
  async () => {
    const sample = JSON.parse(readFileSync(SAMPLE, 'utf8')) as Record<string, { system?: string; type?: object; extension?: object[] }[]>;
    const { body } = await get(`Practitioner/${ANNE}`);
    const own = body as unknown as typeof sample;
    expect(own['identifier']!.map(({ system, type }) => ({ system, type }))).toEqual(
      sample['identifier']!.map(({ system, type }) => ({ system, type })),
    );
    expect(own['telecom']![0]!.extension).toEqual(sample['telecom']![0]!.extension);
  },
);
