import { beforeAll, describe, expect, test } from 'vitest';
import { PEOPLE } from '../../../test/support/people.ts';
import { ficheOf, publishedRegion, resources } from '../../../test/support/published.ts';
import { readQuery } from '../search/query.ts';
import { documentId as ficheId } from '../wire/ids.ts';
import { openTrail, trailOf, trailOfId } from './audit-events.ts';

const { ask, get, publish, region, server } = publishedRegion();

interface BalpEvent {
  meta: { profile?: string[] };
  action: string;
  outcome: string;
  agent: { type: { coding: { code: string }[] }; network?: object }[];
  entity: { what?: object; role: object; description?: string; query?: string }[];
}

describe('the trail of a record (BALP)', () => {
  beforeAll(async () => {
    await publish(ficheOf(41));
    await get(`/DocumentReference?patient=${region.patientId}`);
  });

  test('tells the treating doctor who read it, through what, and each telling is written too', async () => {
    const events = resources(await get(`/AuditEvent?patient=${region.patientId}&_sort=-date`));
    const telling = events.find(({ subtype }) => (subtype as { code: string }[]).some(({ code }) => code === 'accesses.read'));
    expect(telling).toMatchObject({
      resourceType: 'AuditEvent',
      outcome: '0',
      entity: [{ what: { reference: `Patient/${region.patientId}` }, role: { code: '1' } }, { role: { code: '24' } }],
      agent: [{ requestor: false }, { requestor: false }, { requestor: true, who: { display: expect.stringContaining('LEFEVRE-DEMO') } }],
    });
    const again = resources(await get(`/AuditEvent?patient=${region.patientId}&subtype=accesses.read`));
    expect(again.length).toBeGreaterThan(0);
  });

  test('says of what could not be answered that it was asked, and not that it was read; each asking is one event', async () => {
    const [report] = resources(await get(`/DocumentReference?patient=${region.patientId}&_count=1`));
    const unknown = `${String(report!.id).slice(0, -4)}zzzz`;
    const trail = async () =>
      resources(await get(`/AuditEvent?patient=${region.patientId}&_count=200&_sort=-date`)) as unknown as (BalpEvent & {
        outcomeDesc: string;
      })[];
    const bundle = { resourceType: 'Bundle', type: 'batch', entry: [{ request: { method: 'GET', url: `Observation/${unknown}` } }] };
    const asked = [
      await get(`/Observation/${unknown}`),
      await get(`/Observation?patient=${region.patientId}&_cursor=any`),
      await ask('POST', '', { ...region.gp, 'content-type': 'application/fhir+json' }, bundle),
    ];
    expect(asked.map(({ status }) => status)).toEqual([404, 400, 200]);
    const after = await trail();
    expect(after.filter(({ entity }) => entity[1]!.description === 'Observation')).toHaveLength(3);
    const failed = after.filter(({ outcomeDesc }) => outcomeDesc === 'not-answered');
    expect(failed.map(({ outcome, meta }) => [outcome, meta.profile])).toEqual([
      ['4', undefined],
      ['4', undefined],
      ['4', undefined],
    ]);
  });

  test('says which reading it was: of a version, of a history, by an operation', async () => {
    const [fiche] = resources(await get(`/DocumentReference?patient=${region.patientId}&_count=1`));
    for (const path of [
      `DocumentReference/${fiche!.id}/_history`,
      `DocumentReference/_history?patient=${region.patientId}`,
      `Patient/${region.patientId}/$everything`,
    ])
      await get(`/${path}`);
    const trail = resources(await get(`/AuditEvent?patient=${region.patientId}&_count=200`)) as unknown as {
      subtype: { code: string }[];
    }[];
    const said = new Set(trail.flatMap(({ subtype }) => subtype.map(({ code }) => code)));
    expect([...said]).toEqual(expect.arrayContaining(['history-instance', 'history-type', 'operation', 'search-type', 'read']));
  });

  test('says what BALP wants of a search, of a reading, of a writing and of a refusal', async () => {
    const [fiche] = resources(await get(`/DocumentReference?patient=${region.patientId}&_count=1`));
    await get(`/DocumentReference/${fiche!.id}`);
    await get(`/Patient/${region.patientId}`);
    await ask('GET', `/Patient/${region.patientId}`, await server.as(PEOPLE.nurse));
    const trail = resources(await get(`/AuditEvent?patient=${region.patientId}&_count=200`)) as unknown as BalpEvent[];
    const isOf = (profile: string) => (event: BalpEvent) => event.meta.profile?.[0]?.endsWith(`/IHE.BasicAudit.${profile}`) === true;
    for (const { agent, entity } of trail) {
      expect(agent.slice(0, 2).every(({ network }) => network !== undefined)).toBe(true);
      expect(entity[0]).toMatchObject({ what: { reference: `Patient/${region.patientId}` }, type: { code: '1' }, role: { code: '1' } });
    }
    const codes = ({ agent }: BalpEvent) => agent.map(({ type }) => type.coding[0]!.code);
    const search = trail.find((event) => isOf('PatientQuery')(event) && event.entity[1]!.description === 'DocumentReference')!;
    expect([search.action, codes(search), search.entity[1]!.role]).toMatchObject(['E', ['110153', '110152', 'IRCP'], { code: '24' }]);
    const query = Buffer.from(search.entity[1]!.query!, 'base64').toString();
    expect(query).toBe(`DocumentReference?patient=${region.patientId}`);
    const readings = trail.filter(isOf('PatientRead'));
    for (const { action, entity, ...event } of readings)
      expect([action, codes({ entity, ...event } as BalpEvent), entity[1]]).toMatchObject([
        'R',
        ['110152', '110153', 'IRCP'],
        { type: { code: '2' }, role: { code: '4' }, what: expect.anything() },
      ]);
    const about = readings.map(({ entity }) => entity[1]!);
    for (const read of [`Patient/${region.patientId}`, `DocumentReference/${String(fiche!.id)}`])
      expect(about).toContainEqual(expect.objectContaining({ what: { reference: read }, description: read.split('/')[0] }));
    const filed = trail.find(isOf('PatientCreate'))!;
    expect([filed.action, codes(filed), filed.entity[1]!.what]).toMatchObject([
      'C',
      ['110153', '110152', 'AUT'],
      { reference: expect.stringMatching(/^DocumentReference\//) },
    ]);
    const refused = trail.filter(({ outcome }) => outcome !== '0');
    expect([refused.length > 0, refused.every(({ meta }) => meta.profile === undefined)]).toEqual([true, true]);
  });

  test('longer than what is searched at once is known to be cut', async () => {
    const asking = { who: PEOPLE.gp, now: new Date(), base: 'http://localhost/fhir', strict: false };
    const trail = (wish: Parameters<typeof openTrail>[3]) =>
      openTrail({ db: server.database.db, mode: 'demo', zone: 'Europe/Paris' }, asking, region.patientId, wish);
    const [cut, whole] = [await trail({ limit: 2 }), await trail({ limit: 10_000 })];
    expect([cut.world.all('AuditEvent').length, cut.isCut, whole.isCut]).toEqual([2, true, false]);
    const oldest = whole.world.all('AuditEvent').at(-1)!;
    expect(cut.world.find('AuditEvent', oldest.id)).toBeUndefined();
    const ofThen = trailOf(readQuery('AuditEvent', [['date', `le${String(oldest['recorded'])}`]]), 'Europe/Paris');
    for (const wish of [trailOfId(oldest.id), { limit: 2, ...ofThen }])
      expect((await trail(wish)).world.find('AuditEvent', oldest.id)).toEqual(oldest);
    expect((await get(`/AuditEvent/${oldest.id.slice(0, -4)}0000`)).status).toBe(404);
  });

  test('says to the patient nothing of a document that waits to be told: neither its name, nor its deposit, nor a gap where it would be', async () => {
    expect((await publish(ficheOf(90))).status).toBe(201);
    const [row] = await server.database.db.query<{ documentId: string }>(
      '',
      'select document_id as "documentId" from record.document where patient_id = $1 order by document_id desc limit 1',
      [region.patientId],
    );
    const { documentId } = row!;
    const hide = { act: 'hide', mask: 'INVISIBLE_PATIENT', dueAt: new Date(Date.now() + 86_400_000).toISOString() };
    const url = `/api/patients/${region.patientId}/documents/${documentId}/visibility`;
    expect((await server.app.inject({ method: 'POST', url, headers: region.gp, payload: hide })).statusCode).toBe(204);
    await server.app.inject({ url: url.replace('/visibility', ''), headers: region.gp });
    const fiche = ficheId(region.patientId, documentId);
    expect((await get(`/DocumentReference/${fiche}`)).status).toBe(200);
    const own = await server.as({ ...PEOPLE.patient, patientId: region.patientId });
    const trail = await server.app.inject({ url: `/fhir/AuditEvent?patient=${region.patientId}&_count=200`, headers: own });
    expect(trail.statusCode).toBe(200);
    expect(trail.body).not.toContain(documentId);
    expect(trail.body).not.toContain(fiche);
    expect(trail.body).toContain('"what":{"display":"DocumentReference"}');
    expect(trail.body).not.toMatch(/item-|document\.mask|announcement/);
    const ids = (trail.json() as { entry: { resource: { id: string } }[] }).entry.map(({ resource }) => resource.id);
    expect(ids.every((id) => /^[\da-z]{25}\.[\da-f]{32}$/.test(id))).toBe(true);
    const doctor = await server.app.inject({ url: `/fhir/AuditEvent?patient=${region.patientId}&_count=200`, headers: region.gp });
    expect(doctor.body).toContain(documentId);
    expect(doctor.body).toContain(`"what":{"reference":"DocumentReference/${fiche}"},"type":`);
  });

  test('is not for everyone who treats', async () => {
    const headers = await server.as(PEOPLE.nurse);
    expect((await ask('GET', `/AuditEvent?patient=${region.patientId}`, headers)).status).toBe(403);
  });
});
