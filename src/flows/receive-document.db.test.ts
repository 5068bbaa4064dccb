import { beforeAll, describe, expect, test } from 'vitest';
import { PEOPLE } from '../../test/support/people.ts';
import { JEANNE, LABORATORY, OTHER_LABORATORY, POTASSIUM, quantity, reportOf } from '../../test/support/reports.ts';
import { testServer } from '../../test/support/server.ts';
import { registerLinks } from '../access/index.ts';
import { registerSenders, registerStructures } from '../directory/index.ts';
import { type LabReport, writeCda } from '../formats/index.ts';
import type { PatientEvent, PatientReports, VersionWorklist } from '../record/contract.ts';

const server = testServer();
const SECRET = 'a-secret-of-the-tests-only';
const SENDER = {
  clientId: 'lis-essai',
  name: 'SIL des essais',
  structures: [LABORATORY.finess],
  formats: ['cda-cr-bio'],
  state: 'production' as const,
  secret: SECRET,
  connectedSince: new Date(),
};
let token = '';

beforeAll(async () => {
  const { db } = server.database;
  await registerStructures(db, [
    { ...LABORATORY, kind: 'laboratory' },
    { ...OTHER_LABORATORY, kind: 'laboratory' },
  ]);
  await registerSenders(db, [SENDER], 'demo');
  token = await server.tokenOf('lis-essai', SECRET);
});

const deposit = (body: string | LabReport, type = 'application/xml', bearer = token) =>
  server.app.inject({
    method: 'POST',
    url: '/api/deposits',
    headers: { authorization: `Bearer ${bearer}`, 'content-type': type },
    payload: typeof body === 'string' ? body : writeCda(body),
  });

async function patientOf(documentId: string): Promise<string> {
  const [row] = await server.database.db.query<{ patient: string }>(
    'whose',
    'select patient_id as patient from record.document where document_id = $1',
    [documentId],
  );
  return row!.patient;
}

async function read(patientId: string): Promise<PatientReports> {
  await registerLinks(
    server.database.db,
    [{ patientId, holder: { person: PEOPLE.gp.id }, kind: 'treating-doctor', since: new Date(Date.now() - 1_000) }],
    'test',
  );
  const answer = await server.app.inject({ url: `/api/patients/${patientId}/biology`, headers: await server.as(PEOPLE.gp) });
  expect(answer.statusCode).toBe(200);
  return answer.json();
}

const quarantined = async () =>
  (await server.database.db.query<{ code: string }>('quarantined', 'select code from record.quarantine order by first_received_at')).map(
    ({ code }) => code,
  );

describe('a laboratory report', () => {
  test('travels from the laboratory to the treating doctor, as it was printed', async () => {
    const answer = await deposit(reportOf(1));
    expect(answer.statusCode).toBe(201);
    const receipt = answer.json() as { depositId: string; documentId: string; state: string };
    expect(answer.headers['location']).toBe(`/api/deposits/${receipt.depositId}`);
    const { reports, completeness } = await read(await patientOf(receipt.documentId));
    expect(reports[0]).toMatchObject({
      laboratory: LABORATORY,
      current: true,
      conflict: false,
      validator: 'Dr Iris TUBE-DEMO',
      sampledAt: '2026-03-02T06:42:00.000Z',
    });
    expect(reports[0]!.results[0]).toMatchObject({
      label: 'Potassium',
      text: '5,60',
      unit: 'mmol/L',
      flag: 'H',
      interval: { low: 3.5, high: 5.1 },
      number: { value: 5.6, decimals: 2 },
      normalised: { row: 'potassium.serum' },
    });
    expect(completeness.notConnected).toEqual([OTHER_LABORATORY.name]);
  });

  test('sent again with the same bytes gets the same receipt, and is stored once', async () => {
    const bytes = writeCda(reportOf(2));
    const [first, second] = [await deposit(bytes), await deposit(bytes)];
    expect([first.statusCode, second.statusCode]).toEqual([201, 200]);
    expect(second.json()).toEqual(first.json());
  });

  test('sent ten times at once is stored once', async () => {
    const bytes = writeCda(reportOf(3));
    const answers = await Promise.all(Array.from({ length: 10 }, () => deposit(bytes)));
    expect(answers.map(({ statusCode }) => statusCode).toSorted()).toEqual([...Array.from({ length: 9 }, () => 200), 201]);
    expect(new Set(answers.map((answer) => answer.body)).size).toBe(1);
  });

  test('with the identifier of another and other bytes is refused, kept, and changes nothing', async () => {
    await deposit(reportOf(4));
    const answer = await deposit(reportOf(4, { results: [quantity('2951-2', 'Sodium', '140', 'mmol/L')] }));
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toMatchObject({ code: 'deposit.conflicting-bytes', retry: false, depositId: expect.any(String) });
    expect(await quarantined()).toContain('deposit.conflicting-bytes');
  });

  test('is taken even when another laboratory used its identifier first, and the region is told', async () => {
    const nobodyElse = { ...JEANNE, ids: [{ root: '1.2.250.1.999.1', extension: 'IPP-8' }] };
    const own = reportOf(8, { patient: nobodyElse });
    await registerSenders(server.database.db, [{ ...SENDER, clientId: 'lis-autre', structures: [OTHER_LABORATORY.finess] }], 'demo');
    const other = await server.tokenOf('lis-autre', SECRET);
    const squatter = await deposit(
      { ...reportOf(8, { patient: nobodyElse, laboratory: OTHER_LABORATORY }), id: own.id },
      'application/xml',
      other,
    );
    const answer = await deposit(own);
    expect([squatter.statusCode, answer.statusCode]).toEqual([202, 202]);
    const region = await server.app.inject({ url: '/api/region', headers: await server.as(PEOPLE.operator) });
    expect(region.json().deposits).toContainEqual({ state: 'shared-identifier', deposits: 1 });
  });

  test('with an identifier too long to be a key is refused, not tried again for ever', async () => {
    const extension = Array.from({ length: 3_000 }, (_, i) => ((i * 7_919) % 36).toString(36)).join('');
    const answer = await deposit({ ...reportOf(9), id: { root: '1.2.3', extension } });
    expect([answer.statusCode, answer.json()]).toMatchObject([422, { code: 'report.hostile', retry: false }]);
  });

  test('of another laboratory than the sender is refused and kept', async () => {
    const answer = await deposit(reportOf(5, { laboratory: OTHER_LABORATORY }));
    expect([answer.statusCode, answer.json().code]).toEqual([403, 'deposit.wrong-structure']);
    expect(await quarantined()).toContain('deposit.wrong-structure');
  });

  test('that cannot be read is refused with the place, and its sender finds the reason again', async () => {
    const answer = await deposit('<ClinicalDocument xmlns="urn:hl7-org:v3"><broken></ClinicalDocument>');
    expect(answer.statusCode).toBe(422);
    const refused = answer.json() as { code: string; at: string; depositId: string };
    expect(refused).toMatchObject({ code: 'report.unreadable', at: expect.stringContaining('line') });
    const again = await server.app.inject({ url: `/api/deposits/${refused.depositId}`, headers: { authorization: `Bearer ${token}` } });
    expect(again.json()).toMatchObject({ state: 'refused', refusal: { code: 'report.unreadable' } });
  });

  test('in a format that the door does not read is refused before it is kept', async () => {
    const answer = await deposit('hello', 'application/x-unknown');
    expect([answer.statusCode, answer.json().code]).toEqual([415, 'deposit.unsupported-format']);
  });

  test('with the INS of production is refused by a demo region', async () => {
    const patient = { ...JEANNE, ids: [{ root: '1.2.250.1.213.1.4.8', extension: JEANNE.ids[0]!.extension! }] };
    const answer = await deposit(reportOf(6, { patient }));
    expect([answer.statusCode, answer.json().code]).toEqual([422, 'report.identity-forbidden']);
  });

  test('without INS waits for a person: kept, not shown to anybody', async () => {
    const patient = { ...JEANNE, ids: [{ root: '1.2.250.1.999.1', extension: 'IPP-7' }] };
    const answer = await deposit(reportOf(7, { patient }));
    expect([answer.statusCode, answer.json().state]).toEqual([202, 'identity']);
  });

  test('corrected before the first version arrives: the correction stays the one to read', async () => {
    const patient = { ...JEANNE, ids: JEANNE.ids };
    const second = await deposit(
      reportOf(12, { patient, version: 2, replaces: [11], set: 10, results: [quantity('14682-9', 'Créatinine', '196', 'umol/L')] }),
    );
    const first = await deposit(
      reportOf(11, { patient, version: 1, set: 10, results: [quantity('14682-9', 'Créatinine', '191', 'umol/L')] }),
    );
    expect([second.statusCode, first.statusCode]).toEqual([201, 201]);
    const { reports } = await read(await patientOf(second.json().documentId));
    const standing = reports.filter(({ setId }) => setId.endsWith('.900010')).map(({ version, current }) => [version, current]);
    expect(standing.toSorted()).toEqual([
      [1, false],
      [2, true],
    ]);
  });

  test('tells the pages where its patient is open', async () => {
    const first = await deposit(reportOf(20));
    const patientId = await patientOf(first.json().documentId);
    const told = new Promise<PatientEvent>((resolve) => {
      const stop = server.relay.subscribe(patientId, (event) => {
        if (event.results !== 2) return; // those of the tests before
        stop();
        resolve(event);
      });
    });
    const second = await deposit(
      reportOf(21, { version: 2, replaces: [20], set: 20, results: [POTASSIUM, quantity('2951-2', 'Sodium', '140', 'mmol/L')] }),
    );
    expect(await told).toMatchObject({
      kind: 'report-stored',
      documentId: second.json().documentId,
      laboratory: LABORATORY.name,
      results: 2,
      isCorrection: true,
    });
  });

  test('can be read back byte for byte by those who may', async () => {
    const bytes = writeCda(reportOf(30));
    const { documentId } = (await deposit(bytes)).json();
    const patientId = await patientOf(documentId);
    await read(patientId);
    const answer = await server.app.inject({
      url: `/api/patients/${patientId}/reports/${documentId}/original`,
      headers: await server.as(PEOPLE.gp),
    });
    expect(answer.body).toBe(bytes);
  });

  test('can be opened as it was printed, with its versions, by its reader and by the biologist of its laboratory', async () => {
    const first = await deposit(reportOf(40));
    const second = await deposit(reportOf(41, { version: 2, replaces: [40], set: 40 }));
    const { documentId } = second.json();
    const patientId = await patientOf(documentId);
    await read(patientId);
    const ofLaboratory = { ...PEOPLE.biologist, organisation: LABORATORY };
    for (const reader of [PEOPLE.gp, ofLaboratory]) {
      const answer = await server.app.inject({ url: `/api/patients/${patientId}/reports/${documentId}`, headers: await server.as(reader) });
      expect(answer.statusCode).toBe(200);
      expect(answer.json()).toMatchObject({
        report: { documentId, current: true, version: 2 },
        results: [{ label: 'Potassium', text: '5,60' }],
        sections: [{ title: 'BIOCHIMIE', html: expect.stringContaining('5,60') }],
        versions: [
          { documentId, version: 2, isCurrent: true },
          { documentId: first.json().documentId, version: 1, isCurrent: false },
        ],
      });
    }
    const stranger = { ...PEOPLE.biologist, id: 'rpps:899700000078', organisation: OTHER_LABORATORY };
    const refused = await server.app.inject({
      url: `/api/patients/${patientId}/reports/${documentId}`,
      headers: await server.as(stranger),
    });
    expect([refused.statusCode, refused.json().code]).toEqual([403, 'access.denied']);
  });

  test('that contradicts another goes to the worklist of its laboratory, where a biologist says which is right', async () => {
    await deposit(reportOf(50));
    const one = (await deposit(reportOf(51, { version: 2, replaces: [50], set: 50 }))).json();
    const other = (
      await deposit(reportOf(52, { version: 2, replaces: [50], set: 50, results: [quantity('2951-2', 'Sodium', '140', 'mmol/L')] }))
    ).json();
    const patientId = await patientOf(one.documentId);
    const headers = await server.as({ ...PEOPLE.biologist, organisation: LABORATORY });
    const worklist = async () => {
      const answer = await server.app.inject({ url: '/api/worklists/versions', headers });
      return (answer.json() as VersionWorklist).conflicts.filter((conflict) => conflict.setId.endsWith('.900050'));
    };
    await expect
      .poll(worklist)
      .toMatchObject([{ patientId, patient: { birthDate: '1955-06-12' }, documents: [{ version: 2 }, { version: 2 }] }]);
    const keep = `/api/worklists/versions/${patientId}/${other.documentId}/keep`;
    const stranger = await server.as({ ...PEOPLE.biologist, id: 'rpps:899700000078', organisation: OTHER_LABORATORY });
    const refused = await server.app.inject({ method: 'POST', url: keep, headers: stranger, payload: { reason: 'not mine' } });
    expect(refused.statusCode).toBe(404);
    const kept = await server.app.inject({ method: 'POST', url: keep, headers, payload: { reason: 'the first was typed twice' } });
    expect(kept.statusCode).toBe(204);
    expect(await worklist()).toEqual([]);
    const { reports } = await read(patientId);
    const current = reports.filter((report) => report.setId.endsWith('.900050') && report.current);
    expect(current.map(({ documentId, conflict }) => [documentId, conflict])).toEqual([[other.documentId, false]]);
  });

  test('larger than the door takes is refused, and not kept', async () => {
    const before = await quarantined();
    const answer = await deposit(' '.repeat(20 * 1024 * 1024 + 1));
    expect([answer.statusCode, answer.json().code]).toEqual([413, 'deposit.too-large']);
    expect(await quarantined()).toEqual(before);
  });

  test('from nobody known is refused, and not kept', async () => {
    const before = await quarantined();
    const answer = await server.app.inject({
      method: 'POST',
      url: '/api/deposits',
      headers: { 'content-type': 'application/xml' },
      payload: writeCda(reportOf(60)),
    });
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'access.unauthenticated']);
    expect(await quarantined()).toEqual(before);
  });

  test('that was refused can be looked at by the biologists of its laboratory, and by no other', async () => {
    const bytes = '<ClinicalDocument xmlns="urn:hl7-org:v3"><looked-at></ClinicalDocument>';
    const { depositId } = (await deposit(bytes)).json();
    const own = await server.as({ ...PEOPLE.biologist, organisation: LABORATORY });
    const listed = (await server.app.inject({ url: '/api/quarantine', headers: own })).json() as { depositId: string }[];
    expect(listed.map((refused) => refused.depositId)).toContain(depositId);
    const original = await server.app.inject({ url: `/api/quarantine/${depositId}/original`, headers: own });
    expect([original.statusCode, original.body]).toEqual([200, bytes]);
    const stranger = await server.as({ ...PEOPLE.biologist, id: 'rpps:899700000078', organisation: OTHER_LABORATORY });
    expect((await server.app.inject({ url: '/api/quarantine', headers: stranger })).json()).toEqual([]);
    expect((await server.app.inject({ url: `/api/quarantine/${depositId}/original`, headers: stranger })).statusCode).toBe(404);
    const doctor = await server.app.inject({ url: '/api/quarantine', headers: await server.as(PEOPLE.gp) });
    expect([doctor.statusCode, doctor.json().code]).toEqual([403, 'access.denied']);
    const [trail] = await server.database.db.query<{ events: number }>(
      'quarantine-trail',
      `select count(*)::int as events from access.audit_event where action = 'quarantine.read' and object = $1 and allowed`,
      [depositId],
    );
    expect(trail!.events).toBe(1);
  });

  test('stored between the reading of a page and its following is told all the same, in the page that follows', async () => {
    const { documentId } = (await deposit(reportOf(70))).json();
    const patientId = await patientOf(documentId);
    await read(patientId);
    const address = await server.app.listen({ port: 0, host: '127.0.0.1' });
    const page = new AbortController();
    const answer = await fetch(`${address}/api/patients/${patientId}/events`, { headers: await server.as(PEOPLE.gp), signal: page.signal });
    const stream = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    let told = '';
    while (!told.includes(documentId)) told += (await stream.read()).value ?? '';
    expect(told).toContain(`"documentId":"${documentId}"`);
    page.abort();
  });
});
