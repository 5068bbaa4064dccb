import { describe, expect, test } from 'vitest';
import { PEOPLE } from '../../../test/support/people.ts';
import { JEANNE, MARIE } from '../../../test/support/reports.ts';
import { APP, OF_A_STRUCTURE } from '../../../test/support/smart-apps.ts';
import type { Principal } from '../../access/index.ts';
import { asking, BASE, launchOf, numberOf, smartRegion, type Said, type Tokens } from '../../../test/support/smart-region.ts';

const { answerAt, authorise, authoriseWith, exchange, get, page, patients, server, sessionOf, tokensFor } = smartRegion();

const claimsOf = ({ id_token: token = '' }: Tokens) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

describe('a software launched from the practice software', () => {
  test('finds its addresses, and PKCE with S256 only', async () => {
    const answer = await server.app.inject({ url: '/fhir/.well-known/smart-configuration' });
    expect(answer.json()).toMatchObject({ code_challenge_methods_supported: ['S256'], authorization_endpoint: `${BASE}/oidc/auth` });
  });

  test('gets the patient in hand with its token, and reads them and nobody else', async () => {
    const launch = await launchOf(numberOf(JEANNE));
    const tokens = await tokensFor(PEOPLE.gp, 'openid fhirUser launch patient/Observation.rs', { launch });
    expect(tokens.patient).toBe(patients.jeanne);
    expect(tokens.scope!.split(' ').toSorted()).toEqual(['fhirUser', 'launch', 'openid', 'patient/Observation.rs']);
    expect((await get(`/Observation?patient=${patients.jeanne}`, tokens.access_token)).body.total).toBe(2);
    const other = await get(`/Observation?patient=${patients.marie}`, tokens.access_token);
    expect([other.status, other.body.issue?.[0]?.details.coding[1]?.code]).toEqual([403, 'insufficient-scope']);
  });

  test('takes away no file of what it may search only, and the trail names to it no resource that it may not read', async () => {
    const launch = await launchOf(numberOf(JEANNE));
    const scopes = ['Patient.rs', 'Observation.s', 'DiagnosticReport.r', 'AuditEvent.rs'].map((scope) => `patient/${scope}`);
    const { access_token } = await tokensFor(PEOPLE.gp, ['launch', ...scopes].join(' '), { launch });
    const headers = { authorization: `Bearer ${access_token}`, prefer: 'respond-async' };
    const begun = await server.app.inject({ url: '/fhir/Patient/$export?_type=Patient,Observation,DiagnosticReport', headers });
    const { output } = (await server.app.inject({ url: new URL(String(begun.headers['content-location'])).pathname, headers })).json<{
      output: { type: string; url: string }[];
    }>();
    expect(output.map(({ type }) => type)).toEqual(['DiagnosticReport', 'Patient']);
    for (const { url } of output) expect((await server.app.inject({ url: new URL(url).pathname, headers })).statusCode).toBe(200);
    const whole = (await tokensFor(PEOPLE.gp, 'launch patient/*.rs', { launch: await launchOf(numberOf(JEANNE)) })).access_token;
    const [result] = (await get(`/Observation?patient=${patients.jeanne}&_count=1`, whole)).body.entry!;
    const { id } = result!.resource as { id: string };
    await get(`/Observation/${id}`, whole);
    const told = async (token: string) => JSON.stringify((await get(`/AuditEvent?patient=${patients.jeanne}`, token)).body);
    expect(await told(whole)).toContain(`Observation/${id}`);
    const narrow = (await tokensFor(PEOPLE.gp, 'launch patient/AuditEvent.rs', { launch: await launchOf(numberOf(JEANNE)) })).access_token;
    expect(await told(narrow)).not.toContain(id);
  });

  test('two patients in two tabs never mix, each with its own token', async () => {
    const [first, second] = await Promise.all(
      [JEANNE, MARIE].map(async (who) => tokensFor(PEOPLE.gp, 'launch patient/*.rs', { launch: await launchOf(numberOf(who)) })),
    );
    expect([first!.patient, second!.patient]).toEqual([patients.jeanne, patients.marie]);
    const seen = async (tokens: Tokens, patient: string) => (await get(`/Patient/${patient}`, tokens.access_token)).status;
    expect(
      await Promise.all([
        seen(first!, patients.jeanne),
        seen(first!, patients.marie),
        seen(second!, patients.marie),
        seen(second!, patients.jeanne),
      ]),
    ).toEqual([200, 403, 200, 403]);
  });

  test('two tabs never mix what they asked to be told of', async () => {
    const [first, second] = await Promise.all(
      [JEANNE, MARIE].map(async (who) => tokensFor(PEOPLE.gp, 'launch patient/*.rs', { launch: await launchOf(numberOf(who)) })),
    );
    const filter = {
      url: 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-filter-criteria',
      valueString: `DiagnosticReport?patient=Patient/${patients.jeanne}`,
    };
    const wish = { resourceType: 'Subscription', criteria: 'urn:cigogne:topic:new-report', _criteria: { extension: [filter] } };
    const asked = await server.app.inject({
      method: 'POST',
      url: '/fhir/Subscription',
      headers: { authorization: `Bearer ${first!.access_token}`, 'content-type': 'application/fhir+json' },
      payload: JSON.stringify({ ...wish, channel: { type: 'websocket' } }),
    });
    const { id } = asked.json() as { id: string };
    const seen = async ({ access_token }: Tokens) => [
      (await get('/Subscription', access_token)).body.total,
      (await get(`/Subscription/${id}`, access_token)).status,
      (await get(`/Subscription/${id}/$get-ws-binding-token`, access_token)).status,
    ];
    expect([await seen(first!), await seen(second!)]).toEqual([
      [1, 200, 200],
      [0, 404, 404],
    ]);
  });

  test.each([
    ['signed for another user', { sub: 'rpps:899700000099' }],
    ['that lasts too long', { seconds: 3_600 }],
    ['that is over', { seconds: -3_600 }],
    ['signed for another year', { signedIn: 31_536_000 }],
    ['made for another server', { audience: 'https://elsewhere.example/fhir' }],
    ['signed by the software of a structure where its user does not work', { by: OF_A_STRUCTURE }],
  ])('a launch context %s is refused', async (_, more) => {
    const { ask } = asking('launch patient/*.rs', { launch: await launchOf(numberOf(JEANNE), more) });
    const back = await authorise(PEOPLE.gp, ask);
    expect([back.searchParams.get('error'), back.searchParams.get('code')]).toEqual(['access_denied', null]);
  });

  test('a launch context is used once', async () => {
    const launch = await launchOf(numberOf(JEANNE));
    await tokensFor(PEOPLE.gp, 'launch patient/*.rs', { launch });
    const back = await authorise(PEOPLE.gp, asking('launch patient/*.rs', { launch }).ask);
    expect(back.searchParams.get('error')).toBe('access_denied');
  });

  test('nobody signed in is sent to sign in first, and comes back to the same step', async () => {
    const back = await authorise(undefined, asking('user/*.rs').ask);
    expect([back.pathname, back.searchParams.get('return')]).toEqual(['/api/sign-in', expect.stringMatching(/^\/oidc\/interaction\//)]);
  });

  test('without PKCE, for another address, or for another server is refused', async () => {
    const { code_challenge: _challenge, code_challenge_method: _method, ...without } = asking('user/*.rs').ask;
    expect((await authorise(PEOPLE.gp, without)).searchParams.get('error')).toBe('invalid_request');
    const elsewhere = await authorise(PEOPLE.gp, asking('user/*.rs', { redirect_uri: 'https://evil.example/back' }).ask);
    expect(elsewhere.hostname).toBe('stopped');
    const other = await authorise(PEOPLE.gp, asking('user/*.rs', { aud: 'https://elsewhere.example/fhir' }).ask);
    expect(other.searchParams.get('error')).toBe('invalid_request');
  });
});

describe('a software that authorizes again in the same browser', () => {
  test.each(['/oidc/auth', '/oidc/AUTH', '/oidc/auth/'])('is asked about again, however it writes the address (%s)', async (at) => {
    const [session, jar] = [await sessionOf(PEOPLE.gp), new Map<string, string>()];
    const first = await authoriseWith(session, asking('patient/Patient.r').ask, { isAllowed: true, patientId: patients.jeanne }, { jar });
    expect(first.searchParams.get('code')).not.toBeNull();
    const second = await authoriseWith(session, asking('user/*.cruds').ask, { isAllowed: false }, { at, jar });
    expect([second.searchParams.get('error'), second.searchParams.get('code')]).toEqual(['access_denied', null]);
  });

  test('never has two tokens for one code, of several requests at one instant', async () => {
    const { verifier, ask } = asking('user/*.rs');
    const code = (await authorise(PEOPLE.gp, ask)).searchParams.get('code')!;
    const answers = await Promise.all([1, 2, 3].map(() => exchange(code, verifier)));
    // A code that comes twice takes away what it gave: where the second came before the answer of the first, nobody has any (RFC 6749 §4.1.2).
    expect(answers.map(({ error }) => error).filter((error) => error === 'invalid_grant').length).toBeGreaterThanOrEqual(2);
    const tokens = await Promise.all(answers.map(({ access_token: token }) => (token ? get('/Patient', token) : undefined)));
    expect(tokens.filter((answer) => answer?.status === 200).length).toBeLessThanOrEqual(1);
  });

  test('loses what a code gave when the code comes back', async () => {
    const { verifier, ask } = asking('user/*.rs');
    const code = (await authorise(PEOPLE.gp, ask)).searchParams.get('code')!;
    const { access_token } = await exchange(code, verifier);
    const read = async () => (await get(`/Patient/${patients.jeanne}`, access_token)).status;
    expect([await read(), (await exchange(code, verifier)).error, await read()]).toEqual([200, 'invalid_grant', 401]);
  });
});

describe('a software that opens by itself', () => {
  const SCOPE = 'openid fhirUser launch/patient patient/Observation.rs?category=laboratory online_access';

  test('is told the patient that its user chose among theirs, once they said yes; the patient reads that it was opened', async () => {
    const { verifier, ask } = asking(SCOPE);
    const back = await authorise(PEOPLE.gp, ask, { isAllowed: true, patientId: patients.marie });
    const tokens = await exchange(back.searchParams.get('code')!, verifier);
    expect([tokens.patient, page.asked]).toEqual([
      patients.marie,
      {
        software: 'Logiciel ESSAI',
        returnsTo: 'http://localhost:4000',
        scopes: [{ context: 'patient', type: 'Observation', permissions: ['r', 's'], query: [['category', 'laboratory']] }],
        asksWho: true,
        stays: true,
        patient: 'chosen',
      },
    ]);
    const status = async (patient: string) => (await get(`/Observation?patient=${patient}`, tokens.access_token)).status;
    expect([await status(patients.marie), await status(patients.jeanne)]).toEqual([200, 403]);
    const trail = await server.database.db.query(
      't',
      `select object from access.audit_event where action = 'software.open' and patient_id = $1`,
      [patients.marie],
    );
    expect(trail).toEqual([{ object: 'Logiciel ESSAI' }]);
  });

  test('gets nothing when they say no, choose nobody, or choose someone whose record is not open to them', async () => {
    const answered = async (said: Said, person: Principal = PEOPLE.gp) => {
      const { searchParams } = await authorise(person, asking(SCOPE).ask, said);
      return searchParams.get('error');
    };
    expect(await answered({ isAllowed: false })).toBe('access_denied');
    expect(await answered({ isAllowed: true })).toBe('body.patientId');
    expect(await answered({ isAllowed: true, patientId: patients.marie }, PEOPLE.nurse)).toBe('no-care-link');
  });

  test('reads a patient’s own record for them, and no other', async () => {
    const patient = { ...PEOPLE.patient, patientId: patients.jeanne };
    const { verifier, ask } = asking(SCOPE);
    const back = await authorise(patient, ask, { isAllowed: true, patientId: patients.marie });
    expect((await exchange(back.searchParams.get('code')!, verifier)).patient).toBe(patients.jeanne);
    expect(page.asked).toMatchObject({ patient: 'own' });
  });

  test('goes no further with the answer of another session, nor by a token, and its page is shown in no frame of others', async () => {
    const { ask } = asking('user/*.rs');
    const by = await sessionOf(PEOPLE.nurse);
    await expect(authoriseWith(await sessionOf(PEOPLE.gp), ask, { isAllowed: true, by })).rejects.toThrow('circles');
    const { access_token } = await tokensFor(PEOPLE.gp, 'user/*.rs');
    expect((await get('/api/smart/authorisations/any-step', access_token)).status).toBe(403);
    const unknown = await answerAt(new URL(`${BASE}/authorise/any-step`), await sessionOf(PEOPLE.gp), { isAllowed: true });
    expect(unknown.status).toBe(404);
    expect((await server.app.inject({ url: '/authorise/any-step' })).headers['content-security-policy']).toContain(
      "frame-ancestors 'self'",
    );
  });
});

describe('what a software may ask', () => {
  test('is never more than its user: a nurse without a care link reads nothing through it', async () => {
    const { access_token } = await tokensFor(PEOPLE.nurse, 'user/*.rs');
    const answer = await get(`/Observation?patient=${patients.jeanne}`, access_token);
    expect([answer.status, answer.body.issue?.[0]?.details.coding[1]?.code]).toEqual([403, 'no-care-link']);
  });

  test('is what it was authorized to: a type, a permission, a narrower search', async () => {
    const { access_token } = await tokensFor(PEOPLE.gp, 'user/Observation.s?code=http://loinc.org|2823-3');
    const found = await get(`/Observation?patient=${patients.jeanne}`, access_token);
    expect(found.body.entry?.map(({ resource }) => resource['code'])).toMatchObject([{ text: 'Potassium' }]);
    const [{ resource }] = found.body.entry as [{ resource: { id: string } }];
    expect((await get(`/Observation/${resource.id}`, access_token)).status).toBe(403);
    expect((await get(`/DiagnosticReport?patient=${patients.jeanne}`, access_token)).status).toBe(403);
    const through = await get(`/Observation?patient=${patients.jeanne}&_revinclude=DiagnosticReport:result&_include=*`, access_token);
    expect(through.body.entry).toHaveLength(1);
  });

  test('to read what one search finds and to search what another does is each, not both', async () => {
    const loinc = (code: string) => `code=http://loinc.org|${code}`;
    const { access_token } = await tokensFor(PEOPLE.gp, `user/Observation.r?${loinc('2951-2')} user/Observation.s?${loinc('2823-3')}`);
    const found = async (code: string) =>
      (await get(`/Observation?patient=${patients.jeanne}&code=${code}`, access_token)).body.entry?.map(({ resource }) => resource.id);
    expect(await found('2951-2')).toBeUndefined();
    const [potassium] = (await found('2823-3'))!;
    expect((await get(`/Observation/${potassium}`, access_token)).status).toBe(404);
  });

  test('of a launch is of the patient in hand alone: nobody was asked for more', async () => {
    const launch = await launchOf(numberOf(JEANNE));
    const refused = await authorise(PEOPLE.gp, asking('launch user/Observation.rs', { launch }).ask);
    expect([refused.searchParams.get('error'), refused.searchParams.get('code')]).toEqual(['invalid_scope', null]);
    const { patient } = await tokensFor(PEOPLE.gp, 'launch patient/*.rs user/Practitioner.rs', {
      launch: await launchOf(numberOf(JEANNE)),
    });
    expect(patient).toBe(patients.jeanne);
  });

  test('is no file and no change when a search narrows it: neither is held against the search', async () => {
    const asked = async (scope: string) => {
      const { access_token } = await tokensFor(PEOPLE.gp, `user/DocumentReference.rs ${scope}`);
      const { body } = await get(`/DocumentReference?patient=${patients.jeanne}`, access_token);
      const [{ resource }] = body.entry as [{ resource: { id: string } }];
      const headers = { authorization: `Bearer ${access_token}`, 'content-type': 'application/json-patch+json' };
      const payload = [{ op: 'replace', path: '/status', value: 'any' }];
      const change = { method: 'PATCH', url: `/fhir/DocumentReference/${resource.id}`, headers, payload } as const;
      const file = await server.app.inject({ url: `/fhir/Binary/${resource.id}`, headers: { authorization: headers.authorization } });
      return [file.statusCode, (await server.app.inject(change)).statusCode];
    };
    expect(await asked('user/Binary.r?type=none user/DocumentReference.u?type=none')).toEqual([403, 403]);
    expect(await asked('user/Binary.r user/DocumentReference.u')).not.toContain(403);
  });

  test('is FHIR only: the token opens no other door', async () => {
    const { access_token } = await tokensFor(PEOPLE.gp, 'user/*.rs');
    expect((await get(`/api/patients/${patients.jeanne}/biology`, access_token)).status).toBe(403);
  });

  test('ends with the session of its user', async () => {
    const cookie = (await server.as(PEOPLE.gp)).cookie.replace('cigogne=', '');
    const { verifier, ask } = asking('user/*.rs');
    const jar = await authoriseWith(cookie, ask);
    const { access_token } = await exchange(jar.searchParams.get('code')!, verifier);
    expect((await get(`/Patient/${patients.jeanne}`, access_token)).status).toBe(200);
    await server.app.inject({
      method: 'POST',
      url: '/api/sign-out',
      headers: { cookie: `cigogne=${cookie}`, 'sec-fetch-site': 'same-origin' },
    });
    expect((await get(`/Patient/${patients.jeanne}`, access_token)).status).toBe(401);
  });

  test('is asked from its own pages, and from no other: CORS, without cookies', async () => {
    const preflight = (origin: string) =>
      server.app.inject({
        method: 'OPTIONS',
        url: `/fhir/Observation?patient=${patients.jeanne}`,
        headers: { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' },
      });
    const own = await preflight('http://localhost:4000');
    expect([own.statusCode, own.headers['access-control-allow-origin'], own.headers['access-control-allow-credentials']]).toEqual([
      204,
      'http://localhost:4000',
      undefined,
    ]);
    expect((await preflight('https://evil.example')).headers['access-control-allow-origin']).toBeUndefined();
    const { access_token } = await tokensFor(PEOPLE.gp, 'user/*.rs');
    const answer = await server.app.inject({
      url: `/fhir/Patient/${patients.jeanne}`,
      headers: { origin: 'http://localhost:4000', authorization: `Bearer ${access_token}` },
    });
    expect([answer.statusCode, answer.headers['access-control-allow-origin']]).toEqual([200, 'http://localhost:4000']);
    const elsewhere = await server.app.inject({ url: '/api/session', headers: { origin: 'http://localhost:4000' } });
    expect(elsewhere.headers['access-control-allow-origin']).toBeUndefined();
  });

  test('knows its user by the same name each time, and another user by another', async () => {
    const subjectOf = async (who: Principal) => {
      const launch = await launchOf(numberOf(JEANNE), { sub: who.id });
      return claimsOf(await tokensFor(who, 'openid launch patient/Patient.r', { launch }))['sub'];
    };
    const first = await subjectOf(PEOPLE.gp);
    expect([typeof first, await subjectOf(PEOPLE.gp)]).toEqual(['string', first]);
    expect(await subjectOf(PEOPLE.nurse)).not.toBe(first);
    expect(first).not.toContain(PEOPLE.gp.id.replace('rpps:', ''));
  });

  test('can be asked of this server by a registered system (introspection)', async () => {
    const launch = await launchOf(numberOf(JEANNE));
    const tokens = await tokensFor(PEOPLE.gp, 'openid fhirUser launch patient/*.rs', { launch });
    const { access_token } = tokens;
    const introspect = async (token: string) => {
      const headers = { authorization: `Bearer ${await server.tokenOf('lis', 'a-secret-of-the-tests-only')}` };
      const form = { ...headers, 'content-type': 'application/x-www-form-urlencoded' };
      const asked = { method: 'POST', url: '/api/smart/introspect' } as const;
      const answer = await server.app.inject({ ...asked, headers: form, payload: new URLSearchParams({ token }).toString() });
      expect((await server.app.inject({ ...asked, headers, payload: { token } })).json()).toEqual(answer.json());
      return answer.json() as Record<string, unknown>;
    };
    const { sub, fhirUser } = claimsOf(tokens);
    expect(await introspect(access_token)).toEqual({
      active: true,
      client_id: APP,
      iss: `${BASE}/oidc`,
      exp: expect.any(Number),
      // What the software itself was told, by the token endpoint and in its id_token.
      scope: tokens.scope,
      patient: tokens.patient,
      need_patient_banner: true,
      sub,
      fhirUser,
    });
    const silent = await tokensFor(PEOPLE.gp, 'launch patient/*.rs', { launch: await launchOf(numberOf(JEANNE)) });
    expect(Object.keys(await introspect(silent.access_token))).not.toEqual(expect.arrayContaining(['fhirUser']));
    expect(await introspect('nothing')).toEqual({ active: false });
  });
});

const INS_OID = 'urn:oid:1.2.250.1.213.1.4.8';
const trailOf = (actor: string) =>
  server.database.db.query<{ action: string; object: string | null }>(
    '',
    'select action, object from access.audit_event where actor = $1',
    [actor],
  );

describe('a practice software that opens the record', () => {
  test('leads its user to the patient in hand, once', async () => {
    const launch = await launchOf(numberOf(JEANNE));
    const headers = await server.as(PEOPLE.gp);
    const searches = async () =>
      (await trailOf(PEOPLE.gp.id)).filter(({ action, object }) => action === 'patient.search' && object === 'launch').length;
    const before = await searches();
    const nobody = await server.app.inject({ url: `/launch?launch=${await launchOf(`${INS_OID}|299999999999916`)}`, headers });
    expect([nobody.statusCode, await searches()]).toEqual([404, before + 1]);
    const answer = await server.app.inject({ url: `/launch?launch=${launch}`, headers });
    expect(await searches()).toBe(before + 2);
    expect([answer.statusCode, answer.headers['location']]).toEqual([302, `/patients/${patients.jeanne}#launched`]);
    const again = await server.app.inject({ url: `/launch?launch=${launch}`, headers });
    expect([again.statusCode, again.json().at]).toEqual([403, 'launch.jti']);
  });

  test('has its user sign in first when nobody is, and the context waits unused', async () => {
    const launch = await launchOf(numberOf(JEANNE));
    const answer = await server.app.inject({ url: `/launch?launch=${launch}` });
    expect(answer.headers['location']).toBe(`/api/sign-in?return=${encodeURIComponent(`/launch?launch=${launch}`)}`);
    expect((await server.app.inject({ url: `/launch?launch=${launch}`, headers: await server.as(PEOPLE.gp) })).statusCode).toBe(302);
  });
});
