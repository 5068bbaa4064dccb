import { beforeAll, describe, expect, test, vi } from 'vitest';
import { fhirRegion, refusalOf } from '../../../test/support/fhir-region.ts';
import { laboratoryTransaction } from '../../../test/support/fhir-transaction.ts';
import { PEOPLE } from '../../../test/support/people.ts';
import { MARIE } from '../../../test/support/reports.ts';
import { type Principal, registerLinks } from '../../access/index.ts';
import { mergePatients, splitPatient } from '../../identity/index.ts';
import { type Sql, uuidv7 } from '../../kernel/index.ts';
import { type ExportDeps, exportedFile } from './export.ts';
import { insertExport, ownExport } from './store.ts';

const { region, server, get, post, events } = fhirRegion();
const WARD = { finess: '990400303', name: 'Service des essais' };
const ASYNC = { prefer: 'respond-async' };
let marie = '';

beforeAll(async () => {
  const bundle = laboratoryTransaction(50, { ins: MARIE.ids[0]!.extension! });
  Object.assign(bundle.entry[0]!.resource, {
    name: [{ use: 'official', family: MARIE.birthFamily, given: ['MARIE'] }],
    birthDate: '1960-06-15',
  });
  await post('', bundle);
  const query = 'select patient_id as patient from record.document where patient_id <> $1';
  marie = (await server.database.db.query<{ patient: string }>('other', query, [region.patientId]))[0]!.patient;
  await vi.waitUntil(async () => (await server.database.db.query('outbox', 'select from record.outbox limit 1')).length === 0, {
    timeout: 25_000,
    interval: 10,
  });
});

const start = async (query = '', headers = region.gp) => {
  const answer = await get(`/Patient/$export${query}`, { ...headers, ...ASYNC });
  return { ...answer, at: String(answer.headers['content-location'] ?? '').replace(/^.*\/fhir/, '') };
};
const made = async (at: string, headers = region.gp) => {
  await vi.waitUntil(async () => (await get(at, headers)).status === 200, { timeout: 20_000, interval: 10 });
  return (await get(at, headers)).body as unknown as { output: { type: string; count: number; url: string }[] };
};
const lines = async (url: string, headers = region.gp) =>
  (await get(url.replace(/^.*\/fhir/, ''), headers)).text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { resourceType: string; id: string; subject?: { reference: string } });

/** A file as it is taken, piece by piece. */
function piecesOf(who: Principal, at: string, type: string) {
  const { db } = server.database;
  const deps = { db, system: db, mode: 'demo', zone: 'Europe/Paris' } as unknown as ExportDeps;
  return exportedFile(deps, { who, now: new Date(), base: '', strict: false }, at.replace('/export/', ''), `${type}.ndjson`);
}

describe('an export', () => {
  test('is asked for asynchronously, followed, fetched as NDJSON, and ended', async () => {
    expect((await get('/Patient/$export')).status).toBe(400);
    const { status, at } = await start();
    expect([status, at]).toEqual([202, expect.stringMatching(/^\/export\/[0-9a-f-]{36}$/)]);
    const { output } = await made(at);
    expect(output.find(({ type }) => type === 'Observation')!.count).toBe(3);
    const observations = await lines(output.find(({ type }) => type === 'Observation')!.url);
    expect(observations.map(({ resourceType }) => resourceType)).toEqual(['Observation', 'Observation', 'Observation']);
    const ended = await server.app.inject({ method: 'DELETE', url: `/fhir${at}`, headers: region.gp });
    expect([ended.statusCode, (await get(at)).status]).toEqual([202, 404]);
  });

  test('holds whom the reader follows and nobody else, with one event for each in the trail', async () => {
    const since = new Date(Date.now() - 1_000);
    await registerLinks(
      server.database.db,
      [{ patientId: marie, holder: { person: PEOPLE.pharmacist.id }, kind: 'care-team', since }],
      'test',
    );
    const pharmacist = await server.as(PEOPLE.pharmacist);
    const before = await events();
    const { at } = await start('?_type=Patient,DiagnosticReport', pharmacist);
    const { output } = await made(at, pharmacist);
    expect(output.map(({ type, count }) => [type, count])).toEqual([
      ['DiagnosticReport', 1],
      ['Patient', 1],
    ]);
    expect((await lines(output[1]!.url, pharmacist)).map(({ id }) => id)).toEqual([marie]);
    // That the list was asked for, one record, and that it was taken away.
    expect((await events()) - before).toBe(3);
  });

  test('holds, when it is fetched, what may still be read: who was shut out meanwhile is left out, and both are in the trail', async () => {
    const since = new Date(Date.now() - 60_000);
    const kind = 'care-team' as const;
    const holder = { person: 'rpps:899700000999' };
    await registerLinks(
      server.database.db,
      [region.patientId, marie].map((patientId) => ({ patientId, holder, kind, since })),
      'test',
    );
    const nurse = await server.as({ ...PEOPLE.nurse, id: holder.person });
    const { at } = await start('?_type=Patient', nurse);
    const { url } = (await made(at, nurse)).output[0]!;
    const ids = async () => (await lines(url, nurse)).map(({ id }) => id).toSorted();
    expect(await ids()).toEqual([region.patientId, marie].toSorted());
    const end = (patientId: string) =>
      server.database.db.query(
        'end',
        `update access.care_link set until = now() - interval '1 second' where holder = $1 and patient_id = $2`,
        [holder.person, patientId],
      );
    await end(marie);
    const before = await events();
    expect(await ids()).toEqual([region.patientId]);
    expect((await events()) - before).toBe(2);
    await end(region.patientId);
    expect((await get(url.replace(/^.*\/fhir/, ''), nurse)).status).toBe(403);
  });

  test('tells, when a file is fetched, what the records say then: what was hidden meanwhile is not in it', async () => {
    const [since, holder] = [new Date(Date.now() - 1_000), { person: 'rpps:899700000997' }];
    await registerLinks(server.database.db, [{ patientId: region.patientId, holder, kind: 'care-team', since }], 'test');
    const nurse = await server.as({ ...PEOPLE.nurse, id: holder.person });
    const { at } = await start('?_type=DiagnosticReport,Observation', nurse);
    const { output } = await made(at, nurse);
    const file = (type: string) => output.find((one) => one.type === type)!.url;
    const patient = await server.as({ ...PEOPLE.patient, id: `patient:${region.patientId}`, patientId: region.patientId });
    const [{ documentId }] = (await server.database.db.query<{ documentId: string }>(
      'of-patient',
      'select document_id as "documentId" from record.document where patient_id = $1',
      [region.patientId],
    )) as [{ documentId: string }];
    const url = `/api/patients/${region.patientId}/documents/${documentId}/visibility`;
    const change = (act: 'hide' | 'show') =>
      server.app.inject({ method: 'POST', url, headers: patient, payload: { act, mask: 'MASQUE_PS' } });
    const [reports, observations] = [await lines(file('DiagnosticReport'), nurse), await lines(file('Observation'), nurse)];
    expect([reports.length, observations.length]).toEqual([1, 3]);
    expect((await change('hide')).statusCode).toBe(204);
    const before = await events();
    for (const type of ['DiagnosticReport', 'Observation']) expect((await get(file(type).replace(/^.*\/fhir/, ''), nurse)).text).toBe('');
    expect((await events()) - before, 'one for each taking').toBe(2);
    await change('show');
    expect(await lines(file('Observation'), nurse)).toEqual(observations);
  });

  test('that ends while a file of it is taken breaks it off, rather than leave out the rest', async () => {
    const [kind, since] = ['care-team' as const, new Date(Date.now() - 60_000)];
    const { db } = server.database;
    const holder = { person: 'rpps:899700000994' };
    await registerLinks(
      db,
      [region.patientId, marie].map((patientId) => ({ patientId, holder, kind, since })),
      'test',
    );
    const who = { ...PEOPLE.nurse, id: holder.person };
    const headers = await server.as(who);
    const { at } = await start('?_type=Patient', headers);
    await made(at, headers);
    const pieces = piecesOf(who, at, 'Patient');
    expect((await pieces.next()).done).toBe(false);
    await server.app.inject({ method: 'DELETE', url: `/fhir${at}`, headers });
    await expect(pieces.next()).rejects.toMatchObject({ code: 'request.gone' });
  });

  test('keeps no copy of what it holds', async () => {
    await made((await start('?_type=Patient,DiagnosticReport')).at);
    const kept = await server.database.db.query<{ row: string }>('kept', 'select row_to_json(f)::text as row from fhir.export_file f');
    expect(kept.length).toBeGreaterThan(0);
    for (const { row } of kept) expect(Object.keys(JSON.parse(row) as object)).toEqual(['patient_id', 'export_id', 'type', 'ids']);
  });

  test('goes no further once who asked for it has signed out', async () => {
    const since = new Date(Date.now() - 1_000);
    const holder = { person: 'rpps:899700000998' };
    const many = Array.from({ length: 4_000 }, () => ({ patientId: uuidv7(), holder, kind: 'care-team' as const, since }));
    await registerLinks(server.database.db, many, 'test');
    const nurse = await server.as({ ...PEOPLE.nurse, id: holder.person });
    const before = await events();
    expect((await start('', nurse)).status).toBe(202);
    const { db } = server.database;
    await db.query(
      '',
      `update access.session set ended_at = now() where ended_at is null and seen_at = (select max(seen_at) from access.session)`,
    );
    const left = () => db.query('', 'select from fhir.export where holder = $1', [holder.person]);
    await vi.waitUntil(async () => (await left()).length === 0, { timeout: 20_000, interval: 10 });
    expect((await events()) - before).toBeLessThan(1_000);
  });

  test('made with some scopes is not there for others', async () => {
    const system = server.database.db;
    const asked = { ...PEOPLE.gp, software: { clientId: 'app', scope: 'patient/*.rs' } };
    const begun = { exportId: uuidv7(), request: '', patients: 0, now: new Date(), expiresAt: new Date(Date.now() + 60_000) };
    expect(await insertExport(system, asked, begun, new Date())).toBe(true);
    const seen = (scope: string) => ownExport(system, { ...asked, software: { clientId: 'app', scope } }, begun.exportId, new Date());
    expect([await seen('patient/*.rs'), await seen('patient/Patient.r')]).toEqual([expect.objectContaining({ patients: 0 }), undefined]);
  });

  test('is begun once of several asked at the same instant', async () => {
    const { db } = server.database;
    const asked = { ...PEOPLE.gp, software: { clientId: 'at-once', scope: 'patient/*.rs' } };
    const begin = async (tx: Sql) => {
      const begun = { exportId: uuidv7(), request: '', patients: 0, now: new Date(), expiresAt: new Date(Date.now() + 60_000) };
      const isBegun = await insertExport(tx, asked, begun, new Date(Date.now() - 60_000));
      // The other is well under way before this one is committed.
      await tx.query('', 'select pg_sleep(0.2)');
      return isBegun;
    };
    const answers = await Promise.all([1, 2, 3].map(() => db.transaction(begin)));
    expect(answers.filter(Boolean)).toHaveLength(1);
  });

  test('is not made when too many are kept', async () => {
    const pharmacist = await server.as(PEOPLE.pharmacist);
    const statuses: number[] = [];
    for (let n = 0; n < 9; n++) {
      const { status, at } = await start('?_type=Patient', pharmacist);
      statuses.push(status);
      if (status === 202) await made(at, pharmacist);
    }
    expect([statuses[0], statuses.at(-1)]).toEqual([202, 429]);
  });

  test('of one patient is refused at once to who may not read them, and is nobody else’s to fetch', async () => {
    const nurse = await server.as(PEOPLE.nurse);
    expect((await start(`?patient=Patient/${region.patientId}`, nurse)).status).toBe(403);
    const before = await events();
    const { at } = await start(`?patient=Patient/${region.patientId}`);
    const { output } = await made(at);
    expect((await events()) - before, 'their record was read once').toBe(1);
    expect((await get(at, nurse)).status).toBe(404);
    expect((await get(output[0]!.url.replace(/^.*\/fhir/, ''), nurse)).status).toBe(404);
  });

  test('leaves out what has not changed since; not what says no date of its own', async () => {
    const { at } = await start(`?_since=2999-01-01T00:00:00Z`);
    expect((await made(at)).output.map(({ type }) => type)).toEqual(['Organization', 'Patient']);
  });

  test.each([
    ['?_outputFormat=csv', '_outputFormat'],
    ['?patient=Patient/no-id', 'patient'],
    ['?_type=Practitioner', '_type'],
    ['?_typeFilter=Observation', '_typeFilter'],
    ['?_typeFilter=Observation%3Fcolour%3Dblue', '_typeFilter'],
    ['?_type=Patient&_typeFilter=Observation%3Fcode%3D2823-3', '_typeFilter'],
    ['?_since=yesterday', '_since'],
  ])('%s is refused', async (query, at) => {
    const answer = await start(query);
    expect([answer.status, refusalOf(answer), answer.body.issue![0]!.location]).toEqual([400, 'request.invalid', [`http.${at}`]]);
  });

  test('holds of a type what answers one of its filters, each said by itself or joined by a comma', async () => {
    const filter = (text: string) => `_typeFilter=${encodeURIComponent(text)}`;
    const { at } = await start(
      `?_type=Observation&${filter('Observation?code=2823-3')}&${filter('Observation?code=1988-5&value-quantity=gt100,Observation?code=none')}`,
    );
    const { output } = await made(at);
    expect(output.map(({ type, count }) => [type, count])).toEqual([['Observation', 1]]);
  });

  test('of the whole is of one’s own patients too: a laboratory’s system has none', async () => {
    const system = { authorization: `Bearer ${region.token}`, ...ASYNC };
    expect([(await get('/Patient/$export', system)).status, (await get('/$export', system)).status]).toEqual([403, 403]);
    const answer = await get('/$export?_type=Patient', { ...region.gp, ...ASYNC });
    const at = String(answer.headers['content-location']).replace(/^.*\/fhir/, '');
    expect((await lines((await made(at)).output[0]!.url)).map(({ id }) => id)).toEqual([region.patientId]);
  });

  test('of a group is of the patients followed on that ground, one event for each; the groups of others are not there', async () => {
    const since = new Date(Date.now() - 1_000);
    const team = [region.patientId, marie].map((patientId) => ({
      patientId,
      holder: { structure: WARD.finess },
      kind: 'care-team' as const,
      since,
    }));
    const own = { patientId: marie, holder: { person: PEOPLE.nurse.id }, kind: 'consent' as const, since };
    await registerLinks(server.database.db, [...team, own], 'test');
    const nurse = await server.as({ ...PEOPLE.nurse, organisation: WARD });
    const before = await events();
    const found = (await get('/Group?_include=Group:member', nurse)).body;
    expect((await events()) - before).toBe(1);
    const groups = found.entry!.map(({ resource }) => resource).filter(({ resourceType }) => resourceType === 'Group');
    expect([
      found.entry!.length - groups.length,
      groups.map(({ id, quantity, managingEntity }) => [id, quantity, managingEntity]).toSorted(),
    ]).toEqual([
      2,
      [
        [`care-team.structure-${WARD.finess}`, 2, { reference: `Organization/${WARD.finess}` }],
        [`consent.rpps-${PEOPLE.nurse.id.slice('rpps:'.length)}`, 1, expect.anything()],
      ],
    ]);
    const exported = async (id: string, query = '') => {
      const answer = await get(`/Group/${id}/$export${query}`, { ...nurse, ...ASYNC });
      const at = String(answer.headers['content-location']).replace(/^.*\/fhir/, '');
      const { output } = await made(at, nurse);
      const ended = await server.app.inject({ method: 'DELETE', url: `/fhir${at}`, headers: nurse });
      return [ended.statusCode, ...output.map(({ type, count }) => [type, count])];
    };
    const beforeExport = await events();
    expect(await exported(`care-team.structure-${WARD.finess}`, '?_type=Patient,DiagnosticReport')).toEqual([
      202,
      ['DiagnosticReport', 2],
      ['Patient', 2],
    ]);
    expect((await events()) - beforeExport).toBe(3);
    expect(
      await exported(
        `consent.rpps-${PEOPLE.nurse.id.slice('rpps:'.length)}`,
        `?_type=Observation&_since=2020-01-01&_typeFilter=Observation%3Fcode=2823-3`,
      ),
    ).toEqual([202, ['Observation', 1]]);
    const { id } = groups[0]!;
    for (const path of [`/Group/${id}`, `/Group/${id}/$export`])
      expect([path, (await get(path, { ...region.gp, ...ASYNC })).status]).toEqual([path, 404]);
    expect((await get(`/Group/${id}`, nurse)).body).toEqual(groups[0]);
    expect((await get(`/Group?member=Patient/${region.patientId}&_summary=count`, nurse)).body.total).toBe(1);
  });

  test('of more patients than are exported at once is refused, and not cut', async () => {
    const since = new Date(Date.now() - 1_000);
    const holder = { person: PEOPLE.specialist.id };
    const links = Array.from({ length: 5_001 }, () => ({ patientId: uuidv7(), holder, kind: 'care-team' as const, since }));
    await registerLinks(server.database.db, links, 'test');
    const answer = await start('', await server.as(PEOPLE.specialist));
    expect([answer.status, refusalOf(answer), answer.body.issue![0]!.location]).toEqual([400, 'request.invalid', ['http.$export']]);
  });

  test('of a record that was merged since is asked for again, rather than given without what bears its former name', async () => {
    const { at } = await start('?_type=Observation');
    const { url } = (await made(at)).output[0]!;
    const file = url.replace(/^.*\/fhir/, '');
    const [by, reason] = [{ id: PEOPLE['identity-cell'].id, name: 'Cellule' }, 'même personne'];
    const merge = { patientId: region.patientId, into: marie, who: by, reason, now: new Date() };
    await server.database.db.transaction((tx) => mergePatients(tx, merge));
    const answer = await get(file);
    expect([answer.status, refusalOf(answer)]).toEqual([410, 'request.gone']);
    const again = await start(`?_type=Observation&patient=${region.patientId}`);
    const { output } = await made(again.at);
    expect(await lines(output[0]!.url)).toHaveLength(output[0]!.count);
  });

  test('of two records that were merged with one another since is asked for again too', async () => {
    const [kind, since] = ['care-team' as const, new Date(Date.now() - 60_000)];
    const holder = { person: 'rpps:899700000996' };
    const { db } = server.database;
    const by = { who: { id: PEOPLE['identity-cell'].id, name: 'Cellule' }, reason: 'deux personnes', now: new Date() };
    await db.transaction((tx) => splitPatient(tx, { patientId: region.patientId, ...by }));
    await registerLinks(
      db,
      [region.patientId, marie].map((patientId) => ({ patientId, holder, kind, since })),
      'test',
    );
    const who = { ...PEOPLE.nurse, id: holder.person };
    const nurse = await server.as(who);
    const { at } = await start('?_type=Observation', nurse);
    const { output } = await made(at, nurse);
    const file = output[0]!.url.replace(/^.*\/fhir/, '');
    expect(await lines(file, nurse)).toHaveLength(output[0]!.count);
    const pieces = piecesOf(who, at, 'Observation');
    expect((await pieces.next()).done).toBe(false);
    // The one that remains is told of first.
    const [into, patientId] = [region.patientId, marie].toSorted() as [string, string];
    await db.transaction((tx) => mergePatients(tx, { patientId, into, ...by }));
    const answer = await get(file, nurse);
    expect([answer.status, refusalOf(answer)]).toEqual([410, 'request.gone']);
    await expect(pieces.next(), 'nor is what was being taken left without it').rejects.toMatchObject({ code: 'request.gone' });
  });

  test('is gone after an hour', async () => {
    const { at } = await start();
    const { output } = await made(at);
    await server.database.db.query('age', `update fhir.export set expires_at = now() - interval '1 second'`);
    expect([(await get(at)).status, (await get(output[0]!.url.replace(/^.*\/fhir/, ''))).status]).toEqual([404, 404]);
    await made((await start()).at);
    expect(await server.database.db.query('left', 'select from fhir.export where expires_at < now()')).toEqual([]);
  });
});
