import { beforeAll, describe, expect, test } from 'vitest';
import { type Answer, fhirRegion, refusalOf, resources } from '../../../test/support/fhir-region.ts';
import { HOSPITAL, letterOf } from '../../../test/support/letters.ts';
import { PEOPLE } from '../../../test/support/people.ts';
import { registerLinks } from '../../access/index.ts';
import { registerSenders, registerStructures } from '../../directory/index.ts';
import { writeClinicalDocument } from '../../formats/index.ts';

const { region, server, ask, get, post, tokenOf } = fhirRegion();
const SECRET = 'a-secret-of-the-tests-only';
const ARCHIVED = 'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived';
const uniqueId = `urn:ietf:rfc:3986|urn:oid:1.2.250.1.999.8.${HOSPITAL.finess}.1`;
let letterPatient = '';
let patient: Record<string, string> = {};
let pharmacist: Record<string, string> = {};

beforeAll(async () => {
  const { db } = server.database;
  await registerStructures(db, [{ ...HOSPITAL, kind: 'hospital' }]);
  const dpi = { clientId: 'dpi', name: 'DPI des essais', structures: [HOSPITAL.finess], formats: ['cda'], state: 'production' as const };
  await registerSenders(db, [{ ...dpi, secret: SECRET, connectedSince: new Date() }], 'demo');
  await server.app.inject({
    method: 'POST',
    url: '/api/deposits',
    headers: { authorization: `Bearer ${await tokenOf('dpi')}`, 'content-type': 'application/xml' },
    payload: writeClinicalDocument(letterOf(1)),
  });
  const [row] = await db.query<{ patient: string }>(
    'whose-letter',
    `select patient_id as patient from record.document where kind = 'document'`,
  );
  letterPatient = row!.patient;
  const since = new Date(Date.now() - 1_000);
  const link = (person: string, kind: 'treating-doctor' | 'care-team') => ({ patientId: letterPatient, holder: { person }, kind, since });
  await registerLinks(db, [link(PEOPLE.gp.id, 'treating-doctor'), link(PEOPLE.pharmacist.id, 'care-team')], 'test');
  pharmacist = await server.as(PEOPLE.pharmacist);
  patient = await server.as({ ...PEOPLE.patient, id: `patient:${letterPatient}`, patientId: letterPatient });
});

const patch = (operations: unknown, headers = region.gp, path = `/DocumentReference?identifier=${encodeURIComponent(uniqueId)}`) =>
  ask('PATCH', path, { headers, body: operations, type: 'application/json-patch+json' });
const changes = async () =>
  (
    await server.database.db.query<{ n: number }>(
      'count-changes',
      `select count(*) as n from access.audit_event where action in ('document.mask', 'patient.search')`,
    )
  )[0]!.n;
const labelled = (code: string) => [{ op: 'add', path: '/securityLabel/-', value: { coding: [{ code }] } }];
const fiche = async (headers = region.gp) =>
  resources(await get(`/DocumentReference?patient=${letterPatient}&identifier=${encodeURIComponent(uniqueId)}`, headers))[0];
const labels = (one: Record<string, unknown> | undefined) =>
  (one?.['securityLabel'] as { coding: { code: string }[] }[] | undefined)?.map(({ coding }) => coding[0]!.code);

describe('a document published', () => {
  test('is hidden from the patient by the doctor’s software, and shown again; each once in the trail', async () => {
    const before = await changes();
    const hidden = await patch(labelled('INVISIBLE_PATIENT'));
    expect([hidden.status, labels(hidden.body), (await changes()) - before]).toEqual([200, ['N', 'INVISIBLE_PATIENT'], 1]);
    expect(await fiche(patient)).toBeUndefined();
    const shown = await patch({
      resourceType: 'Parameters',
      parameter: [
        {
          name: 'operation',
          part: [
            { name: 'type', valueCode: 'delete' },
            { name: 'path', valueString: "DocumentReference.securityLabel.where(coding.code='INVISIBLE_PATIENT')" },
          ],
        },
      ],
    });
    expect([shown.status, labels(shown.body), labels(await fiche(patient))]).toEqual([200, ['N'], ['N']]);
  });

  test('is hidden from the other professionals by its patient, archived and brought back by them', async () => {
    expect(labels(await fiche(pharmacist))).toEqual(['N']);
    expect((await patch(labelled('MASQUE_PS'), patient)).status).toBe(200);
    expect([labels(await fiche()), await fiche(pharmacist)]).toEqual([['N', 'MASQUE_PS'], undefined]);
    const id = (await fiche(patient))!.id;
    const shown = await patch([{ op: 'remove', path: '/securityLabel/1' }], patient, `/DocumentReference/${id}`);
    expect([shown.status, labels(await fiche(pharmacist))]).toEqual([200, ['N']]);
    const archived = await patch([{ op: 'add', path: '/extension', value: [{ url: ARCHIVED, valueBoolean: true }] }], patient);
    expect([archived.status, archived.body['extension']]).toEqual([200, [{ url: ARCHIVED, valueBoolean: true }]]);
    expect((await patch([{ op: 'remove', path: '/extension' }], patient)).body['extension']).toBeUndefined();
  });

  test('is changed only in the version that the client has seen: If-Match, else 412', async () => {
    const { id } = (await fiche())!;
    const read = await get(`/DocumentReference/${id}`);
    const etag = String(read.headers['etag']);
    const change = (ifMatch: string) =>
      patch(labelled('INVISIBLE_PATIENT'), { ...region.gp, 'if-match': ifMatch }, `/DocumentReference/${id}`);
    expect([(await change('W/"of-another-day"')).status, (await change(etag)).status, (await change(etag)).status]).toEqual([
      412, 200, 412,
    ]);
    await patch([{ op: 'remove', path: '/securityLabel/1' }]);
  });

  test.each<[string, unknown]>([
    ['its type', [{ op: 'replace', path: '/type', value: {} }]],
    ['its file', [{ op: 'replace', path: '/content/0/attachment/url', value: 'Binary/x' }]],
    ['its confidentiality', [{ op: 'replace', path: '/securityLabel', value: [{ coding: [{ code: 'R' }] }] }]],
    ['what supersedes it', [{ op: 'replace', path: '/status', value: 'superseded' }]],
  ])('keeps %s: 405', async (_, operations) => {
    const answer = await patch(operations);
    expect([answer.status, refusalOf(answer)]).toEqual([405, 'request.not-allowed']);
  });

  test('is not its reader’s to withdraw: only who wrote it does', async () => {
    expect((await patch([{ op: 'replace', path: '/status', value: 'entered-in-error' }])).status).toBe(403);
  });

  test('of a record that one may not open is answered as one that does not exist, and that is written', async () => {
    const nurse = await server.as(PEOPLE.nurse);
    const midwife = await server.as(PEOPLE.midwife);
    const before = await changes();
    const answers = [await patch(labelled('MASQUE_PS'), nurse), await patch(labelled('MASQUE_PS'), midwife)];
    const unknown = await patch(labelled('MASQUE_PS'), midwife, '/DocumentReference?identifier=urn:ietf:rfc:3986|urn:oid:1.2.3');
    expect([...answers, unknown].map((answer) => [answer.status, refusalOf(answer)])).toEqual(
      Array.from({ length: 3 }, () => [404, 'request.not-found']),
    );
    expect((await changes()) - before).toBe(3);
  });

  test('is told of no more when its patient is named: one who is not followed is refused alike, whether there is such a document or not', async () => {
    const nurse = await server.as(PEOPLE.nurse);
    const absent = 'urn:ietf:rfc:3986|urn:oid:1.2.3';
    const asked = (identifier: string, headers: Record<string, string>) =>
      patch(
        labelled('INVISIBLE_PATIENT'),
        headers,
        `/DocumentReference?identifier=${encodeURIComponent(identifier)}&patient=${letterPatient}`,
      );
    const before = await changes();
    const [there, none] = [await asked(uniqueId, nurse), await asked(absent, nurse)];
    expect([there.status, none.text, (await changes()) - before]).toEqual([403, there.text, 2]);
    expect((await asked(absent, region.gp)).status).toBe(404);
    const ofNobody = `/DocumentReference?identifier=${encodeURIComponent(uniqueId)}&patient=Patient/x`;
    expect((await patch(labelled('INVISIBLE_PATIENT'), region.gp, ofNobody)).status).toBe(404);
  });

  test('that is hidden from its reader is answered as one of which nobody ever heard, also by its identifier alone', async () => {
    const mask = { act: 'hide', mask: 'MASQUE_PS' } as const;
    const [{ id } = { id: '' }] = await server.database.db.query<{ id: string }>(
      '',
      `select document_id as id from record.document where kind = 'document' and patient_id = $1`,
      [letterPatient],
    );
    const url = `/api/patients/${letterPatient}/documents/${id}/visibility`;
    const change = (act: 'hide' | 'show') => server.app.inject({ method: 'POST', url, headers: patient, payload: { ...mask, act } });
    expect((await change('hide')).statusCode).toBe(204);
    const absent = '/DocumentReference?identifier=urn:ietf:rfc:3986|urn:oid:1.2.3';
    const took: number[] = [];
    const timed = async (path?: string) => {
      const started = performance.now();
      const answer = await patch(labelled('INVISIBLE_PATIENT'), pharmacist, path);
      took.push(performance.now() - started);
      return answer;
    };
    const answers = [await timed(), await timed(absent)];
    // Both in the steps of time that the door answers what is hidden in: one that is absent is not told sooner.
    for (const elapsed of took) expect(elapsed).toBeGreaterThan(39);
    expect([answers[0]!.status, answers[0]!.text]).toEqual([404, answers[1]!.text]);
    expect((await change('show')).statusCode).toBe(204);
  });
});

test('a document that its author removed is gone for who might have read it (410), and never was for anybody else', async () => {
  const author = { ...PEOPLE.gp, id: 'rpps:899700000022' };
  const since = new Date(Date.now() - 1_000);
  const link = { patientId: letterPatient, holder: { person: author.id }, kind: 'care-team' as const, since };
  await registerLinks(server.database.db, [link], 'test');
  const { id } = (await fiche())!;
  const paths = [`/DocumentReference/${id}`, `/DocumentReference/${id}/_history`, `/Binary/${id}`];
  const statuses = (headers = region.gp) => Promise.all(paths.map(async (path) => (await get(path, headers)).status));
  expect(await statuses()).toEqual([200, 200, 200]);
  const removed = await patch([{ op: 'replace', path: '/status', value: 'entered-in-error' }], await server.as(author));
  expect(removed.status).toBe(200);
  const gone = await get(paths[0]!);
  expect([gone.status, refusalOf(gone), await fiche()]).toEqual([410, 'request.gone', undefined]);
  expect(await statuses(patient)).toEqual([410, 410, 410]);
  expect(await statuses(await server.as(PEOPLE.midwife))).toEqual([403, 403, 403]);
  const hidden = await patch(labelled('MASQUE_PS'), patient);
  expect([hidden.status, ...(await statuses())]).toEqual([404, 410, 410, 410]);
});

describe('a patient of a sender', () => {
  const patientOf = (family: string, value = 'IPP-1') => ({
    resourceType: 'Patient',
    identifier: [{ system: 'https://sil.example/ipp', value }],
    name: [{ family }],
  });
  const bearer = () => ({ authorization: `Bearer ${region.token}` });
  const put = (body: unknown, headers: Record<string, string> = {}, path = '/Patient?identifier=https://sil.example/ipp|IPP-1') =>
    ask('PUT', path, { body, headers: { ...bearer(), ...headers } });
  const family = ({ body }: { body: Answer }) => (body['name'] as { family: string }[])[0]!.family;

  test('is made, then changed, by its number (ITI-104); the same again is the same version', async () => {
    const made = await put(patientOf('ESSAI'));
    expect([made.status, made.headers['etag'], family(made)]).toEqual([201, 'W/"1"', 'ESSAI']);
    const changed = await put(patientOf('ESSAI-LENOIR'));
    expect([changed.status, changed.headers['etag'], changed.body.id]).toEqual([200, 'W/"2"', made.body.id]);
    expect((await put(patientOf('ESSAI-LENOIR'))).headers['etag']).toBe('W/"2"');
    const found = await get('/Patient?identifier=https://sil.example/ipp|IPP-1', bearer());
    expect(resources(found)).toMatchObject([{ id: made.body.id, name: [{ family: 'ESSAI-LENOIR' }] }]);
  });

  test('is changed only from the version that its sender knows, and never into another one', async () => {
    expect((await put(patientOf('ESSAI-NOIR'), { 'if-match': 'W/"1"' })).status).toBe(412);
    await post('/Patient', patientOf('AUTRE', 'IPP-2'));
    const both = { ...patientOf('ESSAI'), identifier: [patientOf('', 'IPP-1').identifier[0], patientOf('', 'IPP-2').identifier[0]] };
    expect((await put(both)).status).toBe(412);
    expect((await put(patientOf('ESSAI', 'IPP-9'))).status).toBe(412);
  });

  test('is nobody else’s to change', async () => {
    const [own] = resources(await get('/Patient?identifier=https://sil.example/ipp|IPP-1', bearer()));
    const other = { authorization: `Bearer ${await tokenOf('lis-other')}` };
    expect((await put(patientOf('VOL'), other, `/Patient/${own!.id}`)).status).toBe(404);
    expect((await ask('PUT', '/Patient?identifier=https://sil.example/ipp|IPP-1', { body: patientOf('VOL') })).status).toBe(403);
  });
});
