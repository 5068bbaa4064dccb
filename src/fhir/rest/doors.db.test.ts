import { describe, expect, test } from 'vitest';
import { fhirRegion, refusalOf, resources } from '../../../test/support/fhir-region.ts';
import { PEOPLE } from '../../../test/support/people.ts';
import { LABORATORY } from '../../../test/support/reports.ts';

const { events, get, region, search, server } = fhirRegion();

/** In an address of a test, the patient of the region. */
const PATIENT = ':patient';

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
      ...['Observation', 'DiagnosticReport', 'Specimen', 'DocumentReference'].map((type) => `/${type}?patient=${region.patientId}`),
      `/Patient/${region.patientId}/$everything`,
      `/Observation/$lastn?patient=${region.patientId}`,
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
      `/Observation?patient=${region.patientId}`,
      `/Patient/${region.patientId}/$everything`,
      `/DiagnosticReport?patient=${region.patientId}&_include=*`,
      `/Observation/_history?patient=${region.patientId}`,
      `/_history?patient=${region.patientId}`,
    ]) {
      const before = await events();
      expect((await get(path)).status).toBe(200);
      expect([path, (await events()) - before]).toEqual([path, 1]);
    }
  });

  test('the trail names the very resource that was read, to who would find it', async () => {
    const [report] = resources(await search('DiagnosticReport', '_count=1'));
    const [result] = report!['result'] as [{ reference: string }];
    const [provenance] = resources(await search('Provenance', '_count=1'));
    const read = [result.reference, `DiagnosticReport/${report!.id}`, `Provenance/${provenance!.id}`];
    for (const reference of [...read, `${read[0]!}x`]) await get(`/${reference}`);
    await get(`/${read[0]!}/_history`);
    const trail = JSON.stringify((await search('AuditEvent', '_count=500')).body);
    for (const reference of read) expect(trail).toContain(`"what":{"reference":"${reference}"}`);
    expect(trail).not.toContain(`${read[0]!}x`);
    const found = await search('AuditEvent', `entity=${read[0]!}`);
    expect(found.body.total).toBe(2);
  });

  test.each([
    `/Observation?patient=${PATIENT}`,
    `/Patient/${PATIENT}/$everything`,
    '/Organization?name=lbm',
    '/Observation?patient=no-id',
    '/Observation?code=2823-3',
    '/ValueSet?_count=1',
    '/ValueSet/row.potassium.serum',
    '/ValueSet/$expand?url=x',
  ])('whoever read a moment ago, and whose session another server has ended since, reads nothing more: %s', async (asked) => {
    const path = asked.replace(PATIENT, region.patientId);
    const headers = await server.as(PEOPLE.gp);
    expect((await get(`/Observation?patient=${region.patientId}&_count=1`, headers)).status).toBe(200);
    const { db } = server.database;
    await db.query(
      '',
      `update access.session set ended_at = now() where ended_at is null and seen_at = (select max(seen_at) from access.session)`,
    );
    const before = await events();
    const answer = await get(path, headers);
    expect([answer.status, refusalOf(answer), (await events()) - before]).toEqual([401, 'access.unauthenticated', 0]);
    const viewer = await server.app.inject({ url: `/api/patients/${region.patientId}/biology`, headers });
    expect([viewer.statusCode, (await events()) - before]).toEqual([401, 0]);
  });

  test('while the database does not say whose session is open, nothing is answered, nor told of the database', async () => {
    const headers = await server.as(PEOPLE.gp);
    expect((await get(`/Observation?patient=${region.patientId}&_count=1`, headers)).status).toBe(200);
    const { db } = server.database;
    await db.script('alter table access.session rename to session_away');
    const asked = [get('/ValueSet?_count=1', headers), get(`/Observation?patient=${region.patientId}&_count=1`, headers)];
    const answers = await Promise.all(asked).finally(() => db.script('alter table access.session_away rename to session'));
    for (const { status, body } of answers) {
      expect([status, body.resourceType]).toEqual([500, 'OperationOutcome']);
      expect(JSON.stringify(body)).not.toMatch(/session|relation/);
    }
  });

  test('nobody at all is told to sign in, by an OperationOutcome', async () => {
    const answer = await get(`/Observation?patient=${region.patientId}`, {});
    expect([answer.status, refusalOf(answer)]).toEqual([401, 'access.unauthenticated']);
  });
});

describe('the directory', () => {
  test('tells places and people by their numbers', async () => {
    expect(resources(await get('/Organization?name=lbm des essais'))).toMatchObject([{ id: LABORATORY.finess, name: LABORATORY.name }]);
    const people = await get('/Practitioner?identifier=https://rpps.esante.gouv.fr|99700000011');
    expect(resources(people)).toMatchObject([{ name: [{ family: 'LEFEVRE-DEMO' }] }]);
    const count = async (query: string) => (await get(`/Practitioner?${query}`)).body.total;
    expect([await count('name=nobody,lefevre'), await count('name=lefevre&name:contains=xyz')]).toEqual([1, 0]);
    expect(await count(`_filter=${encodeURIComponent('family sw "lef" and (active eq true or given co "x")')}`)).toBe(1);
    const roles = await get('/PractitionerRole?practitioner=899700000011&_include=PractitionerRole:organization');
    expect(resources(roles).map(({ resourceType }) => resourceType)).toEqual(['PractitionerRole', 'Organization']);
  });
});

describe('the CapabilityStatement', () => {
  interface Statement {
    rest: {
      interaction: { code: string }[];
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
      expect([type, (await status(`/${type}?_count=0&patient=${region.patientId}`)) === 405]).toEqual([type, !may.has('search-type')]);
      const strict = { ...region.gp, prefer: 'handling=strict' };
      for (const { name, type: kind } of searchParam) {
        const value = {
          date: '2026',
          quantity: '1',
          composite: 'x$1',
          reference: `Organization/x`,
          token: 'x',
          string: 'x',
          uri: 'x',
          special: name === '_filter' ? '_id eq x' : 'x',
        }[kind]!;
        const composite = name.endsWith('-date') ? 'x$2026' : value;
        const answer = await get(
          `/${type}?patient=${region.patientId}&identifier=urn:x|1&${name}=${encodeURIComponent(kind === 'composite' ? composite : value)}`,
          strict,
        );
        expect([type, name, answer.body.issue?.[0]?.details.text ?? '']).not.toEqual([
          type,
          name,
          expect.stringContaining(`the parameter ${name} is not`),
        ]);
      }
      for (const include of searchInclude) {
        const answer = await get(`/${type}?patient=${region.patientId}&identifier=urn:x|1&practitioner=x&_include=${include}`);
        expect([include, refusalOf(answer)]).not.toEqual([include, 'request.invalid']);
      }
    }
  });

  /** What the statements of IHE MHD 4.2.x ask of a Document Responder and of a Document Recipient (ITI-65, 66, 67, 68, 105). */
  const MHD: Readonly<Record<string, { interactions: string[]; params: string[] }>> = {
    DocumentReference: {
      interactions: ['read', 'search-type', 'create'],
      params:
        '_id _lastupdated author category creation date event facility format identifier patient period related security-label setting status type'.split(
          ' ',
        ),
    },
    List: {
      interactions: ['read', 'search-type'],
      params: '_id _lastupdated code date identifier subject source status designationType sourceId'.split(' '),
    },
    Binary: { interactions: ['read'], params: [] },
  };

  test('is a superset of what IHE MHD asks of a responder and of a recipient, also the search of the whole', async () => {
    const { interaction, resource: types } = ((await get('/metadata', {})).body as unknown as Statement).rest[0]!;
    expect(interaction.map(({ code }) => code)).toEqual(expect.arrayContaining(['transaction', 'search-system']));
    for (const [type, asked] of Object.entries(MHD)) {
      const own = types.find((one) => one.type === type)!;
      expect([type, own.interaction.map(({ code }) => code)]).toEqual([type, expect.arrayContaining(asked.interactions)]);
      const names = (own.searchParam ?? []).map(({ name }) => name.toLowerCase());
      expect([type, asked.params.filter((name) => !names.includes(name.toLowerCase()))]).toEqual([type, []]);
    }
    const whole = await get(`/?_type=DocumentReference&patient=${region.patientId}&status=current`);
    expect(whole.body.total).toBe((await search('DocumentReference', 'status=current')).body.total);
    for (const query of ['', '?_type=DocumentReference,List', '?_type=Medication'])
      expect([query, (await get(`/${query}`)).status]).toEqual([query, query.endsWith('Medication') ? 404 : 400]);
  });

  test.each(['_text', '_query', '_contained'])('does not search %s, and says so or refuses it', async (name) => {
    expect(JSON.stringify((await search('DocumentReference', `${name}=x&_count=1`)).body.entry!.at(-1))).toContain(
      `the parameter ${name} is not`,
    );
    const strict = await get(`/DocumentReference?patient=${region.patientId}&${name}=x`, { ...region.gp, prefer: 'handling=strict' });
    expect([strict.status, refusalOf(strict)]).toEqual([400, 'request.invalid']);
  });
});
